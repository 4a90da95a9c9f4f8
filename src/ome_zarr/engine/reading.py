"""Pixels of a source, as a plan stores them."""

import numpy as np

from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.protocol import Source

__all__ = ["read_pixels"]


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
