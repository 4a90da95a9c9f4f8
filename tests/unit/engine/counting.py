"""dask arrays that count how often each block is computed."""

import threading
from collections import Counter

import dask.array as da
import numpy as np

__all__ = ["Counted", "counted"]


class Counted:
    """A function of a block that counts its blocks."""

    def __init__(self) -> None:
        self.blocks, self._lock = Counter(), threading.Lock()

    def __call__(self, block: np.ndarray, block_info: dict | None = None) -> np.ndarray:
        with self._lock:
            self.blocks[block_info[0]["chunk-location"]] += 1
        return block


def counted(pixels: np.ndarray, chunks: object) -> tuple[da.Array, Counted]:
    """The array of these pixels, and what counts its blocks."""
    count = Counted()
    array = da.from_array(pixels, chunks=chunks)
    return array.map_blocks(count, dtype=pixels.dtype, meta=np.empty((0, 0), pixels.dtype)), count
