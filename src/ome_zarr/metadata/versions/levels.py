"""The levels of an image, as documents of every version list them."""

from collections.abc import Iterator

from ome_zarr.metadata.compound import Sequence
from ome_zarr.metadata.leniency import rest_of, tolerated, warn_of_document
from ome_zarr.metadata.multiscale import Dataset
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path
from ome_zarr.metadata.placement import Placement
from ome_zarr.metadata.transform_documents import transform_from_node
from ome_zarr.metadata.transforms import Identity, Scale, Transform, Translation

__all__ = ["datasets_from_node", "placement_from_node"]

_MOST_LEVELS = 64
"""Halved so often, an axis of any extent has no pixel left."""

_DATASET_KEYS = frozenset({"path", "coordinateTransformations"})


def datasets_from_node(node: Node, ndim: int) -> tuple[Dataset, ...]:
    """The levels in a list.

    Parameters
    ----------
    node
        The list.
    ndim
        Number of axes.

    Raises
    ------
    DocumentError
        There are too many, or a path leads out of the image.

    Warns
    -----
    DocumentWarning
        Where the pixels of a level are cannot be understood, and it is not placed; or two levels have one path.
    """
    items = node.items()
    if len(items) > _MOST_LEVELS:
        raise node.error(
            f"{node.path} lists {len(items)} levels; {_MOST_LEVELS} at most can be read, and would halve every axis to "
            "nothing"
        )
    datasets: dict[str, Dataset] = {}
    for dataset in (_dataset_from_node(item, ndim) for item in items):
        if datasets.setdefault(dataset.path, dataset) is not dataset:
            warn_of_document(f"{node.path} has the path {dataset.path!r} twice; the first one is taken")
    return tuple(datasets.values())


def _dataset_from_node(node: Node, ndim: int) -> Dataset:
    path = parse_relative_path(node.child("path"))
    transforms = node.find("coordinateTransformations")
    placement = tolerated(transforms, lambda found: placement_from_node(found, ndim), None)
    extra = rest_of(node, _DATASET_KEYS)
    with node.blamed():
        if placement is None:
            return Dataset(path, (1.0,) * ndim, None, extra, placed=False)
        return Dataset(path, placement.scale, placement.translation, extra)


def placement_from_node(node: Node, ndim: int) -> Placement | None:
    """Scale and translation that come of a list of transformations; None if it is empty.

    More is understood than any version allows: scales, translations, identities and sequences of them, as many as
    there are, applied in the order in which they are listed.

    Parameters
    ----------
    node
        The list.
    ndim
        Number of axes.
    """
    items = node.items()
    placement = Placement((1.0,) * ndim)
    for item in items:
        for transform in _steps(item, transform_from_node(item)):
            with item.blamed():
                transform.outputs(ndim)
                placement = placement.then(transform)
    return placement if items else None


def _steps(node: Node, transform: Transform) -> Iterator[Scale | Translation]:
    """The scales and translations that a transformation is made of, in order."""
    match transform:
        case Scale() | Translation():
            yield transform
        case Identity():
            pass
        case Sequence():
            for inner in transform.transforms:
                yield from _steps(node, inner)
        case _:
            raise node.fail("a level is placed by a scale, a translation, an identity or a sequence of them")
