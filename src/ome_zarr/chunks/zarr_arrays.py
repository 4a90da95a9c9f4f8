"""Stores and arrays of zarr-python, for reading and writing their objects."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast

import numpy as np
from zarr.abc.store import ByteRequest, RangeByteRequest, Store, SuffixByteRequest, SupportsSyncStore
from zarr.codecs import ShardingCodec
from zarr.core.buffer import numpy_buffer_prototype
from zarr.core.metadata.v2 import ArrayV2Metadata
from zarr.core.metadata.v3 import ArrayV3Metadata, RegularChunkGridMetadata
from zarr.core.sync import sync
from zarr.storage import LocalStore

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.codec import ChunkCodec
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.encoding import Encoding
from ome_zarr.chunks.keys import KeyEncoding
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.chunks.store import Folder
from ome_zarr.chunks.zarr_coding import ZarrCoding
from ome_zarr.errors import DocumentError

__all__ = ["ArchiveObjects", "SyncStore", "codec_of", "document_of", "objects_of"]

_PROTOTYPE = numpy_buffer_prototype()


class SyncStore:
    """Get, set and delete of a zarr store, without an event loop where the store can do without one.

    A store that only has coroutines is asked through zarr's event loop while the caller waits.
    Files of a local store are written in place, see `set`. As thread-safe as the store.

    Parameters
    ----------
    store
        Any zarr store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # A wrapper has the methods of the protocol whether or not the store that it wraps can follow;
        # then it says so in this attribute (zarr's own convention).
        capable = getattr(store, "_supports_sync_io", True)
        self._direct = store if capable and isinstance(store, SupportsSyncStore) else None
        self._folder = Folder(store.root) if type(store) is LocalStore else None

    @property
    def store(self) -> Store:
        """The zarr store itself."""
        return self._store

    def get(self, key: str, start: int = 0, stop: int | None = None) -> memoryview | None:
        """Bytes ``start:stop`` of the value, as a slice has them (negative start: from the end)."""
        request = _byte_request(start, stop)
        if self._direct is not None:
            value = self._direct.get_sync(key, prototype=_PROTOTYPE, byte_range=request)
        else:
            value = sync(self._store.get(key, _PROTOTYPE, request))
        return None if value is None else memoryview(value.as_numpy_array())

    def size(self, key: str) -> int | None:
        """Number of bytes of the value; None: no value. Of stores that do not say, the value is read."""
        if self._folder is not None:
            return self._folder.size(key)
        try:
            return sync(self._store.getsize(key))
        except FileNotFoundError:
            return None
        except (NotImplementedError, TypeError, ValueError):  # a server that does not say
            value = self.get(key)
            return None if value is None else len(value)

    def set(self, key: str, value: Bytes) -> None:
        """Store `value` under `key`, in place of what is there.

        A file of a local store is opened, written and closed: whoever reads it meanwhile, or after a crash,
        may find a part. Images become visible by a later, atomic step, so no file needs to.
        """
        if self._folder is not None:
            self._store._check_writable()
            self._folder.set(key, value)
            return
        buffer = _PROTOTYPE.buffer.from_array_like(np.frombuffer(value, np.uint8))
        if self._direct is not None:
            self._direct.set_sync(key, buffer)
        else:
            sync(self._store.set(key, buffer))

    def set_pieces(self, key: str, pieces: Iterable[Bytes]) -> None:
        """Store a value that comes in pieces; see `set`."""
        if self._folder is not None:
            self._store._check_writable()
            self._folder.set_pieces(key, pieces)
        else:
            self.set(key, b"".join(pieces))

    def delete(self, key: str) -> None:
        """Remove `key`; nothing happens where it is absent."""
        if self._direct is not None:
            self._direct.delete_sync(key)
        else:
            sync(self._store.delete(key))

    def __reduce__(self) -> tuple[type["SyncStore"], tuple[Store]]:
        return type(self), (self._store,)

    def __str__(self) -> str:
        return without_secrets(str(self._store))


class ArchiveObjects(SyncStore):
    """The entries of a zip file; what cannot be read of them is damaged."""

    def get(self, key: str, start: int = 0, stop: int | None = None) -> memoryview | None:
        """See `SyncStore.get`.

        Raises
        ------
        DocumentError
            The entry is damaged.
        """
        with self._told(key):
            return super().get(key, start, stop)

    def size(self, key: str) -> int | None:
        """See `SyncStore.size`; errors as of `get`."""
        with self._told(key):
            return super().size(key)

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        """Say of errors that the entry is damaged."""
        try:
            yield
        except Exception as error:  # each compression has errors of its own, and a wrong offset is an OSError
            raise DocumentError(f"{key!r} in {self} cannot be read: {error}; it is damaged: write it again") from error


def _byte_request(start: int, stop: int | None) -> ByteRequest | None:
    if start < 0:
        return SuffixByteRequest(-start)
    if stop is None:
        return None
    return RangeByteRequest(start, stop)


def objects_of(array: ZarrArray) -> ArrayObjects:
    """The stored objects of a zarr array.

    Raises
    ------
    DocumentError
        Its chunks have several shapes.
    """
    return ArrayObjects(
        codec_of(array),
        array.shape,
        SyncStore(array.store),
        array.path,
        KeyEncoding.of(document_of(array)),
        strict=None if array.config.read_missing_chunks else True,
    )


def codec_of(array: ZarrArray) -> ChunkCodec:
    """The codec of a zarr array; errors as of `objects_of`."""
    keep_empty = array.config.write_empty_chunks
    encoding = Encoding.of(document_of(array)) if _in_usual_order(array) else None
    return ChunkCodec(encoding or ZarrCoding(array.metadata, array.config), keep_empty=keep_empty)


def document_of(array: ZarrArray) -> ArrayDocument:
    """What the document of a zarr array says."""
    metadata = array.metadata
    names = metadata.dimension_names if isinstance(metadata, ArrayV3Metadata) else None
    document = cast(dict[str, object], metadata.to_dict())
    return ArrayDocument(
        metadata.zarr_format,
        array.shape,
        array.dtype.newbyteorder("="),
        array.chunks if is_regular(array) else array.shape,
        array.shards if is_regular(array) else None,
        names,
        document,
    )


def is_regular(array: ZarrArray) -> bool:
    """Whether all chunks of an array have one shape, so that its objects can be read by index."""
    metadata = array.metadata
    return not isinstance(metadata, ArrayV3Metadata) or isinstance(metadata.chunk_grid, RegularChunkGridMetadata)


def _in_usual_order(array: ZarrArray) -> bool:
    """Whether shards are laid out as they are by default; a document does not say how."""
    metadata = array.metadata
    return isinstance(metadata, ArrayV2Metadata) or _usual(metadata.codecs)


def _usual(codecs: Iterable[object]) -> bool:
    shards = [codec for codec in codecs if isinstance(codec, ShardingCodec)]
    return all(shard.subchunk_write_order == "morton" and _usual(shard.codecs) for shard in shards)
