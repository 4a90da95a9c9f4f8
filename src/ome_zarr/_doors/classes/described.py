"""What callers say of the axes of an image, one mapping per property, made complete and put into order."""

from collections.abc import Mapping, Sequence

from ome_zarr._doors.notices import notice
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import KNOWN_TYPES, Axes, Axis
from ome_zarr.metadata.jsonvalue import plain_number
from ome_zarr.metadata.units import parse_unit

__all__ = ["as_numbers", "as_types", "as_units", "axes_of", "parse_names"]


def parse_names(axes: Sequence[str] | str, ndim: int) -> tuple[str, ...]:
    """The names of axes, one for each dimension.

    Raises
    ------
    RecipeError
        They are no names, too few or too many, or one is there twice.
    """
    if not isinstance(axes, str | list | tuple) or not all(isinstance(name, str) and name for name in axes):
        raise RecipeError(f"axes is {axes!r}; give names in storage order, such as 'zyx' or ['z', 'y', 'x']")
    names = tuple(axes)
    if len(names) != ndim:
        raise RecipeError(
            f"axes {names!r} are {len(names)} for an image of {ndim} dimensions; name every dimension once, in "
            "storage order"
        )
    if len(set(names)) != ndim:
        raise RecipeError(f"axes {names!r} have a name twice; give every dimension its own")
    return names


def as_numbers(wish: Mapping[str, float] | None, axes: Sequence[str], what: str, default: float) -> dict[str, float]:
    """One number for each axis, in their order; those that are missing are told, and get `default`.

    Raises
    ------
    RecipeError
        Another axis is named, or something is no number.
    """
    if wish is None:
        return dict.fromkeys(axes, default)
    if not isinstance(wish, Mapping):
        raise RecipeError(f"{what} is {wish!r}; give a mapping from axis names to numbers")
    unknown = [name for name in wish if name not in axes]
    if unknown:
        raise RecipeError(f"{what} names axis {unknown[0]!r}; the image has the axes {list(axes)}")
    missing = [name for name in axes if name not in wish]
    if missing:
        notice(f"{what} says nothing of the axes {missing}; {default} is taken")
    return {
        name: float(plain_number(wish[name], f"{what} of axis {name!r}")) if name in wish else default for name in axes
    }


def as_types(wish: Mapping[str, str | None], axes: Sequence[str]) -> dict[str, str | None]:
    """The type of every axis, in their order: as wished, else as its name says."""
    return {name: wish[name] if name in wish else KNOWN_TYPES.get(name) for name in _known(wish, axes, "axes_types")}


def as_units(wish: Mapping[str, str | None] | None, axes: Sequence[str]) -> dict[str, str] | None:
    """The units that axes have, in their order; None where nothing was said."""
    if wish is None:
        return None
    known = _known(wish, axes, "axes_units")
    return {name: unit for name in known if (unit := wish.get(name)) is not None}


def axes_of(names: Sequence[str], types: Mapping[str, str | None], units: Mapping[str, str] | None) -> Axes:
    """The library's model of axes."""
    entries = []
    for name in names:
        kind, unit = types.get(name), (units or {}).get(name)
        parsed = None if unit is None else parse_unit(unit, kind, f"unit of axis {name!r}")
        entries.append(Axis(name, kind, parsed))
    return Axes(tuple(entries))


def _known(wish: Mapping[str, object], axes: Sequence[str], what: str) -> Sequence[str]:
    """The axes; a warning where the wish names another."""
    if not isinstance(wish, Mapping):
        raise RecipeError(f"{what} is {wish!r}; give a mapping from axis names")
    for name in wish:
        if name not in axes:
            notice(f"{what} names axis {name!r}, which the image does not have; it is left out")
    return axes
