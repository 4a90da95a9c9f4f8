"""Pixels from a seed: blobs under a microscope, with the noise of counted photons, and labels for such blobs.

Run as a process, ``python -m benchmarks.pixels WORKLOAD FILE``, because whoever measures must stay small.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from math import prod
from pathlib import Path

import numpy as np
import tifffile
import zarr
from zarr.codecs import BloscCodec
from zarr.core.metadata import ArrayV2Metadata, ArrayV3Metadata

from benchmarks.workloads import Workload

__all__ = ["make_pixels"]

_SEED = 20260521
_COARSE = 8  # pixels per pixel of the grid on which blobs are drawn: they are smooth, so fewer would do
_DARK = 100  # what the camera says without light: its offset and the background's photons
_SPACING = 32  # pixels from label to label
_TILE = 512, 512  # of a tiled TIFF

type _Box = tuple[slice, ...]
type _Array = np.ndarray | zarr.Array[ArrayV3Metadata] | zarr.Array[ArrayV2Metadata]


def make_pixels(workload: Workload, path: Path) -> None:
    """Make the file of a workload; it is there when it is whole, or not at all.

    Beside a TIFF there is an ``.npy`` file then: what one sees who decodes it.
    """
    unfinished = path.with_name(f"unfinished-{os.getpid()}-{path.name}")
    try:
        if workload.source_type == "tiff":
            _write_tiff(workload, unfinished, path.with_suffix(".npy"))
        else:
            _write_array(workload, unfinished)
        unfinished.rename(path)
    finally:
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        else:
            unfinished.unlink(missing_ok=True)


def _write_array(workload: Workload, path: Path) -> None:
    array = _create(workload, path)
    if workload.kind == "labels":
        array[...] = _balls(workload.shape)
    else:
        _fill(array, workload)
    del array  # a memory map is written out when it is let go


def _create(workload: Workload, path: Path) -> _Array:
    if workload.source_type != "zarr":
        return np.lib.format.open_memmap(path, "w+", np.dtype(workload.dtype), workload.shape)
    return zarr.create_array(
        path,
        shape=workload.shape,
        dtype=workload.dtype,
        chunks=tuple(map(min, workload.chunks, workload.shape)),
        compressors=BloscCodec(cname=workload.source_codec, clevel=1, shuffle="shuffle"),
    )


def _write_tiff(workload: Workload, path: Path, pixels: Path) -> None:
    """Tiles of a size that is usual, or one strip for every page."""
    _write_array(workload, pixels)
    layout, _, codec = workload.source_codec.rpartition(",")
    lossless = codec != "jpeg"
    tifffile.imwrite(
        path,
        np.load(pixels, mmap_mode="r"),
        tile=_TILE if layout == "tiles" else None,
        rowsperstrip=None if layout == "tiles" else workload.shape[-2],
        compression=codec,
        predictor=lossless,
        photometric="minisblack",
        metadata={"axes": workload.axes.upper()},
    )
    if not lossless:
        np.save(pixels, tifffile.imread(path))


def _fill(array: _Array, workload: Workload) -> None:
    """Photons counted, box by box, each with random numbers of its own: no order or number of threads matters.

    A byte has room for a sixteenth of them.
    """
    light = _light([-(-n // _COARSE) + 1 for n in workload.shape])
    if array.dtype.itemsize == 1:
        light /= 16

    def expose(numbered: tuple[int, _Box]) -> None:
        number, box = numbered
        rng = np.random.default_rng([_SEED, number])
        array[box] = np.minimum(rng.poisson(_enlarged(light, box)), np.iinfo(array.dtype).max)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(expose, enumerate(_boxes(workload.shape, workload.chunks))))


def _boxes(shape: Sequence[int], box: Sequence[int]) -> Iterator[_Box]:
    starts = (range(0, n, extent) for n, extent in zip(shape, box, strict=True))
    for start in product(*starts):
        yield tuple(slice(a, min(a + b, n)) for a, b, n in zip(start, box, shape, strict=True))


def _light(shape: Sequence[int]) -> np.ndarray:
    """Photons to be expected on the coarse grid: Gaussian blobs, one for every thousand of its pixels."""
    rng = np.random.default_rng(_SEED)
    light = np.full(shape, _DARK, np.float32)
    for _ in range(max(prod(shape) // 1000, 4)):
        sigma = rng.uniform(1.5, 4)
        centre = [rng.uniform(0, n) for n in shape]
        window = tuple(
            slice(max(int(c - 3 * sigma), 0), min(int(c + 3 * sigma) + 1, n))
            for c, n in zip(centre, shape, strict=True)
        )
        distance = sum(((g - c) / sigma) ** 2 for g, c in zip(np.ix_(*_ranges(window)), centre, strict=True))
        light[window] += rng.uniform(50, 3000) * np.exp(-0.5 * distance)
    return light


def _enlarged(coarse: np.ndarray, box: _Box) -> np.ndarray:
    """The pixels of a box of the enlarged grid, by linear interpolation."""
    for axis, part in enumerate(box):
        place = np.arange(part.start, part.stop, dtype=np.float32) / _COARSE
        below = place.astype(np.int64)
        weight = (place - below).reshape([-1 if a == axis else 1 for a in range(coarse.ndim)])
        coarse = coarse.take(below, axis) * (1 - weight) + coarse.take(below + 1, axis) * weight
    return coarse


def _balls(shape: Sequence[int]) -> np.ndarray:
    """Balls that touch and overlap here and there, numbered from 1."""
    rng = np.random.default_rng(_SEED)
    labels = np.zeros(shape, np.uint32)
    corners = product(*(range(0, n, _SPACING) for n in shape))
    for label, corner in enumerate(corners, start=1):
        centre = [c + rng.uniform(0, _SPACING) for c in corner]
        radius = rng.uniform(0.3, 0.6) * _SPACING
        window = tuple(
            slice(max(int(c - radius), 0), min(int(c + radius) + 1, n)) for c, n in zip(centre, shape, strict=True)
        )
        distance = sum((g - c) ** 2 for g, c in zip(np.ix_(*_ranges(window)), centre, strict=True))
        labels[window][distance <= radius**2] = label
    return labels


def _ranges(window: _Box) -> list[np.ndarray]:
    return [np.arange(part.start, part.stop) for part in window]


def main() -> None:
    """Make the pixels of the workload on the command line."""
    make_pixels(Workload.from_argument(sys.argv[1]), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
