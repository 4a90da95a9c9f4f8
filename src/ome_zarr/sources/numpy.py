"""Arrays in memory, and files that are mapped into it."""

import sys

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.origins import origins_of
from ome_zarr.sources.pixels import as_native, check_pixels
from ome_zarr.sources.protocol import Hints, SourceSpec

__all__ = ["NumpySource"]


class NumpySource:
    """A NumPy array or memory map, read without a copy unless its bytes have to be swapped.

    Parameters
    ----------
    array
        Of any byte order and memory layout. It must not be changed while it is read.
    hints
        What the array means.

    Raises
    ------
    RecipeError
        A masked array, or a shape or dtype that cannot be an image.
    """

    def __init__(self, array: np.ndarray, hints: Hints | None = None) -> None:
        if "numpy.ma" in sys.modules and isinstance(array, np.ma.MaskedArray):  # else nobody can have made one
            raise RecipeError(
                f"a masked array (shape {array.shape!r}) has pixels without a value, which OME-Zarr cannot "
                "store; say which value they get: data.filled(0), or data.data to ignore the mask"
            )
        self._array = np.asarray(array)
        self._spec = SourceSpec(
            shape=self._array.shape,
            dtype=check_pixels(self._array.shape, self._array.dtype, "the array"),
            hints=hints or Hints(),
            origins=origins_of(array),
        )

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, hints and origins; `chunks` is None."""
        return self._spec

    @property
    def array(self) -> np.ndarray:
        """The pixels, in whatever byte order."""
        return self._array

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`: a view of the array where its byte order is native."""
        return as_native(self._array[region.slices])

    def close(self) -> None:
        """Do nothing: the array is the caller's."""
