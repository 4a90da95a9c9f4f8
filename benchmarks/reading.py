"""Measure how fast a level is read, beside other readers of zarr; ``python -m benchmarks.reading``.

Within one process, in turns, because that is how levels are read: again and again, by a program that runs.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import tensorstore
import zarr
import zarrs

import ome_zarr
from benchmarks.pixels import make_pixels
from benchmarks.report import insert, laid_out
from benchmarks.workloads import named

_WORKLOAD = replace(named("3d"), shape=(256, 1024, 1024), source="npy")
_LAYOUTS: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "128³ chunks": {"chunks": (128, 128, 128)},
    "64³ chunks in 256³ shards": {"chunks": (64, 64, 64), "shards": (256, 256, 256)},
}
_HEAD = ("layout", "reader", "seconds", "× ours", "MB/s")

type _Reader = Callable[[Path], np.ndarray]


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser("python -m benchmarks.reading", description="How fast a level is read.")
    parser.add_argument("--runs", type=int, default=7, help="of each reader, in turn (default: 7)")
    parser.add_argument("--into", type=Path, help="a document whose table is replaced, such as docs/benchmarks.md")
    wish = parser.parse_args()
    rows = [_HEAD]
    with tempfile.TemporaryDirectory() as folder:
        pixels = Path(folder, "pixels.npy")
        make_pixels(_WORKLOAD, pixels)
        for layout, sizes in _LAYOUTS.items():
            image = Path(folder, "image.zarr")
            ome_zarr.write(pixels, image, axes="zyx", levels=1, overwrite=True, **sizes)
            rows += _measured(layout, image, wish.runs)
    table = laid_out(rows, 2)
    print(table)
    if wish.into is not None:
        insert(f"{table}\n", wish.into, "reading")


def _measured(layout: str, image: Path, runs: int) -> list[tuple[str, ...]]:
    """A line for every reader: medians, and medians of the ratios within a turn."""
    times: dict[str, list[float]] = {name: [] for name in _READERS}
    expected = None
    for _ in range(runs):
        for name, read in _READERS.items():
            begin = time.perf_counter()
            pixels = read(image)
            times[name].append(time.perf_counter() - begin)
            expected = pixels if expected is None else expected
            if not np.array_equal(pixels, expected):
                raise RuntimeError(f"{name} read other pixels")
            del pixels
    megabytes = expected.nbytes / 1e6
    return [
        (
            layout,
            name,
            f"{median(taken):.2f}",
            f"{median(mine / ours for mine, ours in zip(taken, times['ome-zarr'], strict=True)):.2f}",
            f"{megabytes / median(taken):.0f}",
        )
        for name, taken in times.items()
    ]


def _ours(image: Path) -> np.ndarray:
    return np.asarray(ome_zarr.open(image)[0])


def _zarr_python(pipeline: str) -> _Reader:
    def read(image: Path) -> np.ndarray:
        with zarr.config.set({"codec_pipeline.path": pipeline}):
            return np.asarray(zarr.open_array(image / "s0", mode="r")[...])

    return read


def _tensorstore(image: Path) -> np.ndarray:
    spec = {"driver": "zarr3", "kvstore": {"driver": "file", "path": str(image / "s0")}}
    pixels: np.ndarray = tensorstore.open(spec, read=True, open=True).result().read().result()
    return pixels


_READERS: Mapping[str, _Reader] = {
    "ome-zarr": _ours,
    "zarr-python": _zarr_python("zarr.core.codec_pipeline.BatchedCodecPipeline"),
    "zarr-python, fused": _zarr_python("zarr.core.codec_pipeline.FusedCodecPipeline"),
    "zarrs": _zarr_python(f"{zarrs.__name__}.ZarrsCodecPipeline"),
    "tensorstore": _tensorstore,
}


if __name__ == "__main__":
    main()
