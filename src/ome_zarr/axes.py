"""Axes of an image, as ome-zarr-py has them."""

from collections.abc import Mapping, Sequence

from ome_zarr._doors.axes import as_axes, check_axes, listed
from ome_zarr.format import CurrentFormat, Format
from ome_zarr.metadata.axes import KNOWN_TYPES
from ome_zarr.metadata.units import SPACE_UNITS, TIME_UNITS

__all__ = ["KNOWN_AXES", "KNOWN_SPATIAL_UNITS", "KNOWN_TEMPORAL_UNITS", "Axes"]

KNOWN_AXES: dict[str, str] = dict(KNOWN_TYPES)
"""The type of an axis by its name."""

KNOWN_SPATIAL_UNITS: list[str] = sorted(SPACE_UNITS)
"""Units of length in the specification."""

KNOWN_TEMPORAL_UNITS: list[str] = sorted(TIME_UNITS)
"""Units of time in the specification."""


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

    Attributes
    ----------
    axes
        As mappings.

    Raises
    ------
    RecipeError
        The version does not allow these axes.
    """

    def __init__(
        self,
        axes: Sequence[str | Mapping[str, object]],
        axes_units: Mapping[str, str] | None = None,
        fmt: Format = CurrentFormat(),  # noqa: B008 - the published default; it has no state
    ) -> None:
        self.fmt = fmt
        self._axes = as_axes(axes, axes_units)
        self.axes: list[dict[str, object]] = [dict(axis.to_json()) for axis in self._axes]
        self.validate()

    def validate(self) -> None:
        """Raise `RecipeError` unless the version allows the axes; 0.1 and 0.2 have none to be wrong."""
        check_axes(self._axes, self.fmt)

    def to_list(
        self,
        fmt: Format = CurrentFormat(),  # noqa: B008
    ) -> list[str] | list[dict[str, object]]:
        """The axes as in the documents of a version: names in 0.3, else mappings."""
        return listed(self._axes, fmt)
