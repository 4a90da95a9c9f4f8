"""Arrays in stores, decoded object by object on the thread that reads."""

import numpy as np

from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.geometry.region import Region
from ome_zarr.sources.protocol import Hints, SourceSpec

__all__ = ["StoredSource"]


class StoredSource:
    """The stored objects (chunks or shards) of an array with a regular grid.

    Every object is read at most once per region; of a shard only the chunks that the region touches. Chunks
    that are not stored have the fill value.

    Parameters
    ----------
    objects
        Of the array.
    hints
        What the array means.
    origins
        Places that are read; see `SourceSpec`.
    """

    def __init__(self, objects: ArrayObjects, hints: Hints, origins: frozenset[str]) -> None:
        self._objects = objects
        self._spec = SourceSpec(
            shape=objects.grid.shape,
            dtype=objects.codec.dtype,
            chunks=objects.codec.chunk_shape,
            keep_chunks=True,
            encoding=objects.codec.encoding,
            hints=hints,
            origins=origins,
        )

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, chunks (those in a shard if there are shards), encoding, hints and origins."""
        return self._spec

    @property
    def objects(self) -> ArrayObjects:
        """The stored objects."""
        return self._objects

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
