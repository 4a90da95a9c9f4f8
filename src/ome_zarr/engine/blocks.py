"""The blocks of a dask array, and one block out of several."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import dask.array as da
import numpy as np

from ome_zarr.geometry.region import Region

if TYPE_CHECKING:
    from dask.typing import Key

__all__ = ["Part", "blocks_of", "put_together"]

type Part = tuple[Region, np.ndarray]
"""A block, and where it lies."""


def blocks_of(array: da.Array, region: Region) -> Iterator[tuple[Region, "Key"]]:
    """The blocks of a dask array that share pixels with a region: where they lie, and their keys."""
    edges = [np.concatenate([[0], np.cumsum(sizes)]) for sizes in array.chunks]
    first = [int(np.searchsorted(e, a, side="right")) - 1 for e, a in zip(edges, region.start, strict=True)]
    last = [int(np.searchsorted(e, b, side="left")) for e, b in zip(edges, region.stop, strict=True)]
    for offset in np.ndindex(*(b - a for a, b in zip(first, last, strict=True))):
        block = [a + i for a, i in zip(first, offset, strict=True)]
        place = Region(
            tuple(int(e[i]) for e, i in zip(edges, block, strict=True)),
            tuple(int(e[i + 1]) for e, i in zip(edges, block, strict=True)),
        )
        if place.size:
            yield place, (array.name, *block)


def put_together(region: Region, dtype: np.dtype, parts: Sequence[Part]) -> np.ndarray:
    """The pixels of a region out of blocks that cover it, as `dtype`."""
    if len(parts) == 1 and parts[0][0] == region:
        return np.asarray(parts[0][1]).astype(dtype, copy=False)
    pixels = np.empty(region.shape, dtype)
    for place, block in parts:
        common = place.intersect(region)
        pixels[common.relative_to(region.start).slices] = block[common.relative_to(place.start).slices]
    return pixels
