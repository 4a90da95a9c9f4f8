"""What a TIFF file says about its pixels: OME-XML, ImageJ's description, resolution tags."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from tifffile import PHOTOMETRIC, TiffFile, TiffPage, TiffPageSeries

from ome_zarr.sources.protocol import Hints

__all__ = ["series_hints"]

_RGB = (("red", "FF0000"), ("green", "00FF00"), ("blue", "0000FF"), ("alpha", "FFFFFF"))
"""Names and colours of the samples of a pixel in colour."""

_UNITS = {
    "å": "angstrom", "pm": "picometer", "nm": "nanometer", "µm": "micrometer", "um": "micrometer",
    "micron": "micrometer", "microns": "micrometer", "micrometer": "micrometer", "nanometer": "nanometer",
    "mm": "millimeter", "cm": "centimeter", "dm": "decimeter", "m": "meter", "km": "kilometer",
    "in": "inch", "inch": "inch", "ft": "foot", "yd": "yard", "mi": "mile",
    "fs": "femtosecond", "ps": "picosecond", "ns": "nanosecond", "µs": "microsecond", "us": "microsecond",
    "ms": "millisecond", "s": "second", "sec": "second", "min": "minute", "h": "hour", "d": "day",
}  # fmt: skip
"""NGFF's name of a unit, by the symbols that OME-XML and ImageJ use, in lower case.

Lower case makes Mm (megametre) a millimetre; no microscope has either written by mistake so far.
"""

_DISPLAY_DPI = (72, 96, 150, 300, 600)
"""Pixels per inch that programs write when they know nothing: a screen's or a printer's, not an object's."""

_INCH = 2

_MICROMETERS = {_INCH: 25400.0, 3: 10000.0}
"""Length of the units of TIFF tag 296: inch and centimetre."""


def series_hints(file: TiffFile, series: TiffPageSeries, index: int) -> Hints:
    """Hints (but for the axes) of series number `index`, at full resolution.

    Parameters
    ----------
    file
        Open.
    series
        The series.
    index
        Its number: that of the image in the OME-XML.
    """
    hints = _told(file, series, index)
    if series.keyframe.photometric == PHOTOMETRIC.RGB and not hints.axes_note:
        samples = min(series.keyframe.samplesperpixel, len(_RGB))
        names, colors = zip(*_RGB[:samples], strict=True)
        hints = replace(hints, channel_names=names, channel_colors=colors)
    return hints


def _told(file: TiffFile, series: TiffPageSeries, index: int) -> Hints:
    """What the metadata of a file tell, in whichever form they have."""
    if series.kind == "ome" and file.ome_metadata:
        return _from_ome(file.ome_metadata, index)
    if file.is_imagej and file.imagej_metadata:
        return _from_imagej(file.imagej_metadata, series.keyframe)
    scale = _resolution(series.keyframe)
    return Hints(scale=scale, units=dict.fromkeys(scale, "micrometer"), name=series.name or "")


def _from_ome(document: str, index: int) -> Hints:
    """Physical sizes and channels of image `index`; nothing if the XML cannot be read."""
    try:
        images = [e for e in fromstring(document) if _tag(e) == "Image"]
    except (ET.ParseError, DefusedXmlException):
        return Hints()
    if index >= len(images):
        return Hints()
    image = images[index]
    pixels = next((e for e in image if _tag(e) == "Pixels"), None)
    if pixels is None:
        return Hints(name=image.get("Name", ""))
    scale, units = _ome_sizes(pixels)
    channels = [e for e in pixels if _tag(e) == "Channel"]
    names = tuple(e.get("Name", "") for e in channels)
    colors = tuple(_ome_color(e.get("Color")) for e in channels)
    return Hints(
        scale=scale,
        units=units,
        channel_names=names if all(names) else (),
        channel_colors=colors if all(colors) else (),
        name=image.get("Name", ""),
    )


