"""What the document of an array says."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np

__all__ = ["ArrayDocument"]


@dataclass(frozen=True, slots=True)
class ArrayDocument:
    """What the document of an array says.

    Parameters
    ----------
    zarr_format
        2 or 3.
    shape
        Pixels along every axis.
    dtype
        Of the pixels, in native byte order.
    chunks
        Shape of what is compressed as one; where chunks differ, the largest extent along every axis.
    shards
        Shape of what is stored as one, where that is several chunks.
    dimension_names
        Name of every axis where the array has them, which is in format 3 only.
    document
        All of it, as it is.
    """

    zarr_format: Literal[2, 3]
    shape: tuple[int, ...]
    dtype: np.dtype
    chunks: tuple[int, ...]
    shards: tuple[int, ...] | None
    dimension_names: tuple[str | None, ...] | None
    document: Mapping[str, object]

    @property
    def nbytes(self) -> int:
        """Of all pixels, not compressed."""
        return prod(self.shape) * self.dtype.itemsize

    @property
    def object_shape(self) -> tuple[int, ...]:
        """Shape of what one key holds: of a shard where there are shards, else of a chunk."""
        return self.chunks if self.shards is None else self.shards

    @property
    def is_regular(self) -> bool:
        """Whether all objects have one shape, so that they can be read by index."""
        grid = self.document.get("chunk_grid") if self.zarr_format == 3 else None
        return not isinstance(grid, Mapping) or grid.get("name") == "regular"
