"""Who works for a dask array, and that it computes each block once whoever it is."""

import pickle

import dask
import dask.array as da
import numpy as np
import pytest
from dask.callbacks import Callback
from distributed import Client, LocalCluster
from tests.unit.engine.counting import counted
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.chunks.inventory import INVENTORY_NAME
from ome_zarr.engine.delayed import delayed_levels
from ome_zarr.engine.events import TileDone
from ome_zarr.sources import as_source

PIXELS = np.random.default_rng(0).integers(1, 999, (192, 320)).astype("u2")
WISHES = {"name": "x", "axes": "yx", "scale_factors": [2, 4], "chunks": 16}
LAYOUTS = {
    "small": 8,
    "the chunks": 16,
    "others": (24, 40),
    "rows": (1, 320),
    "large": (192, 100),
    "irregular": ((5, 90, 97), (3, 17, 300)),
    "told by sizes": ((8,) + (16,) * 11 + (8,), (320,)),
}


def written(source, **options):
    store = MemoryStore()
    ome_zarr.write(source, store, **WISHES, **options)
    return {key: value.to_bytes() for key, value in store._store_dict.items()}


def events(**options):
    told = []
    ome_zarr.write(da.from_array(PIXELS, chunks=32), MemoryStore(), on_event=told.append, **WISHES, **options)
    return {type(event) for event in told}


@pytest.mark.parametrize("executor", ["threads", "dask"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_block_is_computed_once_and_the_bytes_are_the_same(layout, executor):
    array, count = counted(PIXELS, LAYOUTS[layout])
    assert ome_zarr.plan(array, **WISHES).cost.source_reads == 1
    assert written(array, executor=executor) == written(PIXELS)
    assert len(count.blocks) == array.npartitions
    assert set(count.blocks.values()) == {1}


def test_where_nobody_chose_a_scheduler_our_threads_work():
    assert TileDone in events()


@pytest.mark.parametrize(
    "choice", [{"scheduler": "synchronous"}, {"scheduler": "threads"}, {"num_workers": 1}], ids=str
)
def test_where_somebody_told_dask_how_to_compute_dask_works(choice):
    with dask.config.set(choice):
        assert TileDone not in events()


def test_where_a_callback_looks_on_dask_works():
    seen = []
    with Callback(pretask=lambda key, *_: seen.append(key)):
        assert TileDone not in events()
    assert seen


def test_our_threads_work_where_they_are_asked_for():
    with dask.config.set(scheduler="synchronous"):
        assert TileDone in events(executor="threads")


def test_a_plan_that_reads_the_source_more_than_once_is_followed():
    array, count = counted(PIXELS, (192, 320))
    wishes = {"memory_budget": 200_000, "workers": 1}
    assert ome_zarr.plan(array, **WISHES, **wishes).cost.source_reads > 1
    assert written(array, **wishes) == written(PIXELS)
    assert count.blocks[0, 0] > 1


class Nowhere:
    """A writer."""

    def write(self, level, region, block):
        return 0


def graph_of(array):
    source = as_source(array)
    plan = ome_zarr.plan(source, axes="yx")
    return dict(delayed_levels(plan, source, Nowhere())[0].dask)


def test_ten_thousand_blocks_are_a_few_hundred_tasks():
    blocks = da.zeros((6400, 6400), chunks=64, dtype="u2").map_blocks(np.negative)
    assert len(graph_of(blocks)) < 600


def test_the_graph_grows_with_the_blocks_by_some_hundred_bytes_each():
    sizes = [
        len(pickle.dumps(graph_of(da.zeros((rows, 6400), chunks=64, dtype="u2").map_blocks(np.negative))))
        for rows in (3200, 6400)
    ]
    assert (sizes[1] - sizes[0]) / 5000 < 500


def noted(block, log, block_info=None):
    """The block; a line in a file, because other processes count elsewhere."""
    with log.open("a") as file:
        file.write(f"{block_info[0]['chunk-location']}\n")
    return block


def files_of(source, target):
    ome_zarr.write(source, target, **WISHES)
    files = (file for file in target.rglob("*") if file.is_file() and file.name != INVENTORY_NAME)
    return {file.relative_to(target): file.read_bytes() for file in files}


def test_on_a_cluster_every_block_is_computed_once_and_what_is_persisted_is_found(tmp_path):
    expected = files_of(PIXELS, tmp_path / "threads.zarr")  # the cluster's processes do not tell what they stored
    log = tmp_path / "log"
    array = da.from_array(PIXELS, chunks=(24, 40)).map_blocks(noted, log, dtype="u2", meta=np.empty((0, 0), "u2"))
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster),
    ):
        assert files_of(array, tmp_path / "cluster.zarr") == expected
        assert files_of(da.from_array(PIXELS, chunks=8).persist(), tmp_path / "persisted.zarr") == expected
    lines = log.read_text().splitlines()
    assert len(lines) == len(set(lines)) == array.npartitions
