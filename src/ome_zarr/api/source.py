"""Images of OME-Zarr as sources: the pixels of a level, and what the image says about them."""

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING

from ome_zarr.api.image import Image, image_of
from ome_zarr.api.level import Level
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.metadata.omero import Channel
from ome_zarr.sources.adapt import as_source
from ome_zarr.sources.files import is_image_file
from ome_zarr.sources.pixels import check_pixels
from ome_zarr.sources.protocol import Hints, Source
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import locate

if TYPE_CHECKING:  # codecs, which pixels in memory do not need
    from ome_zarr.chunks.objects import ArrayObjects

__all__ = ["source_of"]


def source_of(data: object) -> Source:
    """The source of anything that has pixels: of an OME-Zarr image level 0, else as `ome_zarr.sources.as_source`.

    Raises
    ------
    RecipeError, NotFoundError, DocumentError
        As of `as_source` and `ome_zarr.open`.
    """
    if isinstance(data, Level):
        return _level_source(data)
    if isinstance(data, Image):
        return _image_source(data)
    return _source_at(data) or as_source(data)


def _source_at(data: object) -> Source | None:
    """The source of the image or array that a path, a URL or a zarr group names; None: something else is meant."""
    if isinstance(data, str | PathLike):
        if is_image_file(data):
            return None
    elif not type(data).__module__.startswith("zarr."):
        return None
    else:
        import zarr  # noqa: PLC0415 - whoever gives an object of zarr's has imported it

        if not isinstance(data, zarr.Group):
            return None
    hierarchy = Hierarchy(locate(data))
    found = hierarchy.find()
    if isinstance(found, GroupDocument):
        return _image_source(image_of(hierarchy, found))
    return _array_source(hierarchy, found) if found is not None and found.is_regular else None


def _array_source(hierarchy: Hierarchy, document: ArrayDocument) -> Source:
    """The source of an array that belongs to no image: of its axes it may know the names."""
    names = tuple(name for name in document.dimension_names or () if name)
    hints = Hints(axes=names if len(names) == len(document.shape) else None)
    return _stored_source(hierarchy.objects("", document), hints, hierarchy.location.identity)


def _image_source(image: Image) -> Source:
    return _level_source(image.levels[0], image.name or "", image.channels)


def _level_source(level: Level, name: str = "", channels: tuple[Channel, ...] = ()) -> Source:
    axes = level.axes.names
    hints = Hints(
        axes=axes,
        scale=_by_axis(axes, level.scale),
        units={axis.name: axis.unit for axis in level.axes if axis.unit},
        channel_names=level.channel_names,
        channel_colors=tuple(channel.color for channel in channels if channel.color),
        channel_windows=tuple(
            (channel.window.start, channel.window.end)
            for channel in channels
            if channel.window and channel.window.start is not None and channel.window.end is not None
        ),
        name=name,
    )
    if level.objects is not None:
        return _stored_source(level.objects, hints, level.identity)
    from ome_zarr.sources.zarr import open_zarr_source  # noqa: PLC0415 - it needs zarr, which is slow to import

    return open_zarr_source(level.zarr, hints)


def _stored_source(objects: "ArrayObjects", hints: Hints, identity: str) -> Source:
    from ome_zarr.sources.stored import StoredSource  # noqa: PLC0415 - codecs, which pixels in memory do not need

    check_pixels(objects.grid.shape, objects.codec.dtype, f"the array at {identity!r}")
    return StoredSource(objects, hints, frozenset({identity}))


def _by_axis(names: tuple[str, ...], sizes: tuple[float, ...]) -> Mapping[str, float]:
    """The sizes that can be written: a scale of 0 or less, which broken images have, is left out."""
    return {name: size for name, size in zip(names, sizes, strict=True) if size > 0}
