"""Links: what leads from one coordinate system to another, and how links hang together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef, ref_from_node
from ome_zarr.metadata.fields import UnknownTransform
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue
from ome_zarr.metadata.leniency import rest_of, tolerated_each, warn_of_document
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.transform_documents import AxisNames, transform_from_node
from ome_zarr.metadata.transforms import Transform

__all__ = ["Link", "Lookup", "check_connected", "check_fit", "link_from_node", "links_from_nodes"]

_ENDS = frozenset({"input", "output"})
_KNOWN_KEYS = _ENDS | {
    "affine",
    "createdOutputs",
    "droppedInputs",
    "forward",
    "interpolation",
    "inverse",
    "mapAxis",
    "name",
    "path",
    "rotation",
    "scale",
    "transformation",
    "transformations",
    "translation",
    "type",
}
"""The members of all transformations; what else there is belongs to the link."""

type Lookup = Callable[[SystemRef], CoordinateSystem | None]
"""The coordinate system that a reference means, or None where it is described elsewhere or not at all."""


@dataclass(frozen=True, slots=True)
class Link:
    """A transformation from one coordinate system to another.

    Parameters
    ----------
    transform
        What becomes of points.
    input, output
        Where they come from, and where they go.
    extra
        Further members in the document.
    """

    transform: Transform
    input: SystemRef
    output: SystemRef
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def to_json(self) -> JsonObject:
        """The link as in the documents of 0.6."""
        ends: JsonObject = {"input": self.input.to_json(), "output": self.output.to_json()}
        return self.transform.to_json() | ends | dict(self.extra)


def link_from_node(node: Node, lookup: Lookup) -> Link:
    """The link at this place.

    Parameters
    ----------
    node
        The place.
    lookup
        Finds the coordinate systems at both ends.

    Warns
    -----
    DocumentWarning
        The transformation could not be understood, or does not fit its coordinate systems; it is kept as it is.
    """
    source, target = ref_from_node(node.child("input")), ref_from_node(node.child("output"))
    systems = lookup(source), lookup(target)
    names = AxisNames(*(() if system is None else system.axes.names for system in systems))
    try:
        link = Link(transform_from_node(node, names), source, target, rest_of(node, _KNOWN_KEYS))
        with node.blamed():
            check_fit(link, lookup)
    except DocumentError as error:
        raw = UnknownTransform(rest_of(node, _ENDS))
        warn_of_document(f"{error}. The transformation is kept, and cannot be used")
        return Link(raw, source, target)
    return link


def links_from_nodes(items: Iterable[Node], lookup: Lookup) -> tuple[Link, ...]:
    """The links at these places; those whose ends cannot be understood are left out, with a warning."""
    return tolerated_each(items, lambda item: link_from_node(item, lookup))


def check_fit(link: Link, lookup: Lookup) -> None:
    """Check that a transformation takes and makes as many coordinates as the systems at its ends have axes.

    Raises
    ------
    RecipeError
        It does not.
    """
    source, target = lookup(link.input), lookup(link.output)
    made = link.transform.outputs(None if source is None else len(source.axes))
    if made is not None and target is not None and made != len(target.axes):
        raise RecipeError(
            f"the transformation from {link.input} to {link.output} makes {made} coordinates for the axes "
            f"{target.axes.names}; give one for each axis"
        )


def check_connected(links: Iterable[Link], nodes: Iterable[str], key: Callable[[SystemRef], str]) -> None:
    """Check that links lead, perhaps over others, from every coordinate system to every other one.

    Parameters
    ----------
    links
        All of them.
    nodes
        The coordinate systems, by `key`.
    key
        What tells coordinate systems apart.

    Raises
    ------
    RecipeError
        Something cannot be reached.
    """
    pairs = [(key(link.input), key(link.output)) for link in links]
    everything = dict.fromkeys([*nodes, *(end for pair in pairs for end in pair)])
    reached = set(list(everything)[:1])
    while more := {end for pair in pairs if reached & set(pair) for end in pair} - reached:
        reached |= more
    if lost := [node for node in everything if node not in reached]:
        # 0.6: coordinate systems and the transformations between them must form one connected graph
        raise RecipeError(
            f"no transformations lead from {next(iter(everything))!r} to {lost}; add them, or leave these out"
        )
