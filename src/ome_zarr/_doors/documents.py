"""Metadata that callers spell out: datasets, labels, anything for the attributes of a group."""

from collections.abc import Mapping, Sequence
from typing import cast

from ome_zarr._doors.formats import Format, Transformations
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, plain, shown
from ome_zarr.metadata.labels import parse_image_label
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.omero import Omero
from ome_zarr.metadata.paths import parse_relative_path
from ome_zarr.metadata.versions import parse_version

__all__ = ["check_datasets", "enclosed", "image_label_parts", "image_parts", "placements", "versioned"]


def check_datasets(datasets: object, ndim: int, fmt: Format) -> list[JsonObject]:
    """The entries of all levels, as given, if they have paths and from 0.4 on transformations.

    Raises
    ------
    RecipeError
        They do not.
    """
    if not isinstance(datasets, list | tuple) or not datasets:
        raise RecipeError(f"datasets is {shown(datasets)}; give a list of one mapping per level, with 'path'")
    entries = [Node(entry, f"datasets/{level}", RecipeError) for level, entry in enumerate(datasets)]
    for entry in entries:
        parse_relative_path(entry.child("path"))
    if fmt.release >= "0.4":
        given = [entry.child("coordinateTransformations").value for entry in entries]
        fmt.validate_coordinate_transformations(ndim, len(entries), cast("Transformations", given))
    return [entry.plain_object() for entry in entries]


def placements(
    shapes: Sequence[tuple[int, ...]], scale: Sequence[float], translation: Sequence[float]
) -> Transformations:
    """Scale and translation of levels that share the space of the first one equally."""
    levels: Transformations = []
    for shape in shapes:
        here = [s * n / m for s, n, m in zip(scale, shapes[0], shape, strict=True)]
        place = [t + (h - s) / 2 for t, h, s in zip(translation, here, scale, strict=True)]
        levels.append([{"type": "scale", "scale": here}, {"type": "translation", "translation": place}])
    return levels


def image_parts(
    fmt: Format,
    datasets: Sequence[Mapping[str, object]],
    axes: object,
    name: str | None,
    metadata: Mapping[str, object],
    omero: Omero | None,
) -> JsonObject:
    """The parts of an image's document, for a version from 0.6 on out of what 0.5 would have."""
    multiscale: dict[str, object] = {} if fmt.zarr_format == 3 else {"version": fmt.version}
    if name is not None:
        multiscale["name"] = Node(name, "name", RecipeError).text()
    if axes is not None:
        multiscale["axes"] = axes
    multiscale["datasets"] = list(datasets)
    if metadata:
        multiscale["metadata"] = metadata
    parts: dict[str, object] = {"multiscales": [multiscale if fmt.release < "0.6" else _converted(multiscale, fmt)]}
    if omero is not None:
        parts["omero"] = omero.to_json()
    return cast("JsonObject", plain(parts, "metadata"))


def _converted(multiscale: Mapping[str, object], fmt: Format) -> object:
    """A multiscale of 0.5 as a later version has it."""
    model = parse_version("0.5").parse_image({"ome": {"version": "0.5", "multiscales": [multiscale]}}).multiscale
    made = parse_version(fmt.release).image_attributes(model)
    return Node(made).child("ome").child("multiscales").items()[0].value


def versioned(fmt: Format, parts: Mapping[str, object]) -> JsonObject:
    """The parts as plain JSON, and with them the version where all parts share one."""
    body = cast("JsonObject", plain(parts, "metadata"))
    return {"version": fmt.version, **body} if fmt.zarr_format == 3 else body


def enclosed(fmt: Format, parts: Mapping[str, object]) -> JsonObject:
    """The parts where a version wants them among the attributes of a group."""
    body = versioned(fmt, parts)
    return {"ome": body} if fmt.zarr_format == 3 else body


def image_label_parts(fmt: Format, label: Mapping[str, object]) -> JsonObject:
    """The part of a labels image's document that makes it one."""
    stamp: JsonObject = {"version": fmt.version} if fmt.release < "0.6" else {}
    return {"image-label": stamp | parse_image_label(label).to_json()}
