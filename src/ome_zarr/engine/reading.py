"""Pixels of a source, as a plan stores them."""

import threading
from math import prod

import numpy as np

from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.protocol import Source

__all__ = ["TileBlocks", "read_pixels"]


def read_pixels(source: Source, region: Region, dtype: np.dtype) -> np.ndarray:
    """The pixels of a region of a source in `dtype`.

    Raises
    ------
    DocumentError
        The source gave another shape than it was asked for.
    """
    block = source.read(region)
    if block.shape != region.shape:
        raise DocumentError(
            f"the source gave shape {block.shape} for the pixels {region.start} to {region.stop}; it must give "
            f"{region.shape}; look whether the file is whole"
        )
    return block.astype(dtype, copy=False)


class TileBlocks:
    """A block for the tile that a thread has in work, in memory that its next tile uses again.

    Tiles of whole shards are larger than what the C library keeps of freed memory; fresh from the operating system they
    cost several seconds of processors for each 2 GiB.

    Parameters
    ----------
    dtype
        Of the pixels.
    """

    def __init__(self, dtype: np.dtype) -> None:
        self._dtype = dtype
        self._own = threading.local()

    def block(self, shape: tuple[int, ...]) -> np.ndarray:
        """A block of the calling thread's; its pixels are valid until that thread asks again."""
        size = prod(shape)
        flat: np.ndarray | None = getattr(self._own, "flat", None)
        if flat is None or flat.size < size:
            flat = self._own.flat = np.empty(size, self._dtype)
        return flat[:size].reshape(shape)
