"""Law 3, compiled = reference: the same stores come out of a process that runs the NumPy kernels."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.kernels.methods import BUILT_IN
from ome_zarr.testing.stores import snapshot
from ome_zarr.testing.strategies import DTYPES

pytest.importorskip("ome_zarr.kernels._compiled", reason="the compiled kernels were not built")


def digests(method):
    """A digest of everything stored, for every dtype that the method can do, both edges, mixed factors."""
    found = {}
    for dtype in (np.dtype(name) for name in DTYPES):
        if dtype.kind not in BUILT_IN[method].kinds:
            continue
        for edge in ("trim", "partial"):
            pixels = np.random.default_rng(3).integers(0, 99, (3, 37, 41)).astype(dtype)
            store = MemoryStore()
            factors = [{"y": 2, "x": 3}, {"z": 2, "y": 6, "x": 6}, {"z": 3, "y": 7, "x": 12}]
            ome_zarr.write(
                pixels, store, axes="zyx", scale_factors=factors, method=method, edge=edge, chunks=8, name="x"
            )
            everything = sorted(snapshot(store).items())
            found[f"{dtype.name} {edge}"] = hashlib.sha256(repr(everything).encode()).hexdigest()
    return found


@pytest.fixture(scope="module")
def of_the_reference():
    """The digests of all methods, from a process that was told to run the reference."""
    script = (
        "import json; from tests.laws.test_twins import BUILT_IN, digests; "
        "print(json.dumps({method: digests(method) for method in BUILT_IN}))"
    )
    environment = {**os.environ, "OME_ZARR_KERNELS": "reference"}
    other = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True)
    return json.loads(other.stdout)


@pytest.mark.parametrize("method", BUILT_IN)
def test_both_kinds_of_kernels_store_the_same_bytes(of_the_reference, method):
    assert of_the_reference[method] == digests(method)
