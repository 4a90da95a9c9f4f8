"""The fill value of an array, as a pixel and as padding."""

import numpy as np
from zarr.core.array_spec import ArraySpec

__all__ = ["fill_scalar", "padded"]


def fill_scalar(spec: ArraySpec) -> np.generic:
    """The pixel that stands for what is not stored, in native byte order.

    zarr v2 allows ``null``: then it is the default of the dtype, which is zero.
    """
    value = spec.dtype.default_scalar() if spec.fill_value is None else spec.fill_value
    scalar: np.generic = spec.dtype.to_native_dtype().type(value)
    return scalar


def padded(block: np.ndarray, shape: tuple[int, ...], fill: np.generic) -> np.ndarray:
    """`block` itself if it has `shape`, else a copy with `fill` beyond its upper edges."""
    if block.shape == shape:
        return block
    full = np.full(shape, fill, dtype=block.dtype)
    full[tuple(slice(0, n) for n in block.shape)] = block
    return full
