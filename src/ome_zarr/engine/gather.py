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


def gather(
    objects: ArrayObjects, region: Region, steps: tuple[int, ...] | None = None, *, slow: bool = False
) -> np.ndarray:
    """The pixels of a region: a new block that belongs to the caller.

    Each object (a shard, or a chunk) is decoded by one thread; of a few large shards, the chunks inside are
    shared out. What lies between steps is not read where it is whole objects.

    Parameters
    ----------
    objects
        Of the array.
    region
        Within the array.
    steps
        From one pixel to the next along every axis, the first pixel of the region being the first; None: all pixels.
    slow
        Whether the store answers slowly, as over a network.

    Raises
    ------
    DocumentError, NotFoundError
        As of `ArrayObjects.read`.
    """
    threads = REQUESTS_AT_ONCE if slow else usable_cpus()
    grid = _shared_out(objects, region, threads)
    steps = (1,) * len(region.shape) if steps is None else steps
    out = np.empty(_strided(Region.whole(region.shape), steps).shape, objects.codec.dtype)

    def read(piece: Region) -> None:
        _read_piece(objects, piece, piece.relative_to(region.start), steps, out)

    Crew().run(_pieces(grid, region), read, threads)
    return out


def _read_piece(objects: ArrayObjects, piece: Region, within: Region, steps: tuple[int, ...], out: np.ndarray) -> None:
    """Put the pixels of a piece, which lies `within` what is read, where they belong."""
    target = _strided(within, steps)
    if not target.size:
        return
    if set(steps) <= {1}:
        objects.read_into(piece, out[target.view])
        return
    places = zip(target.start, within.start, steps, strict=True)
    out[target.view] = objects.read_region(piece)[
        tuple(slice(place * step - start, None, step) for place, start, step in places)
    ]


def _strided(region: Region, steps: tuple[int, ...]) -> Region:
    """The pixels of a region that steps from the origin come upon, counted in steps."""
    return Region(
        tuple(-(-start // step) for start, step in zip(region.start, steps, strict=True)),
        tuple(-(-stop // step) for stop, step in zip(region.stop, steps, strict=True)),
    )


def _shared_out(objects: ArrayObjects, region: Region, threads: int) -> Grid:
    """The objects; or, where there are fewer than two for a thread, the chunks inside them."""
    grid = objects.grid
    few = sum(1 for _, _ in zip(grid.cells(region), range(2 * threads), strict=False)) < 2 * threads
    return Grid(grid.shape, objects.codec.chunk_shape) if few else grid


def _pieces(grid: Grid, region: Region) -> Iterator[Region]:
    return (grid.region(index).intersect(region) for index in grid.cells(region))
