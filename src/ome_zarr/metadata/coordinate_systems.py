"""Coordinate systems, references to them, and what leads from one to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes, axes_from_node
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue
from ome_zarr.metadata.leniency import rest_of, tolerated_each, warn_of_document
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path

__all__ = ["CoordinateSystem", "SystemRef", "ref_from_node", "system_from_node", "systems_from_nodes"]

_KNOWN_KEYS = frozenset({"name", "axes"})


@dataclass(frozen=True, slots=True)
class CoordinateSystem:
    """A space in which points have coordinates.

    Parameters
    ----------
    name
        Unique in its document, and not empty.
    axes
        Its axes, in order.
    extra
        Further members in the document.
    """

    name: str
    axes: Axes
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not Node(self.name, "name of a coordinate system", RecipeError).text():
            raise RecipeError("the name of a coordinate system is ''; give one such as 'physical'")
        if not len(self.axes):
            raise RecipeError(f"coordinate system {self.name!r} has no axes; give at least one")

    def to_json(self) -> JsonObject:
        """The coordinate system as in the documents of 0.6."""
        document: JsonObject = {"name": self.name, "axes": [*self.axes.to_json()]}
        return document | dict(self.extra)


class SystemRef(NamedTuple):
    """Which coordinate system is meant.

    Parameters
    ----------
    name
        Of the system.
    path
        Of the image or array that it belongs to, below the group whose document this is; None: that group itself.
    """

    name: str | None = None
    path: str | None = None

    def to_json(self) -> JsonObject:
        """The reference as in the documents of 0.6; what is None is left out."""
        return {key: value for key, value in self._asdict().items() if value is not None}

    def __str__(self) -> str:
        return " of ".join(repr(part) for part in self if part is not None)


def system_from_node(node: Node) -> CoordinateSystem:
    """The coordinate system at this place."""
    name, axes, extra = node.child("name").text(), axes_from_node(node.child("axes")), rest_of(node, _KNOWN_KEYS)
    with node.blamed():
        return CoordinateSystem(name, axes, extra)


def systems_from_nodes(items: Iterable[Node]) -> tuple[CoordinateSystem, ...]:
    """The coordinate systems at these places.

    Warns
    -----
    DocumentWarning
        One of them is malformed, or has the name of another; it is left out.
    """
    systems: dict[str, CoordinateSystem] = {}
    for system in tolerated_each(items, system_from_node):
        if systems.setdefault(system.name, system) is not system:
            warn_of_document(f"two coordinate systems have the name {system.name!r}; the first one is taken")
    return tuple(systems.values())


def ref_from_node(node: Node) -> SystemRef:
    """The reference at this place: an object with a name, a path or both; in drafts of 0.6 a name alone."""
    if isinstance(node.value, str):
        return SystemRef(node.text())
    name, path = node.find("name"), node.find("path")
    if name is None and path is None:
        raise node.fail("it must be an object with the 'name' of a coordinate system, a 'path', or both")
    return SystemRef(None if name is None else name.text(), None if path is None else parse_relative_path(path))
