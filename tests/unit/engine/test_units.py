"""Write units are given out once, when their last pixel is there."""

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.engine.units import Units
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.storage.protocol import LevelSpec


def spec(shape, unit):
    return LevelSpec("s0", shape, np.dtype("u4"), unit)


@st.composite
def tilings(draw):
    """A plane, its units, and the tiles of some other size in some order."""
    shape = (draw(st.integers(1, 20)), draw(st.integers(1, 20)))
    unit, tile = (tuple(draw(st.integers(1, n + 2)) for n in shape) for _ in range(2))
    grid = Grid(shape, tile)
    return shape, unit, draw(st.permutations([grid.region(index) for index in grid.cells(grid.whole)]))


@given(tilings())
def test_units_are_whole_aligned_and_given_out_once(drawn):
    shape, unit, tiles = drawn
    image = np.arange(np.prod(shape), dtype="u4").reshape(shape)
    units, out, times = Units([spec(shape, unit)]), np.zeros_like(image), np.zeros(shape, int)
    for tile in tiles:
        for region, block in units.add(0, tile, image[tile.slices]):
            assert Grid(shape, unit).is_aligned(region)
            out[region.slices] = block
            times[region.slices] += 1
    np.testing.assert_array_equal(out, image)
    assert (times == 1).all()
    assert units.begun == 0


def test_a_region_of_whole_units_passes_through_uncopied():
    units = Units([spec((8, 8), (4, 4))])
    block = np.ones((4, 8), "u4")
    ((region, given_out),) = units.add(0, Region((4, 0), (8, 8)), block)
    assert region == Region((4, 0), (8, 8))
    assert given_out is block


def test_units_that_are_begun_are_counted():
    units = Units([spec((8, 8), (4, 4))])
    assert list(units.add(0, Region((0, 0), (2, 8)), np.ones((2, 8), "u4"))) == []
    assert units.begun == 2


def test_an_empty_region_brings_nothing():
    units = Units([spec((8, 8), (4, 4))])
    assert list(units.add(0, Region((2, 0), (2, 8)), np.ones((0, 8), "u4"))) == []
    assert units.begun == 0


def test_many_threads_may_bring_parts_of_one_unit():
    units, given_out, lock = Units([spec((64, 64), (64, 64))]), [], threading.Lock()
    image = np.arange(64 * 64, dtype="u4").reshape(64, 64)

    def bring(row):
        region = Region((row, 0), (row + 1, 64))
        for whole in list(units.add(0, region, image[region.slices])):
            with lock:
                given_out.append(whole)

    threads = [threading.Thread(target=bring, args=(row,)) for row in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((region, block),) = given_out
    assert region == Region.whole((64, 64))
    np.testing.assert_array_equal(block, image)
