"""What was written is read back equal by zarrita, on which the viewers in browsers rest.

Needs node, and zarrita in a folder that the variable ``ZARRITA`` names: ``npm install --prefix FOLDER zarrita``.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from tests.laws.reference import pyramid
from tests.parity.test_readers import EVERY_LAYOUT, FACTORS, PIXELS

import ome_zarr

MODULES = Path(os.environ.get("ZARRITA", "")) / "node_modules"

pytestmark = pytest.mark.skipif(
    "ZARRITA" not in os.environ or not (MODULES / "zarrita").is_dir() or shutil.which("node") is None,
    reason="needs node, and the variable ZARRITA that names the folder where npm has installed zarrita",
)


@pytest.fixture
def read(tmp_path):
    """Shape and digest of each array, as zarrita reads it; node looks for packages beside the script."""
    shutil.copy(Path(__file__).with_name("zarrita.mjs"), tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES.resolve())

    def read(folders):
        command = ["node", tmp_path / "zarrita.mjs", *folders]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return read


def described(pixels):
    return {"shape": list(pixels.shape), "digest": hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()}


@EVERY_LAYOUT
def test_every_layout_is_read_back_equal(tmp_path, read, layout):
    target = tmp_path / "a.ome.zarr"
    image = ome_zarr.write(PIXELS, target, axes="zyx", scale_factors=FACTORS, method="local_mean", **layout)
    expected = pyramid(PIXELS, "zyx", "local_mean", FACTORS)
    assert read([target / level.path for level in image]) == [described(pixels) for pixels in expected]


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"])
@pytest.mark.parametrize("layout", [{"version": "0.4"}, {}, {"shards": 32}], ids=str)
@pytest.mark.parametrize("kind", ["image", "labels"])
def test_every_dtype_is_read_back_equal(tmp_path, read, dtype, layout, kind):
    pixels = (PIXELS[0] % 251).astype(dtype)
    wished = {"kind": kind} if dtype[0] in "iu" else {}
    ome_zarr.write(pixels, tmp_path / "a.ome.zarr", axes="yx", scale_factors=[], chunks=16, **wished, **layout)
    assert read([tmp_path / "a.ome.zarr" / "s0"]) == [described(pixels)]
