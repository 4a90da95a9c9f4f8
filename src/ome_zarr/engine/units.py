"""Write units that come in parts."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ome_zarr.engine.states import Piece
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.storage.protocol import LevelSpec

__all__ = ["Part", "Units"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a tile has of a write unit that is not whole yet: a place, whose pixels are in the unit.

    Attributes
    ----------
    level, index
        Of the unit.
    region
        Of the level.
    """

    level: int
    index: tuple[int, ...]
    region: Region
    _unit: "_Unit"

    def piece(self) -> Piece | None:
        """The part with its pixels; None: the unit has become whole and is being stored."""
        block, origin = self._unit.block, self._unit.origin
        if block is None:
            return None
        return Piece(self.level, self.index, self.region, block[self.region.relative_to(origin).slices])


class Units:
    """The write units (chunks or shards) of all levels, each put together from the parts that tiles bring.

    A unit is given out once, when its last pixel is there. Several threads may add parts at once; the
    parts of a unit must not overlap.

    Parameters
    ----------
    specs
        Of the levels.
    is_stored
        Whether a unit was stored by an earlier process: nobody needs parts of it.
    """

    def __init__(
        self, specs: Sequence[LevelSpec], is_stored: Callable[[int, tuple[int, ...]], bool] | None = None
    ) -> None:
        self._is_stored = is_stored
        self._grids = [Grid(spec.shape, spec.write_unit) for spec in specs]
        self._begun: dict[tuple[int, tuple[int, ...]], _Unit] = {}
        self._lock = threading.Lock()

    def add(
        self, level: int, region: Region, block: np.ndarray, left: list[Part] | None = None
    ) -> Iterator[tuple[Region, np.ndarray]]:
        """Take the pixels of a region; give out what has become whole: units, or the region if it is made of such.

        Parameters
        ----------
        level, region, block
            The pixels.
        left
            Gets the parts of units that are not whole yet.
        """
        grid = self._grids[level]
        if self._is_stored is None and region.size and grid.is_aligned(region):
            yield region, block
            return
        for index in grid.cells(region):
            if self.is_stored(level, index):
                continue
            cell = grid.region(index)
            part = cell.intersect(region)
            pixels = block[part.relative_to(region.start).slices]
            if part == cell:
                yield cell, pixels
                continue
            unit, whole = self._put(level, index, cell, part, pixels)
            if whole is not None:
                yield cell, whole
            elif left is not None:
                left.append(Part(level, index, part, unit))

    def is_stored(self, level: int, index: tuple[int, ...]) -> bool:
        """Whether an earlier process stored a unit."""
        return self._is_stored is not None and self._is_stored(level, index)

    @property
    def begun(self) -> int:
        """How many units have some of their pixels, not all."""
        return len(self._begun)

    def _put(
        self, level: int, index: tuple[int, ...], cell: Region, part: Region, pixels: np.ndarray
    ) -> "tuple[_Unit, np.ndarray | None]":
        """Copy a part into its unit; with it the unit's block if that was the last."""
        key = (level, index)
        with self._lock:
            unit = self._begun.get(key)
            if unit is None:
                unit = self._begun[key] = _Unit(cell, pixels.dtype)
            block = cast("np.ndarray", unit.block)  # it goes with the last part
        block[part.relative_to(cell.start).slices] = pixels
        with self._lock:
            unit.missing -= part.size
            if unit.missing:
                return unit, None
            unit.block = None
            del self._begun[key]
        return unit, block


class _Unit:
    """A block that fills up; None once it is whole and somebody else's."""

    __slots__ = ("block", "missing", "origin")

    def __init__(self, cell: Region, dtype: np.dtype) -> None:
        self.block: np.ndarray | None = np.empty(cell.shape, dtype)
        self.origin = cell.start
        self.missing = cell.size
