"""ome-zarr-py, with its default settings and the chunks of the job."""

from functools import partial

import dask.array as da
import zarr

from benchmarks.entries.loading import load
from benchmarks.job import Job
from ome_zarr.scale import Methods
from ome_zarr.writer import write_image, write_labels


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    pixels = load(job.source) if job.in_memory else da.from_zarr(job.source)
    group = zarr.open_group(job.target, mode="w")
    write = partial(write_labels, name="labels") if job.kind == "labels" else write_image
    write(
        pixels,
        group,
        axes=list(job.axes),
        scale_factors=job.named_factors,
        method=Methods(job.method),
        storage_options={"chunks": job.chunks},
    )


if __name__ == "__main__":
    main()
