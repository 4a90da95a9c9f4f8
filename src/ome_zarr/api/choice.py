"""Which level is good enough: by the size of its pixels, or by their number."""

from collections.abc import Mapping, Sequence
from math import isfinite

from ome_zarr.api.level import Level
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.units import SPACE_UNITS, to_micrometer

__all__ = ["at_pixel_size", "fitting_level"]

_UNITS = {"nm": "nanometer", "um": "micrometer", "mm": "millimeter"}


def at_pixel_size(levels: Sequence[Level], **sizes: float | None) -> Level:
    """See :meth:`ome_zarr.Image.at`; `sizes` by keyword: ``nm``, ``um`` or ``mm``."""
    given = {keyword: size for keyword, size in sizes.items() if size is not None}
    if len(given) != 1:
        raise RecipeError(f"{len(given)} pixel sizes are given; give one of nm=, um= and mm=")
    ((keyword, size),) = given.items()
    wish = to_micrometer(_positive(size, keyword), _UNITS[keyword])
    axes = levels[0].axes
    lengths = {axis.name: axis.unit for axis in axes if axis.type == "space" and axis.unit in SPACE_UNITS}
    wanted = {name: wish / to_micrometer(1, unit) for name, unit in lengths.items() if unit}
    if not wanted:
        raise RecipeError(
            f"no axis of {axes.names} has a unit of length; use level_for(pixel_size=...), in the numbers of the image"
        )
    return _coarsest(levels, wanted)


def fitting_level(
    levels: Sequence[Level],
    *,
    pixel_size: float | Mapping[str, float] | None,
    max_shape: int | Mapping[str, int] | None,
) -> Level:
    """See :meth:`ome_zarr.Image.level_for`."""
    if (pixel_size is None) == (max_shape is None):
        raise RecipeError("give either pixel_size= or max_shape=")
    axes = levels[0].axes
    if pixel_size is not None:
        return _coarsest(levels, _by_axis(pixel_size, axes, "pixel_size"))
    assert max_shape is not None  # noqa: S101 - one of both is given
    limits = _by_axis(max_shape, axes, "max_shape")
    fits = (all(level.shape[axes.index(name)] <= limit for name, limit in limits.items()) for level in levels)
    return next((level for level, fit in zip(levels, fits, strict=True) if fit), levels[-1])


def _coarsest(levels: Sequence[Level], wanted: Mapping[str, float]) -> Level:
    """The last of the levels, from the finest on, whose pixels are all small enough (to a millionth)."""
    axes = levels[0].axes
    good = levels[0]
    for level in levels[1:]:
        if any(abs(level.scale[axes.index(name)]) > size * (1 + 1e-6) for name, size in wanted.items()):
            break
        good = level
    return good


def _by_axis(wish: float | Mapping[str, float], axes: Axes, what: str) -> dict[str, float]:
    """A number for every axis that counts: those named, or all in space."""
    if not isinstance(wish, Mapping):
        number = _positive(wish, what)
        return {axis.name: number for axis in axes if axis.type == "space" or axis.name in ("z", "y", "x")}
    unknown = [name for name in wish if name not in axes.names]
    if unknown or not wish:
        raise RecipeError(f"{what} names {list(wish)!r}; the axes of the image are {list(axes.names)}")
    return {name: _positive(number, f"{what} of axis {name!r}") for name, number in wish.items()}


def _positive(number: object, what: str) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float) or not (isfinite(number) and number > 0):
        raise RecipeError(f"{what} is {number!r}; give a number greater than 0")
    return number
