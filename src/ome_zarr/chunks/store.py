"""A zarr store, used from the calling thread."""

from zarr.abc.store import ByteRequest, RangeByteRequest, Store, SuffixByteRequest, SupportsSyncStore
from zarr.core.buffer import Buffer, numpy_buffer_prototype
from zarr.core.sync import sync
from zarr.storage import LocalStore

from ome_zarr.chunks.files import write_file

__all__ = ["SyncStore"]

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
        self._root = store.root if type(store) is LocalStore else None

    @property
    def store(self) -> Store:
        """The zarr store itself."""
        return self._store

    def get(self, key: str, start: int = 0, stop: int | None = None) -> Buffer | None:
        """Bytes ``start:stop`` of the value, as a slice has them (negative start: from the end)."""
        request = _byte_request(start, stop)
        if self._direct is not None:
            return self._direct.get_sync(key, prototype=_PROTOTYPE, byte_range=request)
        return sync(self._store.get(key, _PROTOTYPE, request))

    def set(self, key: str, value: Buffer) -> None:
        """Store `value` under `key`, in place of what is there.

        A file of a local store is opened, written and closed: whoever reads it meanwhile, or after a crash,
        may find a part. Images become visible by a later, atomic step, so no file needs to.
        """
        if self._root is not None:
            self._store._check_writable()
            write_file(self._root / key, memoryview(value.as_numpy_array()))
        elif self._direct is not None:
            self._direct.set_sync(key, value)
        else:
            sync(self._store.set(key, value))

    def delete(self, key: str) -> None:
        """Remove `key`; nothing happens where it is absent."""
        if self._direct is not None:
            self._direct.delete_sync(key)
        else:
            sync(self._store.delete(key))

    def __reduce__(self) -> tuple[type["SyncStore"], tuple[Store]]:
        return type(self), (self._store,)


def _byte_request(start: int, stop: int | None) -> ByteRequest | None:
    if start < 0:
        return SuffixByteRequest(-start)
    if stop is None:
        return None
    return RangeByteRequest(start, stop)
