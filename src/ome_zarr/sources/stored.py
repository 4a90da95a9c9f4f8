"""Arrays in stores, decoded object by object on the thread that reads."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.geometry.region import Region
from ome_zarr.sources.protocol import Hints, SourceSpec

if TYPE_CHECKING:  # dask is slow to import, and not always wanted
    import dask.array as da

__all__ = ["StoredPixels", "StoredSource"]


class StoredPixels:
    """The same as something that dask can slice: a stored array whose blocks are decoded by the thread that asks.

    Can be pickled if the store can.

    Parameters
    ----------
    objects
        Of the array.
    identity
        Of its place, see `SourceSpec.origins`.
    """

    def __init__(self, objects: ArrayObjects, identity: str) -> None:
        self._objects = objects
        self.identity = identity

    @property
    def shape(self) -> tuple[int, ...]:
        """Pixels along every axis."""
        return self._objects.grid.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype:
        """Of the pixels, in native byte order."""
        return self._objects.codec.dtype

    def as_dask(self, blocks: tuple[int, ...]) -> "da.Array":
        """All pixels, each block decoded when it is computed.

        Parameters
        ----------
        blocks
            Their shape.
        """
        import dask.array as da
        from dask.base import tokenize

        empty = np.empty((0,) * self.ndim, self.dtype)
        name = f"from-ome-zarr-{tokenize(self)}"
        array: da.Array = da.from_array(self, blocks, name=name, fancy=False, meta=empty)
        return array

    def __getitem__(self, index: tuple[int | slice, ...]) -> np.ndarray:
        """Pixels by a whole number or a slice for every axis; of what slices with steps span, all is read."""
        spans = [_span(part, n) for part, n in zip(index, self.shape, strict=True)]
        block = self._objects.read_region(Region(tuple(s.start for s in spans), tuple(s.stop for s in spans)))
        return np.asarray(block[tuple(span.within for span in spans)])

    def __dask_tokenize__(self) -> object:
        return self.identity, self.shape, self.dtype.str, repr(self._objects)


class _Span(NamedTuple):
    """What an index asks for along an axis."""

    start: int
    stop: int
    within: int | slice


def _span(part: int | slice, extent: int) -> _Span:
    found = range(extent)[part]
    if isinstance(found, int):
        return _Span(found, found + 1, 0)
    if not found:
        return _Span(0, 0, slice(0))
    return _Span(min(found), max(found) + 1, slice(None, None, found.step))


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
