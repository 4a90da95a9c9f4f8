"""Whole levels, written down from the definition of a level: plain Python numbers, one pixel after the other.

Nothing here knows regions, tiles or kernels. Integers are Python's, of any size; floats are summed in the
order that the definition gives; the weights of `resize` and `zoom` come from a dense matrix.
"""

from collections import Counter
from fractions import Fraction
from math import ceil, floor

import numpy as np

CASCADING = ("resize", "zoom")


def pyramid(pixels, axes, method, scale_factors, edge="trim"):
    """Every level, level 0 first."""
    pixels = pixels.astype(pixels.dtype.newbyteorder("="))
    factors = clipped(scale_factors, axes, pixels.shape)
    shapes = [extents(pixels.shape, row, edge) for row in factors]
    if method in CASCADING:
        levels = [pixels]
        for shape in shapes[1:]:
            levels.append(interpolated(levels[-1], shape, method))
        return levels
    if method == "local_mean":
        return [pixels, *means(pixels, factors, shapes)]
    if method == "nearest":
        return [pixels, *(nearest(pixels, row, shape) for row, shape in zip(factors[1:], shapes[1:], strict=True))]
    function = WINDOWS[method]
    return [
        pixels,
        *(windowed(pixels, row, shape, function) for row, shape in zip(factors[1:], shapes[1:], strict=True)),
    ]


def clipped(scale_factors, axes, shape):
    """One factor per level and axis, level 0 included, none greater than its axis."""
    rows = [[wish.get(axis, 1) for axis in axes] for wish in [{}, *scale_factors]]
    return [[min(factor, n) for factor, n in zip(row, shape, strict=True)] for row in rows]


def extents(shape, factors, edge):
    """Shape of a level: floor(n / F), or its ceiling."""
    round_ = {"trim": floor, "partial": ceil}[edge]
    return tuple(round_(n / factor) for n, factor in zip(shape, factors, strict=True))


# Windows


def window(pixels, place, factors):
    """The pixels of one window, C order, and their box; those that exist."""
    return pixels[tuple(slice(j * f, (j + 1) * f) for j, f in zip(place, factors, strict=True))]


def windowed(pixels, factors, shape, function):
    """One value for each window."""
    level = np.empty(shape, pixels.dtype)
    for place in np.ndindex(shape):
        level[place] = function(window(pixels, place, factors))
    return level


def mode(box):
    """The most frequent value; of equally frequent ones non-zero, then the smaller one; bool by majority."""
    if box.dtype == bool:
        return 2 * int(box.sum()) > box.size
    counts = Counter(box.ravel().tolist())
    return min(counts, key=lambda value: (-counts[value], value == 0, value))


