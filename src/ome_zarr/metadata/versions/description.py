"""What every version says of a multiscale besides axes and levels: its name, and how its levels were made."""

from typing import NamedTuple

from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue
from ome_zarr.metadata.leniency import rest_of, tolerated
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.node import Node

__all__ = ["Description", "described", "description_from_node"]

_KNOWN_KEYS = frozenset(
    {"version", "name", "type", "metadata", "axes", "coordinateSystems", "datasets", "coordinateTransformations"}
)
"""The members of a multiscale in any version: what means something in one is no further member in another."""


class Description(NamedTuple):
    """The parts of a multiscale that are for people; each as in `Multiscale`."""

    name: str | None
    type: str | None
    metadata: JsonValue
    extra: JsonObject


def description_from_node(node: Node) -> Description:
    """What the document of a multiscale says for people."""
    return Description(
        tolerated(node.find("name"), Node.text, None),
        tolerated(node.find("type"), Node.text, None),
        tolerated(node.find("metadata"), Node.plain, None),
        rest_of(node, _KNOWN_KEYS),
    )


def described(multiscale: Multiscale, parts: JsonObject) -> JsonObject:
    """The document of a multiscale with these parts, and what is for people around them; what is None is left out."""
    head: JsonObject = {"name": multiscale.name, "type": multiscale.type}
    tail: JsonObject = {"metadata": multiscale.metadata}
    document = {key: value for key, value in (head | parts | tail).items() if value is not None}
    return document | dict(multiscale.extra)
