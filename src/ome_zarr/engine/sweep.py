"""The sweep: every tile of the source is read once, and every level made from it on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.chunks.scratch import Scratch
from ome_zarr.engine.crew import Crew
from ome_zarr.engine.handing import Handing
from ome_zarr.engine.journal import Journal, Left
from ome_zarr.engine.keeping import KeptObject, read_kept
from ome_zarr.engine.reading import noted, read_pixels
from ome_zarr.engine.units import Units
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.sweep import Tile
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.protocol import Source
from ome_zarr.sources.stored import StoredSource
from ome_zarr.storage.protocol import Sink

__all__ = ["Handed", "SweepWorker"]


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed to the sink: bytes of pixels, and what they came to."""

    pixels: int = 0
    stored: int = 0

    def __add__(self, other: "Handed") -> "Handed":
        return Handed(self.pixels + other.pixels, self.stored + other.stored)


type _Write = Callable[[], Handed]


class SweepWorker:
    """Does the tiles of a sweep; any number of threads share one.

    Parameters
    ----------
    plan, source, sink, crew
        What is done, with what, and by whom.
    journal
        Where it is written down what is done; tiles that an earlier process did are not given to this worker.
    """

    def __init__(self, plan: Plan, source: Source, sink: Sink, crew: Crew, journal: Journal | None = None) -> None:
        self._plan = plan
        self._source = source
        self._sink = sink
        self._crew = crew
        self._levels = plan.passes[0].levels
        self._journal = journal
        is_begun = journal is not None and journal.is_begun
        self._units = Units(plan.specs, journal.is_stored if journal is not None and is_begun else None)
        self._handing = Handing(plan, crew, partial(journal.is_done, 0) if journal is not None and is_begun else None)
        self._objects = _objects_of(source, plan)
        self._scratch = Scratch(plan.dtype)
        self._go_on()

    def do(self, tile: Tile) -> Handed:
        """Read a tile, make what it completes of every level, and write what has become whole.

        The levels come first and the writing last, so that the tiles next to this one wait no longer than
        they must.
        """
        left = Left()
        region = self._plan.sweep.made(0, tile)
        with self._crew.outside():
            pixels, ready = self._take(region, left)
        held = {0: self._handing.hold(0, tile, region, pixels, left.slabs)}
        for level in self._levels[1:]:
            region = self._plan.sweep.made(level, tile)
            made, carried = self._make(level, region, *held[self._plan.base(level)])
            held[level] = self._handing.hold(level, tile, region, carried, left.slabs)
            ready += self._whole(level, region, made, left)
        handed = sum(self._crew.share(ready), Handed())
        if self._journal is not None:
            self._journal.finish(tile, left)
        return handed

    def _go_on(self) -> None:
        """Take up what tiles left that an earlier process did."""
        for tile, state in self._journal.states() if self._journal is not None else ():
            for slab in state.slabs:
                self._handing.restore(tile, slab)
            for part in state.parts:
                for whole in self._units.add(part.level, part.region, part.block):
                    self._write(part.level, *whole)

    def _take(self, region: Region, left: Left) -> tuple[np.ndarray, list[_Write]]:
        """The pixels of a region of the source, and what can be written of level 0."""
        if self._objects is None:
            pixels = read_pixels(self._source, region, self._plan.dtype)
            return pixels, self._whole(0, region, pixels, left)
        pixels = self._scratch.block(region.shape)
        if not self._plan.keeps_objects:
            self._objects.read_into(region, pixels)
            return pixels, self._whole(0, region, pixels, left)
        wanted = pixels if len(self._levels) > 1 else None
        kept = read_kept(self._objects, region, wanted)
        return pixels, [partial(self._keep, one) for one in kept if not self._units.is_stored(0, one.index)]

    def _whole(self, level: int, region: Region, pixels: np.ndarray, left: Left) -> list[_Write]:
        """The writing of all that a region makes whole."""
        return [partial(self._write, level, *whole) for whole in self._units.add(level, region, pixels, left.parts)]

    def _make(
        self, level: int, region: Region, origin: tuple[int, ...], block: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The pixels of a region of a level, and what the levels that are made from it want to know."""
        plan = self._plan
        if region.size == 0:
            return np.empty(region.shape, plan.dtype), np.empty(region.shape, plan.held_dtype(level))
        piece = plan.piece(level, region, origin)
        with noted(region, f"of level {plan.specs[level].path!r} were made"):
            gathered = plan.method.gather(block, piece)
            pixels = plan.method.finish(gathered, piece)
        return pixels, gathered if plan.is_carried(level) else pixels

    def _write(self, level: int, region: Region, block: np.ndarray) -> Handed:
        return Handed(block.nbytes, self._sink.write(level, region, block))

    def _keep(self, kept: KeptObject) -> Handed:
        stored = self._sink.put(0, kept.index, kept.data)
        return Handed(kept.pixels * self._plan.dtype.itemsize, stored)


def _objects_of(source: Source, plan: Plan) -> ArrayObjects | None:
    """The stored objects of a source whose pixels are wanted as they are; None: it has none, or not in that dtype."""
    return source.objects if isinstance(source, StoredSource) and source.spec.dtype == plan.dtype else None
