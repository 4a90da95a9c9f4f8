"""Many small images, written by one process one after the other."""

import statistics
from pathlib import Path

from benchmarks.compare import Result, in_turn
from benchmarks.contestants import ACQUIRE_ZARR, OME_ZARR_PY, Requirements, environment, python_of
from benchmarks.parts.wish import Wish
from benchmarks.report import laid_out

__all__ = ["measured"]

_COUNT, _FEW = 200, 10
_HEAD = ("", "ms an image", "process, s", "× ours", "CPU, s", "peak memory, MiB", "stored, MB")
_PROGRAMS: dict[str, tuple[str, Requirements]] = {
    "ours": ("images_write_image", ()),
    "ome-zarr-py": ("images_write_image", OME_ZARR_PY),
    "acquire-zarr": ("images_acquire_zarr", ACQUIRE_ZARR),
}


def measured(wish: Wish) -> str:
    """The table: a line for every contestant."""
    count = _FEW if wish.small else _COUNT
    commands = {
        name: lambda target, module=module, requirements=requirements: _command(module, requirements, target, count)
        for name, (module, requirements) in _PROGRAMS.items()
        if name in wish.only
    }
    if not commands:
        return ""
    for name in commands:
        environment(_PROGRAMS[name][1])
    turns = {name: wish.runs.of(_PROGRAMS[name][1]) for name in commands}
    results = in_turn("images", commands, turns, wish.place.outputs)
    ours = next((result for result in results if result.contestant == "ours"), None)
    title = f"**images**: {count} images of 512 × 512 uint8 from memory, each with its levels, in one process."
    return f"{title}\n\n{laid_out([_HEAD, *(_row(result, ours, count) for result in results)], 1)}"


def _command(module: str, requirements: Requirements, target: Path, count: int) -> list[str]:
    return [str(python_of(requirements)), "-m", f"benchmarks.entries.{module}", str(target), str(count)]


def _row(result: Result, ours: Result | None, count: int) -> tuple[str, ...]:
    work_s = statistics.median(run.said["work_s"] for run in result.runs)
    return (
        result.contestant,
        f"{1000 * work_s / count:.1f}",
        f"{result.wall_s:.2f}",
        f"{result.ratio([run.wall_s for run in result.beside(ours)]):.2f}" if ours else "",
        f"{result.cpu_s:.2f}",
        f"{result.peak_bytes / 2**20:.0f}",
        f"{result.stored_bytes / 1e6:.1f}",
    )