def median(box):
    """The lower median of integers; the mean of the two middle ones of floats; NaN if there is one."""
    values = sorted(box.ravel().tolist())
    if box.dtype == bool:
        return 2 * sum(values) > len(values)
    if box.dtype.kind in "iu":
        return values[(len(values) - 1) // 2]
    if np.isnan(box).any():
        return np.nan
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    middle = low if len(values) % 2 else 0.5 * low + 0.5 * high
    return middle + 0.0  # -0.0 is no other value than 0.0


def least(box):
    """The smallest; NaN if there is one; the first of equal ones."""
    return np.nan if box.dtype.kind == "f" and np.isnan(box).any() else min(box.ravel())


def greatest(box):
    """The greatest; likewise."""
    return np.nan if box.dtype.kind == "f" and np.isnan(box).any() else max(box.ravel())


def first(box):
    """The first pixel."""
    return box.ravel()[0]


WINDOWS = {"mode": mode, "median": median, "min": least, "max": greatest, "stride": first}


def nearest(pixels, factors, shape):
    """The pixel at floor((j + 1/2) F), or floor((j + 1/2) n / m) where F is no whole number."""
    index = []
    for n, m, factor in zip(pixels.shape, shape, factors, strict=True):
        step = Fraction(factor) if float(factor).is_integer() else Fraction(n, m)
        index.append([min(floor((j + Fraction(1, 2)) * step), n - 1) for j in range(m)])
    return pixels[np.ix_(*index)]


# Means


def means(pixels, factors, shapes):
    """The mean of every window of level 0, level after level."""
    if pixels.dtype.kind in "fc":
        yield from (as_pixels(sums, count, pixels.dtype) for sums, count in float_sums(pixels, factors, shapes))
        return
    for row, shape in zip(factors[1:], shapes[1:], strict=True):
        yield windowed(pixels, row, shape, integer_mean)


def integer_mean(box):
    """The exact mean, rounded half to even; of bool the majority."""
    mean = Fraction(sum(box.ravel().astype(object)), box.size)
    return mean > Fraction(1, 2) if box.dtype == bool else round(mean)


def float_sums(pixels, factors, shapes):
    """Sums in float64 and counts: of finer sums where windows are made of whole finer windows, else of pixels.

    Rows of the last axis are added up in C order, then what has come along the row.
    """
    wide = pixels.astype(np.complex128 if pixels.dtype.kind == "c" else np.float64)
    below, below_factors = None, None
    for row, shape in zip(factors[1:], shapes[1:], strict=True):
        nested = below is not None and all(f % g == 0 for f, g in zip(row, below_factors, strict=True))
        base, steps = (below, [f // g for f, g in zip(row, below_factors, strict=True)]) if nested else (wide, row)
        sums = np.empty(shape, wide.dtype)
        counts = np.empty(shape)
        for place in np.ndindex(shape):
            sums[place] = added_up(window(base, place, steps))
            counts[place] = window(wide, place, row).size
        yield sums, counts
        below, below_factors = sums, row


def added_up(box):
    """The sum of a box in the defined order."""
    rows = box.reshape(-1, box.shape[-1])
    with np.errstate(all="ignore"):
        along = rows[0].copy()
        for row in rows[1:]:
            along = along + row
        total = along[0]
        for value in along[1:]:
            total = total + value
    return total


def as_pixels(sums, counts, dtype):
    """Sums as means."""
    with np.errstate(all="ignore"):
        if dtype.kind != "c":
            return (sums / counts).astype(dtype)
        level = np.empty(sums.shape, dtype)
        level.real, level.imag = sums.real / counts, sums.imag / counts
        return level


# Interpolation


def mirror(index, n):
    """d c b | a b c d | c b a."""
    if n == 1:
        return 0
    index = abs(index) % (2 * (n - 1))
    return min(index, 2 * (n - 1) - index)


def weights(n, m, method):
    """The matrix of weights from `n` to `m` pixels, in float64."""
    ratio = n / m
    sigma = (ratio - 1) / 2 if method == "resize" else 0.0
    radius = int(4 * sigma + 0.5)
    bell = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2) if radius else np.ones(1)
    bell = bell / bell.sum()
    table = np.zeros((m, n))
    for j in range(m):
        centre = (j + 0.5) * ratio - 0.5
        below = floor(centre)
        part = centre - below
        for offset in range(-radius, radius + 2):
            left = bell[offset + radius] if offset <= radius else 0.0
            right = bell[offset - 1 + radius] if offset > -radius else 0.0
            table[j, mirror(below + offset, n)] += (1 - part) * left + part * right
    return table


def interpolated(pixels, shape, method):
    """A level out of the level below."""
    if pixels.dtype.kind == "c":
        level = np.empty(shape, pixels.dtype)
        level.real, level.imag = (interpolated(part, shape, method) for part in (pixels.real, pixels.imag))
        return level
    wide = pixels.dtype.itemsize > 2 and pixels.dtype != np.float32
    accumulator = np.float64 if wide else np.float32
    values = pixels.astype(accumulator)
    for axis, (n, m) in enumerate(zip(pixels.shape, shape, strict=True)):
        if n != m:
            values = weighed(values, axis, weights(n, m, method).astype(accumulator))
    return rounded(values, pixels.dtype)


def weighed(values, axis, table):
    """Sums of the pixels with a weight, the first one first, one rounding after each operation."""
    values = np.moveaxis(values, axis, 0)
    rows = np.empty((len(table), *values.shape[1:]), values.dtype)
    with np.errstate(all="ignore"):
        for j, row in enumerate(table):
            first_index, *others = np.flatnonzero(row)
            rows[j] = row[first_index] * values[first_index]
            for index in others:
                rows[j] = rows[j] + row[index] * values[index]
    return np.moveaxis(rows, 0, axis)


def rounded(values, dtype):
    """Half to even, then clipped; floats as they are; bool by majority."""
    if dtype.kind == "b":
        return values > 0.5
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            return values.astype(dtype)
    low, high = max(np.iinfo(dtype).min, -(2**53)), min(np.iinfo(dtype).max, 2**53)
    flat = [min(max(round(float(value)), low), high) for value in values.ravel()]
    return np.array(flat, dtype).reshape(values.shape)


# Judging


def assert_same_bits(mine, law, what=""):
    """Equal dtype, shape and bits; a NaN is a NaN."""
    assert mine.dtype == law.dtype, what
    assert mine.shape == law.shape, what
    if mine.dtype.kind == "c":
        assert_same_bits(np.ascontiguousarray(mine.real), np.ascontiguousarray(law.real), what)
        assert_same_bits(np.ascontiguousarray(mine.imag), np.ascontiguousarray(law.imag), what)
        return
    if mine.dtype.kind == "f":
        bits = f"u{mine.dtype.itemsize}"
        same = (mine.view(bits) == law.view(bits)) | (np.isnan(mine) & np.isnan(law))
    else:
        same = mine == law
    places = np.argwhere(~same)[:3].tolist()
    assert same.all(), (what, [(tuple(p), mine[tuple(p)], law[tuple(p)]) for p in places])
