"""A level as a dask array, for callers who go on calculating with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dask.array as da
import numpy as np
from dask.base import tokenize
from dask.highlevelgraph import HighLevelGraph
from dask.task_spec import GraphNode, List, Task, TaskRef

from ome_zarr.engine.blocks import Part, blocks_of, put_together
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Step
from ome_zarr.kernels.method import Method, Piece

if TYPE_CHECKING:
    from dask.typing import Key

__all__ = ["lazy_level"]


def lazy_level(base: da.Array, method: Method, steps: Sequence[Step]) -> da.Array:
    """The level that a method makes of a whole array, of which nothing is made before it is computed.

    Every block is made from the blocks that its support touches, in coordinates of the whole array: how
    `base` is cut does not change a bit of the result. Blocks are as large as those of `base`.

    Parameters
    ----------
    base
        The level that it is made from.
    method
        How.
    steps
        From `base` to the new level, one per axis.

    Raises
    ------
    RecipeError
        The method is not defined for this dtype.
    """
    dtype = base.dtype.newbyteorder("=")
    method.check_dtype(dtype)
    shape = tuple(step.size for step in steps)
    grid = Grid(shape, tuple(min(int(c), n) for c, n in zip(base.chunksize, shape, strict=True)))
    name = f"{method.name}-{tokenize(base.name, id(method), [(s.base, s.size, s.factor) for s in steps])}"
    tasks: dict[Key, GraphNode] = {}
    for index in grid.cells(grid.whole):
        region = grid.region(index)
        support = method.support_region(steps, region)
        piece = Piece(region, support.start, tuple(steps), tuple(steps), dtype)
        parts = List(*(List(place, TaskRef(block)) for place, block in blocks_of(base, support)))
        tasks[(name, *index)] = Task((name, *index), _make, method, piece, support, parts)
    graph = HighLevelGraph.from_collections(name, tasks, dependencies=[base])  # type: ignore[list-item] # an array is a collection
    chunks = tuple(tuple(min(c, n - start) for start in range(0, n, c)) for n, c in zip(shape, grid.cell, strict=True))
    return da.Array(graph, name, chunks, meta=np.empty((0,) * len(shape), dtype))


def _make(method: Method, piece: Piece, support: Region, parts: Sequence[Part]) -> np.ndarray:
    block = put_together(support, piece.dtype, parts)
    return method.finish(method.gather(block, piece), piece)
