"""What is left when a store fails at any operation: nothing of ours, and what was there before."""

import sys
from functools import partial

import numpy as np
import pytest
from tests.faults.jobs import PRELOAD
from tests.faults.leftovers import threads
from tests.faults.sizes import every
from tests.laws.budgets import least_budget
from zarr.storage import LocalStore, MemoryStore

import ome_zarr
from ome_zarr.errors import ExistsError, NotFoundError, TargetError
from ome_zarr.testing.faults import killed_at
from ome_zarr.testing.stores import FaultyStore, snapshot

PIXELS = np.random.default_rng(0).integers(1, 999, (20, 24)).astype("u2")
WISHES = {"axes": "yx", "scale_factors": [2, 4], "chunks": 8, "name": "x"}

NEVER = 1 << 40


def changes(store, **options):
    """How many changes of a store a write makes."""
    watched = FaultyStore(store)
    ome_zarr.write(PIXELS, watched, **WISHES, **options)
    return len(watched.seen)


@pytest.mark.parametrize("options", [{"workers": 1}, {"workers": 3}, {"executor": "dask"}], ids=str)
@pytest.mark.parametrize("what", ["raise", "tear", "late"])
def test_a_store_that_fails_at_any_change_is_left_empty(options, what):
    before = threads()
    for number in range(changes(MemoryStore(), **options)):
        inner = MemoryStore()
        with pytest.raises(TargetError, match="No space left on device"):
            ome_zarr.write(PIXELS, FaultyStore(inner, fail_at=number, what=what), **WISHES, **options)
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


@pytest.mark.parametrize("what", ["raise", "tear", "late"])
def test_an_overwrite_that_fails_at_any_change_leaves_the_old_image_or_makes_the_new_one(what):
    begun = MemoryStore()
    ome_zarr.write(PIXELS + np.uint16(1), begun, **WISHES)
    old = snapshot(begun)
    outcomes = []
    for number in range(changes(MemoryStore(begun._store_dict.copy()), overwrite=True, workers=1)):
        inner = MemoryStore(begun._store_dict.copy())
        try:
            store = FaultyStore(inner, fail_at=number, what=what)
            ome_zarr.write(PIXELS, store, overwrite=True, workers=1, **WISHES)
        except TargetError:
            assert snapshot(inner) == old
            outcomes.append("old")
        else:  # only what was replaced could not be deleted
            np.testing.assert_array_equal(np.asarray(ome_zarr.open(inner)[0]), PIXELS)
            outcomes.append("new")
    assert outcomes == sorted(outcomes, reverse=True)
    assert outcomes[0] == "old"


def into(folder, number):
    """Write to a store of files in which the process ends at a change."""
    store = FaultyStore(LocalStore(folder / "a.zarr"), fail_at=number, what="kill")
    ome_zarr.write(PIXELS, store, workers=1, **WISHES)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied here")
def test_after_a_kill_at_any_change_of_a_store_there_is_no_image_and_the_next_write_says_so(tmp_path):
    count = changes(LocalStore(tmp_path / "counted"), workers=1)
    assert count > 20
    for number in range(1, count - 1, every(3)):
        folder = tmp_path / str(number)
        assert killed_at(folder, NEVER, partial(into, folder, number), preload=PRELOAD)
        with pytest.raises(NotFoundError):
            ome_zarr.open(folder / "a.zarr")
        store = LocalStore(folder / "a.zarr")
        left = snapshot(store)
        with pytest.raises((ExistsError, TargetError)):
            ome_zarr.write(PIXELS, store, workers=1, **WISHES)
        assert snapshot(store) == left


def test_what_a_store_drops_is_an_error_or_found_by_verify():
    watched = FaultyStore(MemoryStore(), matching=is_set)
    ome_zarr.write(PIXELS, watched, workers=1, **WISHES)
    outcomes = {}
    for number, operation in enumerate(watched.seen):
        inner = MemoryStore()
        try:
            ome_zarr.write(PIXELS, FaultyStore(inner, number, matching=is_set, what="drop"), workers=1, **WISHES)
            outcomes[operation.key] = bool(ome_zarr.verify(inner))
        except (NotFoundError, TargetError):
            outcomes[operation.key] = True
    # without its inventory nobody knows what an array was
    assert {key for key, is_found in outcomes.items() if not is_found} == {f"s{level}/.inventory" for level in range(3)}


def is_set(operation):
    """Whether something is stored."""
    return operation.kind == "set"
