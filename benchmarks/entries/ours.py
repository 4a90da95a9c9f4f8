"""Our own package, as a user would call it."""

from typing import TYPE_CHECKING

import ome_zarr
from benchmarks.entries.loading import load
from benchmarks.job import Job

if TYPE_CHECKING:
    from ome_zarr.planning.recipe import Wishes


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    wishes: Wishes = {"kind": job.kind}
    if job.asks_levels:
        wishes |= {"scale_factors": job.named_factors, "method": job.method}
    if job.asks_storage:
        wishes |= {"chunks": job.chunks, "shards": job.shards}
        wishes |= {"memory_budget": job.memory_budget, "workers": job.workers}
    ome_zarr.write(load(job.source) if job.in_memory else job.source, job.target, axes=job.axes, **wishes)


if __name__ == "__main__":
    main()
