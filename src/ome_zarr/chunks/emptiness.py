"""Whether a block holds nothing but the fill value."""

from itertools import pairwise

import numpy as np

__all__ = ["is_filled"]

_SLAB_PIXELS = 1 << 16
"""Pixels compared at a time: one numpy call (a few microseconds) pays for itself, the mask stays in cache."""

_GLANCE = 16
"""The first slab is so many times smaller: of blocks that are not empty, most show it there."""

_UNSIGNED = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}


def is_filled(block: np.ndarray, value: np.generic) -> bool:
    """Whether every pixel of `block` has the bits of `value`.

    Bits, not numbers: ``-0.0`` is not ``0.0``, and a NaN equals only itself, so that leaving such a block
    out loses nothing. Stops at the first slab that differs. `value` must have the dtype of `block`.
    """
    if isinstance(value, np.complexfloating):
        return is_filled(block.real, value.real) and is_filled(block.imag, value.imag)
    unsigned = _UNSIGNED.get(block.dtype.itemsize)
    if unsigned is None:
        return bool(np.all(block == value))
    bits = block.view(unsigned)
    return _all_equal(bits, value.view(unsigned))


def _all_equal(bits: np.ndarray, value: np.generic) -> bool:
    if bits.size == 0:
        return True
    while bits.ndim > 1 and bits.shape[0] == 1:
        bits = bits[0]
    if bits.ndim == 0:
        return bool(bits == value)
    if bits[(0,) * bits.ndim] != value:
        return False
    rows = max(1, _SLAB_PIXELS * bits.shape[0] // bits.size)
    first = max(1, rows // _GLANCE)
    edges = [0, *range(first, bits.shape[0], rows), bits.shape[0]]
    return all(bool((bits[a:b] == value).all()) for a, b in pairwise(edges))
