"""Whether levels are what their method makes of level 0: they are made again, and compared with what is stored."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.geometry.region import Region
from ome_zarr.validation.findings import Finding

__all__ = ["Comparison"]


@dataclass(slots=True)
class _Difference:
    """How a level differs."""

    pixels: int = 0
    first: tuple[int, ...] | None = None

    def add(self, pixels: int, first: tuple[int, ...]) -> None:
        self.pixels += pixels
        self.first = first if self.first is None else min(self.first, first)


class Comparison:
    """Takes levels as a sink does, and compares them with what is stored; from any number of threads.

    Parameters
    ----------
    levels
        The stored levels, level 0 first.
    """

    def __init__(self, levels: Sequence[ArrayObjects]) -> None:
        self._levels = tuple(levels)
        self._found = [_Difference() for _ in levels]
        self._lock = threading.Lock()

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Compare the pixels of a region; level 0, from which all are made, is what it is."""
        if level == 0:
            return 0
        other = ~_same(self._levels[level].read_region(region), block)
        count = int(np.count_nonzero(other))
        if count:
            at = np.unravel_index(int(np.argmax(other)), other.shape)
            first = tuple(int(a) + b for a, b in zip(at, region.start, strict=True))
            with self._lock:
                self._found[level].add(count, first)
        return 0

    def put(self, level: int, index: tuple[int, ...], data: Bytes | None) -> int:
        """Do nothing: objects that are taken as they are stored are those of level 0."""
        del level, index, data
        return 0

    def read(self, level: int, region: Region) -> np.ndarray:
        """The stored pixels of a region, from which further levels are made."""
        return self._levels[level].read_region(region)

    def findings(self, places: Sequence[str], method: str) -> Iterator[Finding]:
        """The levels that are not what was made.

        Parameters
        ----------
        places
            Of the levels.
        method
            Which made them.
        """
        for place, found in zip(places, self._found, strict=True):
            if found.first is not None:
                yield Finding(
                    "stale",
                    place,
                    f"the level is not what {method!r} makes of level 0: {found.pixels:,} pixels differ, the first at "
                    f"{found.first!r}",
                    {"different": found.pixels, "first": found.first},
                )


def _same(stored: np.ndarray, made: np.ndarray) -> np.ndarray:
    """Which pixels are equal; NaN equals NaN."""
    if stored.dtype.kind in "fc":
        return np.asarray((stored == made) | (np.isnan(stored) & np.isnan(made)))
    return np.asarray(stored == made)
