"""The form of a multiscale in 0.4 and 0.5: a list of axes, and a scale and translation for every level."""

from ome_zarr.metadata.axes import Axes, Axis
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path
from ome_zarr.metadata.transforms import (
    Scale,
    Transform,
    Translation,
    check_kinds,
    parse_scale,
    parse_translation,
)

__all__ = ["dataset_from_node", "multiscale_from_node", "multiscale_to_json", "transforms_from_node"]

_AXIS_KEYS = frozenset({"name", "type", "unit"})
_DATASET_KEYS = frozenset({"path", "coordinateTransformations"})
_MULTISCALE_KEYS = frozenset({"version", "name", "type", "axes", "datasets", "coordinateTransformations", "metadata"})


def multiscale_to_json(multiscale: Multiscale) -> JsonObject:
    """The document of a multiscale, without a version; what is None is left out."""
    document: JsonObject = {} if multiscale.name is None else {"name": multiscale.name}
    if multiscale.type is not None:
        document["type"] = multiscale.type
    document["axes"] = [*multiscale.axes.to_json()]
    document["datasets"] = [_dataset_to_json(dataset) for dataset in multiscale.datasets]
    if multiscale.coordinate_transformations:
        document["coordinateTransformations"] = [
            _transform_to_json(transform) for transform in multiscale.coordinate_transformations
        ]
    if multiscale.metadata is not None:
        document["metadata"] = multiscale.metadata
    return document | dict(multiscale.extra)


def multiscale_from_node(node: Node) -> Multiscale:
    """The model of a multiscale.

    The rules of a version about axes are not applied: what can be understood is read.
    """
    axes_node = node.child("axes")
    entries = tuple(_axis_from_node(item) for item in axes_node.items())
    with axes_node.blamed():
        axes = Axes(entries)
    datasets = tuple(dataset_from_node(item) for item in node.child("datasets").items())
    name, kind = _text_or_none(node, "name"), _text_or_none(node, "type")
    metadata, list_node = node.find("metadata"), node.find("coordinateTransformations")
    details = None if metadata is None else metadata.plain()
    transforms = () if list_node is None else transforms_from_node(list_node)
    extra = node.rest(_MULTISCALE_KEYS)
    with node.blamed():
        return Multiscale(axes, datasets, name, kind, details, transforms, extra)


def dataset_from_node(node: Node) -> Dataset:
    """The model of a level."""
    path = parse_relative_path(node.child("path"))
    transforms = transforms_from_node(node.child("coordinateTransformations"))
    scale = next(transform.scale for transform in transforms if isinstance(transform, Scale))
    translation = next((t.translation for t in transforms if isinstance(t, Translation)), None)
    extra = node.rest(_DATASET_KEYS)
    with node.blamed():
        return Dataset(path, scale, translation, extra)


def transforms_from_node(node: Node) -> tuple[Transform, ...]:
    """The models of a list of transformations: a scale, then perhaps a translation."""
    transforms = tuple(_transform_from_node(item) for item in node.items())
    with node.blamed():
        check_kinds(transforms, "the list")
    return transforms


def _axis_from_node(node: Node) -> Axis:
    name, kind, unit = node.child("name").text(), _text_or_none(node, "type"), _text_or_none(node, "unit")
    extra = node.rest(_AXIS_KEYS)
    with node.blamed():
        return Axis(name, kind, unit, extra)


def _text_or_none(node: Node, key: str) -> str | None:
    """The text under a key, or None where it is missing or null."""
    found = node.find(key)
    return None if found is None else found.text()


def _transform_from_node(node: Node) -> Transform:
    kind = node.child("type").text()
    if kind == "scale":
        values = node.child("scale")
        return Scale(parse_scale(values.value, values.path, values.error))
    if kind == "translation":
        values = node.child("translation")
        return Translation(parse_translation(values.value, values.path, values.error))
    raise node.child("type").fail("it must be 'scale' or 'translation'")


def _dataset_to_json(dataset: Dataset) -> JsonObject:
    document: JsonObject = {"path": dataset.path}
    document["coordinateTransformations"] = [_transform_to_json(transform) for transform in dataset.transforms]
    return document | dict(dataset.extra)


def _transform_to_json(transform: Transform) -> JsonObject:
    if isinstance(transform, Scale):
        return {"type": "scale", "scale": [*transform.scale]}
    return {"type": "translation", "translation": [*transform.translation]}
