"""Rows of a table, added to what is known about the values of labels."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ome_zarr.api.inventory import Inventory, take_inventory
from ome_zarr.errors import NotFoundError, RecipeError, TargetError
from ome_zarr.metadata.jsonvalue import JsonObject, plain
from ome_zarr.metadata.node import Node
from ome_zarr.storage.documents import GroupDocument, parse_json
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.locate import Location, Target, locate
from ome_zarr.storage.node_path import join
from ome_zarr.storage.protocol import Json, ZarrFormat

__all__ = ["add_label_properties"]

_VALUE = "label-value"
_MOST_SHOWN = 10

type Rows = Mapping[str, JsonObject]
"""What is to be added, by the row's id."""


@dataclass(frozen=True, eq=False, slots=True)
class _Labels:
    """A labels image, and what is known about its values."""

    path: str
    name: str
    properties: tuple[JsonObject, ...]

    def matched(self, key: str, rows: Rows) -> tuple[JsonObject, ...]:
        """The properties, with a row for every value of which the property `key` is the row's id."""
        return tuple({**known, **rows.get(str(known[key]), {})} if key in known else known for known in self.properties)

    def described(self, rows: Rows) -> tuple[JsonObject, ...]:
        """The properties, with a row for every value that is the row's id, known or not."""
        known = {str(entry.get(_VALUE)): entry for entry in self.properties}
        for identity, row in rows.items():
            value = _parse_value(identity)
            known[str(value)] = {_VALUE: value, **known.get(str(value), {}), **row} | {_VALUE: value}
        return tuple(known.values())


def add_label_properties(target: Target, key: str, rows: Mapping[str, Mapping[str, object]]) -> None:
    """Add rows to what the documents of labels say about their values. Either all documents change or none.

    Parameters
    ----------
    target
        Labels, or an image or plate with labels, all of which are looked at.
    key
        Either a property that values have, such as ``"label-value"``: a row is added to every value of which this
        property is the row's id. Or else the name of labels: then a row's id is the value itself, and values of
        which nothing is known yet are described too.
    rows
        What to add, by the row's id.

    Raises
    ------
    NotFoundError
        There are no labels, none of them has that property or name, or no value has a row.
    RecipeError
        An id is no label value, or something is no JSON.
    DocumentError
        A document is malformed.
    TargetError
        A document cannot be written.
    """
    location = locate(target)
    wanted = {identity: cast("JsonObject", plain(row, f"row {identity!r}")) for identity, row in rows.items()}
    inventory = take_inventory(location)
    labels = list(_all_labels(location, inventory.groups))
    if not labels:
        raise NotFoundError(f"there are no labels at {location.name!r}; give the path of labels, or of their image")
    described = _described(labels, key, wanted)
    changed = {one.path: properties for one, properties in described.items() if properties != one.properties}
    _store(location, inventory, changed)


def _described(labels: Sequence[_Labels], key: str, rows: Rows) -> dict[_Labels, tuple[JsonObject, ...]]:
    """What is known about the values of labels with the rows, by property or by name."""
    identities = {str(known[key]) for one in labels for known in one.properties if key in known}
    if identities:
        if identities.isdisjoint(rows):
            raise NotFoundError(
                f"{key!r} of label values is {_listed(identities)}, and rows are of {_listed(rows)}; give rows of these"
            )
        return {one: one.matched(key, rows) for one in labels}
    named = [one for one in labels if one.name == key]
    if not named:
        properties = {name for one in labels for known in one.properties for name in known}
        raise NotFoundError(
            f"{key!r} is neither a property of label values ({_listed(properties)}) nor the name of labels "
            f"({_listed({one.name for one in labels})}); give one of these"
        )
    return {one: one.described(rows) for one in named}


def _all_labels(location: Location, groups: Mapping[str, GroupDocument]) -> Iterator[_Labels]:
    for path, group in groups.items():
        label = _body(group.attributes).find("image-label")
        if label is None:
            continue
        entries = label.find("properties")
        properties = () if entries is None else tuple(entry.plain_object() for entry in entries.items())
        yield _Labels(path, join(location.name.rstrip("/"), path).rpartition("/")[2], properties)


def _body(attributes: Mapping[str, object]) -> Node:
    """What OME-Zarr says in the attributes of a group."""
    node = Node(attributes)
    return node.child("ome") if isinstance(attributes.get("ome"), Mapping) else node


def _parse_value(identity: str) -> int:
    try:
        return int(identity)
    except ValueError:
        raise RecipeError(f"row {identity!r} is of no label value; the column of ids must hold whole numbers") from None


def _listed(names: Collection[str]) -> str:
    shown = ", ".join(map(repr, sorted(names)[:_MOST_SHOWN]))
    return (shown or "none") + (f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else "")


def _store(location: Location, inventory: Inventory, changed: Mapping[str, Iterable[JsonObject]]) -> None:
    """Write the properties into the documents of labels; what else is there stays, but consolidated metadata."""
    from ome_zarr.storage.enclosing import write_enclosing  # noqa: PLC0415 - it needs zarr, which is slow to import
    from ome_zarr.storage.keys import get_key  # noqa: PLC0415 - likewise
    from ome_zarr.storage.noting import Change, note_changes  # noqa: PLC0415 - likewise
    from ome_zarr.storage.store_undo import StoreUndo  # noqa: PLC0415 - likewise

    store, undo, zarr_format = location.store, StoreUndo(), inventory.zarr_format
    if store.read_only:
        raise TargetError(f"{location.name!r} is read-only; copy it to a folder, and describe the labels there")
    name = "zarr.json" if zarr_format == 3 else ".zattrs"
    try:
        with as_target_errors(f"labels of {location.name!r}"):
            for path, properties in changed.items():
                key = join(location.path, path, name)
                old = get_key(store, key) or b"{}"
                new = _with_properties(parse_json(old, repr(key)), zarr_format, properties)
                undo.set_key(store, key, new)
                below = f"{path}/" if path else ""
                levels = [join(location.path, name) for name in inventory.arrays if name.startswith(below)]
                note_changes(store, levels, {key: Change(old, new)}, undo)
                undo.delete_key(store, join(location.path, path, ".zmetadata"))
                write_enclosing(location, path, {}, zarr_format, undo)
    except BaseException:
        undo.run()
        raise
    undo.forget()


def _with_properties(document: Mapping[str, Json], zarr_format: ZarrFormat, properties: Iterable[JsonObject]) -> bytes:
    """The document of labels with these properties in place of those it has."""
    changed = Node(document).plain_object()
    attributes = cast("JsonObject", changed["attributes"] if zarr_format == 3 else changed)
    body = cast("JsonObject", attributes["ome"] if isinstance(attributes.get("ome"), dict) else attributes)
    cast("JsonObject", body["image-label"])["properties"] = list(properties)
    return json.dumps(changed, indent=2).encode()
