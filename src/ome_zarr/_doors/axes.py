"""Axes that ome-zarr-py's functions accept, as the library's model, and back as its documents have them."""

from collections.abc import Mapping, Sequence

from ome_zarr._doors.formats import Format
from ome_zarr._doors.notices import notice
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import KNOWN_TYPES, Axes, Axis
from ome_zarr.metadata.jsonvalue import shown

__all__ = ["AxesWish", "as_axes", "check_axes", "listed"]

type AxesWish = str | Sequence[str | Mapping[str, object] | Axis]

_ORDERS_V03 = ("yx", "zyx", "cyx", "tyx", "tzyx", "czyx", "tcyx", "tczyx")
"""What 0.3 allows."""


def as_axes(axes: AxesWish, units: Mapping[str, str] | None = None) -> Axes:
    """The library's model of axes; units of axes that are not there are left out, with a warning.

    Raises
    ------
    RecipeError
        The axes cannot be understood.
    """
    given: object = units  # a caller's, to be judged
    if not isinstance(given, Mapping | None):
        raise RecipeError(
            f"axes_units is {shown(given)}; give a mapping from axis names, such as {{'x': 'micrometer'}}"
        )
    entries = [_entry(axis) for axis in axes]
    parsed = Axes.parse(entries, len(entries))
    known = {name: unit for name, unit in (units or {}).items() if name in parsed.names}
    for name in units or {}:
        if name not in known:
            notice(f"axes_units names axis {name!r}, which the image does not have; it is left out")
    return Axes.parse(parsed, len(entries), known)


def check_axes(axes: Axes, fmt: Format) -> None:
    """Raise `RecipeError` unless a version allows the axes; 0.1 and 0.2 have none to be wrong."""
    if fmt.release in ("0.1", "0.2"):
        return
    if fmt.release != "0.3":
        axes.validate(fmt.release)
    elif "".join(axes.names) not in _ORDERS_V03:
        raise RecipeError(f"axes {axes.names} are not allowed in OME-Zarr 0.3; give one of {_ORDERS_V03}")


def listed(axes: Axes, fmt: Format) -> list[str] | list[dict[str, object]]:
    """The axes as in the documents of a version: names in 0.3, else mappings."""
    if fmt.release == "0.3":
        return list(axes.names)
    mappings: list[dict[str, object]] = [dict(axis.to_json()) for axis in axes]
    return mappings


def _entry(axis: str | Mapping[str, object] | Axis) -> str | Mapping[str, object] | Axis:
    """A name that means no type of its own stands for an axis without one."""
    if isinstance(axis, str) and axis.lower() not in KNOWN_TYPES:
        return Axis(axis)
    return axis
