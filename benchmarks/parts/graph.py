"""What it costs that the source is a dask array of very many chunks."""

import statistics
from pathlib import Path

from benchmarks.compare import Command, Result, in_turn
from benchmarks.contestants import OME_ZARR_PY, Requirements, environment, python_of
from benchmarks.parts.wish import Wish
from benchmarks.report import laid_out

__all__ = ["measured"]

_SIDE, _SHORT = 100, 10
_HEAD = ("", "writing, s", "ms a chunk", "beyond memory, ms a chunk", "process, s", "peak memory, MiB", "chunks made")
_MEMORY = "ours, the pixels in memory"
_MODES = {
    _MEMORY: "memory",
    "dask alone, computing the chunks": "alone",
    "ours, dask's threads": "graph",
    "ours, own threads": "threads",
    "ours, `distributed`, 1 process × 2 threads": "distributed",
    "ome-zarr-py, dask's threads": "ome-zarr-py",
}


def measured(wish: Wish) -> str:
    """The table: a line for every way to write it."""
    side = _SHORT if wish.small else _SIDE
    modes = {title: mode for title, mode in _MODES.items() if mode != "ome-zarr-py" or mode in wish.only}
    if "ome-zarr-py" in modes.values():
        environment(OME_ZARR_PY)
    commands = {mode: _command(mode, side) for mode in modes.values()}
    turns = {mode: wish.runs.of(_requirements(mode)) for mode in commands}
    results = in_turn("graph", commands, turns, wish.place.outputs)
    memory = next(result for result in results if result.contestant == "memory")
    rows = [_row(title, result, memory, side**2) for title, result in zip(modes, results, strict=True)]
    title = f"**graph**: image of {side**2} chunks of 64 × 64 uint16, stored in the same, `local_mean` by 2, 4, 8."
    return f"{title}\n\n{laid_out([_HEAD, *rows], 1)}"


def _requirements(mode: str) -> Requirements:
    return OME_ZARR_PY if mode == "ome-zarr-py" else ()


def _command(mode: str, side: int) -> Command:
    def command(target: Path) -> list[str]:
        counter = target.with_suffix(".made")
        program = [str(python_of(_requirements(mode))), "-m", "benchmarks.entries.graph_write"]
        return [*program, mode, str(target), str(side), str(counter)]

    return command


def _row(title: str, result: Result, memory: Result, chunks: int) -> tuple[str, ...]:
    work_s = statistics.median(run.said["work_s"] for run in result.runs)
    pairs = zip(result.runs, result.beside(memory), strict=True)
    beyond_s = statistics.median(run.said["work_s"] - base.said["work_s"] for run, base in pairs)
    return (
        title,
        f"{work_s:.2f}",
        f"{1000 * work_s / chunks:.2f}",
        "" if result is memory or result.contestant == "alone" else f"{1000 * beyond_s / chunks:.2f}",
        f"{result.wall_s:.2f}",
        f"{result.peak_bytes / 2**20:.0f}",
        f"{max(run.said['blocks'] for run in result.runs):.0f}",
    )
