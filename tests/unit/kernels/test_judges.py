"""The kernels agree with scikit-image, SciPy and NumPy on whole arrays, up to rounding."""

import statistics
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from scipy import ndimage
from skimage import measure, transform

from ome_zarr.kernels.backend import kernels
from ome_zarr.kernels.rows import Rows, gaussian_linear_rows, linear_rows

# Half a unit from rounding, and what float32 sums may be off by.
HALF = 0.51
WHOLES = ("u1", "i1", "u2", "i2", "u4", "i4")
SPANS = {dtype: (float(np.iinfo(dtype).min), float(np.iinfo(dtype).max)) for dtype in WHOLES}
SPANS |= {"u8": (0.0, 2.0**53), "i8": (-(2.0**53), 2.0**53)}
SHAPES = [
    ((64,), (32,)),
    ((65, 40), (32, 20)),
    ((30, 41), (10, 41)),
    ((16, 33, 50), (8, 16, 20)),
    ((9, 50), (7, 12)),
]
WINDOWS = [
    ((64,), (2,)),
    ((64, 30), (2, 3)),
    ((8, 12, 20), (2, 2, 2)),
    ((16, 16, 16), (4, 4, 4)),
    ((5, 9, 8), (1, 3, 1)),
]


def pixels(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """Pixels across the whole range (as far as float64 is exact), smooth enough not to be noise alone."""
    noise = ndimage.gaussian_filter(np.random.default_rng(7).random(shape), 1)
    part = (noise - noise.min()) / (noise.max() - noise.min())
    low, high = SPANS.get(dtype, (-1e3, 1e3))
    return np.rint(low + part * (high - low)).astype(dtype)


def labels(shape: tuple[int, ...]) -> np.ndarray:
    """Touching objects, with background between some of them."""
    random = np.random.default_rng(3)
    return np.repeat(random.integers(0, 4, shape), 3, axis=-1)[..., : shape[-1]].astype("u4")


def weighed(block: np.ndarray, shape: tuple[int, ...], rows: Callable[[int, int], Rows]) -> np.ndarray:
    """The block with each axis weighed from its extent to that of `shape`, in float64."""
    for axis, (n, m) in enumerate(zip(block.shape, shape, strict=True)):
        block = kernels.weigh(block, axis, rows(n, m), np.float64)
    return block


def parts(block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
    """The pixels of each window along the last axis."""
    views = np.lib.stride_tricks.sliding_window_view(block, window)[tuple(slice(None, None, w) for w in window)]
    return views.reshape(*views.shape[: block.ndim], -1)


@pytest.mark.parametrize(("shape", "smaller"), SHAPES)
@pytest.mark.parametrize("dtype", [*WHOLES, "f8"])
def test_resize_is_that_of_scikit_image(shape: tuple[int, ...], smaller: tuple[int, ...], dtype: str) -> None:
    block = pixels(dtype, shape)
    judge = transform.resize(
        block.astype("f8"), smaller, order=1, mode="reflect", anti_aliasing=True, preserve_range=True
    )
    mine = weighed(block, smaller, gaussian_linear_rows)
    np.testing.assert_allclose(mine, judge, rtol=1e-12, atol=1e-12 * np.abs(judge).max())


@pytest.mark.parametrize(("shape", "smaller"), SHAPES)
@pytest.mark.parametrize("dtype", [*WHOLES, "f8"])
def test_zoom_is_that_of_scipy(shape: tuple[int, ...], smaller: tuple[int, ...], dtype: str) -> None:
    block = pixels(dtype, shape)
    ratio = [m / n for n, m in zip(shape, smaller, strict=True)]
    judge = ndimage.zoom(block.astype("f8"), ratio, order=1, grid_mode=True, mode="nearest")
    mine = weighed(block, smaller, linear_rows)
    np.testing.assert_allclose(mine, judge, rtol=1e-12, atol=1e-12 * np.abs(judge).max())


@pytest.mark.parametrize(("shape", "smaller"), SHAPES)
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2"])
def test_float32_sums_round_to_the_integer_next_to_the_judges_float64(
    shape: tuple[int, ...], smaller: tuple[int, ...], dtype: str
) -> None:
    values = block = pixels(dtype, shape)
    for axis, (n, m) in enumerate(zip(shape, smaller, strict=True)):
        values = kernels.weigh(values, axis, gaussian_linear_rows(n, m), np.float32)
    judge = transform.resize(
        block.astype("f8"), smaller, order=1, mode="reflect", anti_aliasing=True, preserve_range=True
    )
    assert np.abs(kernels.round_to(values, dtype) - judge).max() < HALF


@pytest.mark.parametrize(("shape", "window"), WINDOWS)
@pytest.mark.parametrize("dtype", WHOLES)
def test_means_are_those_of_scikit_image(shape: tuple[int, ...], window: tuple[int, ...], dtype: str) -> None:
    block = pixels(dtype, shape)
    sums = kernels.window_sum(block, window, f"{block.dtype.kind}8")
    mine = kernels.mean_of_sums(sums, int(np.prod(window)), dtype)
    assert np.abs(mine - transform.downscale_local_mean(block.astype("f8"), window)).max() < HALF
    assert np.abs(mine - measure.block_reduce(block.astype("f8"), window, np.mean)).max() < HALF


@pytest.mark.parametrize(("shape", "window"), WINDOWS)
def test_means_of_floats_are_those_of_scikit_image(shape: tuple[int, ...], window: tuple[int, ...]) -> None:
    block = pixels("f4", shape) / np.float32(7)
    mine = kernels.mean_of_sums(kernels.window_sum(block, window, "f8"), int(np.prod(window)), "f8")
    np.testing.assert_allclose(mine, measure.block_reduce(block.astype("f8"), window, np.mean), rtol=1e-13)


@pytest.mark.parametrize(("shape", "window"), WINDOWS)
@pytest.mark.parametrize("dtype", ["u8", "i8"])
def test_means_of_64_bit_integers_are_those_of_pythons_exact_ones(
    shape: tuple[int, ...], window: tuple[int, ...], dtype: str
) -> None:
    range_ = np.iinfo(dtype)
    block = np.random.default_rng(1).integers(range_.min, range_.max, shape, dtype, endpoint=True)
    windows = parts(block, window)
    exact = [round(statistics.mean(map(Fraction, w.tolist()))) for w in windows.reshape(-1, windows.shape[-1])]
    assert kernels.window_mean64(block, window).ravel().tolist() == exact


@pytest.mark.parametrize(("shape", "window"), WINDOWS)
@pytest.mark.parametrize("dtype", [*WHOLES, "u8", "f4", "f8"])
def test_least_and_greatest_pixels_are_those_of_scikit_image(
    shape: tuple[int, ...], window: tuple[int, ...], dtype: str
) -> None:
    block = pixels(dtype, shape)
    np.testing.assert_array_equal(kernels.window_min(block, window), measure.block_reduce(block, window, np.min))
    np.testing.assert_array_equal(kernels.window_max(block, window), measure.block_reduce(block, window, np.max))


@pytest.mark.parametrize(("shape", "window"), WINDOWS)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_medians_of_floats_are_those_of_numpy(shape: tuple[int, ...], window: tuple[int, ...], dtype: str) -> None:
    block = pixels(dtype, shape)
    judge = measure.block_reduce(block, window, np.median)
    np.testing.assert_allclose(kernels.window_median(block, window), judge, rtol=1e-6)


@pytest.mark.parametrize(("shape", "window"), WINDOWS)
@pytest.mark.parametrize("dtype", [*WHOLES, "u8", "i8"])
def test_medians_of_integers_are_the_lower_ones_of_python(
    shape: tuple[int, ...], window: tuple[int, ...], dtype: str
) -> None:
    windows = parts(block := pixels(dtype, shape), window)
    judge = [statistics.median_low(w.tolist()) for w in windows.reshape(-1, windows.shape[-1])]
    assert kernels.window_median(block, window).ravel().tolist() == judge


@pytest.mark.parametrize(("shape", "window"), WINDOWS)
def test_no_label_is_more_frequent_in_a_window_than_its_mode(shape: tuple[int, ...], window: tuple[int, ...]) -> None:
    windows = parts(block := labels(shape), window).reshape(-1, int(np.prod(window)))
    for mode, counted in zip(kernels.window_mode(block, window).ravel(), map(np.unique_counts, windows), strict=True):
        most = counted.values[counted.counts == counted.counts.max()]
        assert mode == min(most, key=lambda label: (label == 0, label))
