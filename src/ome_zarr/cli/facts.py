"""What is known about images, plates and so on, in lines for people; pixels are left alone."""

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ome_zarr.metadata.omero import Window
from ome_zarr.planning.explain import table

if TYPE_CHECKING:
    from ome_zarr.api.collection import Collection
    from ome_zarr.api.image import Image
    from ome_zarr.api.level import Level
    from ome_zarr.api.plate import Plate, Well
    from ome_zarr.api.scene import Scene
    from ome_zarr.metadata.axes import Axis
    from ome_zarr.metadata.omero import Channel
    from ome_zarr.metadata.plate import Acquisition
    from ome_zarr.storage.locate import Location

__all__ = [
    "Facts",
    "collection_facts",
    "fact_lines",
    "image_facts",
    "plate_facts",
    "scene_facts",
    "title",
    "well_facts",
]

type Facts = Mapping[str, str | Iterable[str]]
"""What is known, by its name: one word or several lines; what is empty is not told."""

_HEADS = ("level", "shape", "dtype", "chunks", "shards", "scale", "translation")


def title(location: "Location", *, hidden: bool = False) -> str:
    """Where a node is, as ome-zarr-py says it."""
    place = location.directory or location.archive
    name = location.name if place is None else os.path.abspath(place)  # noqa: PTH100 - links keep their names
    if location.archive is not None and location.path:
        name = f"{name}/{location.path}"
    return f"{name} [zgroup]{' (hidden)' if hidden else ''}"


def fact_lines(facts: Facts) -> Iterator[str]:
    """Facts as a list, under one another."""
    for name, fact in facts.items():
        if isinstance(fact, str):
            if fact:
                yield f" - {name}: {fact}"
        elif lines := list(fact):
            yield f" - {name}"
            yield from (f"   {line}" for line in lines)


def image_facts(image: "Image") -> Facts:
    """Of an image, or labels."""
    label = image.image_label
    return {
        "name": image.name or "",
        "zarr format": str(image.zarr_format),
        "method": image.multiscale.type or "",
        "axes": _items(map(_axis, image.axes)),
        "channels": _items(map(_channel, image.channels)),
        "label values": ""
        if label is None
        else f"{len(label.colors)} with colors, {len(label.properties)} with properties",
        "levels": table([_HEADS, *map(_level, image)]).splitlines(),
    }


def plate_facts(plate: "Plate") -> Facts:
    """Of a plate."""
    return {
        "name": plate.name or "",
        "zarr format": str(plate.zarr_format),
        "rows": ", ".join(plate.rows),
        "columns": ", ".join(plate.columns),
        "wells": _items(plate.wells),
        "acquisitions": _items(map(_acquisition, plate.acquisitions)),
    }


def well_facts(well: "Well") -> Facts:
    """Of a well."""
    return {
        "zarr format": str(well.zarr_format),
        "fields": _items(
            field.path if field.acquisition is None else f"{field.path} (acquisition {field.acquisition})"
            for field in well.fields
        ),
    }


def scene_facts(scene: "Scene") -> Facts:
    """Of a scene."""
    return {
        "zarr format": str(scene.zarr_format),
        "images": _items(scene.images),
        "coordinate systems": _items(
            f"{system.name} ({', '.join(axis.name for axis in system.axes)})" for system in scene.layout.systems
        ),
    }


def collection_facts(collection: "Collection") -> Facts:
    """Of several images."""
    return {"zarr format": str(collection.zarr_format), "images": _items(collection)}


def _items(facts: Iterable[str]) -> Iterator[str]:
    return (f"- {fact}" for fact in facts)


def _level(level: "Level") -> tuple[str, ...]:
    return (
        level.path,
        _by(level.shape),
        level.dtype.name,
        _by(level.chunks),
        _by(level.shards) if level.shards else "-",
        _listed(level.scale),
        _listed(level.translation),
    )


def _axis(axis: "Axis") -> str:
    kind = ", ".join(filter(None, (axis.type, axis.unit)))
    return f"{axis.name} ({kind})" if kind else axis.name


def _channel(channel: "Channel") -> str:
    color = f" (#{channel.color})" if channel.color else ""
    match channel.window:
        case Window(start=float() | int() as start, end=float() | int() as end):
            return f"{channel.label or 'unnamed'}{color}, {start:g} to {end:g}"
    return f"{channel.label or 'unnamed'}{color}"


def _acquisition(acquisition: "Acquisition") -> str:
    return f"{acquisition.id} ({acquisition.name})" if acquisition.name else str(acquisition.id)


def _by(numbers: tuple[int, ...]) -> str:
    return " × ".join(map(str, numbers))


def _listed(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{n:g}" for n in numbers)
