"""What tiles hand to their upper neighbours."""

from collections.abc import Callable
from typing import cast

import numpy as np

from ome_zarr.engine.crew import Crew
from ome_zarr.engine.needs import handed_axes
from ome_zarr.engine.states import Piece
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.sweep import Tile
from ome_zarr.planning.plan import Plan

__all__ = ["Handing"]

type _Key = tuple[int, Tile, int]  # level, the tile that hands on, the axis along which
type _Slab = tuple[Region, np.ndarray]


class Handing:
    """Slabs of pixels on their way from tile to tile, of all levels.

    A tile may wait for a lower neighbour; that one was begun before it and waits for lower ones only,
    so there is always a tile that can go on.

    Parameters
    ----------
    plan, crew
        Whose tiles, and who does them.
    is_done
        Whether a tile was done by an earlier process: nothing is handed to it.
    """

    def __init__(self, plan: Plan, crew: Crew, is_done: Callable[[Tile], bool] | None = None) -> None:
        self._is_done = is_done
        self._sweep = plan.sweep
        self._crew = crew
        self._slabs: dict[_Key, _Slab] = {}
        self._axes = handed_axes(plan)

    def restore(self, tile: Tile, slab: Piece) -> None:
        """Hand on what a tile that is done left for its neighbour along an axis."""
        self._slabs[slab.level, tile, cast("int", slab.of)] = slab.region, slab.block

    def hold(
        self, level: int, tile: Tile, made: Region, own: np.ndarray, left: list[Piece] | None = None
    ) -> tuple[tuple[int, ...], np.ndarray]:
        """All that a tile has at hand of a level, with its origin; what upper neighbours need is handed on.

        Parameters
        ----------
        level, tile
            Whose pixels.
        made
            The region of the level that the tile makes (of level 0: reads).
        own
            Its pixels.
        left
            Gets what is handed on.
        """
        axes = self._axes.get(level)
        if not axes:
            return made.start, own
        held = self._sweep.held(level, tile)
        block = own if held == made else self._assembled(level, tile, held, made, own)
        for axis in axes:
            if tile[axis] + 1 < self._sweep.shape[axis]:
                slab = self._hand_on((level, tile, axis), held.start, block)
                if left is not None and slab is not None:
                    left.append(slab)
        return held.start, block

    def _assembled(self, level: int, tile: Tile, held: Region, made: Region, own: np.ndarray) -> np.ndarray:
        """The slabs that lower neighbours handed on, and the tile's own pixels, in one block."""
        block = np.empty(held.shape, own.dtype)
        block[made.relative_to(held.start).slices] = own
        for axis in self._axes[level]:
            if tile[axis] == 0:
                continue
            lower = (*tile[:axis], tile[axis] - 1, *tile[axis + 1 :])
            region, slab = self._take((level, lower, axis))
            if region.size:
                block[region.relative_to(held.start).slices] = slab
        return block

    def _take(self, key: _Key) -> _Slab:
        return self._crew.wait_for(lambda: self._slabs.pop(key, None))

    def _hand_on(self, key: _Key, origin: tuple[int, ...], block: np.ndarray) -> Piece | None:
        """Let the next tile along the axis have what it needs; None if it is done already."""
        level, tile, axis = key
        if self._is_done is not None and self._is_done((*tile[:axis], tile[axis] + 1, *tile[axis + 1 :])):
            return None
        region = self._sweep.handed_on(*key)
        slab = block[region.relative_to(origin).slices].copy()
        self._crew.tell(lambda: self._slabs.__setitem__(key, (region, slab)))
        return Piece(level, axis, region, slab)
