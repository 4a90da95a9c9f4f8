"""ome-zarr-py, with its default settings and the chunks of the job."""

import dask.array as da
import zarr
from ome_zarr.scale import Methods
from ome_zarr.writer import write_image, write_labels

from benchmarks.entries.loading import load
from benchmarks.job import Job


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    pixels = load(job.source) if job.in_memory else da.from_zarr(job.source)
    group = zarr.open_group(job.target, mode="w")
    settings = {
        "axes": list(job.axes),
        "scale_factors": job.named_factors,
        "method": Methods(job.method),
        "storage_options": {"chunks": job.chunks},
    }
    if job.kind == "labels":
        write_labels(pixels, group, "labels", **settings)
    else:
        write_image(pixels, group, **settings)


if __name__ == "__main__":
    main()
