"""Whether memory stays within the budget, and time in proportion, as images grow."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.compare import Command, Result, in_turn, job_for, prepare_source
from benchmarks.measure import measure
from benchmarks.parts.wish import Wish
from benchmarks.report import laid_out
from benchmarks.workloads import MEMORY_SIZES, Workload

__all__ = ["measured"]

_BUDGETS = {"128 MiB": 128 << 20, "512 MiB": 512 << 20, "2 GiB": 2 << 30}
_HEAD = (
    "budget",
    "image, GB",
    "wall, s",
    "s a GB",
    "CPU, s a GB",
    "peak memory, MB",
    "beyond budget, MB",
    "tasks",
    "objects",
)


def measured(wish: Wish) -> str:
    """The table: a line for every budget and size."""
    images = [image.smaller() if wish.small else image for image in MEMORY_SIZES]
    sources = [prepare_source(image, wish.place.data) for image in images]
    cases = {
        f"{image.name}-{budget}": (budget, image, source)
        for budget in _BUDGETS
        for image, source in zip(images, sources, strict=True)
    }
    commands = {name: _command("ours", *case) for name, case in cases.items()}
    plans = {name: measure(_command("plan", *case)(Path())).said for name, case in cases.items()}
    results = in_turn("memory", commands, dict.fromkeys(commands, wish.runs.own), wish.place.outputs)
    rows = [_row(*cases[result.contestant][:2], result, plans[result.contestant]) for result in results]
    chunks = " × ".join(map(str, images[0].chunks))
    title = f"**memory**: images zyx uint16 from zarr on disk, chunks {chunks}, `resize` by 2, 4, 8 along all axes."
    return f"{title}\n\n{laid_out([_HEAD, *rows], 1)}"


def _command(module: str, budget: str, image: Workload, source: Path) -> Command:
    def command(target: Path) -> list[str]:
        job = job_for(replace(image, memory_budget=budget), image.methods[0], source, target)
        return [sys.executable, "-m", f"benchmarks.entries.{module}", job.to_argument()]

    return command


def _row(budget: str, image: Workload, result: Result, plan: Mapping[str, float]) -> tuple[str, ...]:
    gigabytes = image.size_bytes / 1e9
    return (
        budget,
        f"{gigabytes:.2f}",
        f"{result.wall_s:.2f}",
        f"{result.wall_s / gigabytes:.2f}",
        f"{result.cpu_s / gigabytes:.2f}",
        f"{result.peak_bytes / 1e6:.0f}",
        f"{(result.peak_bytes - _BUDGETS[budget]) / 1e6:.0f}",
        f"{plan['tasks']:.0f}",
        f"{plan['objects']:.0f}",
    )
