"""The memory budget holds for images that are many times as large, as the operating system counts it."""

import subprocess
import sys

import pytest
from tests.faults.sizes import times

import ome_zarr

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="peak and limit are asked of Linux")

BUDGET = 256 << 20
PLANE = (2048, 2048)
STACK = 8 << 20

# The pixels are made when they are asked for: any other source would have pages of its own in memory.
WRITER = """
import ast, resource, sys
import numpy as np
import ome_zarr, ome_zarr.api.write

class Made:
    dtype = np.dtype("u2")
    ndim = 3

    def __init__(self, shape):
        self.shape = shape

    def __getitem__(self, where):
        z, y, x = (np.arange(*part.indices(extent), dtype="u2") for part, extent in zip(where, self.shape))
        return (z[:, None, None] >> 3) + ((y[:, None] >> 4) + (x >> 4))

def status(name):
    return next(int(line.split()[1]) << 10 for line in open("/proc/self/status") if line.startswith(name))

shape, wishes, budget, stacks = ast.literal_eval(sys.argv[2])
ome_zarr.write(Made((32, 64, 64)), sys.argv[1] + "/little.zarr", axes="zyx", workers=2, **wishes)
before = status("VmHWM")
limit = status("VmData") + budget * 115 // 100 + stacks
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
ome_zarr.write(Made(shape), sys.argv[1] + "/large.zarr", axes="zyx", workers=2, memory_budget=budget, **wishes)
print(status("VmHWM") - before)
"""


@pytest.mark.parametrize(
    "wishes",
    [
        {"method": "resize", "chunks": 128, "scale_factors": [{"z": 2, "y": 2, "x": 2}, {"z": 4, "y": 4, "x": 4}]},
        {"method": "resize", "chunks": 256, "scale_factors": [{"z": 2, "y": 2, "x": 2}, {"z": 4, "y": 4, "x": 4}]},
        {"method": "local_mean", "chunks": 64, "shards": 128, "scale_factors": [{"z": 2, "y": 2, "x": 2}]},
        {"method": "mode", "kind": "labels", "chunks": 64, "scale_factors": [2, 4, 8]},
    ],
    ids=["resize", "boxes", "shards", "labels"],
)
def test_an_image_many_times_the_budget_stays_within_it(tmp_path, wishes):
    shape = (times(10, 100) * BUDGET // (2 * PLANE[0] * PLANE[1]), *PLANE)
    asked = repr((shape, wishes, BUDGET, 8 * STACK))
    ran = subprocess.run([sys.executable, "-c", WRITER, tmp_path, asked], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) <= BUDGET * 115 // 100

    assert ome_zarr.open(tmp_path / "large.zarr").levels[0].shape == shape
