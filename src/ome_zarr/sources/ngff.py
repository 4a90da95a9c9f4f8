"""OME-Zarr images as sources: level 0, and what the image says about it."""

from collections.abc import Mapping, Sequence

import zarr

from ome_zarr.errors import DocumentError
from ome_zarr.sources.protocol import Hints, Source
from ome_zarr.sources.zarr import open_zarr_source

__all__ = ["open_image_source"]


def open_image_source(group: zarr.Group) -> Source:
    """The source of level 0 of the image that `group` is; its metadata become hints.

    Hints are read leniently: what cannot be understood is left out. Judging metadata is validation's task.

    Raises
    ------
    DocumentError
        The group is no OME-Zarr image, or its level 0 is missing.
    """
    attributes = group.attrs.asdict()
    document = _mapping(attributes.get("ome")) or attributes
    images = _sequence(document.get("multiscales"))
    image = _mapping(images[0]) if images else {}
    datasets = _sequence(image.get("datasets"))
    path = _mapping(datasets[0]).get("path") if datasets else None
    array = group.get(path) if isinstance(path, str) else None
    if not isinstance(array, zarr.Array):
        raise DocumentError(
            f"zarr group {group.store_path} is no OME-Zarr image with a level 0 (multiscales: "
            f"{len(images)}, path of level 0: {path!r}); give an image's group, or one of the group's arrays"
        )
    return open_zarr_source(array, _hints(document, image, _mapping(datasets[0]), array.ndim))


def _hints(
    document: Mapping[str, object], image: Mapping[str, object], dataset: Mapping[str, object], ndim: int
) -> Hints:
    axes = [_axis(axis) for axis in _sequence(image.get("axes"))]
    names = tuple(name for name, _ in axes)
    if len(names) != ndim or not all(names):
        return Hints(name=_text(image.get("name")))
    channels = [_mapping(channel) for channel in _sequence(_mapping(document.get("omero")).get("channels"))]
    labels = tuple(_text(channel.get("label")) for channel in channels)
    colors = tuple(_text(channel.get("color")) for channel in channels)
    return Hints(
        axes=names,
        scale=_scale(names, dataset, image),
        units={name: unit for name, unit in axes if unit},
        channel_names=labels if all(labels) else (),
        channel_colors=colors if all(colors) else (),
        name=_text(image.get("name")),
    )


def _axis(axis: object) -> tuple[str, str]:
    """Name and unit; version 0.3 of NGFF has the name alone."""
    if isinstance(axis, str):
        return axis, ""
    entry = _mapping(axis)
    return _text(entry.get("name")), _text(entry.get("unit"))


def _scale(names: tuple[str, ...], dataset: Mapping[str, object], image: Mapping[str, object]) -> dict[str, float]:
    """The product of the scales of the level and of the image."""
    scale = dict.fromkeys(names, 1.0)
    found = False
    for owner in (dataset, image):
        for step in map(_mapping, _sequence(owner.get("coordinateTransformations"))):
            factors = _sequence(step.get("scale"))
            if len(factors) != len(names) or not all(isinstance(f, int | float) for f in factors):
                continue
            found = True
            for name, factor in zip(names, factors, strict=True):
                scale[name] *= float(factor)  # type: ignore[arg-type]
    return scale if found else {}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
