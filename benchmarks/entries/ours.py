"""Our own package, as a user would call it."""

import ome_zarr
from benchmarks.entries.loading import load
from benchmarks.job import Job


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    ome_zarr.write(
        load(job.source) if job.in_memory else job.source,
        job.target,
        axes=job.axes,
        kind=job.kind,
        scale_factors=job.named_factors,
        method=job.method,
        chunks=job.chunks,
        memory_budget=job.memory_budget,
        workers=job.workers,
    )


if __name__ == "__main__":
    main()
