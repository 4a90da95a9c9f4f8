"""What is stored, as the classes have it: metadata in models, pixels in dask arrays of which none is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dask.array as da
from ome_zarr_models.common.image_label_types import LabelBase
from ome_zarr_models.common.omero import Omero as OmeroModel
from ome_zarr_models.v06.multiscales import Multiscale as MultiscaleModel

from ome_zarr._doors.classes.matrices import with_matrices
from ome_zarr._doors.classes.models import image_label_model, multiscale_model, omero_model
from ome_zarr._doors.classes.spaces import document_of
from ome_zarr._doors.notices import notice
from ome_zarr.api.image import Image
from ome_zarr.api.open import open_image
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.planning.recipe import Kind
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Target

__all__ = ["Found", "FoundLevel", "found_of", "read_found"]


@dataclass(frozen=True)
class FoundLevel:
    """One level: its pixels, their extent, and the place of the first one, along every axis."""

    array: da.Array
    scale: tuple[float, ...]
    translation: tuple[float, ...]


@dataclass(frozen=True)
class Found:
    """An image or labels, as stored.

    Attributes
    ----------
    kind
        Image or labels.
    name
        As the metadata say, or ``"image"``.
    axes, levels
        The pixels, and what they mean.
    model
        The metadata.
    omero
        How channels are shown, where that is said.
    image_label
        What label values mean, where that is said.
    labels
        Those that belong to the image, by name.
    """

    kind: Kind
    name: str
    axes: Axes
    levels: tuple[FoundLevel, ...]
    model: MultiscaleModel
    omero: OmeroModel | None
    image_label: LabelBase | None
    labels: Mapping[str, "Found"]

    def by_axis(self, values: Sequence[float]) -> dict[str, float]:
        """One value per axis under the axes' names."""
        return dict(zip(self.axes.names, values, strict=True))


def read_found(target: Target | Hierarchy) -> Found:
    """What is stored somewhere.

    Raises
    ------
    NotFoundError
        There is no group, or an array is missing.
    DocumentError
        The group is no image.
    """
    return found_of(open_image(target))


def found_of(image: Image) -> Found:
    """What an image that was opened says of itself. Levels that have no place share the space of the first one.

    Raises
    ------
    NotFoundError
        An array is missing.
    DocumentError
        Something that is needed to show the pixels is malformed.
    """
    try:
        return _found(image)
    except RecipeError as error:
        raise DocumentError(f"the metadata of {image.location.name!r} cannot be understood: {error}") from error


def _found(image: Image) -> Found:
    label = image.image_label
    document = document_of(image.placed)
    if "coordinateTransformations" in document:
        links = with_matrices(document["coordinateTransformations"], Hierarchy(image.location))
        document = {**document, "coordinateTransformations": links}
    return Found(
        kind="image" if label is None else "labels",
        name=image.name or "image",
        axes=image.axes,
        levels=tuple(FoundLevel(level.dask, level.scale, level.translation) for level in image.levels),
        model=multiscale_model(document),
        omero=None if image.omero is None else omero_model(image.omero, image.dtype),
        image_label=None if label is None else image_label_model(label),
        labels={} if label is not None else _labels(image),
    )


def _labels(image: Image) -> dict[str, Found]:
    """The labels of an image; those that are not there, or are none, are left out with a warning."""
    found = {}
    labels = image.labels
    for name in labels:
        try:
            found[name] = found_of(labels[name])
        except (DocumentError, NotFoundError) as error:
            notice(f"labels {name!r} cannot be read and are left out: {error}")
    return found
