"""Keys of a zarr store: look, list and delete, from ordinary synchronous code."""

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import cast

from zarr.abc.store import Store
from zarr.core.buffer import Buffer, default_buffer_prototype
from zarr.core.sync import sync
from zarr.storage import LocalStore, MemoryStore

from ome_zarr.storage.documents import parse_json
from ome_zarr.storage.node_path import join
from ome_zarr.storage.protocol import Json, ZarrFormat

__all__ = [
    "ancestors",
    "create_key",
    "delete_key",
    "delete_under",
    "first_key",
    "get_key",
    "is_local",
    "is_movable",
    "keys_under",
    "move_under",
    "names_under",
    "node_format",
    "read_attributes",
    "set_key",
]

_NODE_NAMES: Mapping[str, ZarrFormat] = {"zarr.json": 3, ".zgroup": 2, ".zarray": 2}


def ancestors(path: str) -> tuple[str, ...]:
    """Every path that contains `path`, from the root ``""`` downwards; none for the root."""
    names = path.split("/") if path else []
    return tuple("/".join(names[:depth]) for depth in range(len(names)))


def get_key(store: Store, key: str) -> bytes | None:
    """The value of `key`, or None where it is absent."""
    value = sync(store.get(key, default_buffer_prototype()))
    return None if value is None else value.to_bytes()


def set_key(store: Store, key: str, value: bytes) -> None:
    """Store `value` under `key`; on a local disk readers find the old value or the new one, never a part."""
    buffer: Buffer = default_buffer_prototype().buffer.from_bytes(value)
    sync(store.set(key, buffer))


def create_key(store: Store, key: str, value: bytes) -> bool:
    """Store `value` under `key` unless something is there; whether it is there now.

    Of several who do this at once with values of their own one succeeds, if the store can create in one step: local
    disks, memory, S3, Google's and Microsoft's stores can.
    """
    buffer: Buffer = default_buffer_prototype().buffer.from_bytes(value)
    sync(store.set_if_not_exists(key, buffer))
    return get_key(store, key) == value


def delete_key(store: Store, key: str) -> None:
    """Remove `key`; nothing happens where it is absent."""
    if sync(store.exists(key)):
        sync(store.delete(key))


def keys_under(store: Store, path: str) -> list[str]:
    """Every key of the node at `path` and of what it contains."""
    return sync(_collect(store.list_prefix(f"{path}/" if path else "")))


def names_under(store: Store, path: str) -> list[str]:
    """The first part, below `path`, of every key there."""
    return sync(_names(store, path))


def first_key(store: Store, path: str) -> str | None:
    """Any key of the node at `path` or of what it contains, without listing all; None where there is none."""
    if isinstance(store, LocalStore):
        files = (Path(parent, names[0]) for parent, _, names in os.walk(store.root / path) if names)
        return next((file.relative_to(store.root).as_posix() for file in files), None)
    return sync(_first(store.list_prefix(f"{path}/" if path else "")))


def delete_under(store: Store, path: str) -> None:
    """Remove every key below `path`, which may not be the root."""
    if not path:
        raise ValueError("the root of a store is never deleted as a whole")
    if is_local(store) or first_key(store, path) is not None:
        sync(store.delete_dir(path))


def is_local(store: Store) -> bool:
    """Whether the keys of `store` are files, which can be renamed."""
    return type(store) is LocalStore


def is_movable(store: Store) -> bool:
    """Whether `move_under` works on `store`."""
    return is_local(store) or type(store) is MemoryStore


def move_under(store: Store, source: str, target: str) -> None:
    """Move every key below `source` to below `target`: one rename on a local disk, or within memory."""
    if isinstance(store, LocalStore):
        destination = store.root / target
        destination.parent.mkdir(parents=True, exist_ok=True)
        (store.root / source).rename(destination)
        return
    if not isinstance(store, MemoryStore):
        raise TypeError(f"keys of {store} cannot be moved")
    for key in keys_under(store, source):
        value = store.get_sync(key)
        if value is not None:
            store.set_sync(join(target, key.removeprefix(f"{source}/")), value)
            store.delete_sync(key)


def node_format(store: Store, path: str) -> ZarrFormat | None:
    """The zarr format of the node at `path`, or None where there is none."""
    for name, zarr_format in _NODE_NAMES.items():
        if sync(store.exists(join(path, name))):
            return zarr_format
    return None


def read_attributes(store: Store, path: str) -> dict[str, Json] | None:
    """The attributes of the node at `path`, or None where there is none.

    Raises
    ------
    DocumentError
        The node's document is not a JSON object.
    """
    found = node_format(store, path)
    if found is None:
        return None
    if found == 2:
        return _read_object(store, join(path, ".zattrs"))
    attributes = _read_object(store, join(path, "zarr.json")).get("attributes", {})
    return dict(cast(Mapping[str, Json], attributes))


def _read_object(store: Store, key: str) -> dict[str, Json]:
    value = get_key(store, key)
    if value is None:
        return {}
    return parse_json(value, f"{key!r} in {store}")


async def _first(keys: AsyncIterator[str]) -> str | None:
    async for key in keys:
        return key
    return None


async def _collect(keys: AsyncIterator[str]) -> list[str]:
    return [key async for key in keys]


async def _names(store: Store, path: str) -> list[str]:
    return [name async for name in store.list_dir(path)]  # some stores begin to ask when they are called
