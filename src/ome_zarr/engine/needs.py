"""Who needs pixels of a tile: the write units that it has a share in, and its upper neighbours."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.sweep import Sweep, Tile
from ome_zarr.planning.plan import Plan
from ome_zarr.storage.protocol import Ledger, Unit

__all__ = ["Needs", "handed_axes"]


class Needs:
    """What follows from a plan alone about what tiles and boxes leave to others.

    Parameters
    ----------
    plan
        Whose tiles.
    """

    def __init__(self, plan: Plan) -> None:
        self._sweep = plan.sweep
        self._passes = plan.passes
        self._units = [Grid(spec.shape, spec.write_unit) for spec in plan.specs]
        self._handed = [(level, axis) for level, axes in handed_axes(plan).items() for axis in axes]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of tiles of the sweep along every axis."""
        return self._sweep.shape

    @property
    def levels(self) -> int:
        """How many levels there are."""
        return len(self._units)

    @property
    def passes(self) -> int:
        """How many passes there are; the first one is the sweep."""
        return len(self._passes)

    @property
    def hands_on(self) -> bool:
        """Whether tiles need slabs of their lower neighbours at all."""
        return bool(self._handed)

    def units(self, tile: Tile) -> Iterator[Unit]:
        """The write units that have pixels of a tile of the sweep."""
        for level in self._passes[0].levels:
            for index in self._units[level].cells(self._sweep.made(level, tile)):
                yield level, index

    def slabs(self, tile: Tile) -> Iterator[tuple[int, int]]:
        """What a tile hands on: of which level, along which axis."""
        for level, axis in self._handed:
            if tile[axis] + 1 < self.shape[axis]:
                yield level, axis

    def descending(self) -> Iterator[Tile]:
        """All tiles of the sweep, every one after its upper neighbours."""
        return product(*(range(n - 1, -1, -1) for n in self.shape))

    def whole(self, number: int, ledger: Ledger) -> np.ndarray:
        """Of every tile or box of a pass, whether all write units that have pixels of it are stored.

        Parameters
        ----------
        number
            Of the pass.
        ledger
            Knows what is stored.
        """
        walk = self._passes[number]
        if walk.kind == "boxes":
            return ledger.stored(walk.levels[0])
        whole = np.ones(self.shape, bool)
        for level in walk.levels:
            whole &= self._share_stored(level, ledger.stored(level))
        return whole

    def _share_stored(self, level: int, stored: np.ndarray) -> np.ndarray:
        """Of every tile, whether all units of a level that have pixels of it are stored."""
        nothing = np.zeros(self.shape, bool)
        for axis, tiles in enumerate(self._sweep.axes):
            front, extent = tiles.front[level], self._units[level].cell[axis]
            stored = _all_between(stored, axis, front[:-1] // extent, -(-front[1:] // extent))
            nothing |= (front[:-1] == front[1:]).reshape(-1, *(1,) * (nothing.ndim - 1 - axis))
        return stored | nothing


def handed_axes(plan: Plan) -> Mapping[int, Sequence[int]]:
    """For every level that others are made from, the axes along which tiles hand on pixels of it.

    There are none where tiles hold whole windows.
    """
    bases = {plan.base(level) for level in plan.passes[0].levels[1:]}
    return {base: _handed_axes(plan.sweep, base) for base in bases}


def _handed_axes(sweep: Sweep, level: int) -> list[int]:
    return [axis for axis, tiles in enumerate(sweep.axes) if (tiles.keep[level] < tiles.front[level]).any()]


def _all_between(values: np.ndarray, axis: int, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """For every start and stop, whether all values between them along an axis are true; anything where none is."""
    padded = np.pad(
        values, [(0, int(a == axis)) for a in range(values.ndim)], constant_values=True
    )  # for the last stop
    spans = np.stack((starts, stops), axis=1).reshape(-1)
    return np.logical_and.reduceat(padded, spans, axis)[(slice(None),) * axis + (slice(None, None, 2),)]
