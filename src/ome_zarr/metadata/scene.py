"""A scene: images in common coordinate systems (the ``scene`` part of a document, from 0.6 on)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef, system_from_node, systems_from_nodes
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue
from ome_zarr.metadata.leniency import rest_of, tolerated_items
from ome_zarr.metadata.links import Link, link_from_node, links_from_nodes
from ome_zarr.metadata.node import Node

__all__ = ["Scene", "parse_scene", "scene_from_node"]

_KNOWN_KEYS = frozenset({"coordinateTransformations", "coordinateSystems"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What leads from images to each other, and to coordinate systems that they share.

    Parameters
    ----------
    transforms
        Transformations between coordinate systems of the scene and of its images, which are named by their paths.
    systems
        Coordinate systems of the scene itself, the one to look at first; no name twice.
    extra
        Further members in the document.
    """

    transforms: tuple[Link, ...]
    systems: tuple[CoordinateSystem, ...] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        names = [system.name for system in self.systems]
        if len(set(names)) != len(names):
            raise RecipeError(f"the coordinate systems of the scene are {names}; give every one a name of its own")

    @property
    def image_paths(self) -> tuple[str, ...]:
        """The paths of the images, each once, in the order of the transformations."""
        ends = (end for link in self.transforms for end in (link.input, link.output))
        return tuple(dict.fromkeys(end.path for end in ends if end.path is not None))

    def system(self, ref: SystemRef) -> CoordinateSystem | None:
        """The coordinate system of the scene itself that a reference means; None if it is an image's."""
        if ref.path is not None:
            return None
        return next((system for system in self.systems if system.name == ref.name), None)

    def to_json(self) -> JsonObject:
        """The part as in the documents of 0.6."""
        document: JsonObject = {"coordinateTransformations": [link.to_json() for link in self.transforms]}
        if self.systems:
            document["coordinateSystems"] = [system.to_json() for system in self.systems]
        return document | dict(self.extra)


def parse_scene(transforms: object, systems: object = ()) -> Scene:
    """The scene that a caller wants to be stored.

    Parameters
    ----------
    transforms
        A list of `Link`, of mappings as in the documents of 0.6, or of pydantic models of them.
    systems
        A list of `CoordinateSystem`, mappings or models.

    Raises
    ------
    RecipeError
        A part is malformed.
    """
    spaces = Node(systems, "systems", RecipeError).items()
    scene = Scene((), tuple(_wished_system(node) for node in spaces))
    links = Node(transforms, "transforms", RecipeError).items()
    return replace(scene, transforms=tuple(_wished_link(node, scene) for node in links))


def scene_from_node(node: Node) -> Scene:
    """The ``scene`` part of a document."""
    scene = Scene((), systems_from_nodes(tolerated_items(node.find("coordinateSystems"))))
    links = links_from_nodes(node.child("coordinateTransformations").items(), scene.system)
    return replace(scene, transforms=links, extra=rest_of(node, _KNOWN_KEYS))


def _wished_system(node: Node) -> CoordinateSystem:
    return node.value if isinstance(node.value, CoordinateSystem) else system_from_node(node)


def _wished_link(node: Node, scene: Scene) -> Link:
    return node.value if isinstance(node.value, Link) else link_from_node(node, scene.system)
