"""Every group and array that belongs to what is stored somewhere, found by what the metadata say: nothing is listed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ome_zarr.api.collection import numbered
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.inventory import MOST_OBJECTS
from ome_zarr.chunks.keys import count_objects
from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import join, parse_node_path
from ome_zarr.storage.protocol import Json, ZarrFormat

__all__ = ["Inventory", "take_inventory"]

_MAX_DEPTH = 16
"""Groups within each other; a plate's labels have 6. Ends the walk where a server answers everything alike."""

_SERIES_LAYOUT = "bioformats2raw.layout"


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was found, by its path below the location; ``""`` is the location itself.

    Attributes
    ----------
    zarr_format
        Of all groups and arrays.
    groups, arrays
        In the order in which they were found: what lies deeper comes later.
    missing
        Paths that the metadata name, and at which nothing is.
    damaged
        What is wrong with the document at a path.
    named
        Paths of groups that the metadata name: what is there must be something of OME-Zarr.
    """

    zarr_format: ZarrFormat
    groups: Mapping[str, GroupDocument]
    arrays: Mapping[str, ArrayDocument]
    missing: tuple[str, ...]
    damaged: Mapping[str, DocumentError]
    named: frozenset[str]


class _Child(NamedTuple):
    """A node that may be there."""

    path: str
    kind: Literal["group", "array"] = "group"
    """What it most likely is: asked for first."""
    is_named: bool = True
    """The metadata say that it is there."""


def take_inventory(location: Location | Hierarchy, *, lenient: bool = False) -> Inventory:
    """Everything that belongs to an image, plate, well, scene or collection.

    Levels and labels of images, wells and fields of plates, images and arrays that transformations name, the
    series of a converted file, and what consolidated metadata list.

    Parameters
    ----------
    location
        Of all of it.
    lenient
        Malformed documents are no error: they are listed, and what they name is not looked for.

    Raises
    ------
    NotFoundError
        There is no zarr group.
    DocumentError
        A document is malformed: that of the location itself, or any.
    UnreachableError
        A store gives no answer.
    """
    return _Walk(location if isinstance(location, Hierarchy) else Hierarchy(location), lenient=lenient).done()


class _Walk:
    """Goes through a hierarchy, one layer after the other."""

    def __init__(self, hierarchy: Hierarchy, *, lenient: bool) -> None:
        self._hierarchy = hierarchy
        self._lenient = lenient
        self._format: ZarrFormat = 3
        self._groups: dict[str, GroupDocument] = {}
        self._arrays: dict[str, ArrayDocument] = {}
        self._missing: list[str] = []
        self._damaged: dict[str, DocumentError] = {}
        self._named: set[str] = set()

    def done(self) -> Inventory:
        """What was found in the end."""
        root = self._root()
        layer = [*self._noted(_Child(""), root), *self._consolidated()]
        seen = {""}
        while layer:
            fresh: dict[str, _Child] = {}
            for child in layer:
                if child.path not in seen and (child.is_named or child.path not in fresh):
                    fresh[child.path] = child
            seen.update(fresh)
            layer = []
            nodes = self._hierarchy.each(self._node, list(fresh.values()))
            for child, node in zip(fresh.values(), nodes, strict=True):
                layer += self._noted(child, node)
        return Inventory(
            self._format, self._groups, self._arrays, tuple(self._missing), self._damaged, frozenset(self._named)
        )

    def _root(self) -> GroupDocument:
        root = self._hierarchy.group()
        self._format = root.zarr_format
        return root

    def _noted(self, child: _Child, node: GroupDocument | ArrayDocument | DocumentError | None) -> Iterable[_Child]:
        """Keep what was found; what it names."""
        match node:
            case GroupDocument():
                self._groups[child.path] = node
                if child.is_named:
                    self._named.add(child.path)
                return self._children(child.path, node)
            case ArrayDocument():
                self._arrays[child.path] = node
            case DocumentError():
                self._damaged[child.path] = node
            case None if child.is_named:
                self._missing.append(child.path)
        return ()

    def _children(self, path: str, group: GroupDocument) -> Iterator[_Child]:
        if path.count("/") >= _MAX_DEPTH:
            raise DocumentError(
                f"groups of {self._hierarchy.location.name!r} lie more than {_MAX_DEPTH} deep: {path!r}"
            )
        body = _body(group.attributes)
        for child in _named(body):
            yield from self._below(path, child)
        if "multiscales" in body:
            yield _Child(join(path, "labels"), is_named=False)
        if _SERIES_LAYOUT in body:
            yield _Child(join(path, "OME"), is_named=False)
            yield from self._numbered(path)

    def _below(self, path: str, child: _Child) -> Iterator[_Child]:
        """A child that a group names, and the groups on the way to it; none if its path leads elsewhere."""
        try:
            names = parse_node_path(child.path).split("/")
        except RecipeError:
            self._missing.append(child.path)
            return
        for count in range(1, len(names)):
            yield _Child(join(path, *names[:count]), is_named=False)
        yield child._replace(path=join(path, child.path))

    def _numbered(self, path: str) -> Iterator[_Child]:
        """The groups 0, 1, 2 and so on, as long as they are there."""
        names: list[str] = []
        try:
            for name in numbered(self._hierarchy / path if path else self._hierarchy, self._format):
                names.append(name)  # noqa: PERF402 - those before an error count
        except DocumentError as error:
            if not self._lenient:
                raise
            self._damaged[join(path, str(len(names)))] = error
        for name in names:
            yield _Child(join(path, name), is_named=False)

    def _node(self, child: _Child) -> GroupDocument | ArrayDocument | DocumentError | None:
        try:
            found = self._hierarchy.find(child.path, self._format, first=child.kind)
            if isinstance(found, ArrayDocument):
                _check_count(found, child.path)
        except DocumentError as error:
            if not self._lenient:
                raise
            return error
        return found

    def _consolidated(self) -> Iterator[_Child]:
        """The nodes that the consolidated metadata of the root list."""
        listing: object = self._hierarchy.document("", "zarr.json" if self._format == 3 else ".zmetadata")
        for key in ("consolidated_metadata", "metadata")[self._format == 2 :]:
            listing = listing.get(key) if isinstance(listing, Mapping) else None
        for key in listing if isinstance(listing, Mapping) else ():
            path = key if self._format == 3 else key.rpartition("/")[0]
            if path:
                yield from (child._replace(is_named=False) for child in self._below("", _Child(path)))


def _check_count(array: ArrayDocument, path: str) -> None:
    """Refuse an array whose objects nobody could ever look at one by one."""
    count = count_objects(array)
    if count > MOST_OBJECTS:
        raise DocumentError(
            f"the array {path!r} would have {count} chunks or shards, and no store holds more than {MOST_OBJECTS}; see "
            "whether its document was damaged"
        )


def _body(attributes: Mapping[str, Json]) -> Mapping[str, object]:
    """What OME-Zarr says in the attributes of a group."""
    body = attributes.get("ome")
    return body if isinstance(body, Mapping) else attributes


def _named(body: Mapping[str, object]) -> Iterator[_Child]:
    """The nodes that the OME-Zarr metadata of a group name, relative to it."""
    for multiscale in _list(body, "multiscales"):
        yield from (_Child(path, "array") for path in _paths(_list(multiscale, "datasets")))
        yield from _transformed(multiscale)
        for dataset in _list(multiscale, "datasets"):
            yield from _transformed(dataset)
    yield from map(_Child, _paths(_list(body.get("plate"), "wells")))
    yield from map(_Child, _paths(_list(body.get("well"), "images")))
    yield from _transformed(body.get("scene"))
    for key in ("labels", "series"):
        yield from (_Child(path) for path in _list(body, key) if isinstance(path, str))


def _transformed(owner: object) -> Iterator[_Child]:
    """What the transformations of an image, a level or a scene name: arrays of numbers, and other images."""
    for path in _mentioned(_list(owner, "coordinateTransformations")):
        if path not in ("", "."):  # the owner itself
            yield _Child(path, "array")


def _paths(entries: list[object]) -> Iterator[str]:
    """The path of every object in a list."""
    for entry in entries:
        path = entry.get("path") if isinstance(entry, Mapping) else None
        if isinstance(path, str):
            yield path


def _mentioned(value: object) -> Iterator[str]:
    """Every path in a JSON value, however deep."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from (item,) if key == "path" and isinstance(item, str) else _mentioned(item)
    elif isinstance(value, list):
        for item in value:
            yield from _mentioned(item)


def _list(owner: object, key: str) -> list[object]:
    value = owner.get(key) if isinstance(owner, Mapping) else None
    return value if isinstance(value, list) else []
