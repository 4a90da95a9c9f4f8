"""Zarr arrays, decoded object by object on the thread that reads."""

import numpy as np
from zarr.core.metadata.v3 import ArrayV3Metadata

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.objects import ArrayObjects, is_regular
from ome_zarr.geometry.region import Region
from ome_zarr.sources.arraylike import ArraylikeSource
from ome_zarr.sources.origins import origins_of
from ome_zarr.sources.pixels import check_pixels
from ome_zarr.sources.protocol import Hints, Source, SourceSpec

__all__ = ["ZarrSource", "open_zarr_source"]


def open_zarr_source(array: ZarrArray, hints: Hints | None = None) -> Source:
    """The source of a zarr array of any format, store and chunk grid."""
    if is_regular(array):
        return ZarrSource(array, hints)
    # Chunks of several shapes: left to zarr's own reader, which knows no cheapest box.
    return ArraylikeSource(array, hints=hints, concurrent=True)


class ZarrSource:
    """A zarr array with a regular grid of chunks, in any store.

    Every object is read at most once per region; of a shard only the chunks that the region touches. Chunks
    that are not stored have the fill value.

    Parameters
    ----------
    array
        Of format 2 or 3.
    hints
        What the array means; by default its dimension names.
    """

    def __init__(self, array: ZarrArray, hints: Hints | None = None) -> None:
        self._objects = ArrayObjects(array)
        self._spec = SourceSpec(
            shape=array.shape,
            dtype=check_pixels(array.shape, array.dtype, f"zarr array {array.store_path}"),
            chunks=self._objects.codec.chunk_shape,
            keep_chunks=True,
            hints=_dimension_names(array) if hints is None else hints,
            origins=origins_of(array),
        )

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, chunks (those in a shard if there are shards), hints and origins."""
        return self._spec

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`.

        Raises
        ------
        DocumentError
            A stored object cannot be decoded.
        """
        return self._objects.read_region(region)

    def close(self) -> None:
        """Do nothing: the array and its store are the caller's."""


def _dimension_names(array: ZarrArray) -> Hints:
    metadata = array.metadata
    names = metadata.dimension_names if isinstance(metadata, ArrayV3Metadata) else None
    known = tuple(name for name in names or () if name)
    return Hints(axes=known if len(known) == array.ndim else None)
