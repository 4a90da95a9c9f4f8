"""Ctrl-C: a real SIGINT to a program that writes."""

import os
import signal
import subprocess
import sys
import time

import pytest
from tests.faults.leftovers import files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")

SCRIPT = """
import signal, sys, threading, time
import numpy as np
import ome_zarr
from ome_zarr.sources.adapt import as_source

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background

class SlowSource:
    inner = as_source(np.ones((64, 64, 64), "u2"))
    spec = inner.spec
    reads = 0

    def read(self, region):
        SlowSource.reads += 1
        if SlowSource.reads == 5:
            print("working", flush=True)
        time.sleep(0.05)
        return self.inner.read(region)

    def close(self):
        pass

try:
    ome_zarr.write(SlowSource(), sys.argv[1], axes="zyx", scale_factors=[2], chunks=8, workers=int(sys.argv[2]),
                   memory_budget=int(sys.argv[3]), overwrite=True, on_error=sys.argv[4])
except KeyboardInterrupt:
    print([thread.name for thread in threading.enumerate() if thread.name.startswith("ome-zarr")], flush=True)
    raise
"""


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("target", ["a.zarr", "a.ozx"])
@pytest.mark.parametrize("on_error", ["keep", "discard"])
def test_an_interrupted_program_ends_soon_and_leaves_what_is_wished(tmp_path, target, workers, on_error):
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, os.fspath(tmp_path / target), str(workers), "400000", on_error],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout.readline() == "working\n"
        assert len(files(tmp_path)) > 0
        child.send_signal(signal.SIGINT)
        asked = time.monotonic()
        out, err = child.communicate(timeout=60)
    finally:
        child.kill()
    assert time.monotonic() - asked < 10
    assert child.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in err
    assert out == "[]\n"
    left = {"keep": [f".{target}.job", f".{target}.partial"], "discard": []}
    assert sorted(path.name for path in tmp_path.iterdir()) == left[on_error]
