"""Colours."""

import numpy as np
import pytest

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.colors import COLOR_NAMES, parse_hex, parse_rgba
from ome_zarr.metadata.node import Node


def node(value):
    return Node(value, "color", RecipeError)


@pytest.mark.parametrize(
    ("color", "digits"),
    [
        ("red", "FF0000"),
        ("Cyan", "00FFFF"),
        ("#ff0080", "FF0080"),
        ("FF0080", "FF0080"),
        ("#f08", "FF0088"),
        ("FF0080FF", "FF0080"),
        ((255, 0, 128), "FF0080"),
        ([255, 0, 128, 255], "FF0080"),
        (np.array([1, 2, 3], dtype="u1"), "010203"),
    ],
)
def test_the_colour_of_a_channel_is_six_digits(color, digits):
    assert parse_hex(node(color)) == digits


@pytest.mark.parametrize(
    ("color", "rgba"),
    [
        ("red", (255, 0, 0, 255)),
        ("#01020304", (1, 2, 3, 4)),
        ((1, 2, 3), (1, 2, 3, 255)),
        ([1, 2, 3, 4], (1, 2, 3, 4)),
    ],
)
def test_the_colour_of_a_label_is_four_integers(color, rgba):
    assert parse_rgba(node(color)) == rgba


@pytest.mark.parametrize("color", ["rouge", "", "#12", "#GG0000", "FF00000"])
def test_text_that_is_no_colour_is_refused(color):
    with pytest.raises(RecipeError, match=r"^color is .*; give hexadecimal digits such as 'FF0000', or one of"):
        parse_hex(node(color))


@pytest.mark.parametrize("color", [(1, 2), (1, 2, 3, 4, 5), (256, 0, 0), (-1, 0, 0)])
def test_other_numbers_are_refused(color):
    with pytest.raises(RecipeError, match=r"^color is .*; a colour is three or four integers from 0 to 255"):
        parse_rgba(node(color))


@pytest.mark.parametrize("color", [5, None, (0.5, 0, 0), (True, 0, 0), ("1", "2", "3")])
def test_other_values_are_refused(color):
    with pytest.raises(RecipeError, match=r"^color.* is .*; it must be a"):
        parse_rgba(node(color))


@pytest.mark.parametrize("color", ["#FF000080", (1, 2, 3, 4)])
def test_a_channel_has_no_alpha(color):
    with pytest.raises(RecipeError, match="has no alpha; give red, green and blue"):
        parse_hex(node(color))


@pytest.mark.parametrize("name", sorted(COLOR_NAMES))
def test_every_name_has_a_colour(name):
    assert parse_hex(node(name)) == COLOR_NAMES[name]
