"""Small images one after the other through acquire-zarr, a stream for each.

Chunk sizes have no default, and levels end where one is no longer than a chunk: these get two levels, of 512 and
256 pixels. More levels, whether in smaller chunks or in shards of them, take two to three times as long.
"""

import acquire_zarr
import numpy as np

from benchmarks.entries.loading import write_small_images

_CHUNK = 256


def main() -> None:
    """Write as many as the command line says below a folder."""
    write_small_images(_write)


def _write(image: np.ndarray, target: str) -> None:
    space = acquire_zarr.DimensionType.SPACE
    dimensions = [
        acquire_zarr.Dimension(name="z", kind=space, array_size_px=1, chunk_size_px=1, shard_size_chunks=1),
        *(
            acquire_zarr.Dimension(name=axis, kind=space, array_size_px=n, chunk_size_px=_CHUNK, shard_size_chunks=1)
            for axis, n in zip("yx", image.shape, strict=True)
        ),
    ]
    compression = acquire_zarr.CompressionSettings(
        compressor=acquire_zarr.Compressor.BLOSC1, codec=acquire_zarr.CompressionCodec.BLOSC_ZSTD, level=1, shuffle=1
    )
    array = acquire_zarr.ArraySettings(
        dimensions=dimensions,
        data_type=image.dtype,
        compression=compression,
        downsampling_method=acquire_zarr.DownsamplingMethod.MEAN,
    )
    stream = acquire_zarr.ZarrStream(acquire_zarr.StreamSettings(store_path=target, arrays=[array]))
    stream.append(image[None])
    stream.close()


if __name__ == "__main__":
    main()
