"""Runs of all contestants in turn, and what they come to."""

import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import Contestant
from benchmarks.job import Job
from benchmarks.measure import Run, measure, processors
from benchmarks.workloads import Workload

__all__ = ["Case", "Place", "Result", "compare", "job_for", "prepare_source"]

_MEMORY_BUDGET = "512 MiB"


@dataclass(frozen=True, slots=True)
class Place:
    """Where files are kept.

    Attributes
    ----------
    data
        The folder of the pixels, which stay.
    outputs
        A folder on the same disk for what is written, which the caller removes in the end.
    """

    data: Path
    outputs: Path


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
    """One workload and method, and the results of all who took part."""

    workload: Workload
    method: str
    results: tuple[Result, ...]


def compare(workload: Workload, method: str, contestants: Sequence[Contestant], runs: int, place: Place) -> Case:
    """The results of the contestants that have the method, on the same job in turn: A B C, A B C, ...

    The source comes from the page cache for all of them. Before a run nothing waits to be written to disk;
    in a run nobody waits for the disk unless of its own accord.
    """
    source = prepare_source(workload, place.data)
    _read_once(source)
    taking_part = [contestant for contestant in contestants if method in contestant.methods]
    measured: dict[str, list[Run]] = {contestant.name: [] for contestant in taking_part}
    stored: dict[str, int] = {}
    for turn in range(runs):
        for contestant in taking_part:
            target = place.outputs / f"{workload.name}-{method}-{turn}-{contestant.name}.ome.zarr"
            os.sync()
            measured[contestant.name].append(measure(contestant.command(job_for(workload, method, source, target))))
            stored[contestant.name] = _emptied(target)
    results = (Result(name, tuple(of), stored[name]) for name, of in measured.items())
    return Case(workload, method, tuple(results))


def job_for(workload: Workload, method: str, source: Path, target: Path) -> Job:
    """The job that everybody gets."""
    return Job(
        source=str(source),
        target=str(target),
        axes=workload.axes,
        kind=workload.kind,
        chunks=workload.chunks,
        factors=workload.factors,
        method=method,
        memory_budget=_MEMORY_BUDGET,
        workers=processors(),
    )


def prepare_source(workload: Workload, data: Path) -> Path:
    """The file with the pixels of a workload, made if it is not there."""
    path = workload.file(data)
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        print(f"making {path}", file=sys.stderr, flush=True)
        measure([sys.executable, "-m", "benchmarks.pixels", workload.to_argument(), str(path)])
    return path


def _files(path: Path) -> Iterator[Path]:
    return (file for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


def _read_once(path: Path) -> None:
    for file in _files(path):
        with file.open("rb") as opened:
            while opened.read(1 << 20):
                pass


def _emptied(target: Path) -> int:
    """Bytes that a run has stored; the disk gets them back.

    The files stay, empty: ext4 keeps the inodes of removed files from new ones for minutes, and looks at each of
    them for every file that is made. With files removed after each run, a profile of the floor on the 2d workload had
    a fifth of its samples in that search.
    """
    size = 0
    for file in _files(target):
        size += file.stat().st_size
        os.truncate(file, 0)
    return size
