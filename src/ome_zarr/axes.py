"""Axes of an image, as ome-zarr-py has them."""

from collections.abc import Mapping, Sequence

from ome_zarr._doors.notices import notice
from ome_zarr.errors import RecipeError
from ome_zarr.format import CurrentFormat, Format
from ome_zarr.metadata.axes import KNOWN_TYPES, Axis
from ome_zarr.metadata.axes import Axes as _Axes
from ome_zarr.metadata.units import SPACE_UNITS, TIME_UNITS

__all__ = ["KNOWN_AXES", "KNOWN_SPATIAL_UNITS", "KNOWN_TEMPORAL_UNITS", "Axes"]

KNOWN_AXES: dict[str, str] = dict(KNOWN_TYPES)
"""The type of an axis by its name."""

KNOWN_SPATIAL_UNITS: list[str] = sorted(SPACE_UNITS)
"""Units of length in the specification."""

KNOWN_TEMPORAL_UNITS: list[str] = sorted(TIME_UNITS)
"""Units of time in the specification."""

_ORDERS_V03 = ("yx", "zyx", "cyx", "tyx", "tzyx", "czyx", "tcyx", "tczyx")
"""What 0.3 allows."""


class Axes:
    """Axes that a version of OME-Zarr allows. What the caller gives is not changed.

    Parameters
    ----------
    axes
        Names, or mappings with ``name`` and perhaps ``type`` and ``unit``. x, y, z, c and t have a type of
        their own; one axis may be of no type.
    axes_units
        Units by axis name; they win over those in mappings. A name that is no axis is left out, with a warning.
    fmt
        The version.

    Raises
    ------
    RecipeError
        The version does not allow these axes.
    """

    def __init__(
        self,
        axes: Sequence[str | Mapping[str, object] | Axis],
        axes_units: Mapping[str, str] | None = None,
        fmt: Format = CurrentFormat(),  # noqa: B008 - the published default; it has no state
    ) -> None:
        self.fmt = fmt
        self._axes = as_axes(axes, axes_units)
        self.axes: list[dict[str, object]] = [dict(axis.to_json()) for axis in self._axes]
        self.validate()

    def validate(self) -> None:
        """Raise `RecipeError` unless the version allows the axes; 0.1 and 0.2 have none to be wrong."""
        if self.fmt.release in ("0.1", "0.2"):
            return
        if self.fmt.release != "0.3":
            self._axes.validate(self.fmt.release)
        elif "".join(self._axes.names) not in _ORDERS_V03:
            raise RecipeError(f"axes {self._axes.names} are not allowed in OME-Zarr 0.3; give one of {_ORDERS_V03}")

    def to_list(
        self,
        fmt: Format = CurrentFormat(),  # noqa: B008
    ) -> list[str] | list[dict[str, object]]:
        """The axes as in the documents of a version: names in 0.3, else mappings."""
        if fmt.release == "0.3":
            return list(self._axes.names)
        return [dict(axis) for axis in self.axes]

    @property
    def parsed(self) -> _Axes:
        """The axes as the library's own model."""
        return self._axes


def as_axes(axes: Sequence[str | Mapping[str, object] | Axis], axes_units: Mapping[str, str] | None = None) -> _Axes:
    """The library's model of axes that ome-zarr-py's functions accept."""
    entries = [_entry(axis) for axis in axes]
    parsed = _Axes.parse(entries, len(entries))
    units = {name: unit for name, unit in (axes_units or {}).items() if name in parsed.names}
    for name in axes_units or {}:
        if name not in units:
            notice(f"axes_units names axis {name!r}, which the image does not have; it is left out")
    return _Axes.parse(parsed, len(entries), units)


def _entry(axis: str | Mapping[str, object] | Axis) -> str | Mapping[str, object] | Axis:
    """A name that means no type of its own stands for an axis without one."""
    if isinstance(axis, str) and axis.lower() not in KNOWN_AXES:
        return Axis(axis)
    return axis
