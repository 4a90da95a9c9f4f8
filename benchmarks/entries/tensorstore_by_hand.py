"""tensorstore, in one pass by hand: what somebody writes who knows it well and wants this one image.

A block of level 0 is read, written, and shrunk for every level while it is there; the coarser levels are in
memory until they are whole.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import tensorstore

from benchmarks.entries.loading import load
from benchmarks.job import Job

_METHODS = {"local_mean": "mean", "nearest": "stride", "mode": "mode"}
_CODECS = {
    "blosc": {"name": "blosc", "configuration": {"cname": "zstd", "clevel": 1, "shuffle": "shuffle"}},
    "zstd": {"name": "zstd", "configuration": {"level": 1}},
}

type Index = tuple[int, ...]


def main() -> None:
    """Write the levels of the job; no document of OME-Zarr."""
    job = Job.from_arguments()
    context = tensorstore.Context({"data_copy_concurrency": {"limit": job.workers}})
    source = load(job.source) if job.in_memory else _opened(job.source, context)
    dtype = np.dtype(source.dtype.name)
    shapes = [source.shape, *(tuple(n // f for n, f in zip(source.shape, row, strict=True)) for row in job.factors)]
    levels = [_created(job, level, shape, dtype, context) for level, shape in enumerate(shapes)]
    coarse = [np.empty(shape, dtype) for shape in shapes[1:]]
    blocks = tuple(map(min, job.shards or job.chunks, source.shape))

    def write(start: Index) -> None:
        box = tuple(slice(a, a + n) for a, n in zip(start, blocks, strict=True))
        pixels = np.ascontiguousarray(source[box]) if job.in_memory else source[box].read().result()
        written = levels[0][box].write(pixels)
        for factors, level in zip(job.factors, coarse, strict=True):
            part = tuple(slice(s.start // f, s.stop // f) for s, f in zip(box, factors, strict=True))
            shrunk = tensorstore.downsample(tensorstore.array(pixels), factors, _METHODS[job.method])
            level[part] = shrunk.read().result()
        written.result()

    with ThreadPoolExecutor(job.workers) as pool:
        starts = product(*(range(0, n, step) for n, step in zip(source.shape, blocks, strict=True)))
        list(pool.map(write, starts))
    for written in [level.write(pixels) for level, pixels in zip(levels[1:], coarse, strict=True)]:
        written.result()


def _opened(path: str, context: tensorstore.Context) -> tensorstore.TensorStore:
    kvstore = {"driver": "file", "path": path}
    return tensorstore.open({"driver": "zarr3", "kvstore": kvstore}, open=True, context=context).result()


def _created(
    job: Job, level: int, shape: Index, dtype: np.dtype, context: tensorstore.Context
) -> tensorstore.TensorStore:
    chunks = tuple(map(min, job.chunks, shape))
    inner = [{"name": "bytes", "configuration": {"endian": "little"}}, _CODECS[job.codec]]
    codecs, outer = inner, chunks
    if job.shards:
        outer = tuple(c * min(s // c, -(-n // c)) for s, c, n in zip(job.shards, chunks, shape, strict=True))
        codecs = [{"name": "sharding_indexed", "configuration": {"chunk_shape": chunks, "codecs": inner}}]
    metadata = {
        "shape": shape,
        "data_type": dtype.name,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": outer}},
        "codecs": codecs,
    }
    # Without `file_io_sync` it does not wait for the disk; nobody else does.
    kvstore = {"driver": "file", "path": str(Path(job.target, f"s{level}")), "file_io_sync": False}
    spec = {"driver": "zarr3", "kvstore": kvstore, "metadata": metadata}
    return tensorstore.open(spec, create=True, context=context).result()


if __name__ == "__main__":
    main()
