"""Documents that are changed after an image was written, which the inventories of its arrays are told of."""

import posixpath
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import zarr
from zarr.abc.store import Store

from ome_zarr.chunks.fingerprint import fingerprint
from ome_zarr.chunks.inventory import INVENTORY_NAME, Inventory
from ome_zarr.chunks.path import node_path_fault
from ome_zarr.errors import DocumentError
from ome_zarr.storage.keys import get_key
from ome_zarr.storage.node_path import join
from ome_zarr.storage.store_undo import StoreUndo

__all__ = ["Change", "note_changes", "update_attributes"]


class Change(NamedTuple):
    """What the bytes of a document were, and what they are now."""

    old: bytes
    new: bytes


def note_changes(store: Store, arrays: Iterable[str], changes: Mapping[str, Change], undo: StoreUndo) -> None:
    """Tell the inventories of arrays of documents that we have changed.

    A document that was not as it had been noted, before it was changed, stays so: what others or damage have done to it
    is not covered up. An inventory that is damaged is left as it is.

    Parameters
    ----------
    store
        Where arrays and documents are.
    arrays
        Their paths.
    changes
        What was changed, by key.
    undo
        Takes back what is done.
    """
    for path in arrays:
        key = join(path, INVENTORY_NAME)
        data = get_key(store, key)
        if data is None:
            continue
        try:
            inventory = Inventory.of_bytes(data)
        except DocumentError:
            continue
        if _note(inventory, path, changes):
            undo.set_key(store, key, inventory.to_bytes())


def update_attributes(group: zarr.Group, attributes: Mapping[str, object]) -> None:
    """Add attributes to a group, and tell the inventories of the levels that it has.

    Parameters
    ----------
    group
        Open for writing.
    attributes
        As ``zarr.Group.update_attributes`` takes them.
    """
    key = join(group.path, "zarr.json" if group.metadata.zarr_format == 3 else ".zattrs")
    old = get_key(group.store, key)
    levels = [join(group.path, path) for path in _levels(group.attrs.asdict())]
    group.update_attributes(dict(attributes))
    new = get_key(group.store, key)
    if old is not None and new is not None:
        undo = StoreUndo()
        note_changes(group.store, levels, {key: Change(old, new)}, undo)
        undo.forget()


def _note(inventory: Inventory, path: str, changes: Mapping[str, Change]) -> bool:
    """Whether the inventory of the array at a path knew one of the documents, and knows it now."""
    known = {name: posixpath.normpath(posixpath.join(path or ".", name)) for name in inventory.documents}
    noted = False
    for name, key in known.items():
        change = changes.get(key)
        if change is not None and inventory.documents[name] == fingerprint(change.old):
            inventory.note_document(name, change.new)
            noted = True
    return noted


def _levels(attributes: Mapping[str, object]) -> Iterable[str]:
    """The paths of the levels that attributes name, as far as they can be read."""
    body = attributes.get("ome", attributes)
    for multiscale in _objects(body, "multiscales"):
        for dataset in _objects(multiscale, "datasets"):
            path = dataset.get("path")
            if isinstance(path, str) and node_path_fault(path) is None:
                yield path


def _objects(owner: object, key: str) -> Iterable[Mapping[str, object]]:
    """The objects in a list of a JSON object."""
    entries = owner.get(key) if isinstance(owner, Mapping) else None
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
