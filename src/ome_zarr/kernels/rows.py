"""Rows of weights: one axis of a separable filter, for the whole axis at once.

The weights are computed in float64 from the definition on the whole axis; a region takes the rows
of the pixels that it makes, so its result cannot depend on how the axis was cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.step import Support

__all__ = ["Rows", "gaussian_linear_rows", "linear_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """For every output pixel of an axis, which input pixels count and how much.

    Output pixel ``j`` is the sum of ``weight[k] * input[index[k]]`` over
    ``first[j] <= k < first[j + 1]``, taken in that order. Within a row the indices rise and no
    weight is zero, so that a NaN touches only what it should.

    Attributes
    ----------
    first
        int64, number of rows + 1.
    index
        int64, one entry per weight.
    weight
        float64, one entry per weight.
    """

    first: NDArray[np.int64]
    index: NDArray[np.int64]
    weight: NDArray[np.float64]

    @classmethod
    def from_entries(cls, row: NDArray[np.int64], index: NDArray[np.int64], weight: NDArray[np.float64]) -> "Rows":
        """The rows given by (row, index, weight) triples in any order; equal places are added up."""
        row, index, weight = row.ravel(), index.ravel(), weight.ravel()
        extent = int(index.max()) + 1
        places, where = np.unique(row * extent + index, return_inverse=True)
        total = np.bincount(where, weights=weight, minlength=places.size)
        places, total = places[total != 0], total[total != 0]
        count = np.bincount(places // extent, minlength=int(row.max()) + 1)
        if not count.all():
            raise RecipeError(
                f"row {int(np.argmin(count))} of a table of weights has no weight other than 0; "
                "every output pixel needs at least one; give each row a weight"
            )
        return cls(np.concatenate([[0], np.cumsum(count)]).astype(np.int64), places % extent, total)

    @classmethod
    def from_dense(cls, table: ArrayLike) -> "Rows":
        """The rows of a matrix with one row per output pixel and one column per input pixel."""
        dense = np.asarray(table, dtype=np.float64)
        if dense.ndim != 2 or not np.isfinite(dense).all():
            raise RecipeError(
                f"a table of weights has shape {dense.shape} or holds non-finite numbers; a finite matrix "
                "with one row per output pixel and one column per input pixel is needed"
            )
        places = np.indices(dense.shape, dtype=np.int64)
        return cls.from_entries(places[0], places[1], dense)

    @classmethod
    def from_taps(cls, starts: Sequence[int], taps: Sequence[Sequence[float]]) -> "Rows":
        """The rows whose weights stand side by side from input pixel ``starts[j]`` on."""
        row = np.repeat(np.arange(len(taps)), [len(t) for t in taps])
        index = np.concatenate([np.arange(s, s + len(t)) for s, t in zip(starts, taps, strict=True)])
        return cls.from_entries(row, index.astype(np.int64), np.concatenate([np.asarray(t, float) for t in taps]))

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def support(self) -> Support:
        """The input pixels between the first and the last that count, for every output pixel."""
        start = self.index[self.first[:-1]]
        stop = self.index[self.first[1:] - 1] + 1
        return Support(np.minimum.accumulate(start[::-1])[::-1], np.maximum.accumulate(stop))

    def part(self, start: int, stop: int, origin: int) -> "Rows":
        """Rows ``start <= j < stop``, for a block whose first input pixel is `origin`."""
        a, b = int(self.first[start]), int(self.first[stop])
        return Rows(self.first[start : stop + 1] - a, self.index[a:b] - origin, self.weight[a:b])


def _mirror(index: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Indices beyond an axis of extent `n`, folded back about its outermost pixels (d c b | a b c d | c b a)."""
    if n == 1:
        return np.zeros_like(index)
    index = np.abs(index) % (2 * (n - 1))
    return np.minimum(index, 2 * (n - 1) - index)


def _positions(n: int, m: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Centres of `m` equal cells on an axis of `n` pixels: the pixel at or before, and the rest of the way."""
    centre = (np.arange(m) + 0.5) * (n / m) - 0.5
    below = np.floor(centre)
    return below.astype(np.int64), np.asarray(centre - below, np.float64)


def linear_rows(n: int, m: int) -> Rows:
    """Linear interpolation at the centres of `m` equal cells on an axis of `n` pixels, ``m <= n``."""
    below, part = _positions(n, m)
    row = np.arange(m)[:, None] + np.zeros(2, np.int64)
    index = np.minimum(below[:, None] + np.arange(2), n - 1)
    return Rows.from_entries(row, index, np.stack([1 - part, part], axis=1))


def gaussian_linear_rows(n: int, m: int) -> Rows:
    """Gaussian smoothing, then linear interpolation, from `n` to `m` pixels, ``m <= n``.

    The Gaussian has a sigma of ``(n / m - 1) / 2`` pixels and reaches ``int(4 sigma + 0.5)`` to
    either side; beyond the axis pixels are mirrored about the outermost ones.
    """
    sigma = (n / m - 1) / 2
    radius = int(4 * sigma + 0.5)
    offset = np.arange(-radius, radius + 1)
    bell = np.exp(-0.5 * (offset / sigma) ** 2) if radius else np.ones(1)
    bell /= bell.sum()
    below, part = _positions(n, m)
    zero = np.zeros(1)
    weight = (1 - part)[:, None] * np.concatenate([bell, zero]) + part[:, None] * np.concatenate([zero, bell])
    index = _mirror(below[:, None] + np.arange(-radius, radius + 2), n)
    row = np.arange(m)[:, None] + np.zeros(index.shape[1], np.int64)
    return Rows.from_entries(row, index, weight)
