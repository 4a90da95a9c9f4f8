"""What the plan for a job says that it takes; nothing is written."""

import json

import ome_zarr
from benchmarks.job import Job


def main() -> None:
    """Plan the job, and say in how many tasks it is done and how many objects it makes."""
    job = Job.from_arguments()
    plan = ome_zarr.plan(
        job.source,
        axes=job.axes,
        scale_factors=job.named_factors,
        method=job.method,
        chunks=job.chunks,
        memory_budget=job.memory_budget,
        workers=job.workers,
    )
    print(json.dumps({"tasks": plan.cost.tasks, "objects": plan.cost.objects}))


if __name__ == "__main__":
    main()
