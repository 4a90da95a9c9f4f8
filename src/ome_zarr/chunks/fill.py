"""The fill value of an array, as a pixel."""

import numpy as np
from zarr.core.array_spec import ArraySpec

__all__ = ["fill_scalar"]


def fill_scalar(spec: ArraySpec) -> np.generic:
    """The pixel that stands for what is not stored, in native byte order.

    zarr v2 allows ``null``: then it is the default of the dtype, which is zero.
    """
    value = spec.dtype.default_scalar() if spec.fill_value is None else spec.fill_value
    scalar: np.generic = spec.dtype.to_native_dtype().type(value)
    return scalar
