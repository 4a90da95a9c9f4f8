"""The stored objects of one array, by index."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import numpy as np

from ome_zarr.chunks.absence import Absence
from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.codec import ChunkCodec
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.encoding import Encoding
from ome_zarr.chunks.fingerprint import Fingerprint
from ome_zarr.chunks.inventory import Inventory
from ome_zarr.chunks.keys import KeyEncoding
from ome_zarr.chunks.shard import Fetch
from ome_zarr.chunks.store import ObjectStore
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region

__all__ = ["ArrayObjects"]


class ArrayObjects:
    """Read, write and delete the objects of an array on the calling thread.

    An object is what one key holds: a shard where the array is sharded, else a chunk. Any number of threads
    may use one instance for different objects. It can be pickled if the store can.

    Parameters
    ----------
    codec
        Between objects and their bytes.
    shape
        Of the array.
    store
        Where the objects are.
    path
        Of the array in the store.
    keys
        How objects are called.
    strict
        Whether an object that is not stored is an error, rather than nothing but the fill value; None: where the
        array's inventory says that it was. See :class:`ome_zarr.chunks.absence.Absence`.
    """

    def __init__(
        self,
        codec: ChunkCodec,
        shape: tuple[int, ...],
        store: ObjectStore,
        path: str,
        keys: KeyEncoding,
        *,
        strict: bool | None = False,
    ) -> None:
        self._codec = codec
        self._grid = Grid(shape, codec.object_shape)
        self._store = store
        self._prefix = f"{path}/" if path else ""
        self._keys = keys
        self._absence = Absence(strict, store, self._prefix, self._grid.count)

    @classmethod
    def of_document(
        cls,
        document: ArrayDocument,
        store: ObjectStore,
        path: str,
        *,
        keep_empty: bool = False,
        strict: bool | None = False,
    ) -> "ArrayObjects":
        """The objects of an array with a regular grid, whose document has been read.

        Parameters
        ----------
        document
            Of the array.
        store, path
            Where it is.
        keep_empty
            Whether blocks of nothing but the fill value are stored.
        strict
            See :class:`ArrayObjects`.

        Raises
        ------
        DocumentError
            Its codecs or data type are not known, or its keys.
        """
        coding = Encoding.of(document)
        if coding is None:
            from ome_zarr.chunks.zarr_coding import ZarrCoding  # noqa: PLC0415 - it needs zarr, and is rarely wanted

            codec = ChunkCodec(ZarrCoding.of_document(document), keep_empty=keep_empty)
        else:
            codec = ChunkCodec(coding, keep_empty=keep_empty)
        keys = KeyEncoding.of(document)
        return cls(codec, document.shape, store, path, keys, strict=strict)

    @property
    def codec(self) -> ChunkCodec:
        """Between an object and its bytes."""
        return self._codec

    @property
    def grid(self) -> Grid:
        """Where the objects lie in the array."""
        return self._grid

    def read_inventory(self) -> Inventory | None:
        """What was stored when the array was written, if that is known; errors as of `Absence.read_inventory`."""
        return self._absence.read_inventory()

    def key(self, index: tuple[int, ...]) -> str:
        """The store's key of object `index`."""
        return self._prefix + self._keys.key(index)

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
        MissingChunkError
            The object is not stored, and should be.
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
        DocumentError, MissingChunkError
            See `read`.
        """
        for index in self._grid.cells(region):
            cell = self._grid.region(index)
            common = cell.intersect(region)
            target = out[common.relative_to(region.start).view]
            if not self._read_part(index, common.relative_to(cell.start), target):
                target[...] = self._codec.fill

    def fetch(self, index: tuple[int, ...]) -> Bytes | None:
        """The bytes of object `index` as they are stored; None: it is not, and stands for the fill value.

        Raises
        ------
        MissingChunkError
            It is not stored, and should be.
        """
        key = self.key(index)
        with self._told(index):
            data = self._store.get(key)
        if data is None:
            self._absence.check(index, key)
        return data

    def decode(self, index: tuple[int, ...], data: Bytes | None, part: Region, out: np.ndarray) -> None:
        """Put the pixels of a part of object `index` into `out`, from bytes that `fetch` gave.

        Parameters
        ----------
        index, data
            The object; None: it is not stored.
        part
            Which pixels, relative to the object's first.
        out
            Of the shape of `part`, in the dtype of the codec.

        Raises
        ------
        DocumentError, MissingChunkError
            See `read`.
        """
        content = None if data is None else memoryview(data)
        if not self._decode(index, lambda start, stop: None if content is None else content[start:stop], part, out):
            out[...] = self._codec.fill

    def size(self, index: tuple[int, ...]) -> int | None:
        """Number of bytes of object `index`; None: it is not stored."""
        return self._store.size(self.key(index))

    def check_index(self, index: tuple[int, ...]) -> None:
        """Read the index of object `index` if it is a shard.

        Raises
        ------
        DocumentError
            It is damaged, or not all there.
        """
        key = self.key(index)
        with self._told(index):
            self._codec.check_index(lambda start, stop: self._store.get(key, start, stop))

    def put(self, index: tuple[int, ...], data: Bytes | None) -> Fingerprint:
        """Store bytes as object `index`; returns what they were. None removes it."""
        found = Fingerprint()
        if data is None:
            self.delete(index)
        else:
            found.add(data)
            self._store.set(self.key(index), data)
        return found

    def write(self, index: tuple[int, ...], block: np.ndarray) -> Fingerprint:
        """Store `block` as object `index`; returns what was stored.

        At the array's upper edge the block ends at the edge. A block of nothing but the fill value is not
        stored (0 bytes) if the array leaves such objects out; what was there before is removed. Shards are stored
        chunk by chunk, each as soon as it is encoded.
        """
        found = Fingerprint()
        follow = found.following if self._codec.is_sharded else found.following_chunk
        pieces = follow(self._codec.encode_pieces(block))
        first = next(pieces, None)
        if first is None:
            self.delete(index)
        else:
            self._store.set_pieces(self.key(index), chain([first], pieces))
        return found

    def delete(self, index: tuple[int, ...]) -> None:
        """Remove object `index`, so that it stands for the fill value."""
        self._store.delete(self.key(index))

    def _read_part(self, index: tuple[int, ...], part: Region, out: np.ndarray) -> bool:
        """Put the pixels of `part` of an object into `out`; False, and nothing done, where it is not stored."""
        key = self.key(index)
        return self._decode(index, lambda start, stop: self._store.get(key, start, stop), part, out)

    def _decode(self, index: tuple[int, ...], fetch: Fetch, part: Region, out: np.ndarray) -> bool:
        """The same, from bytes that `fetch` brings."""
        with self._told(index):
            stored = self._codec.decode_region(fetch, part, out)
        if not stored:
            self._absence.check(index, self.key(index))
        return stored

    @contextmanager
    def _told(self, index: tuple[int, ...]) -> Iterator[None]:
        """Say of errors to which object they belong."""
        try:
            yield
        except OSError:
            raise
        except Exception as error:  # every codec has errors of its own, down to bare RuntimeError
            raise DocumentError(
                f"object {self.key(index)!r} of {self._store} cannot be decoded: {error}; "
                "it is damaged or was not written in full: write it again from its source"
            ) from error

    def __repr__(self) -> str:
        return f"ArrayObjects({self._prefix!r} of {self._store}, {self._grid!r})"
