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
from dask.array.optimization import optimize
from dask.delayed import Delayed
from dask.highlevelgraph import HighLevelGraph
from dask.task_spec import DataNode, GraphNode, List, Task, TaskRef

from ome_zarr.engine.blocks import Part, blocks_of, put_together
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
    (pixels,) = _optimized([source])
    graph.add_source(0, pixels, plan.passes[0].tile)
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
    for level, source in enumerate(_optimized(levels)):
        graph.add_source(level, source, specs[level].write_unit)
    return graph.delayed()


def _optimized(sources: Sequence[Source]) -> list[Source | da.Array]:
    """The same sources; dask arrays with graphs that are optimized as one, so that what they share stays shared.

    `dask.optimize` would optimize each by itself, and fuse what they share into every one of them.
    """
    arrays = [source.array for source in sources if isinstance(source, DaskSource)]
    if not arrays:
        return list(sources)
    merged = HighLevelGraph.merge(*(array.dask for array in arrays))
    graph = optimize(merged, [array.__dask_keys__() for array in arrays])
    rebuilt = iter([da.Array(graph, array.name, array.chunks, array.dtype) for array in arrays])
    return [next(rebuilt) if isinstance(source, DaskSource) else source for source in sources]


class _Graph:
    """The tasks of one image, in the making."""

    def __init__(self, specs: Sequence[LevelSpec], writer: LevelWriter) -> None:
        self._name = f"ome-zarr-{uuid4().hex}"
        self._specs = specs
        self._grids = [Grid(spec.shape, _cell(spec)) for spec in specs]
        self._tasks: dict[Key, GraphNode] = {}
        self._writer = self._add(DataNode(self._key("writer"), writer))

    def add_source(self, level: int, source: Source | da.Array, tile: Index) -> None:
        """The cells of a level out of an array whose graph is optimized, or of a source, read tile by tile."""
        if isinstance(source, da.Array):
            self._add_blocks(level, source)
        else:
            self._add_reading(level, source, tile)

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

    def _add_blocks(self, level: int, array: da.Array) -> None:
        self._tasks |= array.dask.to_dict()
        for index, region in self._cells(level):
            parts = List(*(List(place, TaskRef(block)) for place, block in blocks_of(array, region)))
            self._add(Task(self._key("pixels", level, index), put_together, region, self._specs[level].dtype, parts))

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


def _gather(method: Method, piece: Piece, support: Region, dtype: np.dtype, parts: Sequence[Part]) -> np.ndarray:
    return method.gather(put_together(support, dtype, parts), piece)


def _write(writer: LevelWriter, level: int, region: Region, pixels: np.ndarray) -> int:
    return writer.write(level, region, pixels)
