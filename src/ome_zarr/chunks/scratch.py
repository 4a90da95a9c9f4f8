"""Memory that threads use again and again."""

import threading
from math import prod

import numpy as np

__all__ = ["Scratch"]


class Scratch:
    """A block for every thread, in memory that its next block uses again.

    What is fresh from the operating system comes page by page, which costs more than decompressing into it. The C
    library keeps what is freed, but no blocks of 32 MiB and more: the tiles of large shards.

    Parameters
    ----------
    dtype
        Of the pixels.
    """

    def __init__(self, dtype: np.dtype) -> None:
        self._dtype = dtype
        self._local = threading.local()

    def block(self, shape: tuple[int, ...]) -> np.ndarray:
        """A block of the calling thread's; its pixels are valid until that thread asks again."""
        size = prod(shape)
        flat: np.ndarray | None = getattr(self._local, "flat", None)
        if flat is None or flat.size < size:
            flat = self._local.flat = np.empty(size, self._dtype)
        return flat[:size].reshape(shape)
