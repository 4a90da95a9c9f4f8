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
            ome_zarr.write(pixels, store, axes="zyx", scale_factors=factors, method=method, edge=edge, chunks=8, name="x")
            everything = sorted(snapshot(store).items())
            found[f"{dtype.name} {edge}"] = hashlib.sha256(repr(everything).encode()).hexdigest()
    return found


@pytest.mark.parametrize("method", BUILT_IN)
def test_both_kinds_of_kernels_store_the_same_bytes(method):
    script = f"import json; from tests.laws.test_twins import digests; print(json.dumps(digests({method!r})))"
    environment = {**os.environ, "OME_ZARR_KERNELS": "reference"}
    other = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True)
    assert json.loads(other.stdout) == digests(method)
