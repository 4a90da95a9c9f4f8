"""Rows of weights are those of the whole-axis definition, whichever part of them is taken."""

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.errors import RecipeError
from ome_zarr.kernels.rows import Rows, gaussian_linear_rows, linear_rows

SIZES = st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


def dense(rows, extent):
    table = np.zeros((len(rows), extent))
    for j in range(len(rows)):
        taps = slice(rows.first[j], rows.first[j + 1])
        table[j, rows.index[taps]] = rows.weight[taps]
    return table


def linear_matrix(n, m):
    """Linear interpolation of each unit vector, its ends held."""
    centre = (np.arange(m) + 0.5) * (n / m) - 0.5
    return np.stack([np.interp(centre, np.arange(n), unit) for unit in np.eye(n)], axis=1)


@given(SIZES)
def test_linear_rows_interpolate_at_the_centres_of_equal_cells(sizes):
    n, m = sizes
    np.testing.assert_allclose(dense(linear_rows(n, m), n), linear_matrix(n, m), atol=1e-12)


@given(SIZES)
def test_gaussian_rows_smooth_the_whole_axis_and_then_interpolate(sizes):
    n, m = sizes
    sigma = (n / m - 1) / 2
    smooth = scipy.ndimage.gaussian_filter1d(np.eye(n), max(sigma, 1e-9), axis=0, mode="mirror", truncate=4)
    np.testing.assert_allclose(dense(gaussian_linear_rows(n, m), n), linear_matrix(n, m) @ smooth, atol=1e-12)


@pytest.mark.parametrize("make", [linear_rows, gaussian_linear_rows])
@given(sizes=SIZES)
def test_weights_of_a_row_add_up_to_one_at_rising_places(make, sizes):
    rows = make(*sizes)
    assert len(rows) == sizes[1]
    np.testing.assert_allclose(np.add.reduceat(rows.weight, rows.first[:-1]), 1, rtol=1e-12)
    assert (rows.weight > 0).all()
    inside = np.delete(np.diff(rows.index), rows.first[1:-1] - 1)
    assert (inside > 0).all()


@given(SIZES, st.data())
def test_a_part_is_those_rows_in_the_coordinates_of_a_block(sizes, data):
    rows = gaussian_linear_rows(*sizes)
    start, stop = sorted((data.draw(st.integers(0, sizes[1])), data.draw(st.integers(0, sizes[1]))))
    origin = rows.support.needs(start, stop)[0]
    part = rows.part(start, stop, origin)
    np.testing.assert_array_equal(dense(part, sizes[0]), np.roll(dense(rows, sizes[0])[start:stop], -origin, axis=1))


@given(SIZES)
def test_a_support_covers_the_weights_and_never_falls(sizes):
    rows = gaussian_linear_rows(*sizes)
    support = rows.support
    for j in range(len(rows)):
        index = rows.index[rows.first[j] : rows.first[j + 1]]
        assert support.start[j] <= index[0]
        assert index[-1] < support.stop[j]
    assert (np.diff(support.start) >= 0).all()
    assert (np.diff(support.stop) >= 0).all()


def test_a_dense_table_and_taps_give_the_same_rows():
    one = Rows.from_dense([[0.5, 0.5, 0, 0], [0, 0, 0.25, 0.75]])
    other = Rows.from_taps([0, 2], [[0.5, 0.5], [0.25, 0.75]])
    for name in ("first", "index", "weight"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_places_that_are_named_twice_are_added_up():
    rows = Rows.from_entries(np.array([0, 0]), np.array([3, 3]), np.array([0.25, 0.5]))
    assert (rows.index.tolist(), rows.weight.tolist()) == ([3], [0.75])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[1, 0], [0, 0]], "row 1 of a table of weights has no weight other than 0"),
        ([1, 2], r"has shape \(2,\)"),
        ([[np.nan]], "non-finite"),
    ],
)
def test_tables_without_sense_are_refused(table, message):
    with pytest.raises(RecipeError, match=message):
        Rows.from_dense(table)
