"""Coordinate systems and transformations of an image, as 0.6 has them."""

from collections.abc import Mapping, Sequence

from ome_zarr_models.v06.coordinate_transforms import AnyTransform, CoordinateSystem
from ome_zarr_models.v06.multiscales import Multiscale as MultiscaleModel

from ome_zarr._doors.classes.levels import Made
from ome_zarr._doors.classes.models import dumped, modelled, parse_systems, parse_transforms
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.coordinate_systems import CoordinateSystem as System
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.multiscale import Multiscale

__all__ = ["described_levels", "document_of", "system_named"]

_DISCRETE = frozenset({"channel", "coordinate", "displacement"})
"""Types of axes between whose places there is nothing."""


def described_levels(
    made: Made,
    name: str,
    system: str,
    systems: Sequence[CoordinateSystem] | None,
    links: Sequence[AnyTransform] | None,
) -> MultiscaleModel:
    """The metadata of levels that were made of one image.

    Parameters
    ----------
    made
        The levels.
    name
        Of the image.
    system
        Name of the coordinate system that pixels are placed in.
    systems
        Further ones, as models or documents.
    links
        Transformations between them, as models or documents.

    Raises
    ------
    RecipeError
        A part is malformed, or a transformation does not lead from or to `system`, or to a system that nobody
        has described.
    """
    kind, metadata = made.provenance
    document: dict[str, object] = {
        "coordinateSystems": [_system(system, made.axes), *map(dumped, parse_systems(systems or ()))],
        "datasets": [_dataset(level.spec.path, level.scale, level.translation, system) for level in made.plan.levels],
        "name": name,
        "type": kind,
        "metadata": metadata,
    }
    if links is not None:
        document["coordinateTransformations"] = [dumped(link) for link in parse_transforms(links)]
    with modelled("metadata"):
        model = MultiscaleModel.model_validate(document)
    _check_links(model, system)
    return model


def system_named(model: MultiscaleModel, name: str) -> CoordinateSystem | None:
    """The coordinate system of this name; None if there is none."""
    return next((system for system in model.coordinateSystems if system.name == name), None)


def document_of(multiscale: Multiscale) -> JsonObject:
    """A multiscale as 0.6 spells it, whether or not its rules allow it."""
    image = multiscale.folded()
    systems = (System(image.intrinsic, image.axes), *image.systems)
    document: JsonObject = {
        "coordinateSystems": [system.to_json() for system in systems],
        "datasets": [_dataset(level.path, level.scale, level.translation, image.intrinsic) for level in image.datasets],
    }
    if image.links:
        document["coordinateTransformations"] = [link.to_json() for link in image.links]
    said = {"name": image.name, "type": image.type, "metadata": image.metadata}
    return document | {key: value for key, value in said.items() if value is not None} | dict(image.extra)


def _system(name: str, axes: Axes) -> Mapping[str, object]:
    entries = [{**axis.to_json(), "discrete": axis.type in _DISCRETE} for axis in axes]
    return {"name": name, "axes": entries}


def _dataset(path: str, scale: Sequence[float], translation: Sequence[float] | None, system: str) -> JsonObject:
    transform: JsonObject = {"type": "scale", "scale": list(scale)}
    if translation is not None:
        moved: JsonObject = {"type": "translation", "translation": list(translation)}
        transform = {"type": "sequence", "transformations": [transform, moved]}
    ends: JsonObject = {"input": {"path": path}, "output": {"name": system}}
    return {"path": path, "coordinateTransformations": [transform | ends]}


def _check_links(model: MultiscaleModel, system: str) -> None:
    """Every transformation has the system of the pixels at one end, and a system that is there at the other."""
    names = [known.name for known in model.coordinateSystems]
    for number, link in enumerate(model.coordinateTransformations or ()):
        ends = [end for end in (link.input, link.output) if end is not None]
        own = [end.name for end in ends if not end.path]
        if system not in own or any(name not in names for name in own):
            raise RecipeError(
                f"coordinate_transformations/{number} leads from {link.input!r} to {link.output!r}; one end must be "
                f"{system!r}, the other one of {names}, or of labels by their path"
            )
