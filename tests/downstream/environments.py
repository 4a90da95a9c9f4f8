"""Clean environments: a package with its tests, and one ome-zarr or another. All of it is kept for the next run."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

from tests.downstream.suites import BASELINE, Suite

__all__ = ["BUILD", "ROOT", "Environment", "wheel", "with_baseline", "with_wheel"]

ROOT = Path(__file__).parents[2]
"""This checkout."""

BUILD = ROOT / "build" / "downstream"
"""Where environments, sources and results are kept; git does not see it."""

_TOOLS = ("pip", "pytest", "pytest-xdist")
"""What every environment needs: pip because it is what can fetch a source distribution."""


class Environment:
    """A virtual environment in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _uv("venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder))

    @property
    def python(self) -> Path:
        """Its interpreter."""
        windows = sys.platform == "win32"
        return self.folder / ("Scripts/python.exe" if windows else "bin/python")

    def install(self, *arguments: str) -> None:
        """Install what is not there yet."""
        _uv("pip", "install", "--quiet", "--python", str(self.python), *arguments)

    def freeze(self) -> list[str]:
        """The exact version of everything that is installed."""
        return _uv("pip", "freeze", "--quiet", "--python", str(self.python)).splitlines()


def with_baseline(suite: Suite) -> Environment:
    """The environment of a suite with the release of ome-zarr-py that we are compared with."""
    environment = Environment(BUILD / suite.package / "baseline")
    environment.install(*_requirements(suite), BASELINE)
    return environment


def with_wheel(suite: Suite, ours: Path, baseline: Environment) -> Environment:
    """The environment of a suite with this package, and all else as in the other one.

    Raises
    ------
    subprocess.CalledProcessError
        This package cannot take the place of the other one: they need other versions of something.
    """
    constraints = BUILD / suite.package / "constraints.txt"
    constraints.write_text("\n".join(line for line in baseline.freeze() if not line.startswith("ome-zarr==")), "utf-8")
    environment = Environment(BUILD / suite.package / "ours")
    environment.install(
        *_requirements(suite), str(ours), "--constraints", str(constraints), "--reinstall-package", "ome-zarr"
    )
    return environment


def wheel() -> Path:
    """This checkout as a wheel, made from its source distribution as a user would get it."""
    folder = BUILD / "wheel"
    for old in folder.glob("ome_zarr-*"):
        old.unlink()
    locked = ROOT / "requirements" / "dev.txt"
    _uv("build", "--quiet", "--build-constraints", str(locked), "--out-dir", str(folder), str(ROOT))
    (made,) = folder.glob("*.whl")
    return made


def source(suite: Suite, environment: Environment) -> Path:
    """The unpacked source distribution of the package: wheels have no tests, as a rule."""
    folder = BUILD / suite.package / f"source-{suite.version}"
    if not folder.exists():
        download = [str(environment.python), "-m", "pip", "download", "-qq", "--no-deps", "--no-binary=:all:"]
        subprocess.run([*download, "--dest", str(folder.parent), suite.requirement], check=True)
        (archive,) = folder.parent.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        archive.unlink()
    (unpacked,) = folder.iterdir()
    return unpacked


def _requirements(suite: Suite) -> Iterable[str]:
    return (suite.requirement, *_TOOLS, *suite.tools)


def _uv(*arguments: str) -> str:
    """What uv printed."""
    command = [os.environ.get("UV", "uv"), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
