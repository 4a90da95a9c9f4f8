"""Tiles of plates and wells, put together where they can be read."""

import logging
from collections.abc import Callable, Iterable

import dask.array as da
import numpy as np

from ome_zarr.api.mosaic import mosaic
from ome_zarr.errors import OmeZarrError

__all__ = ["stitched"]

LOGGER = logging.getLogger("ome_zarr.reader")

type Cell = tuple[int, int]
"""Row and column."""


def stitched(
    cells: Iterable[tuple[Cell, str]],
    load: Callable[[str], da.Array],
    grid: Cell,
    usual: tuple[tuple[int, ...], np.dtype],
) -> da.Array:
    """The arrays at paths side by side; what cannot be read is 0, and logged.

    Parameters
    ----------
    cells
        Row and column of every tile, and its path.
    load
        The array at a path.
    grid
        Rows and columns.
    usual
        Shape and data type where not a single tile can be read; of other tiles only as many axes fit.
    """
    shape, dtype = usual
    tiles: dict[Cell, da.Array] = {}
    for cell, path in cells:
        try:
            tile = load(path)
        except (OmeZarrError, ValueError) as error:
            LOGGER.warning("tile %s cannot be read: %s", path, error)
            continue
        if tile.ndim == len(shape):
            tiles[cell] = tile
        else:
            LOGGER.warning("tile %s has %d axes instead of %d", path, tile.ndim, len(shape))
    if not tiles:
        return mosaic({(0, 0): da.zeros(shape, dtype=dtype, chunks=shape)}, grid)
    common = np.result_type(*(tile.dtype for tile in tiles.values()))
    return mosaic({cell: tile.astype(common) for cell, tile in tiles.items()}, grid)
