"""The form of a multiscale before 0.6: axes, and for every level a scale and a translation.

0.4 and 0.5 have all of it; 0.3 has names for axes and places no level, and the versions before have not even names.
"""

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes, axes_from_node
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.leniency import tolerated
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.transforms import Scale, Translation, check_kinds
from ome_zarr.metadata.vectors import parse_scale, parse_translation
from ome_zarr.metadata.versions.description import described, description_from_node
from ome_zarr.metadata.versions.levels import datasets_from_node, placement_from_node

__all__ = ["multiscale_from_node", "multiscale_to_json", "multiscale_with_axes", "transforms_from_node"]


def multiscale_to_json(multiscale: Multiscale) -> JsonObject:
    """The document of a multiscale, without a version; what is None is left out.

    Raises
    ------
    RecipeError
        The multiscale has what only 0.6 can say.
    """
    _check_expressible(multiscale)
    parts: JsonObject = {"axes": [*multiscale.axes.to_json()]}
    parts["datasets"] = [_dataset_to_json(dataset) for dataset in multiscale.datasets]
    if multiscale.coordinate_transformations:
        parts["coordinateTransformations"] = [
            transform.to_json() for transform in multiscale.coordinate_transformations
        ]
    return described(multiscale, parts)


def multiscale_from_node(node: Node) -> Multiscale:
    """The model of a multiscale.

    The rules of a version about axes and transformations are not applied: what can be understood is read.
    """
    return multiscale_with_axes(node, axes_from_node(node.child("axes")))


def multiscale_with_axes(node: Node, axes: Axes) -> Multiscale:
    """The model of a multiscale whose axes are known."""
    datasets = datasets_from_node(node.child("datasets"), len(axes))
    whole = tolerated(
        node.find("coordinateTransformations"), lambda transforms: placement_from_node(transforms, len(axes)), None
    )
    transforms = () if whole is None else whole.transforms
    description = description_from_node(node)
    with node.blamed():
        return Multiscale(axes, datasets, **description._asdict(), coordinate_transformations=transforms)


def transforms_from_node(node: Node) -> tuple[Scale | Translation, ...]:
    """The models of a list of transformations as 0.4 and 0.5 want it: a scale, then perhaps a translation."""
    transforms = tuple(_transform_from_node(item) for item in node.items())
    with node.blamed():
        check_kinds(transforms, "the list")
    return transforms


def _transform_from_node(node: Node) -> Scale | Translation:
    kind = node.child("type").text()
    if kind == "scale":
        values = node.child("scale")
        return Scale(parse_scale(values.value, values.path, values.error))
    if kind == "translation":
        values = node.child("translation")
        return Translation(parse_translation(values.value, values.path, values.error))
    raise node.child("type").fail("it must be 'scale' or 'translation'")


def _check_expressible(multiscale: Multiscale) -> None:
    systems = [system.name for system in multiscale.systems]
    if systems or multiscale.links:
        raise RecipeError(
            f"the image has the further coordinate systems {systems} and {len(multiscale.links)} transformations "
            "between coordinate systems, which OME-Zarr can say from 0.6 on; write version '0.6', or leave them out"
        )


def _dataset_to_json(dataset: Dataset) -> JsonObject:
    document: JsonObject = {"path": dataset.path}
    document["coordinateTransformations"] = [transform.to_json() for transform in dataset.transforms]
    return document | dict(dataset.extra)
