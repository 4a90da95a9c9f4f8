"""Every kernel in a few lines of NumPy: the definition.

The compiled twins in ``_compiled`` have the same names, take the same arguments and give the same
bits. Blocks are arrays in native byte order, views among them; window kernels take blocks that hold
whole windows, of bool as uint8, of float16 as float32, of complex as pairs of reals.
"""

from functools import reduce

import numpy as np
from numpy.typing import DTypeLike

from ome_zarr.kernels.rows import Rows

__all__ = [
    "mean_of_sums",
    "round_to",
    "weigh",
    "window_max",
    "window_mean64",
    "window_median",
    "window_min",
    "window_mode",
    "window_sum",
]

type Window = tuple[int, ...]


def weigh(block: np.ndarray, axis: int, rows: Rows, dtype: DTypeLike) -> np.ndarray:
    """The weighted sums of `rows` along `axis` in `dtype` (float32 or float64), added first index first."""
    pixels = np.moveaxis(block, axis, 0).astype(dtype)
    result = np.empty((len(rows), *pixels.shape[1:]), dtype)
    count = np.diff(rows.first)
    for tap in range(int(count.max(initial=0))):
        on = np.flatnonzero(count > tap)
        k = rows.first[on] + tap
        term = rows.weight[k].astype(dtype).reshape(-1, *(1,) * (block.ndim - 1)) * pixels[rows.index[k]]
        result[on] = term if tap == 0 else result[on] + term
    return np.ascontiguousarray(np.moveaxis(result, 0, axis))


def round_to(values: np.ndarray, dtype: DTypeLike) -> np.ndarray:
    """Floats as `dtype`: integers half to even, clipped to the range (2^53 for 64 bits), NaN the least."""
    dtype = np.dtype(dtype)
    if dtype.kind not in "iu":
        return values.astype(dtype)
    range_ = np.iinfo(dtype)
    low, high = max(range_.min, -(2**53)), min(range_.max, 2**53)
    return np.fmin(np.fmax(np.rint(values, dtype=np.float64), low), high).astype(dtype)


def _parts(block: np.ndarray, window: Window) -> list[np.ndarray]:
    """The pixels of every window, one array per place in the window, C order."""
    return [
        block[tuple(slice(o, None, w) for o, w in zip(place, window, strict=True))] for place in np.ndindex(*window)
    ]


def window_sum(block: np.ndarray, window: Window, dtype: DTypeLike) -> np.ndarray:
    """The sum of every window in `dtype`: rows of the last axis added up in C order, then along the row."""
    total = reduce(np.add, (row.astype(dtype) for row in _parts(block, (*window[:-1], 1))))
    return np.ascontiguousarray(reduce(np.add, _parts(total, (1,) * (block.ndim - 1) + window[-1:])))


def mean_of_sums(sums: np.ndarray, count: int, dtype: DTypeLike) -> np.ndarray:
    """`sums` of `count` pixels each as means: integers half to even, bool by majority, floats divided."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.asarray(2 * sums > count)
    if sums.dtype.kind == "f":
        return (sums / count).astype(dtype)
    mean, rest = np.divmod(sums, sums.dtype.type(count))
    up = (2 * rest > count) | ((2 * rest == count) & (mean % 2 == 1))
    return np.asarray(mean + up, dtype)


def window_min(block: np.ndarray, window: Window) -> np.ndarray:
    """The least pixel of every window; NaN if one is; the first of equal ones."""
    return reduce(lambda m, v: np.where((v < m) | (v != v), v, m), _parts(block, window)).copy()


def window_max(block: np.ndarray, window: Window) -> np.ndarray:
    """The greatest pixel of every window; NaN if one is; the first of equal ones."""
    return reduce(lambda m, v: np.where((v > m) | (v != v), v, m), _parts(block, window)).copy()


def window_mode(block: np.ndarray, window: Window) -> np.ndarray:
    """The most frequent integer of every window; of equally frequent ones non-zero, then the least."""
    values = np.sort(np.stack(_parts(block, window), axis=-1), axis=-1)
    place = np.arange(values.shape[-1])
    begins = np.concatenate([np.ones_like(values[..., :1], bool), values[..., 1:] != values[..., :-1]], axis=-1)
    run = place - np.maximum.accumulate(np.where(begins, place, 0), axis=-1)
    best = run == run.max(axis=-1, keepdims=True)
    filled = best & (values != 0)
    pick = np.where(filled.any(axis=-1), filled.argmax(axis=-1), best.argmax(axis=-1))
    return np.asarray(np.take_along_axis(values, pick[..., None], axis=-1)[..., 0])


def window_median(block: np.ndarray, window: Window) -> np.ndarray:
    """The median of every window: of two integers the lower, of floats the mean; NaN if one is; no -0.0."""
    values = np.sort(np.stack(_parts(block, window), axis=-1) + block.dtype.type(0), axis=-1)
    n = values.shape[-1]
    low, high = values[..., (n - 1) // 2], values[..., n // 2]
    if block.dtype.kind != "f":
        return np.asarray(low).copy()
    halves = 0.5 * low.astype(np.float64) + 0.5 * high.astype(np.float64)
    middle = low if n % 2 else halves.astype(block.dtype)
    return np.asarray(np.where(np.isnan(values[..., -1]), values[..., -1], middle))


def window_mean64(block: np.ndarray, window: Window) -> np.ndarray:
    """The mean of every window of 64-bit integers, exact, rounded half to even."""
    count = int(np.prod(window))
    quotient, rest = (window_sum(part, window, block.dtype) for part in np.divmod(block, block.dtype.type(count)))
    mean = quotient + rest // count
    twice = 2 * (rest % count)
    up = (twice > count) | ((twice == count) & (mean % 2 == 1))
    return np.asarray(mean + up, block.dtype)
