"""Blocks at the edge of an array, made as large as a stored chunk."""

import numpy as np

__all__ = ["padded"]


def padded(block: np.ndarray, shape: tuple[int, ...], fill: np.generic) -> np.ndarray:
    """`block` itself if it has `shape`, else a copy with `fill` beyond its upper edges."""
    if block.shape == shape:
        return block
    full = np.full(shape, fill, dtype=block.dtype)
    full[tuple(slice(0, n) for n in block.shape)] = block
    return full
