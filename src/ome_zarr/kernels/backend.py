"""Which twin of the kernels runs: the compiled one, or the reference where it was not built.

``OME_ZARR_KERNELS=reference`` in the environment chooses the reference.
"""

import os
import warnings
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ome_zarr.errors import PerformanceWarning
from ome_zarr.kernels.rows import Rows

__all__ = ["Kernels", "kernels"]

type Block = NDArray[np.generic]


class Kernels(Protocol):
    """The functions that both twins have; :mod:`ome_zarr.kernels.reference` defines them."""

    def weigh(self, block: Block, axis: int, rows: Rows, dtype: DTypeLike) -> Block:
        """Weighted sums along an axis."""

    def round_to(self, values: Block, dtype: DTypeLike) -> Block:
        """Floats as integers."""

    def window_sum(self, block: Block, window: tuple[int, ...], dtype: DTypeLike) -> Block:
        """Sums of windows."""

    def mean_of_sums(self, sums: Block, count: int, dtype: DTypeLike) -> Block:
        """Means out of sums."""

    def window_min(self, block: Block, window: tuple[int, ...]) -> Block:
        """Least pixels of windows."""

    def window_max(self, block: Block, window: tuple[int, ...]) -> Block:
        """Greatest pixels of windows."""

    def window_mode(self, block: Block, window: tuple[int, ...]) -> Block:
        """Most frequent pixels of windows."""

    def window_median(self, block: Block, window: tuple[int, ...]) -> Block:
        """Medians of windows."""

    def window_mean64(self, block: Block, window: tuple[int, ...]) -> Block:
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
