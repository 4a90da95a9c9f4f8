"""Memory: what a user may say, what is there, and what a sweep needs.

The need is counted, not guessed: slabs handed on and write units begun are followed through the
whole order of tiles, with whole numbers only.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.sweep import Sweep
from ome_zarr.metadata.jsonvalue import plain_number, shown

__all__ = [
    "MemoryWish",
    "OpenUnits",
    "available_memory",
    "default_budget",
    "parse_bytes",
    "parse_workers",
    "total_memory",
    "usable_cpus",
]

type MemoryWish = int | str

_MOST_WORKERS = 1 << 12
"""More threads than this no machine runs at once; each has memory of its own."""

_UNITS = {"": 1, "b": 1} | {
    prefix.lower() + suffix: base**power
    for power, prefix in enumerate("kMGT", start=1)
    for suffix, base in (("", 1000), ("b", 1000), ("ib", 1024))
}
_DEFAULT_SHARE = 4
_DEFAULT_LEAST, _DEFAULT_MOST = 256 * 2**20, 2 * 2**30


def parse_bytes(wish: MemoryWish) -> int:
    """A number of bytes, given as such or as a string such as ``"512 MiB"``, ``"2GB"``.

    Raises
    ------
    RecipeError
        Not a positive number of bytes, or an unknown unit.
    """
    if isinstance(wish, str):
        match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([a-zA-Z]*)\s*", wish)
        if match and match[2].lower() in _UNITS:
            wish = int(float(match[1]) * _UNITS[match[2].lower()])
    if isinstance(wish, bool) or not isinstance(wish, int | np.integer) or wish <= 0:
        raise RecipeError(f"memory budget {shown(wish)} is no number of bytes; give one such as 536870912 or '512 MiB'")
    return int(wish)


def available_memory() -> int:
    """Bytes that can be had without swapping, as the operating system tells."""
    import psutil  # noqa: PLC0415 - only where nobody named a budget

    return int(psutil.virtual_memory().available)


@cache
def total_memory() -> int:
    """Bytes that this machine has; asked once."""
    import psutil  # noqa: PLC0415 - only where pixels are read

    return int(psutil.virtual_memory().total)


def default_budget() -> int:
    """A quarter of the available memory, at least 256 MiB, at most 2 GiB."""
    return min(max(available_memory() // _DEFAULT_SHARE, _DEFAULT_LEAST), _DEFAULT_MOST)


def usable_cpus() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parse_workers(wish: int) -> int:
    """The number of threads that is wished for.

    Raises
    ------
    RecipeError
        It is no whole number, or no machine runs so many.
    """
    count = plain_number(wish, "workers")
    if not isinstance(count, int) or not 1 <= count <= _MOST_WORKERS:
        raise RecipeError(f"workers is {shown(count)}; give a whole number of at least 1 and at most {_MOST_WORKERS}")
    return count


@dataclass(frozen=True, slots=True)
class OpenUnits:
    """What a sweep keeps in memory between tiles, in bytes at its greatest.

    Attributes
    ----------
    slabs
        Pixels handed from tile to tile.
    units
        Write units (chunks or shards) that are begun and not whole.
    """

    slabs: int
    units: int

    @classmethod
    def count(
        cls,
        sweep: Sweep,
        rank: NDArray[np.int64],
        units: Sequence[tuple[int, ...]],
        item_bytes: Sequence[int],
        held_bytes: Sequence[int],
        workers: int,
    ) -> "OpenUnits":
        """Follow every slab and unit from the first tile that touches it to the last.

        Parameters
        ----------
        sweep
            The tiles.
        rank
            When each tile is done: 0 for the first; one entry per tile, an axis per axis.
        units
            Shape of a write unit of every level.
        item_bytes
            Bytes per stored pixel of every level.
        held_bytes
            Bytes per pixel that tiles hand on, of every level.
        workers
            Tiles in work at once: nothing is let go before so many more are done.
        """
        begun = np.zeros(rank.size + workers + 1, np.int64)
        handed = np.zeros_like(begun)
        for level, unit in enumerate(units):
            _count_units(begun, sweep, rank, level, unit, item_bytes[level], workers)
            _count_slabs(handed, sweep, rank, level, held_bytes[level], workers)
        return cls(int(np.cumsum(handed).max()), int(np.cumsum(begun).max()))


def _count_units(
    events: NDArray[np.int64],
    sweep: Sweep,
    rank: NDArray[np.int64],
    level: int,
    unit: tuple[int, ...],
    item_bytes: int,
    workers: int,
) -> None:
    """Add the units of a level when their first tile is done, take them off after their last."""
    first, last = [], []
    for axis, extent in zip(sweep.axes, unit, strict=True):
        front = axis.front[level]
        starts = np.arange(0, front[-1], extent)
        stops = np.minimum(starts + extent, front[-1])
        first.append(np.searchsorted(front, starts, side="right") - 1)
        last.append(np.searchsorted(front, stops, side="left") - 1)
    begin, end = rank[np.ix_(*first)].ravel(), rank[np.ix_(*last)].ravel()
    spread = begin != end
    size = prod(unit) * item_bytes
    np.add.at(events, begin[spread], size)
    np.add.at(events, end[spread] + workers, -size)


def _count_slabs(
    events: NDArray[np.int64],
    sweep: Sweep,
    rank: NDArray[np.int64],
    level: int,
    item_bytes: int,
    workers: int,
) -> None:
    """Add the slabs of a level when they are handed on, take them off when the neighbour has them."""
    fronts = [axis.front[level] for axis in sweep.axes]
    keeps = [axis.keep[level] for axis in sweep.axes]
    for axis, (front, keep) in enumerate(zip(fronts, keeps, strict=True)):
        thick = (front - keep)[1:-1]
        if not thick.any():
            continue
        along = [
            np.diff(f) if a < axis else (thick if a == axis else f[1:] - k[:-1])
            for a, (f, k) in enumerate(zip(fronts, keeps, strict=True))
        ]
        size = item_bytes * _outer(along)
        lower = rank[(slice(None),) * axis + (slice(None, -1),)]
        upper = rank[(slice(None),) * axis + (slice(1, None),)]
        np.add.at(events, lower.ravel(), size.ravel())
        np.add.at(events, (upper + workers).ravel(), -size.ravel())


def _outer(factors: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The product of one number per axis, for every combination."""
    total = np.ones((), np.int64)
    for factor in factors:
        total = total[..., None] * factor
    return total
