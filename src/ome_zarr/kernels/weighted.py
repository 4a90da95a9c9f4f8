"""Methods that take weighted sums along one axis after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.step import Step, Support
from ome_zarr.kernels.backend import kernels
from ome_zarr.kernels.method import REALS, Method, Piece, as_computed, itself, one_nan
from ome_zarr.kernels.rows import Rows

__all__ = ["Weighted"]


@dataclass(frozen=True)
class Weighted(Method):
    """A weighted sum along one axis after the other, first axis first, from the level below.

    Sums are taken in float32 for integers of 8 and 16 bits, float16, float32 and bool, else in float64.

    Attributes
    ----------
    rows
        ``rows(n, m)`` gives the weights that make `m` pixels out of `n`.
    """

    rows: Callable[[int, int], Rows] = field(kw_only=True)

    @property
    def cascades(self) -> bool:
        """The level below as stored is the base of each level."""
        return True

    def scratch_bytes(self, dtype: np.dtype) -> float:
        """The sums along the first axes."""
        return float(np.dtype(_accumulator(dtype)).itemsize * (2 if dtype.kind == "c" else 1))

    def support(self, step: Step) -> Support:
        """Which pixels of the base level have a weight."""
        if step.base == step.size:
            return itself(step)
        return _rows(self.rows, step)[1]

    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """The weighted sums, rounded as they are stored."""
        _check_exact_in_float64(block, self.name)
        dtype = block.dtype
        accumulator = _accumulator(dtype)
        values = as_computed(block)
        for axis, step in enumerate(piece.steps):
            start, stop, origin = piece.region.start[axis], piece.region.stop[axis], piece.origin[axis]
            if step.base == step.size:
                values = values[(slice(None),) * axis + (slice(start - origin, stop - origin),)]
            else:
                rows = _rows(self.rows, step)[0].part(start, stop, origin)
                values = kernels.weigh(np.ascontiguousarray(values), axis, rows, accumulator)
        return _stored(values, dtype)


def _accumulator(dtype: np.dtype) -> type[np.floating]:
    wide = dtype.char in "dD" or (dtype.kind in "iu" and dtype.itemsize > 2)
    return np.float64 if wide else np.float32


@lru_cache(maxsize=64)
def _rows(rows: Callable[[int, int], Rows], step: Step) -> tuple[Rows, Support]:
    table = rows(step.base, step.size)
    if len(table) != step.size or table.index.max(initial=0) >= step.base or table.index.min(initial=0) < 0:
        raise RecipeError(
            f"a table of weights has {len(table)} rows for {step.base} to {step.size} pixels and reaches input pixels "
            f"{table.index.min()} to {table.index.max()}; it needs {step.size} rows within 0 to {step.base - 1}"
        )
    return table, table.support


def _stored(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Sums as pixels of `dtype`."""
    if dtype.kind == "b":
        return values > 0.5
    if dtype.kind == "c":
        # A copy: where no axis changes, `values` are still the pixels of the source.
        return one_nan(values.astype(REALS[dtype.char], order="C")).view(dtype)[..., 0]
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            return one_nan(np.ascontiguousarray(values.astype(dtype)))
    return kernels.round_to(np.ascontiguousarray(values), dtype)


def _check_exact_in_float64(block: np.ndarray, method: str) -> None:
    """Refuse integers that float64 cannot hold exactly."""
    if block.dtype.kind not in "iu" or block.dtype.itemsize < 8 or block.size == 0:
        return
    for value in (int(block.min()), int(block.max())):
        if abs(value) > 2**53:
            raise RecipeError(
                f"pixel value {value} is beyond 2**53, up to which method {method!r} is exact for {block.dtype.name}; "
                "use method='nearest' or 'local_mean', which are exact for all 64-bit integers"
            )
