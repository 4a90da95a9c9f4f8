"""Who is measured, and with which Python."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.job import Job
from benchmarks.workloads import Workload

__all__ = [
    "ACQUIRE_ZARR",
    "CONTESTANTS",
    "NGFF_ZARR",
    "OME_ZARR_PY",
    "Contestant",
    "Requirements",
    "environment",
    "python_of",
]

_ENVIRONMENTS = Path(__file__).parent / ".envs"
_ARRAYS = frozenset({"npy", "zarr"})

type Requirements = tuple[str, ...]
"""Packages with their versions, as pip takes them."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program in `benchmarks.entries`.

    Attributes
    ----------
    name
        In tables and on the command line.
    module
        Of the program.
    methods
        Those that it has, and what it calls them; ``"default"`` is whatever it does when nothing is asked for.
    requirements
        What is installed from the package index into an environment of its own, the package itself first. Empty:
        it runs with the Python that measures.
    arguments
        Of the program, after the job.
    sources
        Types of sources that it takes.
    workloads
        Names of those that it is there for. None: any.
    """

    name: str
    module: str
    methods: Mapping[str, str]
    requirements: Requirements = ()
    arguments: tuple[str, ...] = ()
    sources: frozenset[str] = _ARRAYS
    workloads: frozenset[str] | None = None

    def command(self, job: Job) -> list[str]:
        """What starts a process that does the job."""
        program = f"benchmarks.entries.{self.module}"
        return [str(python_of(self.requirements)), "-m", program, job.to_argument(), *self.arguments]

    def takes(self, workload: Workload, method: str) -> bool:
        """Whether it can do a workload with a method."""
        meant = self.workloads is None or workload.name in self.workloads
        return meant and workload.source_type in self.sources and method in self.methods

    def prepare(self) -> None:
        """Make its environment, unless it is there."""
        environment(self.requirements)


def python_of(requirements: Requirements) -> Path:
    """The interpreter of an environment; see :func:`environment`."""
    if not requirements:
        return Path(sys.executable)
    name, _, version = requirements[0].partition("==")
    return _ENVIRONMENTS / f"{name.partition('[')[0]}-{version}" / "bin" / "python"


def environment(requirements: Requirements) -> None:
    """Install packages into an environment of their own, unless it is there; it is there whole or not at all."""
    python = python_of(requirements)
    if python.exists():
        return
    uv = os.environ.get("UV", "uv")
    folder = python.parents[1]
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], check=True)
    command = [uv, "pip", "install", "--quiet", "--python", str(folder), *requirements]
    try:
        subprocess.run(command, check=True, env=os.environ | {"UV_SYSTEM_CERTS": "1"})
    except subprocess.CalledProcessError:
        shutil.rmtree(folder)
        raise


OME_ZARR_PY: Requirements = ("ome-zarr==0.21.0",)
NGFF_ZARR: Requirements = ("ngff-zarr[cli,dask-image]==0.50.0",)
ACQUIRE_ZARR: Requirements = ("acquire-zarr==0.10.0", "numpy", "zarr>=3.4")
_ANY = ("resize", "local_mean", "nearest", "mode")

CONTESTANTS = (
    Contestant("floor", "floor", {method: method for method in _ANY}, sources=_ARRAYS | {"tiff"}),
    Contestant(
        "copying floor",
        "floor",
        {method: method for method in _ANY},
        arguments=("--copy",),
        workloads=frozenset({"passthrough"}),
    ),
    Contestant("decode", "decode", {"resize": ""}, sources=frozenset({"tiff"})),
    Contestant("ours", "ours", {method: method for method in (*_ANY, "default")}, sources=_ARRAYS | {"tiff"}),
    Contestant(
        "ome-zarr-py",
        "ome_zarr_py",
        {method: method for method in ("resize", "local_mean", "nearest", "default")},
        OME_ZARR_PY,
    ),
    Contestant(
        "ngff-zarr",
        "ngff_zarr_write",
        {
            "resize": "itkwasm_gaussian",
            "local_mean": "itkwasm_bin_shrink",
            "nearest": "dask_image_nearest",
            "mode": "dask_image_mode",
            "default": "itkwasm_gaussian",
        },
        NGFF_ZARR,
    ),
    Contestant(
        "ome-zarr-pyramid",
        "ome_zarr_pyramid_write",
        {"local_mean": "mean", "nearest": "simple", "mode": "mode", "default": "simple"},
        ("ome-zarr-pyramid==0.4.0",),
    ),
    Contestant(
        "acquire-zarr",
        "acquire_zarr_write",
        {"local_mean": "MEAN", "nearest": "DECIMATE"},
        ACQUIRE_ZARR,
    ),
    Contestant(
        "bioio-ome-zarr",
        "bioio_ome_zarr_write",
        {"nearest": "order 0", "default": "order 0"},
        ("bioio-ome-zarr==3.8.0",),
    ),
    Contestant(
        "tensorstore",
        "tensorstore_by_hand",
        {"local_mean": "mean", "nearest": "stride", "mode": "mode"},
        ("tensorstore==0.1.86", "numpy"),
    ),
)
"""In the order in which they run; the first one is what the others are compared with."""
