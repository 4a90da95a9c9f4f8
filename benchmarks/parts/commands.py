"""What one types: each command is a process of its own, from its start to its end."""

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.compare import Result, in_turn, prepare_source
from benchmarks.contestants import NGFF_ZARR, OME_ZARR_PY, Requirements, environment, python_of
from benchmarks.parts.wish import Wish
from benchmarks.report import laid_out
from benchmarks.workloads import Workload

__all__ = ["measured"]

_HEAD = ("command", "", "wall, s", "beyond NumPy, s", "CPU, s", "peak memory, MiB")
_IMAGE = Workload(
    name="image",
    axes="yx",
    shape=(512, 512),
    dtype="uint8",
    kind="image",
    source="tiff:zstd",
    chunks=(512, 512),
    factors=(),
    methods=(),
)


@dataclass(frozen=True, slots=True)
class _Command:
    """A line of the table: `arguments` follow the program, which lies beside the Python of an environment."""

    title: str
    who: str
    requirements: Requirements
    program: str
    arguments: Callable[[Path], Sequence[str | Path]]

    def argv(self, target: Path) -> list[str]:
        """The whole command line, where `target` is written."""
        return [str(python_of(self.requirements).with_name(self.program)), *map(str, self.arguments(target))]


def measured(wish: Wish) -> str:
    """The table: a line for every command and program."""
    image = prepare_source(_IMAGE, wish.place.data)
    commands = [command for command in _commands(image) if command.who in {"", *wish.only}]
    for command in commands:
        environment(command.requirements)
    tasks = {f"{number}": command.argv for number, command in enumerate(commands)}
    turns = {f"{number}": wish.runs.of(command.requirements) for number, command in enumerate(commands)}
    results = in_turn("command", tasks, turns, wish.place.outputs)
    rows = [_row(command, result, results[0]) for command, result in zip(commands, results, strict=True)]
    return f"**commands**: cold processes; the image has 512 × 512 pixels of uint8.\n\n{laid_out([_HEAD, *rows], 2)}"


def _commands(tiff: Path) -> list[_Command]:
    """All of them; the first one is what the others are compared with."""
    python = Path(sys.executable).name
    npy = tiff.with_suffix(".npy")
    return [
        _Command("`import numpy`", "", (), python, lambda _: ["-c", "import numpy"]),
        *(
            _Command("`import numpy, ome_zarr`", who, of, "python", lambda _: ["-c", "import numpy, ome_zarr"])
            for who, of in (("ours", ()), ("ome-zarr-py", OME_ZARR_PY))
        ),
        *(
            _Command("`--help`", who, of, program, lambda _: ["--help"])
            for who, of, program in (
                ("ours", (), "ome_zarr"),
                ("ome-zarr-py", OME_ZARR_PY, "ome_zarr"),
                ("ngff-zarr", NGFF_ZARR, "ngff-zarr"),
            )
        ),
        _Command("image.npy to OME-Zarr", "ours", (), "ome_zarr", lambda target: ["convert", npy, target]),
        _Command("image.tif to OME-Zarr", "ours", (), "ome_zarr", lambda target: ["convert", tiff, target]),
        _Command("image.tif to OME-Zarr", "ngff-zarr", NGFF_ZARR, "ngff-zarr", lambda to: ["-i", tiff, "-o", to]),
        *(
            _Command("`create`, a sample", who, of, "ome_zarr", lambda to: ["create", "--method", "astronaut", to])
            for who, of in (("ours", ()), ("ome-zarr-py", OME_ZARR_PY))
        ),
    ]


def _row(command: _Command, result: Result, numpy: Result) -> tuple[str, ...]:
    pairs = zip(result.runs, result.beside(numpy), strict=True)
    beyond = statistics.median(run.wall_s - base.wall_s for run, base in pairs)
    return (
        command.title,
        command.who,
        f"{result.wall_s:.2f}",
        "" if result is numpy else f"{beyond:.2f}",
        f"{result.cpu_s:.2f}",
        f"{result.peak_bytes / 2**20:.0f}",
    )
