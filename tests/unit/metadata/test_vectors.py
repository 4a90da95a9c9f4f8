"""The numbers of transformations."""

import numpy as np
import pytest

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.vectors import parse_extents, parse_indices, parse_matrix, parse_scale, parse_translation


def test_numbers_of_any_kind_become_plain_ones():
    assert parse_scale(np.array([1, 2]), "a") == (1.0, 2.0)
    assert parse_extents([np.float32(0.5), -1], "a") == (0.5, -1.0)
    assert parse_translation((0, -1), "a") == (0.0, -1.0)
    assert parse_indices(np.array([1, 0]), "a") == (1, 0)
    assert parse_matrix(np.eye(2), "a") == ((1.0, 0.0), (0.0, 1.0))
    assert {type(index) for index in parse_indices([np.int8(1), 2.0], "a")} == {int}


@pytest.mark.parametrize("size", [0, -1])
def test_the_size_of_a_pixel_that_is_written_is_greater_than_0(size):
    with pytest.raises(DocumentError, match=r"^/a/1 is .*; it must be greater than 0"):
        parse_scale([1, size], "/a", DocumentError)


@pytest.mark.parametrize("values", ["12", b"ab", 1, None, {"x": 1}, np.array(1), np.ones((2, 2))])
def test_numbers_along_axes_are_a_list(values):
    for parse in (parse_scale, parse_extents, parse_translation):
        with pytest.raises(RecipeError, match=r"^a is .*; it must be a list of numbers, one per axis"):
            parse(values, "a")
