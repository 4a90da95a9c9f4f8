"""The same work as one dask graph: for dask sources, for other schedulers, for later.

Every level is cut into cells of whole write units. A cell of level 0 is put together from the blocks of
a dask source (or read from another one); a cell of a coarser level is made from the cells of its base
that its support touches, by the same kernels with the same whole-level coordinates as in a sweep, so
the bytes are the same. Tasks own their write units: running one twice does no harm.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

import numpy as np
from dask.base import tokenize
from dask.delayed import Delayed
from dask.highlevelgraph import HighLevelGraph
from dask.task_spec import DataNode, List, Task, TaskRef
from numpy.typing import NDArray

from ome_zarr.engine.reading import read_pixels
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.kernels.method import Method, Piece
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.dask import DaskSource
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import LevelWriter

__all__ = ["delayed_levels"]

type Block = NDArray[np.generic]
type Key = tuple[str | int, ...]

_CELL_BYTES = 8 * 2**20
"""Cells of 8 MiB take about ten times as long to compress as dask takes to schedule them."""


def delayed_levels(plan: Plan, source: Source, writer: LevelWriter) -> list[Delayed]:
    """One delayed object per level, which writes that level when it is computed and gives the bytes stored.

    Compute them together: they share one graph, in which each block of the source appears once.

    Parameters
    ----------
    plan
        What to do.
    source
        The pixels. Those of a :class:`DaskSource` stay in its graph.
    writer
        What stores the levels. Their arrays are there already.
    """
    name = f"ome-zarr-{tokenize(plan.digest, id(source), id(writer))}"
    graph = _Graph(plan, source, writer, name)
    layers: dict[str, Mapping[object, object]] = {name: graph.tasks()}
    dependencies: dict[str, set[str]] = {name: set()}
    if graph.source_graph is not None:
        layers = {**graph.source_graph.layers, **layers}
        dependencies = {**graph.source_graph.dependencies, name: set(graph.source_layers)}
    whole = HighLevelGraph(layers, dependencies)
    return [Delayed((name, "level", level), whole, layer=name) for level in range(len(plan.levels))]


class _Graph:
    """The tasks of one image."""

    def __init__(self, plan: Plan, source: Source, writer: LevelWriter, name: str) -> None:
        self._plan = plan
        self._source = source
        self._writer = writer
        self._name = name
        self._grids = [Grid(spec.shape, _cell(plan, level)) for level, spec in enumerate(plan.specs)]
        self.source_graph: HighLevelGraph | None = None
        self.source_layers: Sequence[str] = ()

    def tasks(self) -> dict[object, object]:
        """Every task by its key."""
        tasks: dict[object, object] = dict(self._level_zero())
        for level in range(1, len(self._grids)):
            tasks |= self._coarser(level)
        for level in range(len(self._grids)):
            tasks |= self._writing(level)
        return tasks

    def _key(self, role: str, level: int, index: tuple[int, ...] = ()) -> Key:
        return (self._name, role, level, *index)

    def _level_zero(self) -> Iterator[tuple[object, object]]:
        grid = self._grids[0]
        find = self._source_blocks() if isinstance(self._source, DaskSource) else None
        if find is None:
            source = self._key("source", 0)
            yield source, DataNode(source, self._source)
        for index in grid.cells(grid.whole):
            key, region = self._key("pixels", 0, index), grid.region(index)
            if find is None:
                yield key, Task(key, read_pixels, TaskRef(source), region, self._plan.dtype)
            else:
                parts = List(*(List(part, TaskRef(block)) for part, block in find(region)))
                yield key, Task(key, _put_together, region, self._plan.dtype, parts)

    def _source_blocks(self) -> "_Finder":
        """What finds the dask blocks of a region; the source's graph is optimized as dask would do it."""
        assert isinstance(self._source, DaskSource)  # noqa: S101 - for the type checker
        array = self._source.array
        graph = array.__dask_optimize__(array.__dask_graph__(), array.__dask_keys__())
        self.source_graph = graph if isinstance(graph, HighLevelGraph) else HighLevelGraph.from_collections(
            array.name, graph, dependencies=()
        )
        self.source_layers = array.__dask_layers__() if array.name in self.source_graph.layers else tuple(
            self.source_graph.layers
        )
        return _Finder(array.name, array.chunks)

    def _coarser(self, level: int) -> dict[object, object]:
        plan, grid, base = self._plan, self._grids[level], self._plan.base(level)
        role = "carried" if plan.levels[level].carried else "pixels"
        tasks: dict[object, object] = {}
        for index in grid.cells(grid.whole):
            region = grid.region(index)
            support = plan.support(level, region)
            parts = List(
                *(
                    List(self._grids[base].region(cell), TaskRef(self._key(role, base, cell)))
                    for cell in self._grids[base].cells(support)
                )
            )
            held = plan.held_dtype(base) if role == "carried" else plan.dtype
            gathered = self._key("carried" if plan.is_carried(level) else "gathered", level, index)
            pixels = self._key("pixels", level, index)
            piece = plan.piece(level, region, support.start)
            tasks[gathered] = Task(gathered, _gather, plan.method, piece, support, held, parts)
            tasks[pixels] = Task(pixels, plan.method.finish, TaskRef(gathered), piece)
        return tasks

    def _writing(self, level: int) -> dict[object, object]:
        grid = self._grids[level]
        writer = self._key("writer", 0)
        tasks: dict[object, object] = {writer: DataNode(writer, self._writer)}
        for index in grid.cells(grid.whole):
            key, pixels = self._key("written", level, index), self._key("pixels", level, index)
            tasks[key] = Task(key, _write, TaskRef(writer), level, grid.region(index), TaskRef(pixels))
        done = self._key("level", level)
        written = List(*(TaskRef(self._key("written", level, index)) for index in grid.cells(grid.whole)))
        tasks[done] = Task(done, sum, written)
        return tasks


