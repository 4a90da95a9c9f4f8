"""A dask array of many small chunks that counts how often one is made."""

import os
from pathlib import Path

import dask.array as da
import numpy as np

__all__ = ["CHUNK", "blocks", "counted", "pixels"]

CHUNK = 64
_NOISE = np.random.default_rng(20260521).poisson(100, (CHUNK, CHUNK)).astype(np.uint16)


def blocks(side: int, counter: Path) -> da.Array:
    """`side` by `side` chunks; each adds a byte to the file `counter` when it is made, in whichever process."""

    def make(block_id: tuple[int, int]) -> np.ndarray:
        file = os.open(counter, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, b".")
        os.close(file)
        return _block(*block_id)

    grid = ((CHUNK,) * side,) * 2
    return da.map_blocks(make, chunks=grid, dtype=_NOISE.dtype, meta=np.empty((0, 0), _NOISE.dtype))


def counted(counter: Path) -> int:
    """How many chunks were made."""
    return counter.stat().st_size if counter.exists() else 0


def pixels(side: int) -> np.ndarray:
    """The same image, in memory."""
    return np.block([[_block(row, column) for column in range(side)] for row in range(side)])


def _block(row: int, column: int) -> np.ndarray:
    return _NOISE + np.uint16(row + column)
