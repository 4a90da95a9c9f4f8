"""Pixels of a source, as a plan stores them; and where something went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.protocol import Source

__all__ = ["noted", "read_pixels"]


def read_pixels(source: Source, region: Region, dtype: np.dtype) -> np.ndarray:
    """The pixels of a region of a source in `dtype`; to an error it is added which they were.

    Raises
    ------
    DocumentError
        The source gave another shape than it was asked for.
    """
    with noted(region, "of the source were read"):
        block = source.read(region)
    if block.shape != region.shape:
        raise DocumentError(
            f"the source gave shape {block.shape} for the pixels {region.start} to {region.stop}; it must give "
            f"{region.shape}; look whether the file is whole"
        )
    return block.astype(dtype, copy=False)


@contextmanager
def noted(region: Region, what: str) -> Iterator[None]:
    """Add to an error which pixels were in work.

    Parameters
    ----------
    region
        The pixels.
    what
        Of which level, and what was done with them.
    """
    try:
        yield
    except Exception as error:
        error.add_note(f"it arose when pixels {region.start!r} to {region.stop!r} {what}")
        raise
