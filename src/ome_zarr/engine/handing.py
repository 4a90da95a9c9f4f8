"""What tiles hand to their upper neighbours."""

import numpy as np

from ome_zarr.engine.crew import Crew
from ome_zarr.geometry.sweep import Tile
from ome_zarr.planning.plan import Plan

__all__ = ["Handing"]


class Handing:
    """Slabs of pixels on their way from tile to tile, of all levels.

    A tile may wait for a lower neighbour; that one was begun before it and waits for lower ones only,
    so there is always a tile that can go on.
    """

    def __init__(self, plan: Plan, crew: Crew) -> None:
        self._plan = plan
        self._sweep = plan.sweep
        self._crew = crew
        self._slabs: dict[tuple[int, Tile, int], np.ndarray] = {}
        self._users = {level.base for level in plan.levels}

    def hold(self, level: int, tile: Tile, own: np.ndarray) -> tuple[tuple[int, ...], np.ndarray]:
        """All that a tile has at hand of a level, with its origin; what upper neighbours need is handed on.

        Parameters
        ----------
        level, tile
            Whose pixels.
        own
            What the tile made itself (of level 0: read).
        """
        made = self._sweep.made(level, tile)
        if level not in self._users:
            return made.start, own
        held = self._sweep.held(level, tile)
        block = own if held == made else self._assembled(level, tile, own)
        for axis, count in enumerate(self._sweep.shape):
            if tile[axis] + 1 < count:
                self._hand_on(level, tile, axis, held.start, block)
        return held.start, block

    def _assembled(self, level: int, tile: Tile, own: np.ndarray) -> np.ndarray:
        """The slabs that lower neighbours handed on, and the tile's own pixels, in one block."""
        held, made = self._sweep.held(level, tile), self._sweep.made(level, tile)
        block = np.empty(held.shape, own.dtype)
        block[made.relative_to(held.start).slices] = own
        for axis, index in enumerate(tile):
            if index == 0:
                continue
            lower = (*tile[:axis], index - 1, *tile[axis + 1 :])
            region = self._sweep.handed_on(level, lower, axis)
            if region.size:
                block[region.relative_to(held.start).slices] = self._take((level, lower, axis))
        return block

    def _take(self, key: tuple[int, Tile, int]) -> np.ndarray:
        return self._crew.wait_for(lambda: self._slabs.pop(key, None))

    def _hand_on(self, level: int, tile: Tile, axis: int, origin: tuple[int, ...], block: np.ndarray) -> None:
        region = self._sweep.handed_on(level, tile, axis)
        if region.size:
            slab = block[region.relative_to(origin).slices].copy()
            self._crew.tell(lambda: self._slabs.__setitem__((level, tile, axis), slab))
