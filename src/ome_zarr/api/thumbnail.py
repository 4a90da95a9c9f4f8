"""A small picture of an image, from its smallest level: for people who look at a list of images."""

from colorsys import hsv_to_rgb
from math import ceil, prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ome_zarr.metadata.omero import Channel, Omero

if TYPE_CHECKING:  # images show themselves through this module
    from ome_zarr.api.image import Image
    from ome_zarr.api.level import Level

__all__ = ["png", "thumbnail"]

_MOST_BYTES = 256 << 20
"""A plane that is larger is not read for a thumbnail."""

_MOST_CHUNKS = 10_000
"""A plane that lies in more is not read for a thumbnail: that one is not there takes some 20 µs to find out."""

_MOST_CHANNELS = 6
"""More are not told apart in one picture."""

_SHOWN = (0.2, 99.8)
"""Percentiles of the pixels that are shown darkest and brightest where the document has no window."""

type Picture = NDArray[np.uint8]


def thumbnail(image: "Image", size: int = 256) -> Picture | None:
    """A picture of the smallest level: shape (height, width, 3), at most `size` pixels along each.

    The middle plane of a stack at the first time point; channels are added up in their colours, labels are
    shown in theirs. None where the image has no axes ``y`` and ``x``, or its smallest level has planes too large
    to be read for this.
    """
    level = image.levels[-1]
    if not {"y", "x"} <= set(image.axes.names) or not level.shape or not all(level.shape):
        return None
    planes = _planes(level, size)
    if planes is None:
        return None
    return _colored_labels(planes[0], image) if image.kind == "labels" else _composite(planes, image)


def png(picture: Picture) -> bytes:
    """The picture as a PNG file."""
    import imagecodecs  # noqa: PLC0415 - slow to import, and only for pictures

    return bytes(imagecodecs.png_encode(np.ascontiguousarray(picture)))


def _planes(level: "Level", size: int) -> np.ndarray | None:
    """One plane (y, x) per channel, reduced by leaving pixels out."""
    names = level.axes.names
    channel = next((axis for axis in names if level.axes[names.index(axis)].type == "channel"), None)
    index = tuple(_pick(name, extent, channel) for name, extent in zip(names, level.shape, strict=True))
    kept = [name for name, entry in zip(names, index, strict=True) if isinstance(entry, slice)]
    extents = [min(extent, _MOST_CHANNELS) if name == channel else extent for name, extent in _extents(level, kept)]
    if _is_large(level, kept, extents):
        return None
    block = level[index]
    order = [*([channel] if channel else []), "y", "x"]
    planes = block.transpose([kept.index(name) for name in order])
    step = max(1, ceil(max(planes.shape[-2:]) / size))
    return planes[..., ::step, ::step].reshape(-1, *planes[..., ::step, ::step].shape[-2:])


def _is_large(level: "Level", names: list[str], extents: list[int]) -> bool:
    """Whether pixels of these extents are too many for a thumbnail, or lie in too many chunks."""
    chunks = [level.chunks[level.axes.index(name)] for name in names]
    count = prod(-(-extent // chunk) for extent, chunk in zip(extents, chunks, strict=True))
    return count > _MOST_CHUNKS or prod(extents) * level.dtype.itemsize > _MOST_BYTES


def _pick(name: str, extent: int, channel: str | None) -> int | slice:
    if name in ("y", "x"):
        return slice(None)
    if name == channel:
        return slice(0, _MOST_CHANNELS)
    return extent // 2 if name == "z" else 0


def _extents(level: "Level", names: list[str]) -> list[tuple[str, int]]:
    return [(name, level.shape[level.axes.index(name)]) for name in names]


def _composite(planes: np.ndarray, image: "Image") -> Picture:
    channels = image.channels[: len(planes)] if len(image.channels) >= len(planes) else (Channel(),) * len(planes)
    colored = Omero(channels).completed(image.levels[-1].dtype).channels
    total = np.zeros((*planes.shape[-2:], 3), np.float64)
    for plane, told, complete in zip(planes, channels, colored, strict=True):
        if told.active is False:
            continue
        color = np.array(list(bytes.fromhex(complete.color or "FFFFFF")))
        total += _stretched(plane, told)[..., None] * color
    return np.clip(total, 0, 255).round().astype(np.uint8)


def _stretched(plane: np.ndarray, channel: Channel) -> NDArray[np.float64]:
    """Pixels between 0 and 1 as the channel's window says, or their own range."""
    values = plane.astype(np.float64)
    window = channel.window
    if window is not None and window.start is not None and window.end is not None:
        low, high = window.start, window.end
    else:
        finite = values[np.isfinite(values)]
        low, high = np.percentile(finite, _SHOWN) if finite.size else (0.0, 1.0)
    return np.clip(np.nan_to_num((values - low) / ((high - low) or 1.0)), 0, 1)


def _colored_labels(plane: np.ndarray, image: "Image") -> Picture:
    """Each value in its colour; where the document has none, in one that is far from its neighbours'."""
    values, places = np.unique(plane, return_inverse=True)
    told = {color.value: color.rgba for color in image.image_label.colors} if image.image_label else {}
    palette = np.array([_label_color(int(value), told.get(int(value))) for value in values], np.uint8)
    return palette[places.reshape(plane.shape)]


def _label_color(value: int, rgba: tuple[int, ...] | None) -> tuple[int, int, int]:
    if rgba is not None:
        return rgba[0], rgba[1], rgba[2]
    if value == 0:
        return 0, 0, 0
    # steps of the golden ratio around the circle of hues keep consecutive values apart
    red, green, blue = hsv_to_rgb(value * 0.6180339887498949 % 1, 0.65, 0.95)
    return round(red * 255), round(green * 255), round(blue * 255)
