"""Law 8: the source is read once, where the budget allows it; and the plan says how often."""

import warnings
from collections import Counter
from math import prod

import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from hypothesis import event, given
from hypothesis import strategies as st
from tests.laws.budgets import plan, some_budgets
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import OmeZarrWarning
from ome_zarr.geometry.grid import Grid
from ome_zarr.sources.adapt import as_source
from ome_zarr.testing.sources import CountingSource
from ome_zarr.testing.stores import CountingStore
from ome_zarr.testing.strategies import pyramids


def quietly(source, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmeZarrWarning)
        return ome_zarr.write(source, MemoryStore(), **options)


def decoded_pixels(source):
    """Pixels of all chunks that were touched, each as often as it was."""
    grid = Grid(source.spec.shape, source.spec.chunks)
    return sum(times * grid.region(index).size for index, times in source.chunks.items())


@given(pyramids(sources=["zarr"]), st.integers(1, 4))
def test_the_plan_says_how_often_the_source_is_decoded(case, workers):
    wishes = {"axes": case.axes, "workers": workers, **case.wishes}
    array = case.source()
    for budget in some_budgets(array, **wishes):
        made = plan(array, memory_budget=budget, **wishes)
        source = CountingSource(as_source(array))
        quietly(source, memory_budget=budget, **wishes)
        event(f"source reads {made.cost.source_reads > 1}")
        assert decoded_pixels(source) == pytest.approx(made.cost.source_reads * case.pixels.size)
        assert decoded_pixels(source) * array.dtype.itemsize == made.cost.bytes_read
        assert source.pixels == case.pixels.size


@given(pyramids(sources=["zarr"]), st.integers(1, 4))
def test_each_source_chunk_is_decoded_once_with_the_default_budget(case, workers):
    wishes = {"axes": case.axes, "workers": workers, **case.wishes}
    array = case.source()
    assert plan(array, **wishes).cost.source_reads == 1
    source = CountingSource(as_source(array))
    quietly(source, **wishes)
    assert set(source.chunks.values()) == {1}
    assert len(source.chunks) == Grid(source.spec.shape, source.spec.chunks).size


@given(pyramids(sources=["numpy"], kinds="u"))
def test_each_object_of_a_zarr_source_is_got_once(case):
    store = CountingStore(MemoryStore())
    array = zarr.create_array(store, shape=case.pixels.shape, dtype=case.pixels.dtype, chunks=case.wishes["chunks"])
    array[...] = case.pixels
    store.reset()
    quietly(zarr.open_array(store, mode="r"), axes=case.axes, **case.wishes)
    chunks = {key: times for key, times in store.counts.gets.items() if key.startswith("c/")}
    assert set(chunks.values()) == {1}


@pytest.mark.parametrize("scheduler", ["threads", "synchronous"])
def test_each_block_of_a_dask_source_is_computed_once(scheduler):
    made = Counter()

    def block(block_info=None):
        made[block_info[None]["chunk-location"]] += 1
        return np.ones(block_info[None]["chunk-shape"], "u2")

    source = da.map_blocks(block, chunks=((10, 3, 20), (7, 30)), dtype="u2", meta=np.empty((0, 0), "u2"))
    with dask.config.set(scheduler=scheduler, num_workers=2):
        ome_zarr.write(source, MemoryStore(), axes="yx", scale_factors=[2, 4], chunks=8)
    assert made == dict.fromkeys(np.ndindex(3, 2), 1)


@given(pyramids())
def test_what_is_handed_to_the_codecs_is_what_the_plan_says(case):
    # Chunks of nothing but the fill value are left out, so that 1 is added to whatever is stored.
    source = np.where(case.pixels == 0, case.pixels.dtype.type(1), case.pixels).astype(case.pixels.dtype)
    store = CountingStore(MemoryStore())
    wishes = {**case.wishes, "compressors": None, "method": "nearest", "shards": None}
    made = plan(source, axes=case.axes, **wishes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmeZarrWarning)
        ome_zarr.write(source, store, axes=case.axes, **wishes)
    names = ("zarr.json", ".zarray", ".zgroup", ".zattrs", ".zmetadata", ".inventory", ".ome_zarr_claim")
    chunks = {key: n for key, n in store.counts.bytes_written.items() if not key.endswith(names)}
    assert sum(chunks.values()) == made.cost.bytes_written
    assert len(chunks) == made.cost.objects
    assert {store.counts.sets[key] for key in chunks} == {1}
    assert prod(made.specs[0].shape) == case.pixels.size
