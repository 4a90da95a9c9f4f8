"""Transformations as documents spell them: those of 0.6, and of its drafts.

The drafts named axes where 0.6 counts them (``mapAxis``, ``byDimension``), and had ``inverseOf``; both are understood.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from ome_zarr.metadata.compound import Bijection, ByDimension, Part, Sequence
from ome_zarr.metadata.fields import Coordinates, Displacements, StoredAffine, StoredRotation
from ome_zarr.metadata.jsonvalue import MAX_DEPTH
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.transforms import (
    Affine,
    Identity,
    MapAxis,
    ProjectAxis,
    Rotation,
    Scale,
    Transform,
    Translation,
)

__all__ = ["NO_NAMES", "AxisNames", "transform_from_node"]


class AxisNames(NamedTuple):
    """The names of the axes that a transformation leads from and to; empty where they are not known."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


NO_NAMES = AxisNames()

_INPUTS = ("inputAxes", "input_axes", "input")
_OUTPUTS = ("outputAxes", "output_axes", "output")
"""Where the axes of a part of ``byDimension`` are: in 0.6, and in later and earlier drafts of it."""


def transform_from_node(node: Node, names: AxisNames = NO_NAMES) -> Transform:
    """The transformation at this place.

    Its ``input`` and ``output`` belong to the place where it stands, and are not looked at.

    Parameters
    ----------
    node
        The place.
    names
        Of the axes, for drafts that use them.
    """
    # every transformation in another one is two steps deeper: this bounds the recursion
    if node.path.count("/") > MAX_DEPTH:
        raise node.fail(f"transformations may be nested {MAX_DEPTH // 2} deep")
    kind, name = node.child("type"), node.find("name")
    parse = _PARSERS.get(kind.text())
    if parse is None:
        raise kind.fail(f"it must be one of {tuple(_PARSERS)}")
    transform = parse(node, names)
    return transform if name is None else replace(transform, name=name.text())


def _identity(node: Node, names: AxisNames) -> Identity:
    del node, names
    return Identity()


def _scale(node: Node, names: AxisNames) -> Scale:
    del names
    return _made(node, Scale, _numbers(node.child("scale")))


def _translation(node: Node, names: AxisNames) -> Translation:
    del names
    return _made(node, Translation, _numbers(node.child("translation")))


def _map_axis(node: Node, names: AxisNames) -> MapAxis:
    order = node.child("mapAxis")
    if not isinstance(order.value, Mapping):
        return _made(node, MapAxis, _whole_numbers(order))
    # drafts: {"x": "i"}, by the name of the axis of the result that of the point
    sources = {key: _position(order.child(key).text(), names.inputs, order) for key in order.fields()}
    keys = sorted(sources, key=lambda key: _position(key, names.outputs, order))
    return _made(node, MapAxis, tuple(sources[key] for key in keys))


def _project_axis(node: Node, names: AxisNames) -> ProjectAxis:
    del names
    dropped, created = node.find("droppedInputs"), node.find("createdOutputs")
    return _made(
        node,
        ProjectAxis,
        () if dropped is None else _whole_numbers(dropped),
        () if created is None else _whole_numbers(created),
    )


def _affine(node: Node, names: AxisNames) -> Affine | StoredAffine:
    del names
    path = node.find("path")
    if path is not None:
        return _made(node, StoredAffine, path.text())
    return _made(node, Affine, _rows(node.child("affine")))


def _rotation(node: Node, names: AxisNames) -> Rotation | StoredRotation:
    del names
    path = node.find("path")
    if path is not None:
        return _made(node, StoredRotation, path.text())
    return _made(node, Rotation, _rows(node.child("rotation")))


def _sequence(node: Node, names: AxisNames) -> Sequence:
    steps = node.child("transformations").items()
    return _made(node, Sequence, tuple(transform_from_node(step, names) for step in steps))


def _displacements(node: Node, names: AxisNames) -> Displacements:
    del names
    return _made(node, Displacements, node.child("path").text(), _interpolation(node))


def _coordinates(node: Node, names: AxisNames) -> Coordinates:
    del names
    return _made(node, Coordinates, node.child("path").text(), _interpolation(node))


def _bijection(node: Node, names: AxisNames) -> Bijection:
    back = AxisNames(names.outputs, names.inputs)
    forward = transform_from_node(node.child("forward"), names)
    return _made(node, Bijection, forward, transform_from_node(node.child("inverse"), back))


def _inverse_of(node: Node, names: AxisNames) -> Transform:
    back = AxisNames(names.outputs, names.inputs)
    return _made(node, transform_from_node(node.child("transformation"), back).inverse)


def _by_dimension(node: Node, names: AxisNames) -> ByDimension:
    return _made(node, ByDimension, tuple(_part(item, names) for item in node.child("transformations").items()))


def _part(node: Node, names: AxisNames) -> Part:
    """A part of ``byDimension``; in drafts the transformation is spelt out in the part itself."""
    inner = node.find("transformation") or node
    inputs, outputs = _first(node, _INPUTS), _first(node, _OUTPUTS)
    return Part(transform_from_node(inner), _axes(inputs, names.inputs), _axes(outputs, names.outputs))


_PARSERS: Mapping[str, Callable[[Node, AxisNames], Transform]] = MappingProxyType(
    {
        "identity": _identity,
        "mapAxis": _map_axis,
        "projectAxis": _project_axis,
        "translation": _translation,
        "scale": _scale,
        "affine": _affine,
        "rotation": _rotation,
        "sequence": _sequence,
        "displacements": _displacements,
        "coordinates": _coordinates,
        "bijection": _bijection,
        "byDimension": _by_dimension,
        "inverseOf": _inverse_of,
    }
)
"""What makes a model of a transformation, by its type."""


def _made[T: Transform](node: Node, make: Callable[..., T], *parts: object) -> T:
    """What `make` makes of parts of this place; what is wrong with them is wrong with the place."""
    with node.blamed():
        return make(*parts)


def _first(node: Node, keys: tuple[str, ...]) -> Node:
    """The member under the first of the keys that is there."""
    found = (node.find(key) for key in keys)
    return next((member for member in found if member is not None), None) or node.child(keys[0])


def _axes(node: Node, names: tuple[str, ...]) -> tuple[int, ...]:
    """Which axes are meant: by number, or in drafts by name."""
    return tuple(
        _position(item.text(), names, item) if isinstance(item.value, str) else item.integer() for item in node.items()
    )


def _position(name: str, names: tuple[str, ...], node: Node) -> int:
    if name not in names:
        raise node.fail(f"axis {name!r} must be one of {names}")
    return names.index(name)


def _numbers(node: Node) -> tuple[float, ...]:
    return tuple(item.number() for item in node.items())


def _whole_numbers(node: Node) -> tuple[int, ...]:
    return tuple(item.integer() for item in node.items())


def _rows(node: Node) -> tuple[tuple[float, ...], ...]:
    return tuple(_numbers(row) for row in node.items())


def _interpolation(node: Node) -> str | None:
    found = node.find("interpolation")
    return None if found is None else found.text()
