"""Dask arrays: left as they are for whoever runs one graph, or computed region by region."""

import functools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dask.array as da
import numpy as np
from dask.blockwise import Blockwise
from dask.highlevelgraph import Layer
from dask.task_spec import DataNode, Task

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.origins import origins_of
from ome_zarr.sources.pixels import as_native, check_pixels
from ome_zarr.sources.protocol import Hints, SourceSpec

__all__ = ["DaskSource", "graph_origins"]


class DaskSource:
    """A dask array.

    Parameters
    ----------
    array
        Of known shape, with NumPy blocks.
    hints
        What the array means.

    Raises
    ------
    RecipeError
        The shape is unknown, the blocks are masked arrays, or shape or dtype cannot be an image.
    """

    def __init__(self, array: da.Array, hints: Hints | None = None) -> None:
        if any(math.isnan(n) for n in array.shape):
            raise RecipeError(
                f"the dask array has shape {array.shape!r}, where nan is an extent that is not known "
                "before it is computed; call data.compute_chunk_sizes() first"
            )
        if isinstance(array._meta, np.ma.MaskedArray):  # noqa: SLF001 - dask's own way to know the blocks' type
            raise RecipeError(
                "the dask array has masked blocks, pixels without a value, which OME-Zarr cannot store; "
                "say which value they get: dask.array.ma.filled(data, 0)"
            )
        self._array = array
        shape = tuple(int(n) for n in array.shape)
        self._spec = SourceSpec(
            shape=shape,
            dtype=check_pixels(shape, array.dtype, "the dask array"),
            chunks=_regular_chunks(array.chunks),
            keep_chunks=True,
            hints=hints or Hints(),
            origins=graph_origins(array.dask),
        )

    @property
    def array(self) -> da.Array:
        """The dask array itself."""
        return self._array

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, chunks (None if they are irregular), hints, and what the graph reads."""
        return self._spec

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`, computed on the calling thread.

        Costs the building of a graph; to compute many regions, compute slices of `array` together.
        """
        block = self._array[region.slices].compute(scheduler="synchronous")
        return as_native(np.asarray(block))

    def close(self) -> None:
        """Do nothing: the array is the caller's."""


def _regular_chunks(chunks: tuple[tuple[int, ...], ...]) -> tuple[int, ...] | None:
    """The box that tiles the array from its origin, cut only at the upper edge."""
    for sizes in chunks:
        if any(n != sizes[0] for n in sizes[:-1]) or sizes[-1] > sizes[0]:
            return None
    return tuple(sizes[0] for sizes in chunks)


def graph_origins(graph: Mapping[Any, object]) -> frozenset[str]:
    """What the tasks of a dask graph read: zarr arrays, memory maps, h5py data sets.

    Nothing is computed, and layers that are stored as a rule (one task for all blocks) are not expanded.
    """
    layers: Iterable[object] = getattr(graph, "layers", {"": graph}).values()
    found: frozenset[str] = frozenset()
    for leaf in _leaves(list(layers)):
        found |= origins_of(leaf)
    return found


def _leaves(roots: list[object]) -> Iterator[object]:
    """The objects that tasks, containers and partial functions hold, each once."""
    pending = roots
    seen: set[int] = set()
    while pending:
        item = pending.pop()
        inner = _inner(item)
        if inner is None:
            yield item
        elif id(item) not in seen:
            seen.add(id(item))
            pending.extend(inner)


def _inner(item: object) -> Iterable[object] | None:
    """What `item` is made of, or None if it is a leaf."""
    match item:
        case Blockwise():
            return [item.task, *(source for source, _ in item.indices), *item.io_deps.values()]
        case Task():
            inner = [item.func, *item.args, *item.kwargs.values()]
        case DataNode():
            inner = [item.value]
        case functools.partial():
            inner = [item.func, *item.args, *item.keywords.values()]
        case Mapping():
            inner = _values(item)
        case list() | tuple() | set():
            inner = list(item)
        case _:
            return None
    return inner


def _values(mapping: Mapping[object, object]) -> list[object]:
    """What a dictionary or a layer holds; nothing of a layer that would first have to be expanded."""
    if isinstance(mapping, Layer) and not mapping.is_materialized():
        return []
    return list(mapping.values())
