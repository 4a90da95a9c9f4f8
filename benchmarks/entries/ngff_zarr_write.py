"""ngff-zarr."""

from ngff_zarr import Methods, to_multiscales, to_ngff_image, to_ngff_zarr
from numcodecs import Blosc, Zstd
from zarrista import Array
from zarrista.store import FilesystemStore

from benchmarks.entries.loading import load
from benchmarks.job import Job

_METHODS = {
    "resize": Methods.ITKWASM_GAUSSIAN,  # its default: it smooths before it takes pixels, as `resize` does
    "local_mean": Methods.ITKWASM_BIN_SHRINK,
    "nearest": Methods.DASK_IMAGE_NEAREST,
    "mode": Methods.DASK_IMAGE_MODE,
}


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    pixels = load(job.source) if job.in_memory else Array.open(FilesystemStore(job.source))
    levels, storage = {}, {}
    if job.asks_levels:
        # Space only: along t and c it never shrinks.
        factors = [{axis: factor for axis, factor in row.items() if axis in "zyx"} for row in job.named_factors]
        levels |= {"scale_factors": factors, "method": _METHODS[job.method]}
    if job.asks_storage:
        levels |= {"chunks": job.chunks}
        codec = Blosc("zstd", clevel=1, shuffle=Blosc.SHUFFLE) if job.codec == "blosc" else Zstd(level=1)
        storage |= {"compressors": [codec]}
    if job.asks_storage and job.shards:
        storage |= {"chunks_per_shard": tuple(s // c for s, c in zip(job.shards, job.chunks, strict=True))}
    to_ngff_zarr(job.target, to_multiscales(to_ngff_image(pixels, dims=list(job.axes)), **levels), **storage)


if __name__ == "__main__":
    main()
