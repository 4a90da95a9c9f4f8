"""What a dask graph reads is found without computing it."""

from pathlib import Path
from time import perf_counter

import dask
import dask.array as da
import numpy as np
import pytest
import zarr

from ome_zarr.sources import as_source


@pytest.fixture
def stored(tmp_path: Path) -> zarr.Array:
    array = zarr.create_array(tmp_path / "a.zarr", shape=(40, 40), chunks=(10, 10), dtype="uint8")
    array[...] = 1
    return array


def add(block: np.ndarray, other: zarr.Array) -> np.ndarray:
    return block + other[0, 0]


@dask.delayed
def load(array: zarr.Array) -> np.ndarray:
    return array[...]


GRAPHS = {
    "from_zarr": da.from_zarr,
    "from_array": da.from_array,
    "inline": lambda z: da.from_array(z, inline_array=True),
    "computed": lambda z: (da.from_zarr(z) + 1)[5:, ::2].rechunk(7).T.sum(axis=0),
    "overlapping": lambda z: da.from_zarr(z).map_overlap(lambda b: b, depth=1, boundary="reflect"),
    "stacked": lambda z: da.stack([da.zeros((40, 40)), da.from_zarr(z)]),
    "keyword of map_blocks": lambda z: da.map_blocks(add, da.zeros((8, 8), chunks=4), other=z),
    "delayed": lambda z: da.from_delayed(load(z), (40, 40), "uint8"),
    "optimized": lambda z: dask.optimize(da.from_zarr(z)[:20] + 1)[0],
    "persisted no more": lambda z: da.concatenate([da.from_zarr(z).persist(), da.from_zarr(z)]),
}


@pytest.mark.parametrize("graph", GRAPHS)
def test_zarr_array_in_a_graph_is_an_origin(graph: str, stored: zarr.Array, tmp_path: Path) -> None:
    source = as_source(GRAPHS[graph](stored))
    assert source.spec.origins == {str(tmp_path.resolve() / "a.zarr")}


def test_memory_map_in_a_graph_is_an_origin(tmp_path: Path) -> None:
    mapped = np.memmap(tmp_path / "a.raw", "uint8", "w+", shape=(40, 40))
    lazy = da.map_blocks(add, da.zeros((8, 8), chunks=4), other=mapped)
    assert as_source(lazy).spec.origins == {str(tmp_path.resolve() / "a.raw")}


def test_memory_map_that_dask_has_copied_is_no_origin(tmp_path: Path) -> None:
    mapped = np.memmap(tmp_path / "a.raw", "uint8", "w+", shape=(40, 40))
    data = da.from_array(mapped, chunks=10)
    mapped[...] = 1
    np.testing.assert_array_equal(data.max().compute(), 0)
    assert as_source(data).spec.origins == frozenset()


def test_graph_of_memory_alone_has_no_origin() -> None:
    assert as_source(da.random.random((10, 10), chunks=5) + np.ones((10, 10))).spec.origins == frozenset()


def test_ten_thousand_chunks_are_searched_in_less_than_a_second(stored: zarr.Array) -> None:
    blocks = da.from_array(np.zeros((1000, 1000), "uint8"), chunks=10)[1:, 1:]
    before = perf_counter()
    as_source(blocks)
    assert perf_counter() - before < 1


def test_dask_array_is_handed_on_as_it_is() -> None:
    data = da.zeros((4, 4))
    assert as_source(data).array is data
