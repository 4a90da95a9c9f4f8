# cython: language_level=3, boundscheck=False, initializedcheck=False
# cython: cdivision=True, freethreading_compatible=True
"""Every kernel as plain loops without the GIL: the fast twins of :mod:`ome_zarr.kernels.reference`.

Same names, arguments and bits as there: floats are added in the order that the reference states, so
the compiler must neither reorder them nor fuse a product with a sum (``-ffp-contract=off``).

What makes it fast, on any CPU and without flags for a particular one:

- the innermost loop always runs over neighbouring pixels or windows and holds no branch, so compilers
  vectorise it;
- what is summed stays in the first-level cache (``TILE``);
- windows are sorted `LANES` at a time by a network, whose comparisons do not depend on the pixels.
"""

from math import prod

import numpy as np
from numpy.lib.stride_tricks import as_strided

from libc.math cimport rint
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from ome_zarr.kernels import reference

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

ctypedef fused whole:
    uint8_t
    int8_t
    uint16_t
    int16_t
    uint32_t
    int32_t
    uint64_t
    int64_t

ctypedef fused whole64:
    uint64_t
    int64_t

ctypedef fused unsigned_whole:
    uint8_t
    uint16_t
    uint32_t
    uint64_t

ctypedef fused real:
    float
    double

ctypedef fused pixel:
    uint8_t
    int8_t
    uint16_t
    int16_t
    uint32_t
    int32_t
    uint64_t
    int64_t
    float
    double

# Integers are summed modulo 2^32 or 2^64, in which signed sums have the same bits as unsigned ones.
ctypedef fused total:
    uint32_t
    uint64_t
    double

ctypedef fused whole_total:
    uint32_t
    int32_t
    uint64_t
    int64_t

cdef enum:
    TILE = 1024  # numbers per row of sums: with the rows they are made of, less than a first-level cache
    LANES = 64  # windows sorted side by side: whole vectors of every dtype; 8 pixels of 8 bytes take 4 KiB
    DISTINCT = 32  # values of a window that are counted in a list; with more, the window is sorted
    LEAST_COUNTED = 128  # pixels of a window from which counting its values beats sorting even noisy ones
    LEAST_INNER = 16  # pixels side by side that make a vector loop over them worth its start
    LEAST_RUN = 8  # rows alike that make splitting a line into phases worth it

