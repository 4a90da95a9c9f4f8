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


WRITE = "import sys, numpy, ome_zarr; ome_zarr.write(numpy.ones((500, 500), 'u2'), 'a.zarr', axes='yx')"
DOOR = (
    "import sys, numpy; from ome_zarr.writer import write_image; write_image(numpy.ones((60, 60)), 'a.zarr', axes='yx')"
)
DOOR_REFUSES = (
    "import sys, numpy; from ome_zarr.writer import write_image\n"
    "try: write_image(numpy.ones((60, 60)), 7)\nexcept ValueError: pass"
)
PLACE = "import sys; from ome_zarr.io import parse_url; parse_url('a.zarr', mode='w').root_attrs"
OPEN = f"{WRITE}; repr(ome_zarr.open('a.zarr'))"
PLAN = (
    "import sys, numpy; numpy.save('a.npy', numpy.ones((60, 60)))\n"
    "from ome_zarr.cli import main; main(['plan', 'a.npy'])"
)
CONVERT = f"{PLAN}; main(['convert', 'a.npy', 'a.zarr'])"
INFO = f"{WRITE}; from ome_zarr.cli import main; main(['info', 'a.zarr'])"
SLOW = {"asyncio", "dask", "msgspec", "pydantic", "scipy", "skimage", "tifffile", "zarr"}


@pytest.mark.parametrize(
    ("done", "heavy"),
    [
        (WRITE, SLOW),
        (OPEN, SLOW),
        (INFO, SLOW),
        (PLAN, SLOW | {"numcodecs"}),
        (CONVERT, SLOW),
        (DOOR, SLOW),
        (DOOR_REFUSES, SLOW),
        (PLACE, {"dask", "pydantic"}),
    ],
)
def test_a_local_image_is_written_and_described_without_what_is_slow_to_import(
    done: str, heavy: set[str], tmp_path: Path
) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ZARR_")}
    script = f"{done}\nfound = {heavy!r} & set(sys.modules)\nsys.exit(str(found) if found else 0)"
    subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=tmp_path, env=clean)


def test_the_kernels_that_run_here_are_compiled() -> None:
    script = "import ome_zarr.kernels._compiled"
    subprocess.run([sys.executable, "-c", script], check=True)
