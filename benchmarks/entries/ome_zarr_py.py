"""ome-zarr-py."""

from functools import partial

import dask.array as da
import zarr
from zarr.codecs import BloscCodec, ZstdCodec

from benchmarks.entries.loading import load
from benchmarks.job import Job
from ome_zarr.scale import Methods
from ome_zarr.writer import write_image, write_labels


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    pixels = load(job.source) if job.in_memory else da.from_zarr(job.source)
    write = partial(write_labels, name="labels") if job.kind == "labels" else write_image
    if job.asks_levels:
        write = partial(write, scale_factors=job.named_factors, method=Methods(job.method))
    if job.asks_storage:
        codec = BloscCodec(cname="zstd", clevel=1, shuffle="shuffle") if job.codec == "blosc" else ZstdCodec(level=1)
        shards = {"shards": job.shards} if job.shards else {}
        write = partial(write, storage_options={"chunks": job.chunks, "compressors": [codec], **shards})
    write(pixels, zarr.open_group(job.target, mode="w"), axes=list(job.axes))


if __name__ == "__main__":
    main()
