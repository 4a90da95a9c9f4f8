"""What goes wrong in a cluster: workers die, and tasks are done more than once."""

import os
import signal
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
from dask.order import order
from dask.utils import ensure_dict
from distributed import Client, LocalCluster
from distributed.scheduler import KilledWorker
from tests.faults.leftovers import files
from tests.faults.sizes import times

import ome_zarr
from ome_zarr.chunks.inventory import INVENTORY_NAME

PIXELS = np.random.default_rng(0).integers(0, 999, (16, 96, 96)).astype("u2")
WISHES = {"axes": "zyx", "scale_factors": [2, 4], "chunks": 8, "name": "x", "executor": "dask"}
PLACES = [(place, row) for place in range(2) for row in range(4)]

ignored = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


def deadly(flags):
    """The pixels, in blocks that end the process which computes them: as often as there are flags with their names."""
    return da.from_array(PIXELS, chunks=(8, 24, 96)).map_blocks(
        _ended, flags, dtype="u2", meta=np.empty((0,) * 3, "u2")
    )


def _ended(block, flags, block_info=None):
    place, row, _ = block_info[0]["chunk-location"]
    for flag in sorted(flags.glob(f"{place}-{row}-*")):
        with suppress(FileNotFoundError):  # another process has it
            flag.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return block


def stored(folder: Path) -> dict[str, bytes | None]:
    """All that is in an image but inventories: processes of others do not tell what they stored."""
    return {name: held for name, held in files(folder).items() if not name.endswith(INVENTORY_NAME)}


@contextmanager
def cluster(failures):
    """Four processes, with a scheduler that gives up a task when as many processes have died on it, and one more."""
    options = {"n_workers": 4, "threads_per_worker": 2, "processes": True, "dashboard_address": "127.0.0.1:0"}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": failures}),
        LocalCluster(silence_logs=50, **options) as workers,
        Client(workers),
    ):
        yield


@ignored
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_workers_that_die_change_no_byte(tmp_path):
    ome_zarr.write(PIXELS, tmp_path / "whole.zarr", **WISHES)
    chance = np.random.default_rng(0)
    with cluster(failures=10):
        for number in range(times(2, 100)):
            flags = tmp_path / f"flags-{number}"
            flags.mkdir()
            for place, row in chance.choice(PLACES, 2, replace=False):
                (flags / f"{place}-{row}-0").touch()
            ome_zarr.write(deadly(flags), tmp_path / f"{number}.zarr", **WISHES)
            assert not list(flags.iterdir())
            assert stored(tmp_path / f"{number}.zarr") == stored(tmp_path / "whole.zarr")
            assert ome_zarr.verify(tmp_path / f"{number}.zarr", deep=True).findings == ()
    assert not list(tmp_path.glob(".*"))


@ignored
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_where_the_cluster_gives_up_there_is_no_image(tmp_path):
    flags = tmp_path / "flags"
    flags.mkdir()
    for number in range(8):
        (flags / f"1-2-{number}").touch()
    with cluster(failures=0), pytest.raises(KilledWorker):
        ome_zarr.write(deadly(flags), tmp_path / "a.zarr", **WISHES)
    assert [path.name for path in tmp_path.iterdir()] == ["flags"]


def twice(graph, keys, **options):
    """A scheduler that does every task two times, the second time after all others."""
    tasks = ensure_dict(graph)
    rank = order(tasks)
    for _ in range(2):
        results = {}
        for key in sorted(tasks, key=rank.__getitem__):
            results[key] = tasks[key]({name: results[name] for name in tasks[key].dependencies})
    return _found(keys, results)


def _found(keys, results):
    return [_found(key, results) for key in keys] if isinstance(keys, list) else results[keys]


@pytest.mark.parametrize("wishes", [{}, {"shards": 16}, {"version": "0.4"}], ids=str)
@pytest.mark.parametrize("sparse", [False, True])
def test_tasks_that_are_done_twice_change_no_byte(tmp_path, wishes, sparse):
    pixels = PIXELS * (np.arange(96) < 40) if sparse else PIXELS
    seen = Counter()

    def count(block, block_info=None):
        seen[block_info[0]["chunk-location"]] += 1
        return block

    array = da.from_array(pixels, chunks=(8, 24, 96)).map_blocks(count, dtype="u2", meta=np.empty((0,) * 3, "u2"))
    ome_zarr.write(pixels, tmp_path / "once.zarr", **WISHES, **wishes)
    with dask.config.set(scheduler=twice):
        ome_zarr.write(array, tmp_path / "twice.zarr", **WISHES, **wishes)
    assert set(seen.values()) == {2}
    assert files(tmp_path / "twice.zarr") == files(tmp_path / "once.zarr")
