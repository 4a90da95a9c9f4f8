"""Arrays cut into cells."""

from itertools import islice, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.geometry import grid as grid_module
from ome_zarr.geometry.grid import Grid, indices
from ome_zarr.geometry.region import Region

GRIDS = st.builds(
    Grid, st.tuples(st.integers(1, 20), st.integers(1, 20)), st.tuples(st.integers(1, 25), st.integers(1, 25))
)


def test_the_last_cell_of_an_axis_may_be_smaller():
    grid = Grid((10, 7), (4, 7))
    assert (grid.count, grid.size, grid.whole) == ((3, 1), 3, Region((0, 0), (10, 7)))
    assert grid.region((2, 0)) == Region((8, 0), (10, 7))


@given(GRIDS)
def test_cells_cover_the_array_once(grid):
    times = np.zeros(grid.shape, int)
    for index in grid.cells(grid.whole):
        times[grid.region(index).slices] += 1
    assert (times == 1).all()


@given(GRIDS, st.data())
def test_the_cells_of_a_region_are_those_that_share_a_pixel_with_it(grid, data):
    corners = [sorted((data.draw(st.integers(0, n)), data.draw(st.integers(0, n)))) for n in grid.shape]
    region = Region(tuple(a for a, _ in corners), tuple(b for _, b in corners))
    shared = [index for index in np.ndindex(grid.count) if grid.region(index).intersect(region).size]
    assert list(grid.cells(region)) == shared
    covered = sum(grid.region(index).size for index in shared)
    assert grid.is_aligned(region) == (covered == region.size) or region.size == 0


def test_cells_of_an_array_that_nobody_could_store_are_not_kept_in_memory():
    grid = Grid((2**62, 3), (1, 2))
    assert list(islice(grid.cells(grid.whole), 3)) == [(0, 0), (0, 1), (1, 0)]


def test_indices_come_in_one_order_however_many_there_are(monkeypatch):
    spans = [range(1, 4), range(2), range(5, 8)]
    monkeypatch.setattr(grid_module, "_MOST_KEPT", 4)
    assert list(indices(spans)) == list(product(*spans))
    assert list(indices([])) == [()]
