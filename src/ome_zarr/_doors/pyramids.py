"""Levels as dask arrays, one by one or all."""

from collections.abc import Iterable, Sequence

import dask.array as da
import numpy as np

from ome_zarr._doors.methods import Methods
from ome_zarr.engine.lazy import lazy_level
from ome_zarr.geometry.ladder import Ladder
from ome_zarr.geometry.step import Step
from ome_zarr.kernels.methods import find_method
from ome_zarr.planning.factors import FactorWish, check_whole, clip_factors, parse_factors

__all__ = ["ArrayLike", "ListOfArrayLike", "build_pyramid", "make_level"]

ArrayLike = da.Array | np.ndarray
"""What is downsampled."""

ListOfArrayLike = list[da.Array] | list[np.ndarray]
"""A pyramid."""


def make_level(image: da.Array, output_shape: Sequence[int], *, method: str) -> da.Array:
    """One level, by a method of any name."""
    chosen = find_method(method)
    steps = [Step(n, m, _factor(n, m)) for n, m in zip(image.shape, output_shape, strict=True)]
    check_whole([tuple(step.factor for step in steps)], chosen, [str(axis) for axis in range(image.ndim)])
    return lazy_level(image, chosen, steps)


def _factor(n: int, m: int) -> float:
    """The whole factor that makes `m` of `n` pixels if there is one, else their ratio."""
    whole = max(1, n // m)
    return whole if n // whole == m else n / m


def build_pyramid(
    image: ArrayLike,
    scale_factors: Iterable[FactorWish],
    dims: Sequence[str],
    method: str | Methods = "nearest",
    chunks: tuple[int, ...] | str | None = None,
) -> list[da.Array]:
    """The levels of a pyramid, level 0 first, as dask arrays.

    Parameters
    ----------
    image
        Level 0.
    scale_factors
        As in :class:`ome_zarr.Recipe`.
    dims
        Names of the axes, in storage order.
    method
        The downsampling method.
    chunks
        Of level 0, where `image` is no dask array; those of the other levels are no larger.
    """
    base = image if isinstance(image, da.Array) else da.from_array(image, chunks=chunks or "auto")
    chosen = find_method(Methods(method).value)
    rows = parse_factors(scale_factors, list(dims))
    check_whole(rows, chosen, list(dims))
    ladder = Ladder(base.shape, clip_factors(rows, base.shape, list(dims)))
    levels = [base]
    for level in range(1, len(ladder)):
        below = level - 1 if chosen.cascades else 0
        levels.append(lazy_level(levels[below], chosen, ladder.steps(below, level)))
    return levels
