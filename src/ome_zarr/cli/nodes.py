"""The nodes that ``ome_zarr info`` tells about, in the order in which ome-zarr-py does."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ome_zarr._doors.node_lines import Data, node_lines
from ome_zarr.api.collection import Collection
from ome_zarr.api.image import Image, Labels
from ome_zarr.api.open import open as open_any
from ome_zarr.api.open import open_image
from ome_zarr.api.opened import Opened
from ome_zarr.api.plate import Plate, Well
from ome_zarr.api.scene import Scene
from ome_zarr.cli.facts import (
    Facts,
    collection_facts,
    fact_lines,
    image_facts,
    plate_facts,
    scene_facts,
    title,
    well_facts,
)
from ome_zarr.errors import NotFoundError, OmeZarrError
from ome_zarr.geometry.square import square_shape
from ome_zarr.storage.locate import Location, is_url

if TYPE_CHECKING:
    import dask.array as da

__all__ = ["Node", "find_nodes"]

_LOGGER = logging.getLogger(__name__)

type Levels = Iterator[tuple[tuple[int, ...], "Callable[[], da.Array]"]]
"""Shapes, and what gives the pixels."""


class Node(NamedTuple):
    """Something to tell about.

    Attributes
    ----------
    location
        Where it is.
    version
        Of OME-Zarr, which it follows.
    specs
        Parts of the specification that it has, by ome-zarr-py's names.
    levels
        Shape of every level; and its pixels, which nobody needs who does not ask for their range.
    facts
        What else is known.
    hidden
        It was not asked for, and belongs to what was.
    """

    location: Location
    version: str
    specs: tuple[str, ...]
    levels: Levels
    facts: Facts
    hidden: bool = False

    def lines(self, *, stats: bool) -> Iterator[str]:
        """What is told; `stats`: with the least and greatest value of every level."""
        data: Iterator[Data] = ((shape, _extremes(pixels()) if stats else None) for shape, pixels in self.levels)
        yield from node_lines(title(self.location, hidden=self.hidden), self.version, self.specs, data)
        yield from fact_lines(self.facts)


def find_nodes(path: str) -> Iterator[Node]:
    """What is at a path or URL, and what belongs to it.

    Raises
    ------
    NotFoundError, DocumentError, UnreachableError, RecipeError
        As of :func:`ome_zarr.open`.
    """
    found = open_any(path)
    match found:
        case Labels():
            yield from _of_labels(found, path)
        case Image():
            yield from _of_image(found)
        case Collection(kind="labels"):
            yield from _of_labels_group(found, path)
        case Collection():
            yield from _of_images(_node(found, ("Collection",), iter(()), collection_facts(found)), found)
        case Scene():
            yield from _of_images(_node(found, ("Scene",), iter(()), scene_facts(found)), found.images)
        case Plate():
            yield _node(found, ("Plate",), _plate_levels(found), plate_facts(found))
        case Well():
            yield _node(found, ("Well",), _well_levels(found), well_facts(found))


def _of_image(image: Image) -> Iterator[Node]:
    yield _image_node(image)
    names = image.label_names
    if names:
        yield _labels_node(image, names)._replace(hidden=True)
        for node in _labels_nodes(image.location / "labels", names):
            yield node._replace(hidden=True)


def _of_labels(labels: Labels, path: str) -> Iterator[Node]:
    image = _image_above(path, 2)
    if image is not None:
        yield _image_node(image)._replace(hidden=True)
        yield _labels_node(image, image.label_names)._replace(hidden=True)
    yield _image_node(labels)


def _of_labels_group(group: Collection, path: str) -> Iterator[Node]:
    yield _node(group, ("Labels",), iter(()), collection_facts(group))
    image = _image_above(path, 1)
    if image is not None:
        yield _image_node(image)._replace(hidden=True)
    yield from _labels_nodes(group.location, tuple(group))


def _of_images(whole: Node, images: Mapping[str, Image]) -> Iterator[Node]:
    yield whole
    yield from map(_image_node, images.values())


def _node(opened: Opened, specs: tuple[str, ...], levels: Levels, facts: Facts) -> Node:
    return Node(opened.location, opened.version, specs, levels, facts)


def _image_node(image: Image) -> Node:
    specs = {"Label": isinstance(image, Labels), "Multiscales": True, "OMERO": image.omero is not None}
    levels = ((level.shape, lambda level=level: level.dask) for level in image)
    return _node(image, tuple(name for name, has in specs.items() if has), levels, image_facts(image))


def _labels_node(image: Image, names: tuple[str, ...]) -> Node:
    """The group ``labels`` of an image, which lists these."""
    facts = {"zarr format": str(image.zarr_format), "images": [f"- {name}" for name in names]}
    return Node(image.location / "labels", image.version, ("Labels",), iter(()), facts)


def _labels_nodes(location: Location, names: tuple[str, ...]) -> Iterator[Node]:
    for name in names:
        try:
            yield _image_node(open_image(location / name))
        except OmeZarrError as error:  # the others are there all the same
            _LOGGER.warning("labels %r are left out: %s", name, error)


def _image_above(path: str, steps: int) -> Image | None:
    """The image to which labels belong, so many steps up; None where there is none."""
    try:
        return open_image(_above(path, steps))
    except OmeZarrError as error:
        _LOGGER.info("the image of the labels is not known: %s", error)
        return None


def _above(path: str, steps: int) -> str:
    if is_url(path):
        return path.rstrip("/").rsplit("/", steps)[0]
    return str(Path(os.path.abspath(path)).parents[steps - 1])  # noqa: PTH100 - links keep their names


def _plate_levels(plate: Plate) -> Levels:
    """The mosaic of all wells, as large as if all fields were as the first."""
    shape = (len(plate.rows), len(plate.columns))
    for number, level in enumerate(_first_field(plate) or ()):
        yield _tiled(level.shape, shape), partial(plate.mosaic, number)


def _first_field(plate: Plate) -> Image | None:
    """The first field that is there; not all wells need be."""
    for path in plate.wells:
        try:
            return next(iter(plate[path]), None)
        except NotFoundError:
            continue
    return None


def _well_levels(well: Well) -> Levels:
    """The mosaic of all fields, as large as if all were as the first."""
    shape = square_shape(len(well))
    for number, level in enumerate(next(iter(well), ())):
        yield _tiled(level.shape, shape), partial(well.mosaic, number)


def _tiled(tile: tuple[int, ...], counts: tuple[int, int]) -> tuple[int, ...]:
    return (*tile[:-2], tile[-2] * counts[0], tile[-1] * counts[1])


def _extremes(pixels: "da.Array") -> tuple[object, object]:
    from dask.base import compute

    least, greatest = compute(pixels.min(), pixels.max())
    return least, greatest
