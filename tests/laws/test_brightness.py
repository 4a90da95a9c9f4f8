"""Law 6: `local_mean` and `resize` keep the mean brightness: rounding has no bias."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.testing.strategies import pyramids

FACTORS = [{"y": 2, "x": 2}, {"y": 4, "x": 4}, {"y": 8, "x": 8}]


def means_of(pixels, method):
    image = ome_zarr.write(pixels, MemoryStore(), axes="yx", method=method, scale_factors=FACTORS, chunks=64)
    return np.array([np.asarray(level).mean(dtype=np.float64) for level in image])


@pytest.mark.parametrize("method", ["local_mean", "resize"])
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"])
def test_integers_are_as_bright_as_the_same_numbers_in_float64(method, dtype):
    pixels = np.random.default_rng(5).integers(0, 12, (256, 256)).astype(dtype)
    bias = means_of(pixels, method) - means_of(pixels.astype(np.float64), method)
    # 1024 pixels at level 3, errors within 1/2: the mean of unbiased ones is within four deviations,
    # 4 * 0.29 / 32 = 0.036; truncation would make it 0.5.
    assert np.abs(bias).max() < 0.04


@pytest.mark.parametrize("method", ["local_mean", "resize"])
def test_no_level_is_darker_or_brighter_than_level_0(method):
    blob = np.hypot(*np.meshgrid(np.linspace(-1, 1, 256), np.linspace(-1, 1, 256)))
    means = means_of((40_000 * np.exp(-8 * blob**2)).astype("u2"), method)
    np.testing.assert_allclose(means, means[0], rtol=2e-3)


@given(pyramids(methods=["local_mean"], kinds="iu", clipped=False), st.data())
def test_the_mean_of_whole_windows_is_kept_within_rounding(case, data):
    image = ome_zarr.write(case.source(), MemoryStore(), axes=case.axes, **case.wishes)
    for level, row in zip(image, [{}, *case.wishes["scale_factors"]], strict=True):
        covered = tuple(
            slice(0, min(m * row.get(a, 1), n))
            if n % row.get(a, 1) == 0 or case.wishes["edge"] == "trim"
            else slice(0, 0)
            for a, m, n in zip(case.axes, level.shape, case.pixels.shape, strict=True)
        )
        part = case.pixels[covered].astype(object)
        whole = np.asarray(level).astype(object)
        assert part.size == 0 or abs(2 * (whole.sum() * part.size - part.sum() * whole.size)) <= whole.size * part.size