class _Finder:
    """The blocks of a dask array that share pixels with a region."""

    def __init__(self, name: str, chunks: tuple[tuple[int, ...], ...]) -> None:
        self._name = name
        self._edges = [np.concatenate([[0], np.cumsum(sizes)]) for sizes in chunks]

    def __call__(self, region: Region) -> Iterator[tuple[Region, Key]]:
        first = [int(np.searchsorted(e, a, side="right")) - 1 for e, a in zip(self._edges, region.start, strict=True)]
        last = [int(np.searchsorted(e, b, side="left")) for e, b in zip(self._edges, region.stop, strict=True)]
        for index in np.ndindex(*(b - a for a, b in zip(first, last, strict=True))):
            block = [i + a for i, a in zip(index, first, strict=True)]
            start = tuple(int(e[i]) for e, i in zip(self._edges, block, strict=True))
            stop = tuple(int(e[i + 1]) for e, i in zip(self._edges, block, strict=True))
            if prod(b - a for a, b in zip(start, stop, strict=True)):
                yield Region(start, stop), (self._name, *block)


def _cell(plan: Plan, level: int) -> tuple[int, ...]:
    """Whole write units of a level, doubled along the last axes up to about 8 MiB, and no wider than the source's blocks."""
    spec = plan.specs[level]
    cell, unit = list(spec.write_unit), spec.write_unit
    blocks = plan.source_chunks or unit
    for axis in reversed(range(len(unit))):
        most = min(max(blocks[axis], unit[axis]), spec.shape[axis])
        while 2 * cell[axis] <= most and 2 * prod(cell) * plan.dtype.itemsize <= _CELL_BYTES:
            cell[axis] *= 2
    return tuple(cell)


def _put_together(region: Region, dtype: np.dtype, parts: Sequence[tuple[Region, Block]]) -> Block:
    """The pixels of a region out of blocks that cover it, as `dtype`."""
    if len(parts) == 1 and parts[0][0] == region:
        return np.asarray(parts[0][1]).astype(dtype, copy=False)
    pixels = np.empty(region.shape, dtype)
    for place, block in parts:
        common = place.intersect(region)
        pixels[common.relative_to(region.start).slices] = block[common.relative_to(place.start).slices]
    return pixels


def _gather(method: Method, piece: Piece, support: Region, dtype: np.dtype, parts: Sequence[tuple[Region, Block]]) -> Block:
    return method.gather(_put_together(support, dtype, parts), piece)


def _write(writer: LevelWriter, level: int, region: Region, pixels: Block) -> int:
    return writer.write(level, region, np.ascontiguousarray(pixels))
