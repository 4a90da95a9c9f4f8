"""What is left when a store fails at any operation: nothing of ours, and what was there before."""

import numpy as np
import pytest
from tests.faults.leftovers import threads
from tests.laws.budgets import least_budget
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import TargetError
from ome_zarr.testing.stores import FaultyStore, snapshot

PIXELS = np.random.default_rng(0).integers(1, 999, (20, 24)).astype("u2")
WISHES = {"axes": "yx", "scale_factors": [2, 4], "chunks": 8, "name": "x"}


def changes(store, **options):
    """How many changes of a store a write makes."""
    watched = FaultyStore(store)
    ome_zarr.write(PIXELS, watched, **WISHES, **options)
    return len(watched.seen)


@pytest.mark.parametrize("options", [{"workers": 1}, {"workers": 3}, {"executor": "dask"}], ids=str)
def test_a_store_that_fails_at_any_change_is_left_empty(options):
    before = threads()
    for number in range(changes(MemoryStore(), **options)):
        inner = MemoryStore()
        with pytest.raises(TargetError, match="No space left on device"):
            ome_zarr.write(PIXELS, FaultyStore(inner, fail_at=number), **WISHES, **options)
        assert snapshot(inner) == {}
    assert {thread.name for thread in threads() - before if thread.name.startswith("ome-zarr")} == set()


def test_a_store_that_fails_in_a_pass_of_boxes_is_left_empty():
    pixels = np.tile(PIXELS, (3, 3))
    wishes = {**WISHES, "chunks": 10, "scale_factors": [2, 4, 8], "workers": 1}
    wishes["memory_budget"] = least_budget(pixels, **wishes)
    assert {walk.kind for walk in ome_zarr.plan(pixels, **wishes).passes} == {"sweep", "boxes"}
    watched = FaultyStore(MemoryStore(), matching=lambda operation: "/c/" in operation.key)
    ome_zarr.write(pixels, watched, **wishes)
    kinds = {operation.kind for operation in watched.seen}
    assert kinds >= {"get", "set"}
    for number in range(len(watched.seen)):
        inner = MemoryStore()
        store = FaultyStore(inner, fail_at=number, matching=lambda operation: "/c/" in operation.key)
        with pytest.raises(OSError, match="No space left on device"):
            ome_zarr.write(pixels, store, **wishes)
        assert snapshot(inner) == {}


def test_an_overwrite_that_fails_at_any_change_leaves_the_old_image_or_makes_the_new_one():
    begun = MemoryStore()
    ome_zarr.write(PIXELS + np.uint16(1), begun, **WISHES)
    old = snapshot(begun)
    outcomes = []
    for number in range(changes(MemoryStore(begun._store_dict.copy()), overwrite=True, workers=1)):
        inner = MemoryStore(begun._store_dict.copy())
        try:
            ome_zarr.write(PIXELS, FaultyStore(inner, fail_at=number), overwrite=True, workers=1, **WISHES)
        except TargetError:
            assert snapshot(inner) == old
            outcomes.append("old")
        else:  # only what was replaced could not be deleted
            np.testing.assert_array_equal(np.asarray(ome_zarr.open(inner)[0]), PIXELS)
            outcomes.append("new")
    assert outcomes == sorted(outcomes, reverse=True)
    assert outcomes[0] == "old"
