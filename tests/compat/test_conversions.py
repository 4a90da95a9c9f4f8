"""Colours as one number, as OMERO keeps them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.conversions import int_to_rgba, int_to_rgba_255, rgba_to_int
from ome_zarr.errors import RecipeError

KNOWN = {0: [0, 0, 0, 0], -1: [255, 255, 255, 255], 100100: [0, 1, 135, 4], -16776961: [255, 0, 0, 255]}


@pytest.mark.parametrize(("number", "rgba"), KNOWN.items())
def test_numbers_are_colors(number: int, rgba: list[int]) -> None:
    assert int_to_rgba_255(number) == rgba
    assert int_to_rgba(number) == [channel / 255 for channel in rgba]
    assert rgba_to_int(*rgba) == number


@given(st.integers(-(2**31), 2**31 - 1))
def test_every_number_comes_back(number: int) -> None:
    assert rgba_to_int(*int_to_rgba_255(number)) == number


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 0.5, "red", None])
def test_what_is_no_number_of_32_bits_is_refused(number: object) -> None:
    with pytest.raises(RecipeError, match="no whole number"):
        int_to_rgba(number)


@pytest.mark.parametrize("rgba", [(0, 0, 0, 256), (-1, 0, 0, 0), (0.5, 0, 0, 0), ("a", 0, 0, 0)])
def test_what_is_no_color_is_refused(rgba: tuple) -> None:
    with pytest.raises(RecipeError, match="from 0 to 255"):
        rgba_to_int(*rgba)
