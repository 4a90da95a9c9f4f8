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
from dask.base import optimize
from dask.delayed import Delayed
from dask.highlevelgraph import HighLevelGraph
from dask.task_spec import DataNode, GraphNode, List, Task, TaskRef

from ome_zarr.engine.reading import read_pixels
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.kernels.method import Method, Piece
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.dask import DaskSource
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import LevelSpec, LevelWriter

if TYPE_CHECKING:
    from dask.typing import Key

__all__ = ["delayed_arrays", "delayed_levels"]

type Index = tuple[int, ...]
type Part = tuple[Region, np.ndarray]
"""A block, and where it lies."""

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
    graph = _Graph(plan.specs, writer)
    graph.add_source(0, source)
    for level in range(1, len(plan.levels)):
        graph.add_made(plan, level)
    return graph.delayed()


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
        graph.add_source(level, source)
    return graph.delayed()


class _Graph:
    """The tasks of one image, in the making."""

    def __init__(self, specs: Sequence[LevelSpec], writer: LevelWriter) -> None:
        self._name = f"ome-zarr-{uuid4().hex}"
        self._specs = specs
        self._grids = [Grid(spec.shape, _cell(spec)) for spec in specs]
        self._tasks: dict[Key, GraphNode] = {}
        self._writer = self._add(DataNode(self._key("writer"), writer))

    def add_source(self, level: int, source: Source) -> None:
        """The cells of a level out of a source."""
        if isinstance(source, DaskSource):
            self._add_blocks(level, source)
        else:
            self._add_reading(level, source)

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
        keys = [self._add_writing(level) for level in range(len(self._specs))]
        graph = HighLevelGraph.from_collections(self._name, self._tasks, dependencies=())
        return [Delayed(key, graph, layer=self._name) for key in keys]

    def _add_blocks(self, level: int, source: DaskSource) -> None:
        array: da.Array = optimize(source.array)[0]
        self._tasks |= array.dask.to_dict()
        for index, region in self._cells(level):
            parts = List(*(List(place, TaskRef(block)) for place, block in _blocks(array, region)))
            self._add(Task(self._key("pixels", level, index), _put_together, region, self._specs[level].dtype, parts))

    def _add_reading(self, level: int, source: Source) -> None:
        pixels = self._add(DataNode(self._key("source", level), source))
        for index, region in self._cells(level):
            key = self._key("pixels", level, index)
            self._add(Task(key, read_pixels, TaskRef(pixels), region, self._specs[level].dtype))

    def _add_writing(self, level: int) -> "Key":
        written = []
        for index, region in self._cells(level):
            key, pixels = self._key("written", level, index), TaskRef(self._key("pixels", level, index))
            written.append(TaskRef(self._add(Task(key, _write, TaskRef(self._writer), level, region, pixels))))
        return self._add(Task(self._key("level", level), sum, List(*written)))

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


def _blocks(array: da.Array, region: Region) -> Iterator[tuple[Region, "Key"]]:
    """The blocks of a dask array that share pixels with a region: where they lie, and their keys."""
    edges = [np.concatenate([[0], np.cumsum(sizes)]) for sizes in array.chunks]
    first = [int(np.searchsorted(e, a, side="right")) - 1 for e, a in zip(edges, region.start, strict=True)]
    last = [int(np.searchsorted(e, b, side="left")) for e, b in zip(edges, region.stop, strict=True)]
    for offset in np.ndindex(*(b - a for a, b in zip(first, last, strict=True))):
        block = [a + i for a, i in zip(first, offset, strict=True)]
        place = Region(
            tuple(int(e[i]) for e, i in zip(edges, block, strict=True)),
            tuple(int(e[i + 1]) for e, i in zip(edges, block, strict=True)),
        )
        if place.size:
            yield place, (array.name, *block)


def _put_together(region: Region, dtype: np.dtype, parts: Sequence[Part]) -> np.ndarray:
    """The pixels of a region out of blocks that cover it, as `dtype`."""
    if len(parts) == 1 and parts[0][0] == region:
        return np.asarray(parts[0][1]).astype(dtype, copy=False)
    pixels = np.empty(region.shape, dtype)
    for place, block in parts:
        common = place.intersect(region)
        pixels[common.relative_to(region.start).slices] = block[common.relative_to(place.start).slices]
    return pixels


def _gather(method: Method, piece: Piece, support: Region, dtype: np.dtype, parts: Sequence[Part]) -> np.ndarray:
    return method.gather(_put_together(support, dtype, parts), piece)


def _write(writer: LevelWriter, level: int, region: Region, pixels: np.ndarray) -> int:
    return writer.write(level, region, pixels)
