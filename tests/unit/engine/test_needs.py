"""What tiles leave to others, as the plan says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.laws.budgets import plan, some_budgets

from ome_zarr.engine.needs import Needs
from ome_zarr.geometry.grid import Grid
from ome_zarr.testing.strategies import pyramids


class Stored:
    """A ledger of units that are stored."""

    def __init__(self, plan, missing=()):
        self.levels = [np.ones(Grid(spec.shape, spec.write_unit).count, bool) for spec in plan.specs]
        for level, index in missing:
            self.levels[level][index] = False

    def stored(self, level):
        return self.levels[level]


@given(pyramids(sources=["numpy"]), st.data())
def test_a_tile_is_whole_where_all_units_with_pixels_of_it_are_stored(case, data):
    wishes = {"axes": case.axes, **case.wishes}
    budget = data.draw(st.sampled_from(some_budgets(case.pixels, **wishes)))
    made = plan(case.pixels, memory_budget=budget, **wishes)
    needs = Needs(made)
    units = [(level, index) for level, known in enumerate(Stored(made).levels) for index in np.ndindex(known.shape)]
    ledger = Stored(made, data.draw(st.lists(st.sampled_from(units), max_size=3)))
    whole = needs.whole(0, ledger)
    assert whole.shape == needs.shape == made.sweep.shape
    for tile in np.ndindex(needs.shape):
        assert whole[tile] == all(ledger.levels[level][index] for level, index in needs.units(tile))
    for number in range(1, needs.passes):
        assert np.array_equal(needs.whole(number, ledger), ledger.levels[made.passes[number].levels[0]])


def small(method):
    """A plan of many tiles."""
    wishes = {"axes": "yx", "chunks": (32, 32), "method": method, "scale_factors": [2, 4]}
    pixels = np.zeros((300, 400), "u2")
    return plan(pixels, memory_budget=max(some_budgets(pixels, **wishes)), **wishes)


def test_every_tile_comes_after_its_upper_neighbours():
    needs = Needs(small("resize"))
    tiles = list(needs.descending())
    assert sorted(tiles) == list(np.ndindex(needs.shape))
    assert all(tiles.index(tile) < tiles.index((tile[0] - 1, tile[1])) for tile in tiles if tile[0])


@pytest.mark.parametrize(("method", "hands_on"), [("resize", True), ("nearest", False)])
def test_only_methods_that_look_across_tiles_hand_on(method, hands_on):
    needs = Needs(small(method))
    first, last = (0, 0), tuple(n - 1 for n in needs.shape)
    assert needs.hands_on == bool(list(needs.slabs(first))) == hands_on
    assert list(needs.slabs(last)) == []
