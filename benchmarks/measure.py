"""One run of one process: how long it took, and how much memory it had."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["FailedRunError", "Run", "measure", "processors"]

_ROOT = Path(__file__).parents[1]
"""Where processes are started, so that they find this package."""

_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""The unit of ``ru_maxrss``."""


class FailedRunError(RuntimeError):
    """A contestant ended with an error, which is in the message."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process took, from its start to its end.

    Attributes
    ----------
    wall_s
        Seconds on the clock.
    cpu_s
        Seconds of all its threads together, in user code and in the kernel.
    peak_bytes
        The most memory that was resident.
    said
        What the process says of itself, in the first line of its output: ``load_s`` are the seconds of `wall_s` that
        went into loading the source into memory.
    """

    wall_s: float
    cpu_s: float
    peak_bytes: int
    said: Mapping[str, float] = field(default_factory=dict)

    @property
    def load_s(self) -> float:
        """0 where nothing was loaded."""
        return self.said.get("load_s", 0.0)


def processors() -> int:
    """How many this process, and those that it starts, may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _environment() -> dict[str, str]:
    """That of this process; but Python keeps the bytecode of what it has imported once, as it does by default."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def measure(argv: Sequence[str]) -> Run:
    """Start a process, wait for its end, and say what it took.

    The kernel counts the memory of the process that starts another one as the other's peak until that one
    has more. So whoever calls this keeps small: it imports no NumPy, and makes no pixels itself.

    Raises
    ------
    FailedRunError
        The process ended with an error.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(argv, cwd=_ROOT, env=_environment(), stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            told = errors.read().decode(errors="replace")
            raise FailedRunError(f"{' '.join(argv)} ended with {process.returncode}:\n{told[-4000:]}")
        said = output.read().split(b"\n")[0]
    facts = json.loads(said) if said.startswith(b"{") else {}
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_BYTES, facts)
