"""What the engine tells while it works."""

import dask.array as da
import numpy as np
import pytest
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.engine.events import PassStarted, TileDone, WriteFinished, WriteStarted
from ome_zarr.errors import RecipeError

PIXELS = np.random.default_rng(0).integers(1, 99, (60, 72)).astype("u2")
WISHES = {"axes": "yx", "scale_factors": [2, 4], "chunks": 16}


def told(source, **options):
    events = []
    ome_zarr.write(source, MemoryStore(), on_event=events.append, **WISHES, **options)
    return events


@pytest.mark.parametrize("workers", [1, 3])
def test_the_beginning_each_pass_each_tile_and_the_end_are_told(workers):
    first, second, *tiles, last = told(PIXELS, workers=workers)
    plan = ome_zarr.plan(PIXELS, workers=workers, **WISHES)
    assert first == WriteStarted(plan.cost.tasks, plan.bytes_of_pixels)
    assert second == PassStarted(0, (0, 1, 2))
    assert {type(event) for event in tiles} == {TileDone}
    assert sorted(event.tile for event in tiles) == sorted(plan.order())
    assert sum(event.bytes_handed for event in tiles) == plan.bytes_of_pixels
    assert isinstance(last, WriteFinished)
    assert last.outcome.tasks == len(tiles)
    assert last.outcome.bytes_handed == plan.bytes_of_pixels
    assert last.outcome.bytes_stored == sum(event.bytes_stored for event in tiles)


def test_boxes_are_passes_of_their_own():
    wishes = {"chunks": 4, "memory_budget": 1_500, "workers": 1}
    events = []
    ome_zarr.write(PIXELS, MemoryStore(), on_event=events.append, **{**WISHES, **wishes})
    passes = [event for event in events if isinstance(event, PassStarted)]
    assert passes == [PassStarted(0, (0,)), PassStarted(1, (1,)), PassStarted(2, (2,))]


def test_of_dask_only_the_beginning_and_the_end_are_told():
    first, last = told(da.from_array(PIXELS, chunks=20), executor="dask")
    assert isinstance(first, WriteStarted)
    assert isinstance(last, WriteFinished)
    assert last.outcome.bytes_stored > 0


def test_an_unknown_executor_is_refused():
    store = MemoryStore()
    with pytest.raises(RecipeError, match="executor is 'processes'; give 'threads' or 'dask'"):
        ome_zarr.write(PIXELS, store, executor="processes", **WISHES)
    assert not store._store_dict
