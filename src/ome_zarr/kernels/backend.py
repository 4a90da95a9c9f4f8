"""Which twin of the kernels runs: the compiled one, or the reference where it was not built.

``OME_ZARR_KERNELS=reference`` in the environment chooses the reference.
"""

import os
import warnings
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import DTypeLike

from ome_zarr.errors import PerformanceWarning
from ome_zarr.kernels.rows import Rows

__all__ = ["Kernels", "kernels"]


class Kernels(Protocol):
    """The functions that both twins have; :mod:`ome_zarr.kernels.reference` defines them."""

    def weigh(self, block: np.ndarray, axis: int, rows: Rows, dtype: DTypeLike) -> np.ndarray:
        """Weighted sums along an axis."""

    def round_to(self, values: np.ndarray, dtype: DTypeLike) -> np.ndarray:
        """Floats as integers."""

    def window_sum(self, block: np.ndarray, window: tuple[int, ...], dtype: DTypeLike) -> np.ndarray:
        """Sums of windows."""

    def mean_of_sums(self, sums: np.ndarray, count: int, dtype: DTypeLike) -> np.ndarray:
        """Means out of sums."""

    def window_min(self, block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        """Least pixels of windows."""

    def window_max(self, block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        """Greatest pixels of windows."""

    def window_mode(self, block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        """Most frequent pixels of windows."""

    def window_median(self, block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        """Medians of windows."""

    def window_mean64(self, block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        """Means of windows of 64-bit integers."""


def _choose() -> Kernels:
    if os.environ.get("OME_ZARR_KERNELS") != "reference":
        try:
            return cast("Kernels", import_module("ome_zarr.kernels._compiled"))
        except ImportError as error:
            warnings.warn(
                f"the compiled kernels are not there ({error}); levels are made with NumPy, with the same result "
                "several times slower; install a C compiler and reinstall ome-zarr",
                PerformanceWarning,
                stacklevel=2,
            )
    return cast("Kernels", import_module("ome_zarr.kernels.reference"))


kernels = _choose()
