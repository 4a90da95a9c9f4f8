"""Arrays of any library, as sources and as dask arrays."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING
from uuid import uuid4

import dask.array as da
import numpy as np
from dask.highlevelgraph import HighLevelGraph
from dask.task_spec import DataNode, GraphNode, Task, TaskRef

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.planning.layout import default_chunks, kept_chunks
from ome_zarr.sources.adapt import as_source
from ome_zarr.sources.arraylike import Arraylike
from ome_zarr.sources.dask import DaskSource
from ome_zarr.sources.numpy import NumpySource
from ome_zarr.sources.protocol import Source

if TYPE_CHECKING:
    from dask.typing import Key

__all__ = ["as_array_source", "as_dask"]


_MOST_BLOCKS = 4096
"""A graph of more blocks takes dask seconds to make: 2^30 pixels in blocks as they are stored, larger ones above."""
_MOST_BYTES = 2**27
"""... of which several fit into memory: 128 MiB, what dask itself chooses."""


def as_array_source(data: object) -> Source:
    """An array as a source of pixels, nothing of which is read yet.

    Raises
    ------
    RecipeError
        It is no array, or one that cannot be an image.
    """
    if isinstance(data, Arraylike | list | tuple):
        return as_source(data)
    raise RecipeError(
        f"data is {data!r:.80}, a {type(data).__name__}; give a dask, NumPy, zarr or xarray array (ome_zarr.write "
        "takes the path of a file)"
    )


def as_dask(data: object, source: Source, axes: Sequence[str]) -> da.Array:
    """The same pixels as a dask array: that which it is, or one of blocks as they would be stored.

    Nothing is read or copied: blocks of a NumPy array are views of it.

    Parameters
    ----------
    data
        An array.
    source
        The same as a source.
    axes
        Names, in storage order.
    """
    if isinstance(source, DaskSource):
        return source.array
    spec = source.spec
    chunks = kept_chunks(spec, spec.dtype) or default_chunks(spec.shape, axes, spec.dtype)
    if prod(spec.shape) > _MOST_BLOCKS * prod(chunks):
        chunks = _larger(chunks, spec.shape, spec.dtype.itemsize)
    name = f"image-{uuid4().hex}"
    grid = Grid(spec.shape, chunks)
    regions: dict[Key, Region] = {(name, *index): grid.region(index) for index in grid.cells(grid.whole)}
    tasks = _views(source, regions) if isinstance(source, NumpySource) else _readings(data, source, name, regions)
    graph = HighLevelGraph.from_collections(name, tasks, dependencies=())
    sizes = tuple(tuple(min(c, n - at) for at in range(0, n, c)) for n, c in zip(spec.shape, chunks, strict=True))
    return da.Array(graph, name, sizes, meta=np.empty((0,) * spec.ndim, spec.dtype))


def _views(source: Source, regions: Mapping["Key", Region]) -> dict["Key", GraphNode]:
    return {key: DataNode(key, source.read(region)) for key, region in regions.items()}


def _readings(data: object, source: Source, name: str, regions: Mapping["Key", Region]) -> dict["Key", GraphNode]:
    pixels, origin = f"source-{name}", f"origin-{name}"
    tasks: dict[Key, GraphNode] = {pixels: DataNode(pixels, source), origin: DataNode(origin, data)}
    for key, region in regions.items():
        tasks[key] = Task(key, _read, TaskRef(pixels), region, TaskRef(origin))
    return tasks


def _read(source: Source, region: Region, origin: object) -> np.ndarray:
    """A block; `origin` is what it comes from, there for whoever looks through a graph for what it reads."""
    del origin
    return source.read(region)


def _larger(chunks: tuple[int, ...], shape: tuple[int, ...], itemsize: int) -> tuple[int, ...]:
    """Whole chunks together, doubled along the axis that has the most of them, until there are few enough."""
    block = list(chunks)
    while 2 * prod(block) * itemsize <= _MOST_BYTES:
        counts = [-(-n // b) for n, b in zip(shape, block, strict=True)]
        if prod(counts) <= _MOST_BLOCKS:
            break
        block[counts.index(max(counts))] *= 2
    return tuple(block)
