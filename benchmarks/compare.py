"""Runs of all contestants in turn, and what they come to."""

import os
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import Contestant, Requirements
from benchmarks.job import Job
from benchmarks.measure import Run, measure, processors
from benchmarks.outcome import check_levels
from benchmarks.workloads import Workload

__all__ = ["Case", "Command", "Place", "Result", "Runs", "compare", "in_turn", "job_for", "prepare_source"]


type Command = Callable[[Path], Sequence[str]]
"""The command line that writes to a path, where nothing is yet."""


@dataclass(frozen=True, slots=True)
class Runs:
    """How often each contestant runs.

    Attributes
    ----------
    own
        The floor and this package.
    peers
        Other packages, which take longer, and of which nothing hangs on a hundredth.
    """

    own: int
    peers: int

    def of(self, requirements: Requirements) -> int:
        """Of who needs these packages."""
        return self.peers if requirements else self.own


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
    """All runs of one contestant at one task, in their order."""

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

    def ratio(self, seconds: Sequence[float]) -> float:
        """The median of its wall times against `seconds` in the same turn: what slows both cancels out."""
        return statistics.median(run.wall_s / against for run, against in zip(self.runs, seconds, strict=True))

    def beside(self, other: "Result") -> list[Run]:
        """The runs of another one in the same turns."""
        return list(other.runs[: len(self.runs)])


@dataclass(frozen=True, slots=True)
class Case:
    """One workload and method, and the results of all who took part, by name."""

    workload: Workload
    method: str
    results: Mapping[str, Result]


def compare(workload: Workload, method: str, contestants: Sequence[Contestant], runs: Runs, place: Place) -> Case:
    """The results of contestants that can do it, on the same job in turn.

    Raises
    ------
    OtherPyramidError
        A contestant has made levels of other shapes than it was asked for.
    """
    source = prepare_source(workload, place.data)
    commands = {
        contestant.name: lambda target, contestant=contestant: contestant.command(
            job_for(workload, method, source, target)
        )
        for contestant in contestants
    }
    expected = workload.level_shapes if workload.asks != "nothing" else None
    turns = {contestant.name: runs.of(contestant.requirements) for contestant in contestants}
    results = in_turn(f"{workload.name}-{method}", commands, turns, place.outputs, expected)
    return Case(workload, method, {result.contestant: result for result in results})


def in_turn(
    task: str,
    commands: Mapping[str, Command],
    turns: Mapping[str, int],
    outputs: Path,
    levels: Sequence[tuple[int, ...]] | None = None,
) -> list[Result]:
    """The results of commands, by the names of who runs them, in turn: A B C, A B C, ... as often as `turns` says.

    Before a run nothing waits to be written to disk; in a run nobody waits for the disk unless of its own accord.
    Where the shapes of `levels` are known, images that say theirs are held to them.
    """
    measured: dict[str, list[Run]] = {name: [] for name in commands}
    stored: dict[str, int] = {}
    for turn in range(max(turns.values(), default=0)):
        for name in (name for name in commands if turn < turns[name]):
            target = outputs / f"{task}-{turn}-{name}.ome.zarr"
            os.sync()
            measured[name].append(measure(commands[name](target)))
            if levels is not None:
                check_levels(target, levels)
            stored[name] = _emptied(target)
    return [Result(name, tuple(of), stored[name]) for name, of in measured.items()]


def job_for(workload: Workload, method: str, source: Path, target: Path) -> Job:
    """The job that everybody gets."""
    return Job(
        source=str(source),
        target=str(target),
        axes=workload.axes,
        kind=workload.kind,
        chunks=workload.chunks,
        shards=workload.shards,
        codec="zstd" if workload.kind == "labels" or workload.dtype == "uint8" else "blosc",
        factors=workload.factors,
        method=method,
        asks=workload.asks,
        memory_budget=workload.memory_budget,
        workers=processors(),
    )


def prepare_source(workload: Workload, data: Path) -> Path:
    """The file with the pixels of a workload, made if it is not there, and in the page cache."""
    path = workload.file(data)
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        print(f"making {path}", file=sys.stderr, flush=True)
        measure([sys.executable, "-m", "benchmarks.pixels", workload.to_argument(), str(path)])
    _read_once(path)
    if workload.source_type == "tiff":
        _read_once(path.with_suffix(".npy"))
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
