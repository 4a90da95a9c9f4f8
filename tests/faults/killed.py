"""A real process that is killed again and again while it writes a large image, and resumed each time.

``python -m tests.faults.killed --megabytes 2048 --kills 25`` says what that cost: which tiles were read again, and
whether the image is byte for byte that of an undisturbed process.
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
from pathlib import Path

import numpy as np

WISHES = {"axes": "zyx", "chunks": (64, 64, 64), "method": "resize", "name": "killed"}

START_S = 0.5
"""What a process takes until it writes; killed before that, it loses nothing and gains nothing."""

WRITER = """
import json, os, sys, time
import numpy as np
import ome_zarr
from ome_zarr.sources.adapt import as_source

class Counted:
    inner = as_source(np.load(sys.argv[1], mmap_mode="r"))
    spec = inner.spec
    log = os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def read(self, region):
        os.write(self.log, f"{time.monotonic()} {region.start}\\n".encode())
        return np.array(self.inner.read(region))

    def close(self):
        pass

ome_zarr.write(Counted(), sys.argv[2], resume=True, **json.loads(sys.argv[4]))
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
    ends = list[float]()
    while len(ends) < kills:
        process = writer(source, folder / "a.zarr", folder / "killed.log")
        try:
            process.wait(chance.uniform(0, 2 * took / kills) + START_S)
            break
        except subprocess.TimeoutExpired:
            process.kill()
            ends.append(time.monotonic())
            process.wait()
    is_whole = (folder / "a.zarr").exists() and not list(folder.glob(".*"))  # the last kill may have come after the end
    assert is_whole or writer(source, folder / "a.zarr", folder / "killed.log").wait() == 0
    assert digest(folder / "a.zarr") == digest(folder / "whole" / "a.zarr"), "the images differ"
    assert not list(folder.glob(".*")), "something is left over"
    wanted, made = reads(folder / "whole.log"), reads(folder / "killed.log")
    lost = sum(min(end for end in ends if end > begun) - begun for begun in begun_again(made))
    work = (wanted[-1][0] - wanted[0][0]) * min(len(wanted), os.cpu_count() or 1)
    return (
        f"{size >> 20} MB, {len(wanted)} tiles, killed {len(ends)} times, {len(made) - len(wanted)} tiles begun again, "
        f"{lost / work:.1%} of the work done again; the same {len(digest(folder / 'a.zarr'))} files"
    )


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


def reads(log: Path) -> list[tuple[float, str]]:
    """When each region was read: where a tile begins."""
    lines = (line.partition(" ") for line in log.read_text().splitlines())
    return [(float(moment), region) for moment, _, region in lines]


def begun_again(made: list[tuple[float, str]]) -> list[float]:
    """When those tiles were begun that were lost, because their process was killed in the middle."""
    last = {region: moment for moment, region in made}
    return [moment for moment, region in made if moment != last[region]]


if __name__ == "__main__":
    main()
