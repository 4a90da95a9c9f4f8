"""Pixels of a stored array are gathered by threads, and are those that zarr reads."""

import threading

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

from ome_zarr.chunks.zarr_arrays import objects_of
from ome_zarr.engine.gather import gather
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region
from ome_zarr.testing.stores import CountingStore

PIXELS = np.arange(30 * 41, dtype="u2").reshape(30, 41)

LAYOUTS = [
    {"chunks": (8, 8)},
    {"chunks": (4, 4), "shards": (16, 16)},
    {"chunks": (4, 4), "shards": (32, 44)},
    {"chunks": (64, 64)},
    {"chunks": (8, 8), "compressors": None},
]


def stored(store=None, **layout):
    array = zarr.create_array(store or MemoryStore(), shape=PIXELS.shape, dtype="u2", fill_value=7, **layout)
    array[...] = PIXELS
    return array


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize(
    "region", [Region((0, 0), (30, 41)), Region((3, 5), (17, 41)), Region((9, 9), (10, 10)), Region((5, 5), (5, 9))]
)
def test_a_region_is_what_zarr_reads(layout, slow, region):
    found = gather(objects_of(stored(**layout)), region, slow=slow)
    assert (found == PIXELS[region.slices]).all()
    assert found.shape == region.shape


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("steps", [(2, 3), (1, 9), (40, 1), (7, 41)])
@pytest.mark.parametrize("region", [Region((0, 0), (30, 41)), Region((3, 5), (17, 41)), Region((5, 5), (5, 9))])
def test_a_region_in_steps_is_what_numpy_takes(layout, steps, region):
    found = gather(objects_of(stored(**layout)), region, steps)
    assert np.array_equal(found, PIXELS[region.slices][tuple(slice(None, None, step) for step in steps)])


def test_objects_between_steps_are_not_read():
    store = CountingStore(MemoryStore())
    array = stored(store, chunks=(4, 8))
    store.counts.gets.clear()
    gather(objects_of(array), Region((3, 0), (28, 41)), (12, 20))
    assert set(store.counts.gets) == {f"c/{row}/{column}" for row in (0, 3, 6) for column in (0, 2, 5)}


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_block_belongs_to_the_caller(layout):
    objects = objects_of(stored(**layout))
    block = gather(objects, Region((0, 0), (8, 8)))
    block[...] = 0
    assert block.base is None
    assert (gather(objects, Region((0, 0), (8, 8))) == PIXELS[:8, :8]).all()


def test_what_is_not_stored_has_the_fill_value():
    array = zarr.create_array(MemoryStore(), shape=(8, 8), chunks=(4, 4), dtype="u2", fill_value=7)
    assert (gather(objects_of(array), Region((0, 0), (8, 8))) == 7).all()


def test_every_object_is_read_once():
    store = CountingStore(MemoryStore())
    array = stored(store, chunks=(8, 8))
    store.counts.gets.clear()
    gather(objects_of(array), Region((0, 0), (30, 41)))
    assert set(store.counts.gets.values()) == {1}
    assert len(store.counts.gets) == 24


def test_a_damaged_chunk_is_named_and_no_thread_is_left():
    store = {}
    array = stored(MemoryStore(store), chunks=(8, 8))
    store["c/1/2"] = type(store["c/1/2"]).from_bytes(store["c/1/2"].to_bytes()[:-3])
    with pytest.raises(DocumentError, match="'c/1/2'"):
        gather(objects_of(array), Region((0, 0), (30, 41)))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ome-zarr")]
