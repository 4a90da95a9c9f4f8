"""What importing the package costs somebody who only wants its version."""

import subprocess
import sys

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


def test_the_kernels_that_run_here_are_compiled() -> None:
    script = "import ome_zarr.kernels._compiled"
    subprocess.run([sys.executable, "-c", script], check=True)
