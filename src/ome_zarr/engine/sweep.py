"""The sweep: every tile of the source is read once, and every level made from it on the way."""

from dataclasses import dataclass

import numpy as np

from ome_zarr.engine.crew import Crew
from ome_zarr.engine.handing import Handing
from ome_zarr.engine.reading import read_pixels
from ome_zarr.engine.units import Units
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.sweep import Tile
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import Sink

__all__ = ["Handed", "SweepWorker"]


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed to the sink: bytes of pixels, and what they came to."""

    pixels: int = 0
    stored: int = 0

    def __add__(self, other: "Handed") -> "Handed":
        return Handed(self.pixels + other.pixels, self.stored + other.stored)


class SweepWorker:
    """Does the tiles of a sweep; any number of threads share one."""

    def __init__(self, plan: Plan, source: Source, sink: Sink, crew: Crew) -> None:
        self._plan = plan
        self._source = source
        self._sink = sink
        self._levels = plan.passes[0].levels
        self._units = Units(plan.specs)
        self._handing = Handing(plan, crew)

    def do(self, tile: Tile) -> Handed:
        """Read a tile, make what it completes of every level, and write what has become whole.

        The levels come first and the writing last, so that the tiles next to this one wait no longer than
        they must.
        """
        pixels = read_pixels(self._source, self._plan.sweep.made(0, tile), self._plan.dtype)
        ready = [(0, whole) for whole in self._units.add(0, self._plan.sweep.made(0, tile), pixels)]
        held = {0: self._handing.hold(0, tile, pixels)}
        for level in self._levels[1:]:
            region = self._plan.sweep.made(level, tile)
            made, carried = self._make(level, region, *held[self._plan.base(level)])
            held[level] = self._handing.hold(level, tile, carried)
            ready += [(level, whole) for whole in self._units.add(level, region, made)]
        return sum((self._write(level, *whole) for level, whole in ready), Handed())

    def _make(
        self, level: int, region: Region, origin: tuple[int, ...], block: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The pixels of a region of a level, and what the levels that are made from it want to know."""
        plan = self._plan
        if region.size == 0:
            return np.empty(region.shape, plan.dtype), np.empty(region.shape, plan.held_dtype(level))
        piece = plan.piece(level, region, origin)
        gathered = plan.method.gather(block, piece)
        pixels = plan.method.finish(gathered, piece)
        return pixels, gathered if plan.is_carried(level) else pixels

    def _write(self, level: int, region: Region, block: np.ndarray) -> Handed:
        return Handed(block.nbytes, self._sink.write(level, region, block))
