"""Pixels in memory, which are no contestant's own work, and saying how long things took."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

__all__ = ["load", "timed", "write_small_images"]

_SIDE = 512


def load(path: str) -> np.ndarray:
    """The array in an ``.npy`` file; it says how long it took."""
    with timed("load_s"):
        pixels: np.ndarray = np.load(path)
    return pixels


def write_small_images(write: Callable[[np.ndarray, str], object]) -> None:
    """Hand as many images as the command line says to `write`, each with its path; it says how long that took."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    images = _small_images(count)
    folder.mkdir()
    with timed("work_s"):
        for number, image in enumerate(images):
            write(image, str(folder / f"{number}.ome.zarr"))


def _small_images(count: int) -> list[np.ndarray]:
    """Images of 512 × 512 uint8: the same noise, each time in another place and on another grey."""
    noise = np.random.default_rng(20260521).poisson(20, (_SIDE, _SIDE)).astype(np.uint8)
    return [np.roll(noise, 7 * number, axis=1) + np.uint8(number % 100) for number in range(count)]


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Say in a line of standard output how long a block took; the measuring process reads the first line."""
    begin = time.perf_counter()
    yield
    print(json.dumps({name: time.perf_counter() - begin}), flush=True)
