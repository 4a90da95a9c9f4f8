"""Ctrl-C: a real SIGINT to a program that writes; and to one whose source never answers."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
from tests.faults.leftovers import files

import ome_zarr
from ome_zarr.cli.program import main

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


HANGING = """
import signal, sys, threading
from ome_zarr.cli.program import main
from ome_zarr.sources.numpy import NumpySource

signal.signal(signal.SIGINT, signal.default_int_handler)
read, answered = NumpySource.read, iter(range(2))

def hang(source, region):
    if next(answered, None) is None:
        print("hangs", flush=True)
        threading.Event().wait()
    return read(source, region)

NumpySource.read = hang
sys.exit(main(sys.argv[1:]))
"""


@contextmanager
def hanging(folder, workers):
    """A program whose source has answered some times, and does so no more."""
    np.save(folder / "a.npy", np.random.default_rng(0).integers(0, 4000, (64, 128, 128), "u2"))
    child = subprocess.Popen(
        [sys.executable, "-c", HANGING, "convert", *arguments(folder), "--workers", str(workers), "--memory", "600000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout.readline() == "hangs\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def arguments(folder):
    return [os.fspath(folder / "a.npy"), os.fspath(folder / "a.zarr"), "--axes", "zyx", "--chunks", "8"]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_source_that_never_answers_holds_up_no_signal_and_the_rest_can_be_written(tmp_path, number, code, workers):
    with hanging(tmp_path, workers) as child:
        child.send_signal(number)
        asked = time.monotonic()
        _, err = child.communicate(timeout=60)
    assert time.monotonic() - asked < 5, err
    assert child.returncode == code, err
    assert "ome_zarr resume" in err
    assert sorted(path.name for path in tmp_path.glob("*")) == [".a.zarr.job", ".a.zarr.partial", "a.npy"]
    assert main(["resume", os.fspath(tmp_path / "a.zarr"), "-q"]) == 0
    assert (ome_zarr.open(tmp_path / "a.zarr")[0][:] == np.load(tmp_path / "a.npy")).all()
    assert not list(tmp_path.glob(".*"))


def test_a_second_ctrl_c_ends_the_program_at_once(tmp_path):
    with hanging(tmp_path, 3) as child:
        child.send_signal(signal.SIGINT)
        time.sleep(0.5)
        child.send_signal(signal.SIGINT)
        asked = time.monotonic()
        child.communicate(timeout=60)
    assert time.monotonic() - asked < 1
    assert child.returncode == 130
