"""A dask array of many small chunks, written in one way of several: ``MODE TARGET SIDE COUNTER``."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dask
import dask.array as da
import numpy as np

from benchmarks.entries.graph_source import CHUNK, blocks, counted, pixels

_THREADS = 2


def _memory(side: int, target: str, _: Path) -> float:
    return _written(pixels(side), target)


def _alone(side: int, _: str, counter: Path) -> float:
    source = blocks(side, counter)
    made = source.map_blocks(lambda block: block[:1, :1], chunks=((1,) * side,) * 2, dtype=source.dtype)
    begin = time.perf_counter()
    made.compute(scheduler="threads", num_workers=_THREADS)
    return time.perf_counter() - begin


def _graph(side: int, target: str, counter: Path) -> float:
    return _written(blocks(side, counter), target, executor="dask")


def _threads(side: int, target: str, counter: Path) -> float:
    return _written(blocks(side, counter), target, executor="threads")


def _distributed(side: int, target: str, counter: Path) -> float:
    from distributed import Client, LocalCluster  # noqa: PLC0415 - the others should not pay for it

    with (
        LocalCluster(n_workers=1, threads_per_worker=_THREADS, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        return _written(blocks(side, counter), target, executor="dask")


def _written(source: np.ndarray | da.Array, target: str, **how: str) -> float:
    import ome_zarr  # noqa: PLC0415 - dask alone does without

    begin = time.perf_counter()
    ome_zarr.write(
        source, target, axes="yx", scale_factors=[2, 4, 8], method="local_mean", chunks=CHUNK, workers=_THREADS, **how
    )
    return time.perf_counter() - begin


def _ome_zarr_py(side: int, target: str, counter: Path) -> float:
    from ome_zarr.writer import write_image  # noqa: PLC0415 - only in its own environment

    source = blocks(side, counter)
    begin = time.perf_counter()
    write_image(source, target, axes="yx", scale_factors=[2, 4, 8], method="local_mean")
    return time.perf_counter() - begin


_MODES: dict[str, Callable[[int, str, Path], float]] = {
    "memory": _memory,
    "alone": _alone,
    "graph": _graph,
    "threads": _threads,
    "distributed": _distributed,
    "ome-zarr-py": _ome_zarr_py,
}


def main() -> None:
    """Do it, and say how long it took and how many chunks of the source were made."""
    mode, target, side, counter = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    with dask.config.set(num_workers=_THREADS):
        work_s = _MODES[mode](side, target, counter)
    print(json.dumps({"work_s": work_s, "blocks": counted(counter)}))


if __name__ == "__main__":
    main()
