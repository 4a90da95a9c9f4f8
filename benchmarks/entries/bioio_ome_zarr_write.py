"""bioio-ome-zarr."""

import dask.array as da
import numpy as np
from bioio_ome_zarr.writers import OMEZarrWriter, get_default_config_for_viz
from zarr.codecs import BloscCodec, ZstdCodec

from benchmarks.entries.loading import load
from benchmarks.job import Job


def main() -> None:
    """Write the image of the job."""
    job = Job.from_arguments()
    pixels = load(job.source) if job.in_memory else da.from_zarr(job.source)
    # Shapes have no default; this is its own suggestion for those who want to look at the image.
    settings = _settings(job, pixels) if job.asks_levels else get_default_config_for_viz(pixels)
    writer = OMEZarrWriter(job.target, axes_names=list(job.axes), **settings)
    writer.write_full_volume(pixels)


def _settings(job: Job, pixels: np.ndarray | da.Array) -> dict[str, object]:
    factors = [(1,) * pixels.ndim, *job.factors]
    shapes = [tuple(n // f for n, f in zip(pixels.shape, row, strict=True)) for row in factors]
    settings: dict[str, object] = {"level_shapes": shapes, "dtype": pixels.dtype}
    if job.asks_storage:
        codec = BloscCodec(cname="zstd", clevel=1, shuffle="shuffle") if job.codec == "blosc" else ZstdCodec(level=1)
        settings |= {"chunk_shape": job.chunks, "shard_shape": job.shards, "compressor": codec}
    return settings


if __name__ == "__main__":
    main()
