"""The same work as one dask graph: for dask sources, for other schedulers, for later.

Every level is cut into cells of whole write units. A cell of level 0 is put together from the blocks of
a dask array (or read from another source); a cell of a coarser level is made from the cells of its base
that its support touches, by the same kernels with the same whole-level coordinates as in a sweep, so
the bytes are the same. Tasks own their write units: running one twice does no harm.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING
from uuid import uuid4

import dask.array as da
import numpy as np
from dask.base import compute_as_if_collection
from dask.delayed import Delayed
from dask.highlevelgraph import HighLevelGraph
from dask.task_spec import DataNode, GraphNode, List, Task, TaskRef

from ome_zarr.engine.blocks import Part, blocks_of, put_together, tasks_of
from ome_zarr.engine.folding import Cell, fold
from ome_zarr.engine.keeping import read_kept
from ome_zarr.engine.reading import read_pixels
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.kernels.method import Method, Piece
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.dask import DaskSource
from ome_zarr.sources.protocol import Source
from ome_zarr.sources.stored import StoredSource
from ome_zarr.storage.protocol import LevelSpec, LevelWriter

if TYPE_CHECKING:
    from dask.typing import Key

__all__ = ["compute_levels", "delayed_arrays", "delayed_levels"]

type Index = tuple[int, ...]
_CELL_BYTES = 8 * 2**20
"""Cells of 8 MiB take about ten times as long to compress as dask takes to schedule them."""
_LEAST_CELLS = 64
"""Into so many cells a level is cut at least, if it has as many write units, to keep workers busy."""


def delayed_levels(plan: Plan, source: Source, writer: LevelWriter) -> list[Delayed]:
    """One delayed object per level, which writes that level when it is computed, and gives the bytes stored.

    Compute them together: they share one graph, in which each block of the source appears once.

    Parameters
    ----------
    plan
        What to do.
    source
        The pixels. A dask array stays in its own graph, optimized as dask does it.
    writer
        What stores the levels. Their arrays are there already.
    """
    return _pyramid(plan, source, writer).delayed()


def compute_levels(plan: Plan, source: Source, writer: LevelWriter) -> int:
    """Number of bytes stored by writing all levels now, on whichever scheduler of dask is in charge.

    Parameters
    ----------
    plan, source, writer
        As of :func:`delayed_levels`.
    """
    return _pyramid(plan, source, writer).compute()


def delayed_arrays(levels: Sequence[Source], specs: Sequence[LevelSpec], writer: LevelWriter) -> list[Delayed]:
    """As :func:`delayed_levels`, for levels that are all there already.

    Parameters
    ----------
    levels
        The pixels of each level.
    specs
        The arrays that they go to.
    writer
        What stores them.
    """
    graph = _Graph(specs, writer)
    for level, source in enumerate(levels):
        graph.add_source(level, source, specs[level].write_unit)
    return graph.delayed()


def _pyramid(plan: Plan, source: Source, writer: LevelWriter) -> "_Graph":
    graph = _Graph(plan.specs, writer)
    graph.add_source(0, source, plan.passes[0].tile)
    if plan.keeps_objects and isinstance(source, StoredSource):
        graph.keep_objects(source)
    for level in range(1, len(plan.levels)):
        graph.add_made(plan, level)
    return graph


class _Graph:
    """The tasks of one image, in the making."""

    def __init__(self, specs: Sequence[LevelSpec], writer: LevelWriter) -> None:
        self._name = f"ome-zarr-{uuid4().hex}"
        self._specs = specs
        self._grids = [Grid(spec.shape, _cell(spec)) for spec in specs]
        self._tasks: dict[Key, GraphNode] = {}
        self._arrays: list[da.Array] = []
        self._assembled: dict[Key, Cell] = {}
        self._kept: TaskRef | None = None
        self._writer = self._add(DataNode(self._key("writer"), writer))

    def add_source(self, level: int, source: Source, tile: Index) -> None:
        """The cells of a level out of the blocks of a dask array, or of another source, read tile by tile."""
        if isinstance(source, DaskSource):
            self._add_blocks(level, source.array)
        else:
            self._add_reading(level, source, tile)

    def keep_objects(self, source: StoredSource) -> None:
        """Level 0 gets the objects of a source as they are stored, instead of its pixels."""
        self._kept = TaskRef(self._add(DataNode(self._key("kept"), source)))

    def add_made(self, plan: Plan, level: int) -> None:
        """The cells of a level out of those of its base."""
        base = plan.base(level)
        role, dtype = ("carried", plan.held_dtype(base)) if plan.levels[level].carried else ("pixels", plan.dtype)
        for index, region in self._cells(level):
            support = plan.support(level, region)
            cells = self._grids[base].cells(support)
            parts = List(
                *(List(self._grids[base].region(cell), TaskRef(self._key(role, base, cell))) for cell in cells)
            )
            piece = plan.piece(level, region, support.start)
            gathered = self._key("carried", level, index)
            self._add(Task(gathered, _gather, plan.method, piece, support, dtype, parts))
            self._add(Task(self._key("pixels", level, index), plan.method.finish, TaskRef(gathered), piece))

    def delayed(self) -> list[Delayed]:
        """The writing of each level, as an object of its own on the common graph."""
        keys = []
        for level in range(len(self._specs)):
            written = List(*map(TaskRef, self._add_writing(level)))
            keys.append(self._add(Task(self._key("level", level), sum, written)))
        graph = self._finished()
        return [Delayed(key, graph, layer=self._name) for key in keys]

    def compute(self) -> int:
        """Number of bytes stored by all levels.

        What is asked for is each writing by itself: dask's order of tasks goes for whole results, and to add up a level
        first would keep its pixels in memory until the next level takes them.
        """
        keys = [key for level in range(len(self._specs)) for key in self._add_writing(level)]
        stored: list[int] = compute_as_if_collection(Delayed, self._finished(), keys)
        return sum(stored)

    def _finished(self) -> HighLevelGraph:
        if self._arrays:
            self._tasks |= fold(tasks_of(self._arrays), self._assembled, self._closed())
        return HighLevelGraph.from_collections(self._name, self._tasks, dependencies=())

    def _add_blocks(self, level: int, array: da.Array) -> None:
        self._arrays.append(array)
        for index, region in self._cells(level):
            blocks = {block: place for place, block in blocks_of(array, region)}
            self._assembled[self._key("pixels", level, index)] = Cell(region, self._specs[level].dtype, blocks)

    def _closed(self) -> "set[Key]":
        """Cells of levels that have few of them: there the blocks stay tasks, to keep workers busy."""
        few = (level for level, grid in enumerate(self._grids) if grid.size < _LEAST_CELLS)
        return {self._key("pixels", level, index) for level in few for index, _ in self._cells(level)}

    def _add_reading(self, level: int, source: Source, tile: Index) -> None:
        """Tiles, which cut as few chunks of the source as the plan could manage, and cells out of them."""
        pixels = self._add(DataNode(self._key("source", level), source))
        dtype = self._specs[level].dtype
        tiles = Grid(self._specs[level].shape, tile)
        for index in tiles.cells(tiles.whole):
            self._add(Task(self._key("tile", level, index), read_pixels, TaskRef(pixels), tiles.region(index), dtype))
        for index, region in self._cells(level):
            parts = List(*(List(tiles.region(at), TaskRef(self._key("tile", level, at))) for at in tiles.cells(region)))
            self._add(Task(self._key("pixels", level, index), put_together, region, dtype, parts))

    def _add_writing(self, level: int) -> "list[Key]":
        return [self._add(self._writing(level, index, region)) for index, region in self._cells(level)]

    def _writing(self, level: int, index: Index, region: Region) -> Task:
        key, writer = self._key("written", level, index), TaskRef(self._writer)
        if self._kept is not None and level == 0:
            return Task(key, _keep, writer, self._kept, region)
        return Task(key, _write, writer, level, region, TaskRef(self._key("pixels", level, index)))

    def _cells(self, level: int) -> Iterator[tuple[Index, Region]]:
        grid = self._grids[level]
        return ((index, grid.region(index)) for index in grid.cells(grid.whole))

    def _key(self, role: str, level: int = 0, index: Index = ()) -> "Key":
        return (f"{role}-{self._name}", level, *index)

    def _add(self, task: GraphNode) -> "Key":
        self._tasks[task.key] = task
        return task.key


def _cell(spec: LevelSpec) -> Index:
    """Whole write units, doubled along the shortest side up to 8 MiB or a 64th of the level."""
    pixels = min(_CELL_BYTES // spec.dtype.itemsize, prod(spec.shape) // _LEAST_CELLS)
    cell = list(spec.write_unit)
    while 2 * prod(cell) <= pixels:
        axis = min((extent, a) for a, extent in enumerate(cell) if extent < spec.shape[a])[1]
        cell[axis] *= 2
    return tuple(cell)


def _gather(method: Method, piece: Piece, support: Region, dtype: np.dtype, parts: Sequence[Part]) -> np.ndarray:
    return method.gather(put_together(support, dtype, parts), piece)


def _write(writer: LevelWriter, level: int, region: Region, pixels: np.ndarray) -> int:
    return writer.write(level, region, pixels)


def _keep(writer: LevelWriter, source: StoredSource, region: Region) -> int:
    """Number of bytes of the objects of level 0 in a region of whole write units."""
    return sum(writer.put(0, kept.index, kept.data) for kept in read_kept(source.objects, region, None))
