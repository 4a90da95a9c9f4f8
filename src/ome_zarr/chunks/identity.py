"""Names of the places where pixels lie, to notice when two are the same or one is inside the other."""

from zarr.abc.store import Store
from zarr.storage import FsspecStore, LocalStore, MemoryStore, WrapperStore, ZipStore

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.path import path_identity

__all__ = ["array_identity", "innermost", "store_identity"]


def store_identity(store: Store, path: str = "") -> str:
    """The name of node `path` of a zarr store; the same for every way to open the same place.

    Local: `path_identity`, also within a zip file (the file's path comes first). In memory:
    ``memory:<id of the dictionary>/<path>``. Remote: the URL. Of a store of an unknown kind, its ``str`` if
    that is a URL, else its identity as an object.
    """
    root = _root(innermost(store))
    return f"{root.rstrip('/')}/{path}" if path else root


def innermost(store: Store) -> Store:
    """The store within wrappers that change how it is asked."""
    while isinstance(store, WrapperStore):
        store = store._store
    return store


def array_identity(array: ZarrArray) -> str:
    """`store_identity` of the place of a zarr array."""
    return store_identity(array.store, array.path)


def _root(store: Store) -> str:
    if isinstance(store, LocalStore):
        return path_identity(store.root)
    if isinstance(store, ZipStore) and store.path is not None:
        return path_identity(store.path)
    if isinstance(store, MemoryStore):
        return f"memory:{id(store._store_dict)}"
    if isinstance(store, FsspecStore):
        return _fsspec_url(store)
    name = str(store)
    return name if "://" in name else f"{type(store).__name__}:{id(store)}"


def _fsspec_url(store: FsspecStore) -> str:
    protocol = store.fs.protocol
    first = protocol if isinstance(protocol, str) else protocol[0]
    if first in ("file", "local"):
        return path_identity(store.path)
    return f"{first}://{store.path.lstrip('/')}"