def _ome_sizes(pixels: ET.Element) -> tuple[dict[str, float], dict[str, str]]:
    scale: dict[str, float] = {}
    units: dict[str, str] = {}
    for axis, attribute, default in (
        ("x", "PhysicalSizeX", "µm"),
        ("y", "PhysicalSizeY", "µm"),
        ("z", "PhysicalSizeZ", "µm"),
        ("t", "TimeIncrement", "s"),
    ):
        size = _positive(pixels.get(attribute))
        unit = _UNITS.get(pixels.get(f"{attribute}Unit", default).replace("μ", "µ").lower())
        if size is not None and unit is not None:
            scale[axis], units[axis] = size, unit
    return scale, units


def _ome_color(text: str | None) -> str:
    """``RRGGBB`` of OME's signed 32-bit integer RGBA."""
    try:
        return "" if text is None else f"{(int(text) & 0xFFFFFFFF) >> 8:06X}"
    except ValueError:
        return ""


def _from_imagej(metadata: Mapping[str, Any], page: TiffPage) -> Hints:
    name = str(metadata.get("unit", "")).replace("\\u00B5", "µ").replace("μ", "µ")
    unit = _UNITS.get(name.strip().lower())
    scale: dict[str, float] = {}
    units: dict[str, str] = {}
    if unit is not None:
        scale = _inverse_resolution(page)
        spacing = _positive(metadata.get("spacing"))
        if spacing is not None:
            scale["z"] = spacing
        units = dict.fromkeys(scale, unit)
    interval = _positive(metadata.get("finterval"))
    if interval is not None:
        scale["t"], units["t"] = interval, "second"
    return Hints(
        scale=scale,
        units=units,
        channel_names=_imagej_labels(metadata),
        channel_colors=_imagej_colors(metadata),
        channel_windows=_imagej_windows(metadata),
    )


def _imagej_labels(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The planes' labels where every plane is a channel."""
    labels = metadata.get("Labels") or []
    return tuple(map(str, labels)) if len(labels) == metadata.get("channels", 0) else ()


def _imagej_colors(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The brightest entry of every channel's lookup table."""
    tables = metadata.get("LUTs") or []
    if len(tables) != metadata.get("channels", 1):
        return ()
    return tuple("".join(f"{int(value):02X}" for value in np.asarray(table)[:, -1]) for table in tables)


def _imagej_windows(metadata: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    ranges = tuple(map(float, metadata.get("Ranges") or ()))
    if not ranges or len(ranges) != 2 * int(metadata.get("channels", 1)):
        return ()
    return tuple(zip(ranges[::2], ranges[1::2], strict=True))


def _resolution(page: TiffPage) -> dict[str, float]:
    """Micrometres per pixel, where the file has a unit and a value that somebody has measured."""
    entry = page.tags.get("ResolutionUnit")
    unit = 0 if entry is None else int(entry.value)
    micrometers = _MICROMETERS.get(unit)
    spacing = _inverse_resolution(page)
    if micrometers is None or (unit == _INCH and _is_display(spacing.values())):
        return {}
    return {axis: value * micrometers for axis, value in spacing.items()}


def _is_display(spacings: Iterable[float]) -> bool:
    return any(abs(spacing * dpi - 1) < 0.01 for spacing in spacings for dpi in _DISPLAY_DPI)


def _inverse_resolution(page: TiffPage) -> dict[str, float]:
    """Units per pixel from the resolution tags, which hold pixels per unit as a fraction."""
    spacing: dict[str, float] = {}
    for axis, tag in (("x", "XResolution"), ("y", "YResolution")):
        entry = page.tags.get(tag)
        if entry is None:
            continue
        pixels, length = entry.value
        value = _positive(length / pixels if pixels else None)
        if value is not None:
            spacing[axis] = value
    return spacing


def _positive(value: object) -> float | None:
    """`value` as a float, if it is a positive, finite number."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if 0 < number < float("inf") else None


def _tag(element: ET.Element) -> str:
    """The name without its namespace, which differs between versions of OME-XML."""
    return element.tag.rpartition("}")[2]
