"""`resize`, `local_mean` and `zoom` are what scikit-image and SciPy make of the whole level, rounded."""

import itertools

import numpy as np
import pytest
import scipy.ndimage
import skimage.transform

import ome_zarr

SHAPES = [((96, 80), "yx"), ((61, 83), "yx"), ((7, 50, 45), "zyx"), ((2, 3, 40, 36), "czyx")]
FACTORS = {"yx": [2, 4], "zyx": [{"z": 2, "y": 2, "x": 2}, {"z": 2, "y": 6, "x": 5}], "czyx": [3, 5]}
DTYPES = ["u1", "u2", "i2", "u4", "f4", "f8"]


def picture(shape, dtype, seed=0):
    """Blobs and noise within the range of every dtype."""
    random = np.random.default_rng(seed)
    smooth = scipy.ndimage.gaussian_filter(random.random(shape), 2)
    values = 20 + 100 * smooth / smooth.max() + random.normal(0, 5, shape)
    return values.astype(dtype)


def levels(pixels, target, **wishes):
    return [np.asarray(level) for level in ome_zarr.write(pixels, target, chunks=16, **wishes)]


def assert_as_judged(mine, judged):
    """Within the rounding of the accumulator; integers differ only where that decides a half."""
    judged = np.asarray(judged, np.float64)
    if mine.dtype.kind == "f":
        np.testing.assert_allclose(mine, judged, rtol=3e-6)
        return
    assert np.abs(mine - judged).max() <= 0.5 + 1e-4
    assert (mine == np.rint(judged)).mean() > 0.99


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes"), SHAPES, ids=str)
def test_resize_is_that_of_scikit_image_on_the_whole_level(tmp_path, shape, axes, dtype):
    made = levels(picture(shape, dtype), tmp_path / "a.zarr", axes=axes, scale_factors=FACTORS[axes], method="resize")
    for below, level in itertools.pairwise(made):
        judged = skimage.transform.resize(
            below.astype("f8"), level.shape, order=1, mode="reflect", anti_aliasing=True, preserve_range=True
        )
        assert_as_judged(level, judged)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes"), SHAPES, ids=str)
def test_zoom_is_that_of_scipy_on_the_whole_level(tmp_path, shape, axes, dtype):
    made = levels(picture(shape, dtype), tmp_path / "a.zarr", axes=axes, scale_factors=FACTORS[axes], method="zoom")
    for below, level in itertools.pairwise(made):
        ratios = np.divide(level.shape, below.shape)
        judged = scipy.ndimage.zoom(below.astype("f8"), ratios, order=1, grid_mode=True, mode="nearest")
        assert_as_judged(level, judged)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes"), SHAPES, ids=str)
def test_local_mean_is_that_of_scikit_image_on_whole_windows_of_level_0(tmp_path, shape, axes, dtype):
    pixels, wishes = picture(shape, dtype), FACTORS[axes]
    made = levels(pixels, tmp_path / "a.zarr", axes=axes, scale_factors=wishes, method="local_mean")
    rows = [wish if isinstance(wish, dict) else {"y": wish, "x": wish} for wish in wishes]
    for level, row in zip(made[1:], rows, strict=True):
        factors = tuple(row.get(axis, 1) for axis in axes)
        whole = pixels[tuple(slice(0, m * f) for m, f in zip(level.shape, factors, strict=True))]
        judged = skimage.transform.downscale_local_mean(whole.astype("f8"), factors)
        assert_as_judged(level, judged)


@pytest.mark.parametrize("window", [2, 3, 4])
def test_median_min_and_max_are_those_of_block_reduce(tmp_path, window):
    pixels = picture((60, 48), "f4")
    for method, function in (("median", np.median), ("min", np.min), ("max", np.max)):
        made = levels(pixels, tmp_path / f"{method}.zarr", axes="yx", scale_factors=[window], method=method)
        judged = skimage.measure.block_reduce(pixels, (window, window), function)
        np.testing.assert_array_equal(made[1], judged.astype("f4"))


@pytest.mark.parametrize("window", [2, 3])
def test_mode_is_that_of_scipy_where_no_two_values_are_as_frequent(tmp_path, window):
    pixels = scipy.ndimage.zoom(np.random.default_rng(0).integers(0, 9, (12, 12)), 5, order=0).astype("u4")
    made = levels(pixels, tmp_path / "a.zarr", axes="yx", scale_factors=[window], method="mode")
    sides = [n // window * window for n in pixels.shape]
    windows = pixels[: sides[0], : sides[1]].reshape(sides[0] // window, window, -1, window).swapaxes(1, 2)
    counts = (windows[..., None] == np.arange(9)).sum(axis=(2, 3))
    single = (counts == counts.max(axis=-1, keepdims=True)).sum(axis=-1) == 1
    np.testing.assert_array_equal(made[1][single], counts.argmax(axis=-1)[single])
    assert single.mean() > 0.5
