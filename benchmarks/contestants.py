"""Who is measured, and with which Python."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.job import Job

__all__ = ["CONTESTANTS", "Contestant"]

_ENVIRONMENTS = Path(__file__).parent / ".envs"


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program in `benchmarks.entries`.

    Attributes
    ----------
    name
        In tables and on the command line.
    module
        Of the program.
    requirement
        What is installed from the package index into an environment of its own, because it cannot be in one
        with this package; None: it runs with the Python that measures.
    methods
        Those that it has.
    """

    name: str
    module: str
    methods: frozenset[str]
    requirement: str | None = None

    def command(self, job: Job) -> list[str]:
        """What starts a process that does the job."""
        return [str(self.python), "-m", f"benchmarks.entries.{self.module}", job.to_argument()]

    @property
    def python(self) -> Path:
        """The interpreter; see :meth:`prepare`."""
        if self.requirement is None:
            return Path(sys.executable)
        return _ENVIRONMENTS / self.requirement.replace("==", "-") / "bin" / "python"

    def prepare(self) -> None:
        """Make its environment, unless it is there."""
        if self.requirement is None or self.python.exists():
            return
        uv = os.environ.get("UV", "uv")
        folder = str(self.python.parents[1])
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        command = [uv, "pip", "install", "--quiet", "--python", folder, self.requirement]
        subprocess.run(command, check=True, env=os.environ | {"UV_SYSTEM_CERTS": "1"})


CONTESTANTS = (
    Contestant("floor", "floor", frozenset({"resize", "local_mean", "nearest", "mode"})),
    Contestant("ours", "ours", frozenset({"resize", "local_mean", "nearest", "mode"})),
    Contestant(
        "ome-zarr-py",
        "ome_zarr_py",
        frozenset({"resize", "local_mean", "nearest"}),
        requirement="ome-zarr==0.21.0",
    ),
)
"""In the order in which they run; the first one is what the others are compared with."""
