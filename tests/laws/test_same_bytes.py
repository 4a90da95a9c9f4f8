"""Law 4, serial = threads = dask, byte for byte in the store; and so for all budgets, tiles and sources."""

import warnings

import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from hypothesis import event, given
from hypothesis import strategies as st
from tests.laws.budgets import plan, some_budgets, walks
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import OmeZarrWarning
from ome_zarr.testing.stores import snapshot
from ome_zarr.testing.strategies import Arraylike, irregular_chunks, pyramids


def stored(source, **options):
    """Everything that a write puts into a store, byte for byte."""
    store = MemoryStore()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmeZarrWarning)
        ome_zarr.write(source, store, **options)
    return snapshot(store)


@given(pyramids(), st.integers(2, 4))
def test_any_budget_and_number_of_workers_gives_the_same_bytes(case, workers):
    wishes = {"axes": case.axes, **case.wishes}
    source = case.source()
    serial = stored(source, workers=1, **wishes)
    for budget in some_budgets(source, workers=workers, **wishes):
        event(f"walks {sorted(walks(plan(source, workers=workers, memory_budget=budget, **wishes)))}")
        assert stored(source, workers=workers, memory_budget=budget, executor="threads", **wishes) == serial


@given(pyramids(), st.data())
def test_dask_and_threads_give_the_same_bytes_however_the_source_is_cut(case, data):
    wishes = {"axes": case.axes, **case.wishes}
    threads = stored(case.pixels, **wishes)
    cuts = data.draw(irregular_chunks(case.pixels.shape))
    lazy = da.from_array(case.pixels, chunks=cuts)
    with dask.config.set(scheduler="threads", num_workers=3):
        assert stored(lazy, **wishes) == threads
        assert stored(case.source(), executor="dask", **wishes) == threads
    with dask.config.set(scheduler="synchronous"):
        assert stored(lazy.map_blocks(np.array, dtype=lazy.dtype), **wishes) == threads


@given(pyramids(sources=["numpy"]), st.data())
def test_every_kind_of_source_gives_the_same_bytes(case, data):
    wishes = {"axes": case.axes, **case.wishes}
    expected = stored(case.pixels, **wishes)
    chunks = tuple(cut[0] for cut in data.draw(irregular_chunks(case.pixels.shape)))
    for source in (Arraylike(case.pixels), zarr.array(case.pixels, chunks=chunks), np.asfortranarray(case.pixels)):
        assert stored(source, **wishes) == expected


WALKS = [
    # shape, axes, chunks, factors, workers
    ((61, 60), "yx", 16, [2, 4], 2),
    ((61, 60), "yx", 4, [2, 4], 1),
    ((61, 60), "yx", 4, [3, 5], 1),
    ((61, 60), "yx", 64, [2, 4], 1),
    ((40, 160), "yx", 4, [2, 4], 1),
]


ORDERS = {
    "resize": {"lengthwise"},
    "zoom": {"lengthwise"},
    "local_mean": {"nested"},
    "nearest": {"nested"},
    "mode": {"nested"},
    "median": {"nested"},
}
"""What keeps least in memory: methods that reach beyond their windows leave coarse units unfinished in any order."""


@pytest.mark.parametrize("method", ORDERS)
def test_sweeps_in_all_orders_and_boxes_give_the_same_bytes(method):
    seen = set()
    for shape, axes, chunks, factors, workers in WALKS:
        pixels = np.random.default_rng(1).integers(0, 9, shape).astype("u2")
        wishes = {"axes": axes, "chunks": chunks, "scale_factors": factors, "method": method, "name": "x"}
        roomy = stored(pixels, workers=3, **wishes)
        for budget in some_budgets(pixels, workers=workers, **wishes):
            seen |= walks(plan(pixels, workers=workers, memory_budget=budget, **wishes))
            assert stored(pixels, workers=workers, memory_budget=budget, **wishes) == roomy
    assert seen >= {"raster", "boxes"} | ORDERS[method]
