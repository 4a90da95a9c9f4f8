"""What documents say, in the words in which ome-zarr-py's reader hands it on."""

import logging
from collections.abc import Mapping, Sequence

from ome_zarr._doors.formats import Document, Format
from ome_zarr._doors.stores import unwrapped
from ome_zarr.errors import DocumentError
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.labels import image_label_from_node
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.omero import Channel, omero_from_node
from ome_zarr.metadata.versions import VERSIONS, Version, document_version
from ome_zarr.storage.documents import GroupDocument

__all__ = ["channel_settings", "first_multiscale", "label_settings", "multiscale_settings", "source_of", "version_for"]

type Colors = dict[int, list[float] | None]
"""Red, green, blue and alpha from 0 to 1 of label values."""

type Properties = dict[int, JsonObject]
"""What is known of label values."""

LOGGER = logging.getLogger("ome_zarr.reader")

_GREY = "greyscale"


def version_for(fmt: Format, group: GroupDocument) -> Version:
    """The version by which a group is read: what it names, unless a format derived elsewhere goes by that name."""
    if fmt.matches(unwrapped(group)):
        return VERSIONS[fmt.release]
    return document_version(group.attributes, group.zarr_format)


def first_multiscale(version: Version, metadata: Mapping[str, object]) -> Multiscale:
    """The first image that a group describes, without what places all of its levels together, which no node tells.

    Raises
    ------
    DocumentError
        There is none, or it is malformed.
    """
    entries = Node(metadata).child("multiscales").items()
    if not entries:
        raise Node(metadata).child("multiscales").fail("it must have at least one entry")
    told = {key: value for key, value in entries[0].fields().items() if key != "coordinateTransformations"}
    return version.multiscale_from_node(Node(told, entries[0].path))


def multiscale_settings(multiscale: Multiscale) -> Document:
    """Axes, name and, where levels have them, transformations of an image."""
    settings: Document = {"axes": [dict(axis.to_json()) for axis in multiscale.axes], "name": multiscale.name}
    if any(dataset.placed for dataset in multiscale.datasets):
        settings["coordinateTransformations"] = [_transformations(dataset) for dataset in multiscale.datasets]
    return settings


def channel_settings(omero: object, *, visible: bool) -> Document:
    """Names, visibility, ranges and colours of channels; nothing where they are malformed as a whole, which is logged.

    Parameters
    ----------
    omero
        The part of the document.
    visible
        Whether the image is shown.
    """
    try:
        parsed = omero_from_node(Node(omero, "omero"))
    except DocumentError as error:
        LOGGER.warning("channels are left out: %s", error)
        return {}
    channels = parsed.channels
    grey = (parsed.rdefs or {}).get("model") == _GREY
    return {
        "channel_names": [channel.label or f"channel_{index}" for index, channel in enumerate(channels)],
        "visible": [channel.active is not False and visible for channel in channels],
        "contrast_limits": _ranges(channels),
        "colormap": [_ramp(channel, grey=grey) for channel in channels] if any(c.color for c in channels) else [],
    }


def label_settings(image_label: object) -> tuple[Colors, Properties]:
    """Colours and properties of label values; none where they are malformed as a whole, which is logged."""
    try:
        parsed = image_label_from_node(Node(image_label, "image-label"))
    except DocumentError as error:
        LOGGER.warning("colours and properties are left out: %s", error)
        return {}, {}
    colors = {color.value: color.rgba and [n / 255 for n in color.rgba] for color in parsed.colors}
    return colors, {entry.value: dict(entry.properties) for entry in parsed.properties}


def source_of(image_label: object) -> str | None:
    """The path to the image of labels, where it is said."""
    source = image_label.get("source") if isinstance(image_label, Mapping) else None
    image = source.get("image") if isinstance(source, Mapping) else None
    return image if isinstance(image, str) and image else None


def _transformations(dataset: Dataset) -> list[Document] | None:
    """Scale and translation as 0.4 and 0.5 have them; None where the document does not place a level."""
    if not dataset.placed:
        return None
    found: list[Document] = [{"type": "scale", "scale": [*dataset.scale]}]
    if dataset.translation is not None:
        found.append({"type": "translation", "translation": [*dataset.translation]})
    return found


def _ranges(channels: Sequence[Channel]) -> list[list[float] | None] | None:
    """Start and end of every channel that has a window; None if a window has not both."""
    ranges: list[list[float] | None] = []
    for channel in channels:
        if channel.window is None:
            ranges.append(None)
        elif channel.window.start is None or channel.window.end is None:
            return None
        else:
            ranges.append([channel.window.start, channel.window.end])
    return ranges


def _ramp(channel: Channel, *, grey: bool) -> list[list[float]]:
    """From black to the colour of a channel; to white where it has none or all is grey."""
    color = channel.color or "FFFFFF"
    rgb = [1.0, 1.0, 1.0] if grey else [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [[0, 0, 0], rgb]
