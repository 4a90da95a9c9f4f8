"""`ome_zarr.api.mosaic`: tiles side by side, read where they are looked at."""

import dask
import dask.array as da
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.api.mosaic import mosaic
from ome_zarr.errors import RecipeError

type Place = tuple[int, int]


def tile(shape: tuple[int, ...], chunks: int | tuple[int, ...] = 4, dtype: str = "uint16", seed: int = 1) -> da.Array:
    return da.from_array(np.random.default_rng(seed).integers(1, 200, shape).astype(dtype), chunks=chunks)


def by_hand(tiles: dict[Place, da.Array], shape: Place) -> np.ndarray:
    """The mosaic, written with loops."""
    usual = np.max([t.shape for t in tiles.values()], axis=0)
    heights = [max([t.shape[-2] for (r, _), t in tiles.items() if r == row] or [usual[-2]]) for row in range(shape[0])]
    widths = [max([t.shape[-1] for (_, c), t in tiles.items() if c == col] or [usual[-1]]) for col in range(shape[1])]
    pixels = np.zeros((*usual[:-2], sum(heights), sum(widths)), next(iter(tiles.values())).dtype)
    for (row, column), t in tiles.items():
        top, left = sum(heights[:row]), sum(widths[:column])
        lead = tuple(slice(n) for n in t.shape[:-2])
        pixels[(*lead, slice(top, top + t.shape[-2]), slice(left, left + t.shape[-1]))] = t.compute()
    return pixels


def test_tiles_lie_at_their_row_and_column() -> None:
    tiles = {place: tile((3, 8, 6), seed=i) for i, place in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)])}
    a, b, c, d = (t.compute() for t in tiles.values())
    assert np.array_equal(mosaic(tiles).compute(), np.block([[a, b], [c, d]]))


def test_where_no_tile_is_there_are_zeros() -> None:
    there = tile((8, 6))
    made = mosaic({(1, 2): there}, (2, 4)).compute()
    assert made.shape == (16, 24)
    assert np.array_equal(made[8:, 12:18], there.compute())
    assert np.count_nonzero(made) == there.size


def test_tiles_of_unequal_size_lie_at_the_top_left_of_their_cells() -> None:
    tiles = {(0, 0): tile((2, 8, 6)), (0, 1): tile((3, 5, 7), seed=2), (1, 1): tile((1, 2, 2), seed=3)}
    made = mosaic(tiles)
    assert made.shape == (3, 10, 13)
    assert np.array_equal(made.compute(), by_hand(tiles, (2, 2)))


extents = st.integers(1, 7)


@given(st.data())
def test_a_mosaic_is_that_made_by_hand(data: st.DataObject) -> None:
    shape = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    places = st.tuples(st.integers(0, shape[0] - 1), st.integers(0, shape[1] - 1))
    kinds = st.tuples(st.tuples(extents, extents, extents), st.tuples(extents, extents, extents))
    drawn = data.draw(st.dictionaries(places, kinds, min_size=1))
    tiles = {place: tile(size, chunks, seed=i) for i, (place, (size, chunks)) in enumerate(drawn.items())}
    assert np.array_equal(mosaic(tiles, shape).compute(scheduler="synchronous"), by_hand(tiles, shape))


def block_of(made: da.Array, *index: int) -> np.ndarray:
    """One block, as the next task of a graph gets it."""
    return dask.get(dict(made.dask), (made.name, *index))


def test_blocks_of_tiles_are_handed_on_without_a_copy() -> None:
    block = np.ones((4, 4), "uint16")
    tiles = {(0, column): da.from_delayed(dask.delayed(block), (4, 4), "uint16") for column in range(3)}
    made = mosaic(tiles)
    assert made.chunks == ((4,), (4, 4, 4))
    assert block_of(made, 0, 2) is block


def test_a_part_reads_only_the_blocks_that_it_covers() -> None:
    read: list[tuple[int, ...]] = []

    def seen(block: np.ndarray, block_info: dict) -> np.ndarray:
        read.append(block_info[0]["chunk-location"])
        return block

    left = tile((8, 8)).map_blocks(seen, dtype="uint16", meta=np.empty((0, 0), "uint16"))
    right = tile((8, 8)).map_blocks(lambda block: 1 / 0, dtype="uint16", meta=np.empty((0, 0), "uint16"))
    mosaic({(0, 0): left, (0, 1): right})[5:8, 2:4].compute(scheduler="synchronous")
    assert read == [(1, 0)]


def test_making_a_mosaic_reads_nothing() -> None:
    broken = tile((8, 8)).map_blocks(lambda block: 1 / 0, dtype="uint16", meta=np.empty((0, 0), "uint16"))
    assert mosaic({(0, 0): broken}).shape == (8, 8)


def test_missing_tiles_take_no_memory() -> None:
    made = mosaic({(0, 0): da.zeros((4096, 4096), chunks=-1, dtype="uint8")}, (2, 2))
    block = block_of(made, 1, 1)
    assert block.shape == (4096, 4096)
    assert block.strides == (0, 0)


def test_tiles_without_pixels_leave_no_trace() -> None:
    tiles = {(0, 0): tile((0, 4)), (0, 1): tile((0, 3))}
    assert mosaic(tiles).compute().shape == (0, 7)


def test_the_same_tiles_make_the_same_graph() -> None:
    tiles = {(0, 0): tile((4, 4))}
    assert mosaic(tiles).name == mosaic(tiles).name != mosaic(tiles, (1, 2)).name


def test_all_schedulers_give_the_same() -> None:
    made = mosaic({(0, 0): tile((9, 5)), (1, 1): tile((3, 8))})
    threads, alone, plain = (
        dask.compute(made, scheduler="threads")[0],
        dask.compute(made, scheduler="synchronous")[0],
        dask.compute(made, optimize_graph=False)[0],
    )
    assert np.array_equal(threads, alone)
    assert np.array_equal(threads, plain)


@pytest.mark.parametrize(
    ("tiles", "shape", "message"),
    [
        ({}, (2, 2), "no tiles"),
        ({}, None, "no tiles"),
        ({(2, 0): tile((4, 4))}, (2, 2), "row 2 and column 0"),
        ({(0, -1): tile((4, 4))}, (2, 2), "column -1"),
        ({(0, 0): tile((4, 4)), (0, 1): tile((4, 4), dtype="uint8")}, None, "uint8"),
        ({(0, 0): tile((4, 4)), (0, 1): tile((4, 4, 4))}, None, "3 axes"),
        ({(0, 0): tile((4,))}, None, "1 axes"),
    ],
)
def test_tiles_that_do_not_go_together_are_refused(tiles: dict, shape: Place | None, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        mosaic(tiles, shape)
