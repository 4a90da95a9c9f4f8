"""Law 1, regions tile: every pixel of every level is produced and handed over exactly once."""

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.laws.budgets import plan, some_budgets

from ome_zarr.engine.executors import run
from ome_zarr.geometry.grid import Grid
from ome_zarr.sources.adapt import as_source
from ome_zarr.testing.strategies import pyramids


class TallySink:
    """A sink in memory that counts how often each pixel is handed over."""

    def __init__(self, specs):
        self.specs = specs
        self.times = [np.zeros(spec.shape, int) for spec in specs]
        self.levels = [np.zeros(spec.shape, spec.dtype) for spec in specs]
        self.lock = threading.Lock()

    def write(self, level, region, block):
        grid = Grid(self.specs[level].shape, self.specs[level].write_unit)
        assert region.size
        assert grid.is_aligned(region)
        assert block.shape == region.shape
        assert block.dtype == self.specs[level].dtype
        with self.lock:
            self.times[level][region.slices] += 1
            self.levels[level][region.slices] = block
        return block.nbytes

    def read(self, level, region):
        assert (self.times[level][region.slices] == 1).all()
        return self.levels[level][region.slices].copy()

    @property
    def writer(self):
        return self


@given(pyramids(kinds="u"), st.integers(1, 4))
def test_every_pixel_is_handed_over_once_in_whole_units(case, workers):
    source = case.source()
    wishes = {"axes": case.axes, "workers": workers, **case.wishes}
    for budget in some_budgets(source, **wishes):
        made = plan(source, memory_budget=budget, **wishes)
        sink = TallySink(made.specs)
        outcome = run(made, as_source(source), sink, executor="threads")
        assert [(times == 1).all() for times in sink.times] == [True] * len(made.levels)
        assert outcome.bytes_handed == made.bytes_of_pixels
        assert outcome.tasks == made.cost.tasks


@given(pyramids(kinds="u"))
def test_dask_hands_every_pixel_over_once_in_whole_units(case):
    source = case.source()
    made = plan(source, axes=case.axes, **case.wishes)
    sink = TallySink(made.specs)
    run(made, as_source(source), sink, executor="dask")
    assert [(times == 1).all() for times in sink.times] == [True] * len(made.levels)


@given(pyramids(kinds="u"), st.integers(1, 4))
def test_tiles_make_disjoint_regions_that_cover_every_level_of_the_sweep(case, workers):
    source = case.source()
    wishes = {"axes": case.axes, "workers": workers, **case.wishes}
    for budget in some_budgets(source, **wishes):
        made = plan(source, memory_budget=budget, **wishes)
        tiles = made.order()
        assert sorted(tiles) == list(made.sweep.raster())
        for level in made.passes[0].levels:
            times = np.zeros(made.specs[level].shape, int)
            for tile in tiles:
                times[made.sweep.made(level, tile).slices] += 1
            assert (times == 1).all()


@given(pyramids(kinds="u"))
def test_no_tile_comes_before_its_lower_neighbours(case):
    made = plan(case.source(), axes=case.axes, **case.wishes)
    done = set()
    for tile in made.sweep.nested([spec.write_unit for spec in made.specs]):
        lower = [(*tile[:a], i - 1, *tile[a + 1 :]) for a, i in enumerate(tile) if i]
        assert done.issuperset(lower)
        done.add(tile)
