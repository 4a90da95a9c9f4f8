"""Law 5: a constant stays constant, and a ramp stays on its physical line."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import OmeZarrWarning
from ome_zarr.kernels.methods import BUILT_IN
from ome_zarr.testing.strategies import pyramids, scale_factors

PLACED = [name for name in BUILT_IN if name not in ("mode", "median", "min", "max")]
WINDOWED = [name for name in BUILT_IN if BUILT_IN[name].placement == "window"]


def levels_of(pixels, **wishes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmeZarrWarning)
        return list(ome_zarr.write(pixels, MemoryStore(), **wishes))


@given(pyramids(finite=True), st.data())
def test_a_constant_image_stays_constant(case, data):
    value = data.draw(st.sampled_from(case.pixels.ravel()[:50].tolist()))
    constant = np.full_like(case.pixels, value)
    # Weights add up to 1 within their rounding: integers come out exact up to 24 bits of a float32, 50 of a float64.
    tolerance = {"f2": 1e-3, "f4": 1e-5, "c8": 1e-5, "f8": 1e-12, "c16": 1e-12, "u8": 1e-14, "i8": 1e-14}
    rtol = tolerance.get(constant.dtype.str[1:], 0)
    for level in levels_of(constant, axes=case.axes, **case.wishes):
        pixels = np.asarray(level)
        np.testing.assert_allclose(pixels, np.full_like(pixels, value), rtol=rtol)


@pytest.mark.parametrize("method", PLACED)
@pytest.mark.parametrize("edge", ["trim", "partial"])
def test_a_ramp_stays_on_its_physical_line(method, edge):
    # The nearest pixel lies half a pixel beside the centre of a window of even size.
    slack = {"nearest": 0.5}.get(method, 0.0)

    @given(
        st.data(),
        st.sampled_from([97, 120, 128, 131]),
        st.floats(0.01, 100),
        st.floats(-1e3, 1e3),
        st.sampled_from(["yx", "zyx"]),
    )
    def law(data, extent, unit, origin, axes):
        shape = (4,) * (len(axes) - 1) + (extent,)
        whole = BUILT_IN[method].placement != "resized"
        factors = data.draw(scale_factors("x", (extent,), whole=whole, clipped=False, levels=2))
        place = origin + unit * np.arange(extent)
        image = levels_of(
            np.broadcast_to(place, shape),
            axes=axes,
            scale_factors=[row for row in factors if row["x"] <= 6],
            method=method,
            edge=edge,
            scale={"x": unit},
            translation={"x": origin},
            chunks=16,
        )
        for level in image:
            size = level.shape[-1]
            told = level.translation[-1] + level.scale[-1] * np.arange(size)
            interior = slice(size // 3, max(2 * size // 3, size // 3 + 1))
            deviation = np.abs(np.asarray(level)[..., interior] - told[interior])
            assert deviation.max() <= unit * (slack + 1e-6) + 1e-9 * abs(origin)

    law()


@given(pyramids(methods=WINDOWED, kinds="u"), st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_pixels_of_windows_lie_in_their_centres(case, unit, origin):
    axes = case.axes
    image = levels_of(
        case.pixels,
        axes=axes,
        scale=dict.fromkeys(axes, unit),
        translation=dict.fromkeys(axes, origin),
        **case.wishes,
    )
    for level, row in zip(image, [{}, *case.wishes["scale_factors"]], strict=True):
        factors = [min(row.get(axis, 1), n) for axis, n in zip(axes, case.pixels.shape, strict=True)]
        np.testing.assert_allclose(level.scale, [unit * factor for factor in factors], rtol=1e-15)
        centres = [origin + unit * (factor - 1) / 2 for factor in factors]
        np.testing.assert_allclose(level.translation, centres, rtol=1e-12, atol=1e-12)


@given(pyramids(methods=["resize", "zoom"], kinds="u"), st.floats(0.01, 100))
def test_resized_pixels_share_the_whole_axis_equally(case, unit):
    image = levels_of(case.pixels, axes=case.axes, scale=dict.fromkeys(case.axes, unit), **case.wishes)
    for level in image:
        np.testing.assert_allclose(
            np.multiply(level.scale, level.shape), unit * np.array(case.pixels.shape), rtol=1e-12
        )
        np.testing.assert_allclose(level.translation, [(s - unit) / 2 for s in level.scale], rtol=1e-12, atol=1e-12)


@given(pyramids(methods=["stride"], kinds="u"))
def test_strided_pixels_lie_where_they_were(case):
    image = levels_of(case.pixels, axes=case.axes, translation=dict.fromkeys(case.axes, 7.5), **case.wishes)
    assert {level.translation for level in image} == {(7.5,) * len(case.axes)}
