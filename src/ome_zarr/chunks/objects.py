"""The stored objects of one array, by index."""

import numpy as np
from zarr.core.buffer import Buffer
from zarr.core.metadata.v3 import ArrayV3Metadata, RegularChunkGridMetadata

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.codec import ChunkCodec
from ome_zarr.chunks.store import SyncStore
from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region

__all__ = ["ArrayObjects", "is_regular"]


class ArrayObjects:
    """Read, write and delete the objects of a zarr array on the calling thread.

    An object is what one key holds: a shard where the array is sharded, else a chunk. Any number of threads
    may use one instance for different objects. It can be pickled if the store can.

    Parameters
    ----------
    array
        With a regular grid of chunks, in any store.
    """

    def __init__(self, array: ZarrArray) -> None:
        self._array = array
        self._codec = ChunkCodec.of(array)
        self._grid = Grid(array.shape, self._codec.object_shape)
        self._store = SyncStore(array.store)
        self._prefix = f"{array.path}/" if array.path else ""

    @property
    def codec(self) -> ChunkCodec:
        """Between an object and its bytes."""
        return self._codec

    @property
    def grid(self) -> Grid:
        """Where the objects lie in the array."""
        return self._grid

    def key(self, index: tuple[int, ...]) -> str:
        """The store's key of object `index`."""
        return self._prefix + self._array.metadata.encode_chunk_key(index)

    def read(self, index: tuple[int, ...], part: Region | None = None) -> np.ndarray | None:
        """The block of object `index`, or None: it is not stored and stands for the fill value.

        Parameters
        ----------
        index
            Of the object.
        part
            Which pixels, relative to the object's first; by default all of its `object_shape`, including
            what lies beyond the array's edge. Of a shard only the chunks that `part` touches are read.

        Raises
        ------
        DocumentError
            The object cannot be decoded.
        NotFoundError
            The object is not stored and the array was opened to refuse that.
        """
        region = Region.whole(self._codec.object_shape) if part is None else part
        block = np.empty(region.shape, self._codec.dtype)
        return block if self._read_part(index, region, block) else None

    def read_region(self, region: Region) -> np.ndarray:
        """The pixels of `region`, in a block of their own; see `read_into`."""
        block = np.empty(region.shape, self._codec.dtype)
        self.read_into(region, block)
        return block

    def read_into(self, region: Region, out: np.ndarray) -> None:
        """Put the pixels of `region` into `out`.

        Every object is read at most once; what is not stored has the fill value.

        Parameters
        ----------
        region
            Within the array.
        out
            Of the shape of `region`, in the dtype of the codec.

        Raises
        ------
        DocumentError, NotFoundError
            See `read`.
        """
        for index in self._grid.cells(region):
            cell = self._grid.region(index)
            common = cell.intersect(region)
            target = out[common.relative_to(region.start).slices]
            if not self._read_part(index, common.relative_to(cell.start), target):
                target[...] = self._codec.fill

    def write(self, index: tuple[int, ...], block: np.ndarray) -> int:
        """Store `block` as object `index`; returns the number of stored bytes.

        At the array's upper edge the block ends at the edge. A block of nothing but the fill value is not
        stored (0 bytes) if the array leaves such objects out; what was there before is removed.
        """
        data = self._codec.encode(block)
        if data is None:
            self.delete(index)
            return 0
        self._store.set(self.key(index), data)
        return len(data)

    def delete(self, index: tuple[int, ...]) -> None:
        """Remove object `index`, so that it stands for the fill value."""
        self._store.delete(self.key(index))

    def _read_part(self, index: tuple[int, ...], part: Region, out: np.ndarray) -> bool:
        """Put the pixels of `part` of an object into `out`; False, and nothing done, where it is not stored."""
        key = self.key(index)

        def fetch(start: int, stop: int | None) -> Buffer | None:
            return self._store.get(key, start, stop)

        try:
            stored = self._codec.decode_region(fetch, part, out)
        except OSError:
            raise
        except Exception as error:  # every codec has errors of its own, down to bare RuntimeError
            raise DocumentError(
                f"object {key!r} of {self._array.store_path} cannot be decoded: {error}; "
                "it is damaged or was not written in full: write it again from its source"
            ) from error
        if not stored and not self._array.config.read_missing_chunks:
            raise NotFoundError(
                f"object {key!r} of {self._array.store_path} is not stored, and the array was opened with "
                "read_missing_chunks=False; write it, or open the array without that setting"
            )
        return stored

    def __reduce__(self) -> tuple[type["ArrayObjects"], tuple[ZarrArray]]:
        return type(self), (self._array,)

    def __repr__(self) -> str:
        return f"ArrayObjects({self._array.store_path}, {self._grid!r})"


def is_regular(array: ZarrArray) -> bool:
    """Whether all chunks of an array have one shape, so that its objects can be read by index."""
    metadata = array.metadata
    return not isinstance(metadata, ArrayV3Metadata) or isinstance(metadata.chunk_grid, RegularChunkGridMetadata)
