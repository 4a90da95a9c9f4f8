"""Real processes: killed at random, interrupted at random, and several at one target."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from tests.faults.killed import killed
from tests.faults.leftovers import files
from tests.faults.sizes import times

import ome_zarr
from ome_zarr.cli.program import main

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals for one process")

PROGRAM = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from ome_zarr.cli.program import main; sys.exit(main(sys.argv[1:]))"
)

WRITER = """
import sys, time
import numpy as np
import ome_zarr, ome_zarr.api.write
from ome_zarr.errors import ExistsError, TargetBusy

pixels = np.full((16, 64, 64), int(sys.argv[2]), "u2")
print("ready", flush=True)
sys.stdin.readline()
begun = time.monotonic()
try:
    ome_zarr.write(pixels, sys.argv[1], axes="zyx", chunks=8, workers=1, on_event=lambda event: time.sleep(0.01))
    print("written")
except TargetBusy:
    print("busy", time.monotonic() - begun)
except ExistsError:
    print("exists")
"""


def test_a_process_that_is_killed_at_random_ends_in_the_same_bytes(tmp_path):
    said = killed(tmp_path, 64 << 20, times(8, 1000), random.Random(0))
    assert "the same" in said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_at_any_moment_ends_the_program_soon_and_the_rest_can_be_written(tmp_path, number, code):
    np.save(tmp_path / "a.npy", np.random.default_rng(0).integers(0, 4000, (64, 256, 256), "u2"))
    ome_zarr.write(tmp_path / "a.npy", tmp_path / "whole" / "a.zarr", axes="zyx", chunks=32)
    chance = random.Random(number)
    for _ in range(times(3, 150)):
        child = converting(tmp_path)
        time.sleep(chance.uniform(0, 0.5))
        child.send_signal(number)
        asked = time.monotonic()
        _, err = child.communicate(timeout=60)
        assert time.monotonic() - asked < 5, err
        assert child.returncode in (0, code, -number), err
        assert "Traceback" not in err
        is_whole = (tmp_path / "a.zarr").exists() and not list(
            tmp_path.glob(".*")
        )  # the signal came after its last step
        assert is_whole or main(["convert", *arguments(tmp_path), "--resume", "-q"]) == 0
        assert files(tmp_path / "a.zarr") == files(tmp_path / "whole" / "a.zarr")
        assert not list(tmp_path.glob(".*"))
        (tmp_path / "a.zarr").rename(tmp_path / f"done-{time.monotonic_ns()}")


def arguments(folder):
    names = os.fspath(folder / "a.npy"), os.fspath(folder / "a.zarr")
    return [*names, "--axes", "zyx", "--chunks", "32"]


def converting(folder):
    """The program at work: it has begun to write."""
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "convert", *arguments(folder), "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (folder / ".a.zarr.job").exists():
        assert child.poll() is None, child.stderr.read()
        time.sleep(0.005)
    return child


@pytest.mark.parametrize(("count", "rounds"), [(2, times(2, 100)), (4, times(2, 100)), (8, times(1, 50))])
def test_of_processes_that_write_one_target_at_once_one_wins(tmp_path, count, rounds):
    busy = list[float]()
    for number in range(rounds):
        target = tmp_path / f"{number}.zarr"
        children = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, os.fspath(target), str(value)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for value in range(1, count + 1)
        ]
        assert [child.stdout.readline() for child in children] == ["ready\n"] * count
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        said = [child.communicate(timeout=60)[0].split() for child in children]
        assert [words[0] for words in said].count("written") == 1
        assert {words[0] for words in said} <= {"written", "busy", "exists"}  # who comes when all is done finds it
        busy += [float(words[1]) for words in said if words[0] == "busy"]
        (winner,) = [value for value, words in enumerate(said, 1) if words[0] == "written"]
        assert all((level[:] == winner).all() for level in ome_zarr.open(target))
        assert not list(tmp_path.glob(".*"))
    assert len(busy) > rounds * (count - 1) // 2
    assert max(busy) < 1
