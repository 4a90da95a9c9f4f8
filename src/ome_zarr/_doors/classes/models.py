"""Between the models of ome-zarr-models, which the classes show, and the library's own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import cast

import numpy as np
from ome_zarr_models.common.image_label_types import LabelBase, Property
from ome_zarr_models.common.omero import Omero as OmeroModel
from ome_zarr_models.v06.coordinate_transforms import AnyTransform, CoordinateSystem
from ome_zarr_models.v06.multiscales import Dataset as DatasetModel
from ome_zarr_models.v06.multiscales import Multiscale as MultiscaleModel
from ome_zarr_models.v06.scene import SceneAttrs
from pydantic import BaseModel, TypeAdapter, ValidationError

from ome_zarr._doors.notices import notice
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.labels import ImageLabel, parse_image_label
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.omero import Omero, parse_omero
from ome_zarr.metadata.versions import parse_version

__all__ = [
    "dumped",
    "image_label_model",
    "known_transforms",
    "modelled",
    "multiscale_from_model",
    "multiscale_model",
    "omero_model",
    "parse_image_label_model",
    "parse_omero_model",
    "parse_systems",
    "parse_transforms",
    "scene_model",
]

_TRANSFORM: TypeAdapter[AnyTransform] = TypeAdapter(AnyTransform)


@contextmanager
def modelled(what: str) -> Iterator[None]:
    """Tell what a model does not accept in the library's words, as a `RecipeError`."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(map(str, (what, *first["loc"])))
        raise RecipeError(f"{place} is {first['input']!r:.120}; {first['msg']}") from error


def dumped(model: BaseModel) -> JsonObject:
    """The document of a model; what is None is left out."""
    # members that a caller has set, of whatever type, are judged by the library's own parsers
    return cast("JsonObject", model.model_dump(by_alias=True, exclude_none=True, warnings=False))


def multiscale_model(document: JsonObject) -> MultiscaleModel:
    """The model of a multiscale as 0.6 spells it; what breaks its rules is shown all the same, with a warning."""
    try:
        return MultiscaleModel.model_validate(document)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]["msg"]
        notice(f"the image breaks a rule of OME-Zarr 0.6: {fault}; it is shown as it is")
    with modelled("multiscales"):
        parts: dict[str, object] = {
            **document,
            "coordinateSystems": parse_systems(cast("Sequence[object]", document["coordinateSystems"])),
            "datasets": tuple(
                DatasetModel.model_validate(dataset) for dataset in cast("Sequence[object]", document["datasets"])
            ),
        }
        if "coordinateTransformations" in document:
            links = cast("Sequence[object]", document["coordinateTransformations"])
            parts["coordinateTransformations"] = tuple(known_transforms(links)) or None
    return MultiscaleModel.model_construct(None, **parts)


def multiscale_from_model(model: MultiscaleModel, version: str) -> Multiscale:
    """The library's model of a multiscale that is to be written in a version.

    Versions before 0.6 know the intrinsic system only: others, and what leads to them, are left out with a warning.
    """
    document = dumped(model)
    if version != "0.6" and (document.get("coordinateTransformations") or len(model.coordinateSystems) > 1):
        notice(
            f"OME-Zarr {version} has no coordinate systems beside that of the pixels, and no transformations between "
            "them; they are left out; write version='0.6' to keep them"
        )
        document.pop("coordinateTransformations", None)
        document["coordinateSystems"] = [dumped(model.intrinsic_coordinate_system)]
    attributes = {"ome": {"version": "0.6", "multiscales": [document]}}
    multiscale = parse_version("0.6").parse_image(attributes).multiscale
    return multiscale if version == "0.6" else replace(multiscale, axes=_plain_axes(multiscale.axes))


def parse_systems(systems: Sequence[object]) -> tuple[CoordinateSystem, ...]:
    """Coordinate systems, given as models or as documents."""
    with modelled("coordinate_systems"):
        return tuple(CoordinateSystem.model_validate(_document(system)) for system in systems)


def parse_transforms(transforms: Sequence[object]) -> tuple[AnyTransform, ...]:
    """Coordinate transformations, given as models or as documents."""
    with modelled("coordinate_transformations"):
        return tuple(_TRANSFORM.validate_python(_document(transform)) for transform in transforms)


def omero_model(omero: Omero, dtype: np.dtype) -> OmeroModel:
    """The model of how channels are shown; colours and windows that are not said are those of the dtype."""
    return OmeroModel.model_validate(omero.completed(dtype).to_json())


def parse_omero_model(wish: object, count: int, dtype: np.dtype) -> OmeroModel:
    """The same of what a caller wishes: a model, or a mapping as in the documents."""
    return omero_model(parse_omero(wish, count), dtype)


def image_label_model(label: ImageLabel) -> LabelBase:
    """The model of what label values mean; colours and properties need not be of the same values."""
    with modelled("image_label"):
        document = dict(label.to_json())
        properties, colors = document.pop("properties", None), document.pop("colors", None)
        if colors is not None:  # a colour that is left to the viewer is one that is null there
            document["colors"] = [{"rgba": None, **color} for color in cast("Sequence[JsonObject]", colors)]
        model = LabelBase.model_validate(document)
        if properties is None:
            return model
        listed = tuple(Property.model_validate(entry) for entry in cast("Sequence[object]", properties))
        return model.model_copy(update={"properties": listed})


def parse_image_label_model(wish: object) -> LabelBase:
    """The same of what a caller wishes: a model, or a mapping as in the documents."""
    return image_label_model(parse_image_label(cast("Mapping[str, object]", wish)))


def scene_model(document: JsonObject) -> SceneAttrs:
    """The model of a scene's coordinate systems and transformations, given as models or documents."""
    systems = parse_systems(cast("Sequence[object]", document.get("coordinateSystems") or ()))
    links = cast("Sequence[object]", document.get("coordinateTransformations") or ())
    return SceneAttrs(coordinateSystems=systems, coordinateTransformations=tuple(known_transforms(links)))


def known_transforms(transforms: Sequence[object]) -> Iterator[AnyTransform]:
    """The coordinate transformations that the models know; others are left out with a warning."""
    for transform in transforms:
        try:
            yield from parse_transforms([transform])
        except RecipeError as error:
            notice(f"a coordinate transformation is left out: {error}")


def _plain_axes(axes: Axes) -> Axes:
    """Axes without what 0.6 says of them beyond name, type and unit."""
    return Axes(tuple(replace(axis, long_name=None, discrete=None, orientation=None) for axis in axes))


def _document(value: object) -> object:
    """A model as its document, so that one made by another release of the models is understood too."""
    return dumped(value) if isinstance(value, BaseModel) else value
