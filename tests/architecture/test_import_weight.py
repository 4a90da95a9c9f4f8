"""What importing the package costs somebody who only wants its version."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("dask", "imagecodecs", "numcodecs", "pandas", "pydantic", "scipy", "skimage", "tifffile", "zarr")


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that are there after ``import ome_zarr`` in a new interpreter."""
    script = "import sys, ome_zarr; print(*sys.modules)"
    listing = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(listing.stdout.split())


@pytest.mark.parametrize("package", HEAVY)
def test_importing_the_package_does_not_load(package: str, loaded: set[str]) -> None:
    assert package not in loaded


def test_writing_a_local_image_does_not_load_zarr_python(tmp_path: Path) -> None:
    script = (
        "import sys, numpy, ome_zarr; ome_zarr.write(numpy.ones((600, 600), 'u2'), 'a.zarr', axes='yx');"
        "print({'asyncio', 'dask', 'zarr'} & set(sys.modules))"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZARR_")}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path, env=clean
    )
    assert done.stdout == "set()\n"


def test_the_kernels_that_run_here_are_compiled() -> None:
    script = "import ome_zarr.kernels._compiled"
    subprocess.run([sys.executable, "-c", script], check=True)
