"""OME-Zarr 0.6: as 0.5, with named coordinate systems, and transformations between them."""

from collections.abc import Sequence
from dataclasses import replace

from ome_zarr.errors import DocumentError
from ome_zarr.metadata import compound
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef, ref_from_node, systems_from_nodes
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.leniency import tolerated_items, warn_of_document
from ome_zarr.metadata.links import Link, links_from_nodes
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.versions import classic
from ome_zarr.metadata.versions.coordinates import check_multiscale
from ome_zarr.metadata.versions.description import described, description_from_node
from ome_zarr.metadata.versions.levels import datasets_from_node
from ome_zarr.metadata.versions.version import Version

__all__ = ["V06", "multiscale_from_node"]


def multiscale_from_node(node: Node) -> Multiscale:
    """The model of a multiscale.

    Drafts of 0.6 are understood too: names of coordinate systems alone as ``input`` and ``output``, and no ``output``
    at all, where the last coordinate system is that of the levels.
    """
    if node.find("coordinateSystems") is None and node.find("axes") is not None:
        warn_of_document(f"{node.path} has the axes of 0.5 and no coordinate systems; it is read as 0.5")
        return classic.multiscale_from_node(node)
    datasets = node.child("datasets")
    system, others = _systems(node.child("coordinateSystems"), datasets.items())
    levels = datasets_from_node(datasets, len(system.axes))
    links = tolerated_items(node.find("coordinateTransformations"))
    description = description_from_node(node)
    with node.blamed():
        image = Multiscale(system.axes, levels, **description._asdict(), intrinsic=system.name, systems=others)
    return replace(image, links=links_from_nodes(links, image.system))


def _multiscale_to_json(multiscale: Multiscale) -> JsonObject:
    """The document of a multiscale; what is None is left out.

    0.6 has no transformations of the whole image: they are taken into those of the levels, which keeps every pixel
    where it is.
    """
    image = multiscale.folded()
    check_multiscale(image)
    systems = (CoordinateSystem(image.intrinsic, image.axes), *image.systems)
    parts: JsonObject = {"coordinateSystems": [system.to_json() for system in systems]}
    parts["datasets"] = [_dataset_to_json(dataset, image.intrinsic) for dataset in image.datasets]
    if image.links:
        parts["coordinateTransformations"] = [link.to_json() for link in image.links]
    return described(image, parts)


def _dataset_to_json(dataset: Dataset, system: str) -> JsonObject:
    # 0.6: exactly one transformation for a level: a scale, an identity, or a sequence of a scale and a translation
    transforms = dataset.transforms
    transform = transforms[0] if len(transforms) == 1 else compound.Sequence(transforms)
    link = Link(transform, SystemRef(path=dataset.path), SystemRef(system))
    document: JsonObject = {"path": dataset.path, "coordinateTransformations": [link.to_json()]}
    return document | dict(dataset.extra)


def _systems(node: Node, datasets: Sequence[Node]) -> tuple[CoordinateSystem, tuple[CoordinateSystem, ...]]:
    """The coordinate system that the levels lead to, and the further ones."""
    systems = systems_from_nodes(node.items())
    names = list(dict.fromkeys(name for dataset in datasets if (name := _output(dataset)) is not None))
    if len(names) > 1:
        warn_of_document(f"{node.path}: the levels lead to the coordinate systems {names}; the first one is taken")
    wanted = names[:1] or [system.name for system in systems[-1:]]
    system = next((system for system in systems if system.name in wanted), None)
    if system is None:
        raise node.fail(f"it must have the coordinate system {names} that the levels lead to")
    return system, tuple(other for other in systems if other is not system)


def _output(dataset: Node) -> str | None:
    """The name of the coordinate system that the transformation of a level leads to, where it can be understood."""
    try:
        items = dataset.child("coordinateTransformations").items()
        return ref_from_node(items[0].child("output")).name if items else None
    except DocumentError:  # told where the level is read
        return None


V06 = Version(
    name="0.6",
    zarr_format=3,
    multiscale_from_node=multiscale_from_node,
    multiscale_to_json=_multiscale_to_json,
    has_scenes=True,
    loose_field_names=True,
)
"""OME-Zarr 0.6."""
