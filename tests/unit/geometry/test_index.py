"""Indices between brackets select what NumPy selects."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.geometry.index import parse_index

SHAPE = (4, 1, 7)


def entries(extent):
    bounds = st.none() | st.integers(-extent - 2, extent + 2)
    return st.integers(-extent, extent - 1) | st.builds(slice, bounds, bounds, st.sampled_from([None, 1, 2, 3, 9]))


@given(st.tuples(*map(entries, SHAPE)), st.integers(0, 3), st.booleans())
def test_integers_slices_and_an_ellipsis_select_as_in_numpy(full, count, with_ellipsis):
    pixels = np.arange(28).reshape(SHAPE)
    index = (*full[:count], ...) if with_ellipsis else full[:count]
    selection = parse_index(index, SHAPE)
    strided = tuple(slice(None, None, step) for step in selection.steps)
    found = pixels[selection.region.slices][strided].squeeze(selection.dropped)
    assert found.shape == pixels[index].shape
    assert (found == pixels[index]).all()


def test_an_ellipsis_in_front_leaves_the_last_axes_to_what_follows():
    assert parse_index((..., 3), SHAPE).region.start == (0, 0, 3)


@pytest.mark.parametrize(
    "index", [[0, 1], np.array([True, False]), None, True, (0, slice(3, 0, -1)), slice(None, None, 0)]
)
def test_steps_back_arrays_and_masks_are_left_to_others(index):
    assert parse_index(index, SHAPE) is None


@pytest.mark.parametrize("index", [4, -5, (0, 0, 7), np.int64(4)])
def test_a_position_outside_is_an_index_error(index):
    with pytest.raises(IndexError, match="outside axis"):
        parse_index(index, SHAPE)


@pytest.mark.parametrize("index", [(0, 0, 0, 0), (..., ...)])
def test_an_index_that_does_not_fit_the_axes_is_an_index_error(index):
    with pytest.raises(IndexError, match=r"too many|at most"):
        parse_index(index, SHAPE)
