"""acquire-zarr, which takes frames as a camera sends them: zarr-python reads those that are on disk.

It shrinks an axis of space until that is no longer than a chunk. So chunks are chosen to give the levels of the job:
as many pixels as those of the job, as long along z as the last level. An image of one plane gets a z axis. The codec
is blosc for labels too.
"""

from collections.abc import Iterator
from math import isqrt

import acquire_zarr
import numpy as np
import zarr

from benchmarks.entries.loading import load
from benchmarks.job import Job

_KINDS = {"t": acquire_zarr.DimensionType.TIME, "c": acquire_zarr.DimensionType.CHANNEL}
_METHODS = {
    "local_mean": acquire_zarr.DownsamplingMethod.MEAN,
    "nearest": acquire_zarr.DownsamplingMethod.DECIMATE,
}

type Box = tuple[int, ...]


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    pixels = load(job.source) if job.in_memory else zarr.open_array(job.source, mode="r")
    stream = acquire_zarr.ZarrStream(_settings(job, pixels.shape, np.dtype(pixels.dtype.name)))
    for frames in _frames(pixels, job.chunks[0]):
        stream.append(frames)
    stream.close()


def _frames(pixels: np.ndarray | zarr.Array, depth: int) -> Iterator[np.ndarray]:
    """Slabs of a chunk's depth."""
    for start in range(0, pixels.shape[0], depth):
        yield np.asarray(pixels[start : start + depth])


def _settings(job: Job, shape: Box, dtype: np.dtype) -> acquire_zarr.StreamSettings:
    array = acquire_zarr.ArraySettings(
        dimensions=_dimensions(job, shape),
        data_type=dtype,
        compression=acquire_zarr.CompressionSettings(
            compressor=acquire_zarr.Compressor.BLOSC1,
            codec=acquire_zarr.CompressionCodec.BLOSC_ZSTD,
            level=1,
            shuffle=1,
        ),
        downsampling_method=_METHODS[job.method],
        max_levels=len(job.factors),
    )
    return acquire_zarr.StreamSettings(store_path=job.target, arrays=[array], max_threads=job.workers)


def _dimensions(job: Job, shape: Box) -> list[acquire_zarr.Dimension]:
    chunks = _chunks(job, shape)
    outer = job.shards or chunks
    axes, missing = job.axes, 3 - len(job.axes)
    if missing > 0:
        axes, shape, chunks, outer = "z" + axes, (1, *shape), (1, *chunks), (1, *outer)
    return [
        acquire_zarr.Dimension(
            name=axis,
            kind=_KINDS.get(axis, acquire_zarr.DimensionType.SPACE),
            array_size_px=extent,
            chunk_size_px=chunk,
            shard_size_chunks=shard // chunk,
        )
        for axis, extent, chunk, shard in zip(axes, shape, chunks, outer, strict=True)
    ]


def _chunks(job: Job, shape: Box) -> Box:
    if "z" not in job.axes:
        return job.chunks
    depth = shape[-3] // job.factors[-1][-3]
    plane = job.chunks[-3] * job.chunks[-2] * job.chunks[-1] // depth
    height = 1 << (isqrt(plane).bit_length() - 1)
    return (*job.chunks[:-3], depth, height, plane // height)


if __name__ == "__main__":
    main()