WHOLES = tuple(map(np.dtype, ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8")))
REALS = (np.dtype("f4"), np.dtype("f8"))
PIXELS = (*WHOLES, *REALS)


# ---- what is asked for ----


def _check_dtype(str what, dtype, allowed):
    if dtype not in allowed:
        names = ", ".join(d.name for d in allowed)
        raise TypeError(f"{what} is {dtype!r}; it may be {names}, in native byte order; convert with astype")


def _result(block, window, dtype):
    """An empty array with one number per window."""
    if len(window) != block.ndim or not window or any(w < 1 or n % w for n, w in zip(block.shape, window)):
        raise ValueError(
            f"a block of shape {block.shape} does not hold whole windows of {window!r}; "
            "cut it to a multiple of the window, with one entry per axis"
        )
    return np.empty([n // w for n, w in zip(block.shape, window)], dtype)


def _flat(block):
    """All numbers of an array in C order, without a copy where they lie so already."""
    return np.ascontiguousarray(block).reshape(-1)


def _flat_bits(block):
    """Likewise, signed integers taken as unsigned ones."""
    return _flat(block).view(f"u{block.dtype.itemsize}") if block.dtype.kind == "i" else _flat(block)


def _steps(shape):
    """How far apart neighbours along each axis lie in a block of this shape in C order."""
    return [prod(shape[axis + 1 :]) for axis in range(len(shape))]


def _spread(block):
    """The memory from a block's first number to its last, flat, and how far apart neighbours along each axis lie in it.

    A view whose rows lie apart is taken as it is. Where the numbers of a row lie apart, a copy is made.
    """
    size = block.itemsize
    if block.flags.c_contiguous or block.strides[-1] != size or any(step < 0 or step % size for step in block.strides):
        return _flat(block), _steps(block.shape)
    steps = [step // size for step in block.strides]
    span = 1 + sum((n - 1) * step for n, step in zip(block.shape, steps))
    return as_strided(block, (span,), (size,), writeable=False), steps


def _offsets(counts, steps):
    """Where in a flat block the places of a grid lie, in C order, as int64."""
    offsets = np.zeros(1, np.int64)
    for count, step in zip(counts, steps, strict=True):
        offsets = (offsets[:, None] + np.arange(count, dtype=np.int64) * step).reshape(-1)
    return offsets


def _window_rows(shape, steps, window):
    """Where the first row of pixels begins for every row of windows, and the others of a window beyond it."""
    counts = [n // w for n, w in zip(shape, window)][:-1]
    strides = [step * w for step, w in zip(steps, window)][:-1]
    return _offsets(counts, strides), _offsets(window[:-1], steps[:-1])


def _tile(Py_ssize_t n, Py_ssize_t window):
    """How many pixels of a row of `n` are done at once: whole windows, at least one."""
    return min(n, max(TILE // window, 1) * window)


# ---- weights along an axis ----


def weigh(block, axis, rows, dtype):
    """The weighted sums of `rows` along `axis` in `dtype` (float32 or float64), added first index first."""
    dtype = np.dtype(dtype)
    _check_dtype("the dtype of a block to weigh", block.dtype, PIXELS)
    _check_dtype("the dtype of weighted sums", dtype, REALS)
    axis = range(block.ndim)[axis]
    n = block.shape[axis]
    if rows.index.size and not 0 <= rows.index.min() <= rows.index.max() < n:
        raise IndexError(
            f"a table of weights reaches pixels {rows.index.min()} to {rows.index.max()} of a block with {n} "
            f"along axis {axis}; shift the table or enlarge the block"
        )
    result = np.empty((*block.shape[:axis], len(rows), *block.shape[axis + 1 :]), dtype)
    if result.size:
        inner = prod(block.shape[axis + 1 :])
        table = rows.first, rows.index, rows.weight.astype(dtype)
        if inner >= LEAST_INNER:
            _weigh_planes(_flat(block), _flat(result), *table, n, inner)
        else:
            scratch = np.empty(2 * n, dtype), np.empty(table[2].size, dtype), np.empty(len(rows), dtype)
            _weigh_lines(_flat(block), _flat(result), *table, n, inner, *scratch)
    return result


def _weigh_planes(
    const pixel[::1] block,
    real[::1] result,
    const int64_t[::1] first,
    const int64_t[::1] index,
    const real[::1] weight,
    Py_ssize_t n,
    Py_ssize_t inner,
):
    """Weighted sums of rows of `inner` pixels, which lie side by side."""
    cdef Py_ssize_t rows = first.shape[0] - 1, outer = block.shape[0] // (n * inner), o, j, t, begin, width
    cdef int64_t k
    with nogil:
        for o in range(outer):
            for t in range((inner + TILE - 1) // TILE):
                begin = t * TILE
                width = min(inner - begin, <Py_ssize_t>TILE)
                for j in range(rows):
                    k = first[j]
                    _weigh_row(
                        &result[(o * rows + j) * inner + begin],
                        &block[o * n * inner + begin],
                        &index[k], &weight[k], first[j + 1] - k, inner, width,
                    )


cdef void _weigh_row(
    real *out, const pixel *block, const int64_t *index, const real *weight,
    Py_ssize_t taps, Py_ssize_t inner, Py_ssize_t width,
) noexcept nogil:
    """One row of sums. The first one to four terms start it, so that all others come in fours."""
    cdef Py_ssize_t i, k = (taps - 1) % 4 + 1
    cdef const pixel *a = block + index[0] * inner
    cdef const pixel *b = block + index[1 if k > 1 else 0] * inner
    cdef const pixel *c = block + index[2 if k > 2 else 0] * inner
    cdef const pixel *d = block + index[3 if k > 3 else 0] * inner
    cdef real s = weight[0], t = weight[1 if k > 1 else 0]
    cdef real u = weight[2 if k > 2 else 0], v = weight[3 if k > 3 else 0]
    if k == 1:
        for i in range(width):
            out[i] = s * <real>a[i]
    elif k == 2:
        for i in range(width):
            out[i] = s * <real>a[i] + t * <real>b[i]
    elif k == 3:
        for i in range(width):
            out[i] = s * <real>a[i] + t * <real>b[i] + u * <real>c[i]
    else:
        for i in range(width):
            out[i] = s * <real>a[i] + t * <real>b[i] + u * <real>c[i] + v * <real>d[i]
    while k < taps:
        a, b = block + index[k] * inner, block + index[k + 1] * inner
        c, d = block + index[k + 2] * inner, block + index[k + 3] * inner
        s, t, u, v = weight[k], weight[k + 1], weight[k + 2], weight[k + 3]
        for i in range(width):
            out[i] = out[i] + s * <real>a[i] + t * <real>b[i] + u * <real>c[i] + v * <real>d[i]
        k += 4


def _weigh_lines(
    const pixel[::1] block,
    real[::1] result,
    const int64_t[::1] first,
    const int64_t[::1] index,
    const real[::1] weight,
    Py_ssize_t n,
    Py_ssize_t inner,
    real[::1] phases,
    real[::1] weights,
    real[::1] sums,
):
    """Weighted sums along lines: `inner` of them interleaved, so that pixels of a line are `inner` apart.

    Rows that take as many neighbouring pixels each and begin one step after the other are a run. With
    the pixels of a line split into phases (every step-th pixel), tap k of all rows of a run reads
    neighbours in one phase, whatever the weights; other rows are summed one by one.
    """
    cdef Py_ssize_t rows = first.shape[0] - 1, lines = block.shape[0] // n, a = 0, b, line
    cdef const pixel *pixels
    cdef real *out
    cdef bint run
    with nogil:
        while a < rows:
            b = _end_of_run(&first[0], &index[0], a, rows)
            run = b - a >= LEAST_RUN
            if run:
                _sort_by_tap(&weights[0], &weight[first[a]], b - a, first[a + 1] - first[a])
            while not run and b < rows and _end_of_run(&first[0], &index[0], b, rows) - b < LEAST_RUN:
                b += 1
            for line in range(lines):
                pixels = &block[line // inner * n * inner + line % inner]
                out = &result[(line // inner * rows + a) * inner + line % inner]
                if run:
                    _weigh_run(
                        out, pixels, &first[a], &index[0], &weights[0], b - a, inner, &phases[0], &sums[0]
                    )
                else:
                    _weigh_each(out, pixels, &first[a], &index[0], &weight[0], b - a, inner)
            a = b


cdef Py_ssize_t _end_of_run(
    const int64_t *first, const int64_t *index, Py_ssize_t a, Py_ssize_t rows
) noexcept nogil:
    """One past the last row of the run that begins with row `a`; a run's pixels stay in the cache."""
    cdef Py_ssize_t b = a + 1, step, limit
    if b == rows or not _alike(first, index, a):
        return b
    step = index[first[b]] - index[first[a]]
    if step < 1:
        return b
    limit = min(rows, a + max(TILE // step, <Py_ssize_t>LEAST_RUN))
    while b < limit and _alike(first, index, b - 1) and index[first[b]] - index[first[b - 1]] == step:
        b += 1
    return b


cdef bint _alike(const int64_t *first, const int64_t *index, Py_ssize_t j) noexcept nogil:
    """Whether rows `j` and `j + 1` take equally many pixels, neighbours all."""
    cdef int64_t a = first[j], b = first[j + 1], c = first[j + 2]
    return c - b == b - a and index[b - 1] - index[a] == b - 1 - a and index[c - 1] - index[b] == b - 1 - a


cdef void _sort_by_tap(real *by_tap, const real *weight, Py_ssize_t rows, Py_ssize_t taps) noexcept nogil:
    cdef Py_ssize_t j, k
    for j in range(rows):
        for k in range(taps):
            by_tap[k * rows + j] = weight[j * taps + k]


cdef void _weigh_run(
    real *out, const pixel *pixels, const int64_t *first, const int64_t *index, const real *weights,
    Py_ssize_t rows, Py_ssize_t inner, real *phases, real *sums,
) noexcept nogil:
    """The sums of a run of rows for one line."""
    cdef Py_ssize_t start = index[first[0]], step = index[first[1]] - start, taps = first[1] - first[0], j
    cdef Py_ssize_t span = step * (rows - 1) + taps, length = (span + step - 1) // step
    _split(phases, pixels + start * inner, span, step, min(step, taps), length, inner)
    if inner == 1:
        _sum_phases(out, phases, weights, rows, taps, step, length)
    else:
        _sum_phases(sums, phases, weights, rows, taps, step, length)
        for j in range(rows):
            out[j * inner] = sums[j]


cdef void _split(
    real *phases, const pixel *pixels, Py_ssize_t span, Py_ssize_t step, Py_ssize_t used, Py_ssize_t length,
    Py_ssize_t inner,
) noexcept nogil:
    """Every `step`-th pixel from the first on, from the second on, and so on, for `used` phases."""
    cdef Py_ssize_t i, q
    cdef real *odd = phases + length
    if step == 2 and used == 2 and inner == 1:
        for i in range(span // 2):
            phases[i] = <real>pixels[2 * i]
            odd[i] = <real>pixels[2 * i + 1]
        if span % 2:
            phases[span // 2] = <real>pixels[span - 1]
        return
    for q in range(used):
        for i in range((span - q + step - 1) // step):
            phases[q * length + i] = <real>pixels[(i * step + q) * inner]


cdef void _sum_phases(
    real *out, const real *phases, const real *weights, Py_ssize_t rows, Py_ssize_t taps, Py_ssize_t step,
    Py_ssize_t length,
) noexcept nogil:
    """One sum per row. The first one to four terms start it, so that all others come in fours."""
    cdef Py_ssize_t i, k = (taps - 1) % 4 + 1
    cdef const real *a = phases
    cdef const real *b = _tap(phases, 1, step, length)
    cdef const real *c = _tap(phases, 2, step, length)
    cdef const real *d = _tap(phases, 3, step, length)
    cdef const real *s = weights
    cdef const real *t = s + rows
    cdef const real *u = t + rows
    cdef const real *v = u + rows
    if k == 1:
        for i in range(rows):
            out[i] = s[i] * a[i]
    elif k == 2:
        for i in range(rows):
            out[i] = s[i] * a[i] + t[i] * b[i]
    elif k == 3:
        for i in range(rows):
            out[i] = s[i] * a[i] + t[i] * b[i] + u[i] * c[i]
    else:
        for i in range(rows):
            out[i] = s[i] * a[i] + t[i] * b[i] + u[i] * c[i] + v[i] * d[i]
    while k < taps:
        a, b = _tap(phases, k, step, length), _tap(phases, k + 1, step, length)
        c, d = _tap(phases, k + 2, step, length), _tap(phases, k + 3, step, length)
        s, t = weights + k * rows, weights + (k + 1) * rows
        u, v = weights + (k + 2) * rows, weights + (k + 3) * rows
        for i in range(rows):
            out[i] = out[i] + s[i] * a[i] + t[i] * b[i] + u[i] * c[i] + v[i] * d[i]
        k += 4


cdef inline const real *_tap(
    const real *phases, Py_ssize_t k, Py_ssize_t step, Py_ssize_t length
) noexcept nogil:
    """The pixels under tap `k` of all rows."""
    return phases + k % step * length + k // step


cdef void _weigh_each(
    real *out, const pixel *pixels, const int64_t *first, const int64_t *index, const real *weight,
    Py_ssize_t rows, Py_ssize_t inner,
) noexcept nogil:
    """The sums of rows of any kind for one line."""
    cdef Py_ssize_t j, k
    cdef real weighted
    for j in range(rows):
        weighted = weight[first[j]] * <real>pixels[index[first[j]] * inner]
        for k in range(first[j] + 1, first[j + 1]):
            weighted = weighted + weight[k] * <real>pixels[index[k] * inner]
        out[j * inner] = weighted


# ---- rounding ----


def round_to(values, dtype):
    """Floats as `dtype`: integers half to even, clipped to the range (2^53 for 64 bits), NaN the least."""
    dtype = np.dtype(dtype)
    if dtype not in WHOLES or values.dtype not in REALS:
        return reference.round_to(values, dtype)
    rounded = np.empty(values.shape, dtype)
    range_ = np.iinfo(dtype)
    if rounded.size:
        _round(_flat(values), _flat(rounded), max(range_.min, -(2**53)), min(range_.max, 2**53))
    return rounded


def _round(const real[::1] values, whole[::1] rounded, double low, double high):
    """Adding 1.5 times 2^23 (2^52 in float64) leaves no bits for a fraction, so it rounds half to even."""
    cdef Py_ssize_t i, n = values.shape[0]
    cdef const real *v = &values[0]
    cdef whole *out = &rounded[0]
    cdef float least = <float>low, most = <float>high, magic = 12582912.0
    cdef double wide_magic = 6755399441055744.0
    with nogil:
        if sizeof(whole) <= 2 and sizeof(real) == 4:
            for i in range(n):
                out[i] = <whole><int32_t>((_clip(<float>v[i], least, most) + magic) - magic)
        elif sizeof(whole) <= 2 or whole is int32_t:
            for i in range(n):
                out[i] = <whole><int32_t>((_clip(<double>v[i], low, high) + wide_magic) - wide_magic)
        elif sizeof(whole) == 4:
            for i in range(n):
                out[i] = <whole><int64_t>((_clip(<double>v[i], low, high) + wide_magic) - wide_magic)
        else:
            for i in range(n):
                out[i] = <whole><int64_t>rint(_clip(<double>v[i], low, high))


cdef inline real _clip(real value, real low, real high) noexcept nogil:
    """`value` within the range; NaN at its low end."""
    value = value if value > low else low
    return value if value < high else high


# ---- sums and means of windows ----


def window_sum(block, window, dtype):
    """The sum of every window in `dtype`: rows of the last axis added up in C order, then along the row."""
    dtype = np.dtype(dtype)
    _check_dtype("the dtype of a block to sum", block.dtype, PIXELS)
    _check_dtype("the dtype of sums", dtype, (*WHOLES[4:], REALS[1]) if block.dtype in WHOLES else REALS[1:])
    sums = _result(block, window, dtype)
    if sums.size:
        pixels, steps = _spread(block)
        places = _window_rows(block.shape, steps, window)
        n = block.shape[-1]
        flat = _flat_bits(sums)
        _sum_windows(pixels, flat, *places, n, window[-1], np.empty(_tile(n, window[-1]), flat.dtype))
    return sums


def _sum_windows(
    const pixel[::1] block,
    total[::1] sums,
    const int64_t[::1] rows,
    const int64_t[::1] others,
    Py_ssize_t n,
    Py_ssize_t window,
    total[::1] row,
):
    """Row by row of windows, the sums of their columns in `row`."""
    cdef Py_ssize_t r, t, begin, width, tile = row.shape[0], count = n // window
    cdef total *out
    cdef total *columns
    with nogil:
        for r in range(rows.shape[0]):
            for t in range((n + tile - 1) // tile):
                begin = t * tile
                width = min(n - begin, tile)
                out = &sums[r * count + begin // window]
                columns = &row[0] if window > 1 else out
                _sum_columns(columns, &block[rows[r] + begin], &others[0], others.shape[0], width)
                if window > 1:
                    _sum_along(out, &row[0], width // window, window)


cdef void _sum_columns(
    total *out, const pixel *block, const int64_t *others, Py_ssize_t count, Py_ssize_t width
) noexcept nogil:
    cdef Py_ssize_t i, k
    cdef const pixel *a
    cdef const pixel *b
    for i in range(width):
        out[i] = <total>block[i]
    for k in range(1, count - 1, 2):
        a, b = block + others[k], block + others[k + 1]
        for i in range(width):
            out[i] = out[i] + <total>a[i] + <total>b[i]
    if count % 2 == 0:
        a = block + others[count - 1]
        for i in range(width):
            out[i] = out[i] + <total>a[i]


cdef void _sum_along(total *out, const total *row, Py_ssize_t count, Py_ssize_t window) noexcept nogil:
    cdef Py_ssize_t j, k
    cdef total added
    if window == 2:
        for j in range(count):
            out[j] = row[2 * j] + row[2 * j + 1]
        return
    for j in range(count):
        added = row[j * window]
        for k in range(1, window):
            added = added + row[j * window + k]
        out[j] = added


def mean_of_sums(sums, count, dtype):
    """`sums` of `count` pixels each as means: integers half to even, bool by majority, floats divided."""
    dtype = np.dtype(dtype)
    _check_dtype("the dtype of sums", sums.dtype, (*WHOLES[4:], REALS[1]))
    if sums.dtype.kind == "f" or dtype not in WHOLES:
        return reference.mean_of_sums(sums, count, dtype)
    means = np.empty(sums.shape, dtype)
    if means.size:
        _mean_wholes(_flat(sums), _flat_bits(means), count)
    return means


def _mean_wholes(const whole_total[::1] sums, unsigned_whole[::1] means, uint64_t count):
    """Means modulo the range of `means`, in which signed ones have the same bits as unsigned ones."""
    cdef Py_ssize_t i, n = sums.shape[0]
    cdef const whole_total *s = &sums[0]
    cdef unsigned_whole *out = &means[0]
    cdef int shift = 0
    with nogil:
        while count >> shift > 1:
            shift += 1
        if count == <uint64_t>1 << shift:
            for i in range(n):
                out[i] = <unsigned_whole>_shifted_mean(s[i], shift)
        else:
            for i in range(n):
                out[i] = <unsigned_whole>_divided_mean(s[i], <whole_total>count)


cdef inline whole_total _shifted_mean(whole_total added, int shift) noexcept nogil:
    """``added / 2**shift``, one more if twice the rest (plus 1 after an odd quotient) is above the count."""
    cdef whole_total quotient = added >> shift, count = <whole_total>1 << shift
    cdef whole_total twice = 2 * (added & (count - 1)) + (quotient & 1)
    return quotient + ((twice + count - 1) >> (shift + 1))


cdef inline whole_total _divided_mean(whole_total added, whole_total count) noexcept nogil:
    """``added / count``, likewise."""
    cdef whole_total quotient = added // count, rest = added % count
    if rest < 0:
        quotient, rest = quotient - 1, rest + count
    return quotient + (2 * rest + (quotient & 1) > count)


def window_mean64(block, window):
    """The mean of every window of 64-bit integers, exact, rounded half to even."""
    _check_dtype("the dtype of a block of 64-bit integers", block.dtype, WHOLES[6:])
    means = _result(block, window, block.dtype)
    if means.size:
        n = block.shape[-1]
        row = np.empty(_tile(n, window[-1]), np.uint64)
        pixels, steps = _spread(block)
        places = _window_rows(block.shape, steps, window)
        _mean64(pixels, _flat_bits(means), *places, n, window[-1], row, np.empty_like(row))
    return means


def _mean64(
    const whole64[::1] block,
    uint64_t[::1] means,
    const int64_t[::1] rows,
    const int64_t[::1] others,
    Py_ssize_t n,
    Py_ssize_t window,
    uint64_t[::1] high,
    uint64_t[::1] low,
):
    """Sums of the high and of the low halves cannot overflow for windows of up to 2^31 pixels."""
    cdef Py_ssize_t r, t, begin, width, j, tile = high.shape[0], count = n // window
    with nogil:
        for r in range(rows.shape[0]):
            for t in range((n + tile - 1) // tile):
                begin = t * tile
                width = min(n - begin, tile)
                _sum_halves(&high[0], &low[0], &block[rows[r] + begin], &others[0], others.shape[0], width)
                for j in range(width // window):
                    means[r * count + begin // window + j] = _mean_of_halves(
                        &high[j * window], &low[j * window], window, window * others.shape[0]
                    )


cdef void _sum_halves(
    uint64_t *high, uint64_t *low, const whole64 *block, const int64_t *others,
    Py_ssize_t count, Py_ssize_t width,
) noexcept nogil:
    cdef Py_ssize_t i, k
    cdef const whole64 *a
    for i in range(width):
        high[i] = <uint64_t>(block[i] >> 32)
        low[i] = <uint32_t>block[i]
    for k in range(1, count):
        a = block + others[k]
        for i in range(width):
            high[i] += <uint64_t>(a[i] >> 32)
            low[i] += <uint32_t>a[i]


cdef uint64_t _mean_of_halves(
    const uint64_t *highs, const uint64_t *lows, Py_ssize_t window, int64_t count
) noexcept nogil:
    cdef uint64_t low = 0, twice, mean
    cdef int64_t high = 0, quotient
    cdef Py_ssize_t k
    for k in range(window):
        high += <int64_t>highs[k]
        low += lows[k]
    quotient = high // count
    if quotient * count > high:
        quotient -= 1
    low += <uint64_t>(high - quotient * count) << 32
    mean = (<uint64_t>quotient << 32) + low // <uint64_t>count
    twice = 2 * (low % <uint64_t>count) + (mean & 1)
    return mean + (twice > <uint64_t>count)


# ---- the least and the greatest of windows ----


def window_min(block, window):
    """The least pixel of every window; NaN if one is; the first of equal ones."""
    return _extremes(block, window, True)


def window_max(block, window):
    """The greatest pixel of every window; NaN if one is; the first of equal ones."""
    return _extremes(block, window, False)


def _extremes(block, window, least):
    _check_dtype("the dtype of a block to take the least or greatest pixels of", block.dtype, PIXELS)
    extremes = _result(block, window, block.dtype)
    if extremes.size:
        n = block.shape[-1]
        row = np.empty(_tile(n, window[-1]), block.dtype)
        pixels, steps = _spread(block)
        places = _window_rows(block.shape, steps, window)
        _extreme_windows(pixels, _flat(extremes), *places, n, window[-1], row, least)
    return extremes


def _extreme_windows(
    const pixel[::1] block,
    pixel[::1] extremes,
    const int64_t[::1] rows,
    const int64_t[::1] others,
    Py_ssize_t n,
    Py_ssize_t window,
    pixel[::1] row,
    bint least,
):
    """Columns first, then along the row; floats the other way, so that the first of 0.0 and -0.0 is kept."""
    cdef Py_ssize_t r, k, t, begin, width, tile = row.shape[0], count = n // window
    cdef const pixel *pixels
    cdef pixel *out
    with nogil:
        for r in range(rows.shape[0]):
            for t in range((n + tile - 1) // tile):
                begin = t * tile
                width = min(n - begin, tile)
                out = &extremes[r * count + begin // window]
                pixels = &block[rows[r] + begin]
                if pixel is float or pixel is double:
                    _extreme_along(out, pixels, width // window, window, least)
                    for k in range(1, others.shape[0]):
                        _extreme_along(&row[0], pixels + others[k], width // window, window, least)
                        _keep_extremes(out, &row[0], width // window, least)
                else:
                    _copy(&row[0], pixels, width)
                    for k in range(1, others.shape[0]):
                        _keep_extremes(&row[0], pixels + others[k], width, least)
                    _extreme_along(out, &row[0], width // window, window, least)


cdef void _copy(pixel *out, const pixel *pixels, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        out[i] = pixels[i]


cdef inline pixel _lesser(pixel kept, pixel other) noexcept nogil:
    if pixel is float or pixel is double:
        return other if (other < kept) | (other != other) else kept
    else:
        return other if other < kept else kept


cdef inline pixel _greater(pixel kept, pixel other) noexcept nogil:
    if pixel is float or pixel is double:
        return other if (other > kept) | (other != other) else kept
    else:
        return other if other > kept else kept


cdef void _keep_extremes(pixel *kept, const pixel *others, Py_ssize_t n, bint least) noexcept nogil:
    """Of each pair the lesser or the greater one."""
    cdef Py_ssize_t i
    if least:
        for i in range(n):
            kept[i] = _lesser(kept[i], others[i])
    else:
        for i in range(n):
            kept[i] = _greater(kept[i], others[i])


cdef void _extreme_along(
    pixel *out, const pixel *row, Py_ssize_t count, Py_ssize_t window, bint least
) noexcept nogil:
    """Of every `window` neighbours the least or the greatest one."""
    cdef Py_ssize_t j, k
    if window == 2 and least:
        for j in range(count):
            out[j] = _lesser(row[2 * j], row[2 * j + 1])
    elif window == 2:
        for j in range(count):
            out[j] = _greater(row[2 * j], row[2 * j + 1])
    else:
        for j in range(count):
            out[j] = row[j * window]
            for k in range(1, window):
                if least:
                    out[j] = _lesser(out[j], row[j * window + k])
                else:
                    out[j] = _greater(out[j], row[j * window + k])


# ---- the most frequent and the middle pixel of windows ----


def window_mode(block, window):
    """The most frequent integer of every window; of equally frequent ones non-zero, then the least."""
    _check_dtype("the dtype of a block to take the most frequent pixels of", block.dtype, WHOLES)
    modes = _result(block, window, block.dtype)
    if modes.size:
        n = block.shape[-1]
        lanes = np.zeros((prod(window) + 1) * LANES, block.dtype)
        differ = np.empty(_tile(n, window[-1]), block.dtype)
        pixels, steps = _spread(block)
        places = _window_rows(block.shape, steps, window)
        _mode_windows(pixels, _flat(modes), *places, n, window[-1], lanes, differ)
    return modes


def _mode_windows(
    const whole[::1] block,
    whole[::1] modes,
    const int64_t[::1] rows,
    const int64_t[::1] others,
    Py_ssize_t n,
    Py_ssize_t window,
    whole[::1] lanes,
    whole[::1] differ,
):
    """Windows of one value are done at sight: most are, in label images.

    Large ones of few values are counted, all others sorted.
    """
    cdef Py_ssize_t r, t, begin, j, place, tile = differ.shape[0], count = n // window, filled = 0
    cdef Py_ssize_t size = window * others.shape[0]
    cdef Py_ssize_t places[LANES]
    cdef const whole *pixels
    cdef const whole *corner
    with nogil:
        for r in range(rows.shape[0]):
            for t in range((n + tile - 1) // tile):
                begin = t * tile
                pixels = &block[rows[r] + begin]
                _differences(&differ[0], pixels, &others[0], others.shape[0], min(n - begin, tile))
                for j in range(min(n - begin, tile) // window):
                    place = r * count + begin // window + j
                    corner = pixels + j * window
                    modes[place] = corner[0]
                    if not _any(&differ[j * window], corner, window):
                        continue
                    if size >= LEAST_COUNTED and _counted_mode(
                        &modes[place], corner, &others[0], others.shape[0], window
                    ):
                        continue
                    places[filled] = place
                    _fill(&lanes[filled], corner, &others[0], others.shape[0], window)
                    filled += 1
                    if filled == LANES:
                        _modes_of_lanes(&lanes[0], size)
                        _scatter(&modes[0], places, &lanes[size * LANES], filled)
                        filled = 0
        _modes_of_lanes(&lanes[0], size)
        _scatter(&modes[0], places, &lanes[size * LANES], filled)


cdef void _differences(
    whole *differ, const whole *pixels, const int64_t *others, Py_ssize_t count, Py_ssize_t width
) noexcept nogil:
    """Bits that are not the same all down a column."""
    cdef Py_ssize_t i, k
    cdef const whole *other
    for i in range(width):
        differ[i] = 0
    for k in range(1, count):
        other = pixels + others[k]
        for i in range(width):
            differ[i] |= pixels[i] ^ other[i]


cdef inline bint _any(const whole *differ, const whole *pixels, Py_ssize_t window) noexcept nogil:
    """Whether a window holds several values, given what differs in its columns."""
    cdef Py_ssize_t k
    cdef whole bits = differ[0]
    for k in range(1, window):
        bits |= differ[k] | (pixels[k] ^ pixels[0])
    return bits != 0


cdef bint _counted_mode(
    whole *mode, const whole *corner, const int64_t *others, Py_ssize_t count, Py_ssize_t window
) noexcept nogil:
    """Whether the window has few enough values to count them, and then its mode."""
    cdef whole values[DISTINCT]
    cdef Py_ssize_t counts[DISTINCT]
    cdef Py_ssize_t k, i, at = 0, known = 1
    cdef whole value
    values[0], counts[0] = corner[0], 0
    for k in range(count):
        for i in range(window):
            value = corner[others[k] + i]
            if value != values[at]:
                at = 0
                while at < known and values[at] != value:
                    at += 1
                if at == DISTINCT:
                    return False
                if at == known:
                    values[at], counts[at] = value, 0
                    known += 1
            counts[at] += 1
    at = 0
    for k in range(1, known):
        if counts[k] > counts[at] or (counts[k] == counts[at] and _preferred(values[k], values[at])):
            at = k
    mode[0] = values[at]
    return True


cdef inline bint _preferred(whole value, whole other) noexcept nogil:
    """Which of two equally frequent values is the mode: non-zero, then the least."""
    return value != 0 and (other == 0 or value < other)


cdef void _fill(
    pixel *lane, const pixel *corner, const int64_t *others, Py_ssize_t count, Py_ssize_t window
) noexcept nogil:
    """The pixels of a window down a lane; adding 0 takes the sign of -0.0, which has no place in an order."""
    cdef Py_ssize_t k, i, place = 0
    for k in range(count):
        for i in range(window):
            lane[place] = corner[others[k] + i] + 0
            place += LANES


cdef void _scatter(
    pixel *out, const Py_ssize_t *places, const pixel *results, Py_ssize_t count
) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(count):
        out[places[i]] = results[i]


cdef void _sort_lanes(pixel *lanes, Py_ssize_t size) noexcept nogil:
    """Every lane in rising order, by Batcher's network of exchanges (Knuth, TAOCP 3, 5.2.2 M)."""
    cdef Py_ssize_t top = 1, p, q, r, d, i
    while 2 * top < size:
        top *= 2
    p = top
    while p > 0:
        q, r, d = top, 0, p
        while d > 0:
            for i in range(size - d):
                if i & p == r:
                    _exchange(lanes + i * LANES, lanes + (i + d) * LANES)
            d, q, r = q - p, q // 2, p
        p //= 2


cdef inline void _exchange(pixel *low, pixel *high) noexcept nogil:
    """The lesser of each pair to `low`, the greater one to `high`."""
    cdef Py_ssize_t i
    cdef pixel a, b
    for i in range(LANES):
        a, b = low[i], high[i]
        low[i] = b if b < a else a
        high[i] = b if b > a else a


cdef void _modes_of_lanes(whole *lanes, Py_ssize_t size) noexcept nogil:
    """Behind the lanes: the value of each lane's longest run, of the first of equal ones that is not 0."""
    cdef Py_ssize_t i, k
    cdef whole *best = lanes + size * LANES
    cdef const whole *value
    cdef uint32_t run[LANES]
    cdef uint32_t longest[LANES]
    cdef bint better
    _sort_lanes(lanes, size)
    for i in range(LANES):
        best[i], run[i], longest[i] = lanes[i], 1, 1
    for k in range(1, size):
        value = lanes + k * LANES
        for i in range(LANES):
            run[i] = run[i] + 1 if value[i] == value[i - LANES] else 1
            better = (run[i] > longest[i]) | ((run[i] == longest[i]) & (best[i] == 0))
            best[i] = value[i] if better else best[i]
            longest[i] = run[i] if better else longest[i]


def window_median(block, window):
    """The median of every window: of two integers the lower, of floats the mean; NaN if one is; no -0.0."""
    _check_dtype("the dtype of a block to take the medians of", block.dtype, PIXELS)
    medians = _result(block, window, block.dtype)
    if medians.size:
        lanes = np.zeros((prod(window) + 1) * LANES, block.dtype)
        pixels, steps = _spread(block)
        places = _window_rows(block.shape, steps, window)
        _median_windows(pixels, _flat(medians), *places, medians.shape[-1], window[-1], lanes)
    return medians


def _median_windows(
    const pixel[::1] block,
    pixel[::1] medians,
    const int64_t[::1] rows,
    const int64_t[::1] others,
    Py_ssize_t count,
    Py_ssize_t window,
    pixel[::1] lanes,
):
    cdef Py_ssize_t r, j, filled = 0, size = window * others.shape[0]
    cdef Py_ssize_t places[LANES]
    with nogil:
        for r in range(rows.shape[0]):
            for j in range(count):
                places[filled] = r * count + j
                _fill(&lanes[filled], &block[rows[r] + j * window], &others[0], others.shape[0], window)
                filled += 1
                if filled == LANES:
                    _medians_of_lanes(&lanes[0], size)
                    _scatter(&medians[0], places, &lanes[size * LANES], filled)
                    filled = 0
        _medians_of_lanes(&lanes[0], size)
        _scatter(&medians[0], places, &lanes[size * LANES], filled)


cdef void _medians_of_lanes(pixel *lanes, Py_ssize_t size) noexcept nogil:
    """Behind the lanes: the median of each. Lanes with a NaN come out of the network in no order."""
    cdef Py_ssize_t i, k
    cdef pixel *middle = lanes + size * LANES
    cdef const pixel *low = lanes + (size - 1) // 2 * LANES
    cdef const pixel *high = lanes + size // 2 * LANES
    cdef pixel nans[LANES]
    if pixel is float or pixel is double:
        for i in range(LANES):
            nans[i] = 0
        for k in range(size):
            for i in range(LANES):
                nans[i] = lanes[k * LANES + i] if lanes[k * LANES + i] != lanes[k * LANES + i] else nans[i]
    _sort_lanes(lanes, size)
    for i in range(LANES):
        middle[i] = low[i]
    if pixel is float or pixel is double:
        if size % 2 == 0:
            for i in range(LANES):
                middle[i] = <pixel>(0.5 * <double>low[i] + 0.5 * <double>high[i])
        for i in range(LANES):
            middle[i] = nans[i] if nans[i] != nans[i] else middle[i]
