"""Boxes: a level made unit by unit out of what is stored, for budgets that cannot hold a sweep."""

import numpy as np

from ome_zarr.engine.reading import noted
from ome_zarr.engine.sweep import Handed
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.planning.plan import Plan
from ome_zarr.storage.protocol import Sink

__all__ = ["BoxWorker"]


class BoxWorker:
    """Makes the write units of one level; any number of threads share one.

    Parameters
    ----------
    plan, number
        What is done, and in which of its passes.
    sink
        What is read from and written to.
    """

    def __init__(self, plan: Plan, number: int, sink: Sink) -> None:
        walk = plan.passes[number]
        self._plan = plan
        self._sink = sink
        self._level = walk.levels[0]
        self._box = walk.tile
        self.grid = Grid(plan.specs[self._level].shape, plan.specs[self._level].write_unit)

    def do(self, index: tuple[int, ...]) -> Handed:
        """Make and write one unit, box by box: only one of them has its support in memory."""
        unit = self.grid.region(index)
        block: np.ndarray = np.empty(unit.shape, self._plan.dtype)
        for box in unit.split(self._box):
            with noted(box, f"of level {self._plan.specs[self._level].path!r} were made"):
                gathered = self._gathered(self._level, box)
                pixels = self._plan.method.finish(gathered, self._plan.piece(self._level, box, box.start))
            block[box.relative_to(unit.start).slices] = pixels
        stored = self._sink.write(self._level, unit, block)
        return Handed(block.nbytes, stored)

    def _gathered(self, level: int, region: Region) -> np.ndarray:
        """What a level carries, from the nearest stored level on which it rests."""
        plan = self._plan
        support = plan.support(level, region)
        base = plan.base(level)
        block = self._gathered(base, support) if plan.levels[level].carried else self._sink.read(base, support)
        return plan.method.gather(block, plan.piece(level, region, support.start))
