"""A region of a stored array, decoded by several threads into one block."""

from collections.abc import Iterator

import numpy as np

from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.engine.crew import Crew
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.planning.memory import usable_cpus
from ome_zarr.storage.key_reader import REQUESTS_AT_ONCE

__all__ = ["gather"]


def gather(objects: ArrayObjects, region: Region, *, slow: bool = False) -> np.ndarray:
    """The pixels of a region: a new block that belongs to the caller.

    Each object (a shard, or a chunk) is decoded by one thread; of a few large shards, the chunks inside are
    shared out.

    Parameters
    ----------
    objects
        Of the array.
    region
        Within the array.
    slow
        Whether the store answers slowly, as over a network.

    Raises
    ------
    DocumentError, NotFoundError
        As of `ArrayObjects.read`.
    """
    threads = REQUESTS_AT_ONCE if slow else usable_cpus()
    grid = _shared_out(objects, region, threads)
    out = np.empty(region.shape, objects.codec.dtype)

    def read(piece: Region) -> None:
        objects.read_into(piece, out[piece.relative_to(region.start).view])

    Crew().run(_pieces(grid, region), read, threads)
    return out


def _shared_out(objects: ArrayObjects, region: Region, threads: int) -> Grid:
    """The objects; or, where there are fewer than two for a thread, the chunks inside them."""
    grid = objects.grid
    few = sum(1 for _, _ in zip(grid.cells(region), range(2 * threads), strict=False)) < 2 * threads
    return Grid(grid.shape, objects.codec.chunk_shape) if few else grid


def _pieces(grid: Grid, region: Region) -> Iterator[Region]:
    return (grid.region(index).intersect(region) for index in grid.cells(region))
