"""ome-zarr-pyramid."""

import dyna_zarr
import zarr
from ome_zarr_pyramid import Pyramid, io

from benchmarks.entries.loading import load
from benchmarks.job import Job

_METHODS = {"local_mean": "mean", "nearest": "simple", "mode": "mode"}
_CODECS = {
    "blosc": {"compressor": "blosc", "compressor_params": {"cname": "zstd", "clevel": 1, "shuffle": "shuffle"}},
    "zstd": {"compressor": "zstd", "compressor_params": {"level": 1}},
}


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    # A bare NumPy array would be turned into JSON on the way: minutes, and tens of gigabytes.
    pixels = dyna_zarr.from_array(load(job.source)) if job.in_memory else zarr.open_array(job.source, mode="r")
    levels, storage = {}, {}
    if job.asks_levels:
        # All steps are alike in all workloads, so the first one stands for all.
        levels = {
            "n_layers": 1 + len(job.factors),
            "scale_factor": job.steps[0],
            "downscale_method": _METHODS[job.method],
        }
    if job.asks_storage:
        storage = {"chunk_shape": job.chunks, "max_threads": job.workers, "memory_budget_mb": 512, **_CODECS[job.codec]}
    if job.asks_storage and job.shards:
        storage |= {"shard_coefficients": tuple(s // c for s, c in zip(job.shards, job.chunks, strict=True))}
    image = Pyramid().from_arrays([pixels], axis_order=job.axes).downscale(**levels)
    io.write_pyramid(image, job.target, **storage)


if __name__ == "__main__":
    main()
