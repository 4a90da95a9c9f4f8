"""Law 4, serial = resumed: work that is cut off after any tile, any number of times, ends in the same bytes."""

import random
import shutil
import warnings
from contextlib import nullcontext, suppress
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from tests.faults.cutting import CutOffError, after
from tests.faults.leftovers import files
from tests.faults.pacing import by_chance
from tests.laws.budgets import plan, some_budgets

import ome_zarr
from ome_zarr.errors import OmeZarrWarning
from ome_zarr.testing.strategies import pyramids


@given(pyramids(sources=["numpy"]), st.integers(1, 3), st.data())
def test_work_that_is_cut_off_again_and_again_ends_in_the_same_bytes(case, workers, data):
    wishes = {"axes": case.axes, "workers": workers, **case.wishes}
    budgets = some_budgets(case.pixels, **wishes)
    wishes["memory_budget"] = data.draw(st.sampled_from(sorted(budgets)))
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", OmeZarrWarning)
        ome_zarr.write(case.pixels, f"{folder}/a.zarr", **wishes)
        expected = files(f"{folder}/a.zarr")
        cuts = data.draw(st.lists(st.integers(1, max(1, plan(case.pixels, **wishes).cost.tasks)), max_size=3))
        seed = data.draw(st.none() | st.integers(0, 99))
        with nullcontext() if seed is None else by_chance(random.Random(seed)):
            cut_off(case.pixels, f"{folder}/b/a.zarr", cuts, wishes)
        ome_zarr.write(case.pixels, f"{folder}/b/a.zarr", resume=True, **wishes)
        assert files(f"{folder}/b") == {**{f"a.zarr/{name}": held for name, held in expected.items()}, "a.zarr": None}


def cut_off(pixels, target, cuts, wishes):
    """Begin a write, and go on with it, until it is cut off as often as wished; one that ended is removed."""
    for tiles in cuts:
        with suppress(CutOffError):
            ome_zarr.write(pixels, target, resume=True, on_event=after(tiles), **wishes)
        shutil.rmtree(target, ignore_errors=True)
