"""Which arrays can be an image at all."""

import numpy as np

from ome_zarr.errors import RecipeError

__all__ = ["as_native", "check_pixels"]

_ALLOWED = "bool, integers to 64 bits, floats of 16, 32 or 64 bits, complex numbers of 64 or 128 bits"

_REMEDIES = {
    "O": "convert it with numpy.asarray(data, dtype=...)",
    "V": "write one field after the other, each as its own image or channel",
    "U": "give numbers, not text",
    "S": "give numbers, not text",
    "T": "give numbers, not text",
    "M": "convert it to numbers, for example with data.astype('int64')",
    "m": "convert it to numbers, for example with data.astype('int64')",
    "f": "convert it with data.astype('float64')",
    "c": "convert it with data.astype('complex128')",
}


def check_pixels(shape: tuple[int, ...], dtype: np.dtype, what: str) -> np.dtype:
    """The dtype in native byte order, if an array of this shape and dtype can be an image.

    Parameters
    ----------
    shape, dtype
        Of the array.
    what
        The array, for error messages.

    Raises
    ------
    RecipeError
        The dtype is not a number that zarr can store, there is no axis, or an axis has no pixel.
    """
    if not _is_stored_number(dtype):
        remedy = _REMEDIES.get(dtype.kind, "convert it with data.astype(...)")
        raise RecipeError(
            f"dtype {dtype!s} of {what} is no pixel that OME-Zarr can store; allowed are {_ALLOWED}; {remedy}"
        )
    if not shape:
        raise RecipeError(
            f"{what} has no axis (shape ()); an image has at least the axes y and x; "
            "give an array, for example with data.reshape(1, 1)"
        )
    for axis, extent in enumerate(shape):
        if extent < 1:
            raise RecipeError(
                f"axis {axis} of {what} has extent {extent!r} (shape {shape!r}); every axis needs at least "
                "one pixel; give an array that is not empty"
            )
    return dtype.newbyteorder("=")


def as_native(block: np.ndarray) -> np.ndarray:
    """`block` itself, or a copy in native byte order."""
    return block if block.dtype.isnative else block.astype(block.dtype.newbyteorder("="))


def _is_stored_number(dtype: np.dtype) -> bool:
    if dtype.kind in "fc":
        return dtype.itemsize <= (8 if dtype.kind == "f" else 16)
    return dtype.kind in "biu"
