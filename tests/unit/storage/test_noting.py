"""Documents that are changed later, and the inventories that are told of it."""

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.storage.keys import get_key, set_key
from ome_zarr.storage.noting import Change, note_changes, update_attributes
from ome_zarr.storage.store_undo import StoreUndo
from ome_zarr.testing.stores import snapshot


@pytest.fixture(params=["", "in/side"])
def group(request):
    store = MemoryStore()
    place = zarr.create_group(store, path=request.param)
    ome_zarr.write(np.ones((32, 32), "u1"), place, axes="yx", scale_factors=[2], chunks=16)
    return zarr.open_group(store, path=request.param)


def kinds(group):
    return [finding.kind for finding in ome_zarr.verify(group).findings]


def test_every_level_knows_attributes_that_were_added(group):
    update_attributes(group, {"mine": 1})
    assert dict(zarr.open_group(group.store, path=group.path).attrs)["mine"] == 1
    assert kinds(group) == []


def test_what_another_program_has_changed_before_stays_changed(group):
    group.attrs["theirs"] = 1
    update_attributes(zarr.open_group(group.store, path=group.path), {"mine": 1})
    assert kinds(group) == ["changed"]


def test_a_damaged_inventory_is_left_as_it_is(group):
    key = f"{group.path}/s1/.inventory".lstrip("/")
    set_key(group.store, key, b"nonsense")
    update_attributes(group, {"mine": 1})
    assert get_key(group.store, key) == b"nonsense"
    assert kinds(group) == ["document"]


@pytest.mark.parametrize("metadata", [{"multiscales": 3}, {"multiscales": [{"datasets": [{"path": "../s0"}, 1]}]}, 7])
def test_attributes_that_name_no_levels_are_no_hindrance(metadata):
    group = zarr.create_group(MemoryStore(), attributes={"ome": metadata})
    update_attributes(group, {"mine": 1})
    assert group.attrs["mine"] == 1


def test_it_can_be_taken_back(group):
    before = snapshot(group.store)
    key = f"{group.path}/zarr.json".lstrip("/")
    levels = [f"{group.path}/{name}".lstrip("/") for name in ("s0", "s1", "gone")]
    undo = StoreUndo()
    note_changes(group.store, levels, {key: Change(before[key], b"{}")}, undo)
    assert [name for name, held in snapshot(group.store).items() if held != before[name]] == [
        f"{level}/.inventory" for level in levels[:2]
    ]
    undo.run()
    assert snapshot(group.store) == before
