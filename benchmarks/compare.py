"""Runs of all contestants in turn, and what they come to."""

import os
import shutil
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import Contestant
from benchmarks.job import Job
from benchmarks.measure import Run, measure
from benchmarks.workloads import Workload

__all__ = ["Case", "Result", "compare", "prepare_source"]

MEMORY_BUDGET = "512 MiB"


@dataclass(frozen=True, slots=True)
class Result:
    """All runs of one contestant on one workload with one method, in their order."""

    contestant: str
    runs: tuple[Run, ...]
    stored_bytes: int

    @property
    def wall_s(self) -> float:
        """The median."""
        return statistics.median(run.wall_s for run in self.runs)

    @property
    def load_s(self) -> float:
        """The median."""
        return statistics.median(run.load_s for run in self.runs)

    @property
    def cpu_s(self) -> float:
        """The median."""
        return statistics.median(run.cpu_s for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        """The greatest."""
        return max(run.peak_bytes for run in self.runs)

    def ratio(self, other: "Result") -> float:
        """The median of its wall times against those of another in the same turn: what slows both cancels out."""
        pairs = zip(self.runs, other.runs, strict=True)
        return statistics.median(run.wall_s / against.wall_s for run, against in pairs)


@dataclass(frozen=True, slots=True)
class Case:
    """One workload and method, and the results of all who could take part."""

    workload: Workload
    method: str
    results: tuple[Result, ...]


def prepare_source(workload: Workload, data: Path) -> Path:
    """The file with the pixels of a workload, made if it is not there."""
    path = workload.file(data)
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        print(f"making {path}", file=sys.stderr, flush=True)
        measure([sys.executable, "-m", "benchmarks.pixels", workload.to_argument(), str(path)])
    return path


def compare(workload: Workload, method: str, contestants: Sequence[Contestant], runs: int, data: Path) -> Case:
    """Let the contestants do the same job in turn: A B C, A B C, ...

    Outputs lie on one disk, are not synchronised in the measured time, and are removed after each run; before a
    run nothing is waiting to be written. The source has been read once before, so it comes from the page cache.
    """
    source = prepare_source(workload, data)
    taking_part = [contestant for contestant in contestants if method in contestant.methods]
    measured: dict[str, list[Run]] = {contestant.name: [] for contestant in taking_part}
    stored: dict[str, int] = {}
    _read_once(source)
    for _ in range(runs):
        for contestant in taking_part:
            target = data / f"output-{os.getpid()}.ome.zarr"
            job = Job(
                source=str(source),
                target=str(target),
                axes=workload.axes,
                kind=workload.kind,
                chunks=workload.chunks,
                factors=workload.factors,
                method=method,
                memory_budget=MEMORY_BUDGET,
                workers=os.process_cpu_count() or 1,
            )
            os.sync()
            try:
                measured[contestant.name].append(measure(contestant.command(job)))
                stored[contestant.name] = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
            finally:
                shutil.rmtree(target, ignore_errors=True)
    results = (Result(name, tuple(of), stored[name]) for name, of in measured.items())
    return Case(workload, method, tuple(results))


def _read_once(path: Path) -> None:
    files: Iterable[Path] = path.rglob("*") if path.is_dir() else [path]
    for file in files:
        if file.is_file():
            with file.open("rb") as opened:
                while opened.read(1 << 20):
                    pass
