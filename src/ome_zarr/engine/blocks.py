"""The blocks of dask arrays, what makes them, and one block out of several."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import dask.array as da
import numpy as np
from dask import config
from dask.array.optimization import optimize
from dask.highlevelgraph import HighLevelGraph

from ome_zarr.geometry.region import Region

if TYPE_CHECKING:
    from dask.task_spec import GraphNode
    from dask.typing import Key

__all__ = ["Part", "blocks_of", "put_together", "tasks_of"]

type Part = tuple[Region, np.ndarray]
"""A block, and where it lies."""


def blocks_of(array: da.Array, region: Region) -> Iterator[tuple[Region, "Key"]]:
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


def tasks_of(arrays: Sequence[da.Array]) -> "dict[Key, GraphNode]":
    """The tasks that make the blocks of arrays, optimized as one graph, so that what they share stays shared.

    `dask.optimize` would optimize each array by itself, and fuse what they share into every one of them.
    """
    merged = HighLevelGraph.merge(*(array.dask for array in arrays))
    # Told not to fuse, dask would leave layers and tuples, which are no tasks yet.
    with config.set({"optimization.fuse.active": None}):
        graph: dict[Key, GraphNode] = optimize(merged, [array.__dask_keys__() for array in arrays])
    return graph


def put_together(region: Region, dtype: np.dtype, parts: Iterable[Part]) -> np.ndarray:
    """The pixels of a region out of blocks that cover it, as `dtype`; of a block that is the region, its own."""
    pixels = np.empty(region.shape, dtype)
    for place, block in parts:
        if place == region:
            return np.asarray(block).astype(dtype, copy=False)
        common = place.intersect(region)
        pixels[common.relative_to(region.start).slices] = block[common.relative_to(place.start).slices]
    return pixels
