"""A real process that is killed again and again while it writes a large image, and resumed each time.

``python -m tests.faults.killed --megabytes 2048 --kills 25`` says what that cost: how often regions were read, made and
stored again, each counted with the time that it takes in an undisturbed process; and whether the image is byte for byte
the same.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean

import numpy as np

WISHES = {"axes": "zyx", "chunks": (64, 64, 64), "method": "resize", "name": "killed"}

START_S = 0.4
"""What a process takes until it writes; killed before that, it loses nothing and gains nothing."""

WRITER = """
import json, os, sys, time
import numpy as np
import ome_zarr
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.engine.sweep import SweepWorker
from ome_zarr.sources.adapt import as_source

log = os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def followed(kind, work):
    def do(*args, **kwargs):
        os.write(log, f"{kind}\\n".encode())
        begun = time.thread_time()
        done = work(*args, **kwargs)
        os.write(log, f"{kind} {time.thread_time() - begun}\\n".encode())
        return done
    return do

class Followed:
    inner = as_source(np.load(sys.argv[1], mmap_mode="r"))
    spec = inner.spec

    def read(self, region):
        return np.array(self.inner.read(region))

    def close(self):
        pass

Followed.read = followed("read", Followed.read)
SweepWorker._make = followed("make", SweepWorker._make)
ArrayObjects.write = followed("store", ArrayObjects.write)
ome_zarr.write(Followed(), sys.argv[2], resume=True, **json.loads(sys.argv[4]))
"""


def main() -> None:
    """Write, kill, resume; print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(killed(Path(folder), arguments.megabytes << 20, arguments.kills, random.Random(arguments.seed)))  # noqa: T201 - it is a program


def killed(folder: Path, size: int, kills: int, chance: random.Random) -> str:
    """Kill a process that writes an image of `size` bytes so many times; the figures in a sentence.

    Raises
    ------
    AssertionError
        The image is not that of an undisturbed process, or something is left over.
    """
    source = folder / "source.npy"
    save_pixels(source, size)
    begun = time.monotonic()
    assert writer(source, folder / "whole" / "a.zarr", folder / "whole.log").wait() == 0
    took = time.monotonic() - begun
    target, log, done = folder / "a.zarr", folder / "killed.log", 0
    while done < kills and not is_whole(target):
        process = writer(source, target, log)
        try:
            assert process.wait(chance.uniform(0, 2 * took / kills) + START_S) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            done += 1
    assert is_whole(target) or writer(source, target, log).wait() == 0
    assert digest(target) == digest(folder / "whole" / "a.zarr"), "the images differ"
    assert is_whole(target), "something is left over"
    wanted, made = counts(folder / "whole.log"), counts(log)
    cost = {kind: number * seconds for kind, (number, seconds) in wanted.items()}
    again = sum((made[kind][0] - number) * seconds for kind, (number, seconds) in wanted.items())
    told = ", ".join(f"{made[kind][0]} for {number} times {kind}" for kind, (number, _) in wanted.items())
    return (
        f"{size >> 20} MB, killed {done} times, {again / sum(cost.values()):.1%} of the work done again ({told}); "
        f"the same {len(digest(target))} files"
    )


def is_whole(target: Path) -> bool:
    """Whether an image is there and nothing beside it: the last kill may have come after the end."""
    return target.exists() and not list(target.parent.glob(".*"))


def writer(source: Path, target: Path, log: Path) -> subprocess.Popen[bytes]:
    """A process that writes, or goes on writing."""
    arguments = [os.fspath(path) for path in (source, target, log)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments, json.dumps(WISHES)])


def save_pixels(path: Path, size: int) -> None:
    """Noise on a slope, in planes, without ever holding them all."""
    planes, side = 256, max(64, round((size / 2 / 256) ** 0.5 / 64) * 64)
    pixels = np.lib.format.open_memmap(path, "w+", np.uint16, (planes, side, side))
    noise = np.random.default_rng(0)
    for number in range(planes):
        pixels[number] = noise.integers(0, 400, (side, side), np.uint16) + np.arange(side, dtype=np.uint16) + number
    pixels.flush()


def digest(folder: Path) -> dict[str, str]:
    """A checksum of every file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def counts(log: Path) -> dict[str, tuple[int, float]]:
    """Of every kind of work how often it was begun, and how long it took on average."""
    begun, seconds = Counter[str](), defaultdict[str, list[float]](list)
    for line in log.read_text().splitlines():
        kind, _, took = line.partition(" ")
        begun[kind] += not took
        seconds[kind] += [float(took)] if took else []
    return {kind: (number, fmean(seconds[kind])) for kind, number in begun.items()}


if __name__ == "__main__":
    main()
