"""Memory that threads use again and again."""

import threading

import numpy as np

__all__ = ["Scratch"]


class Scratch:
    """A block for every thread, of one shape and dtype."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._shape = shape
        self._dtype = dtype
        self._local = threading.local()

    @property
    def block(self) -> np.ndarray:
        """The calling thread's; its pixels are valid until that thread asks again."""
        block: np.ndarray | None = getattr(self._local, "block", None)
        if block is None:
            block = self._local.block = np.empty(self._shape, self._dtype)
        return block
