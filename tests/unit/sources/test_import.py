"""What importing the sources costs."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("library", ["zarr", "dask", "tifffile", "xarray", "h5py", "tensorstore"])
def test_an_array_in_memory_needs_no_other_library(library: str) -> None:
    code = (
        "import sys, numpy; from ome_zarr.sources import as_source; as_source(numpy.zeros((2, 2)));"
        f"sys.exit({library!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
