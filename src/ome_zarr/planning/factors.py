"""What a user may say about factors, as factors against level 0 for every axis."""

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from pathlib import Path

from ome_zarr.errors import OmeZarrWarning, RecipeError
from ome_zarr.geometry.ladder import Ladder
from ome_zarr.geometry.step import is_whole
from ome_zarr.kernels.method import Method
from ome_zarr.metadata.jsonvalue import shown

__all__ = ["FactorWish", "auto_factors", "check_whole", "clip_factors", "parse_factors"]

type FactorWish = float | Mapping[str, float]
type Factors = tuple[float, ...]

_PACKAGE = str(Path(__file__).parents[1])
_SPATIAL = ("z", "y", "x")
_LAST_EXTENT = 256
"""`levels="auto"` stops when every axis that shrinks is no longer than this: one screen."""
_ISOTROPIC = 1.5
"""Pixels whose extents differ by no more than this count as isotropic."""


def parse_factors(wishes: Iterable[FactorWish], axes: Sequence[str]) -> tuple[Factors, ...]:
    """The factor of every level along every axis, level 0 (all ones) included, in storage order.

    Parameters
    ----------
    wishes
        One entry per level above 0, against level 0: a number for x and y (every spatial axis but z),
        or a mapping from axis names to numbers.
    axes
        Names of the image's axes, in storage order.

    Raises
    ------
    RecipeError
        Not a list of factors; an unknown axis; a factor that is not finite or below 1; a factor that
        falls from one level to the next; a level equal to the one before.
    """
    if isinstance(wishes, str | bytes | Mapping) or not isinstance(wishes, Iterable):
        raise RecipeError(
            f"scale_factors is {shown(wishes)}; it must be a list with one entry per level above 0, such as [2, 4, 8] "
            "or [{'z': 2, 'y': 2, 'x': 2}]"
        )
    rows: list[Factors] = [(1,) * len(axes)]
    for level, wish in enumerate(wishes, start=1):
        row = _parse_row(wish, axes, level)
        _check_growth(rows[-1], row, axes, level)
        rows.append(row)
    return tuple(rows)


def _parse_row(wish: FactorWish, axes: Sequence[str], level: int) -> Factors:
    if not isinstance(wish, Mapping):
        factor = _parse_factor(wish, f"level {level}")
        return tuple(factor if axis in _SPATIAL[1:] else 1 for axis in axes)
    unknown = [name for name in wish if name not in axes]
    if unknown:
        raise RecipeError(
            f"scale_factors name axis {shown(unknown[0])} at level {level}; the image has the axes {list(axes)}; "
            "give factors for these only"
        )
    return tuple(_parse_factor(wish[a], f"axis {a!r} at level {level}") if a in wish else 1 for a in axes)


def _parse_factor(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise RecipeError(
            f"factor {shown(value)} for {where} is a {type(value).__name__}; give a number of at least 1, "
            "or a mapping from axis names to numbers for each level"
        )
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats
        number = math.inf
    if not math.isfinite(number) or number < 1:
        raise RecipeError(f"factor {shown(value)} for {where} is not a finite number of at least 1; give one such as 2")
    return int(number) if is_whole(number) else number


def _check_growth(before: Factors, row: Factors, axes: Sequence[str], level: int) -> None:
    for axis, low, high in zip(axes, before, row, strict=True):
        if high < low:
            raise RecipeError(
                f"factor {high!r} for axis {axis!r} at level {level} is below {low!r} at level {level - 1}; factors "
                "are absolute, against level 0, and may not fall; sort them, or repeat the larger one"
            )
    if row == before:
        factors = dict(zip(axes, row, strict=True))
        if level == 1:
            raise RecipeError(
                f"the factors of level 1 are 1 along every axis ({factors}): it would repeat level 0; give a factor "
                "above 1, or leave the level out (a plain number concerns the axes 'y' and 'x' only)"
            )
        raise RecipeError(
            f"the factors of level {level} equal those of level {level - 1} ({factors}); factors are absolute, "
            "against level 0; did you mean [2, 4] instead of [2, 2]?"
        )


def clip_factors(rows: Sequence[Factors], shape: Sequence[int], axes: Sequence[str]) -> tuple[Factors, ...]:
    """The factors, none greater than its axis: one pixel then stands for the whole axis. Warns once if any was."""
    clipped = tuple(tuple(min(f, n) for f, n in zip(row, shape, strict=True)) for row in rows)
    if clipped != tuple(rows):
        level, axis = next(
            (k, a)
            for k, row in enumerate(rows)
            for a in range(len(shape))
            if row[a] > shape[a]  # the first place is enough to find one's way
        )
        warnings.warn(
            f"factor {rows[level][axis]!r} at level {level} is greater than the extent {shape[axis]} of axis "
            f"{axes[axis]!r} and was clipped to it: one pixel stands for the whole axis",
            OmeZarrWarning,
            skip_file_prefixes=(_PACKAGE,),
        )
    return clipped


def check_whole(rows: Sequence[Factors], method: Method, axes: Sequence[str]) -> None:
    """Raise `RecipeError` if the method needs whole factors and one is not."""
    if not method.whole_factors:
        return
    for level, row in enumerate(rows):
        for axis, factor in zip(axes, row, strict=True):
            if not is_whole(factor):
                raise RecipeError(
                    f"factor {factor!r} for axis {axis!r} at level {level} is no whole number, and method "
                    f"{method.name!r} takes windows of whole pixels; give whole factors, or method='resize'"
                )


def auto_factors(
    shape: Sequence[int],
    axes: Sequence[str],
    scale: Sequence[float],
    chunks: Sequence[int] | None,
    levels: int | None = None,
) -> tuple[Factors, ...]:
    """The factors of ``levels="auto"``, level 0 included.

    Each level halves the spatial axes whose pixels are the finest until pixels are isotropic within a
    factor of 1.5, then all of them.

    Parameters
    ----------
    shape, axes, scale
        Of level 0, in storage order.
    chunks
        Stop when the level is no larger than this chunk; None: do not look.
    levels
        How many levels; None: until every axis that shrinks has at most 256 pixels.
    """
    spatial = [a for a, name in enumerate(axes) if name in _SPATIAL]
    rows: list[Factors] = [(1,) * len(axes)]
    while True:
        extent = Ladder(tuple(shape), tuple(rows)).level_shape(len(rows) - 1)
        halve = _finest(spatial, extent, rows[-1], scale)
        small = all(extent[a] <= _LAST_EXTENT for a in halve)
        in_chunk = chunks is not None and all(n <= c for n, c in zip(extent, chunks, strict=True))
        if not halve or (len(rows) == levels if levels else small or in_chunk):
            return tuple(rows)
        rows.append(tuple(2 * f if a in halve else f for a, f in enumerate(rows[-1])))


def _finest(spatial: Sequence[int], extent: Sequence[int], row: Factors, scale: Sequence[float]) -> list[int]:
    """The axes to halve next: those whose pixels are finer than the coarsest's by more than the tolerance."""
    longer = [a for a in spatial if extent[a] > 1]
    pixel = {a: scale[a] * row[a] for a in longer}
    coarsest = max(pixel.values(), default=0.0)
    finer = [a for a in longer if coarsest > _ISOTROPIC * pixel[a]]
    return finer or longer
