"""Half-open boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.geometry.region import Region

EDGE = st.integers(-6, 12)


@st.composite
def regions(draw, ndim=2):
    corners = [(draw(EDGE), draw(EDGE)) for _ in range(ndim)]
    return Region(tuple(map(min, corners)), tuple(map(max, corners)))


def painted(*some):
    """An image of how many of the regions hold each pixel, from (-6, -6) on."""
    image = np.zeros((20, 20), int)
    for region in some:
        image[region.shifted((6, 6)).slices] += 1
    return image


def test_the_whole_of_a_shape_begins_at_the_origin():
    region = Region.whole((3, 4))
    assert (region.start, region.stop, region.shape, region.size, region.ndim) == ((0, 0), (3, 4), (3, 4), 12, 2)


def test_an_empty_region_has_no_pixels_and_no_negative_extent():
    region = Region((3, 0), (1, 4))
    assert (region.shape, region.size) == ((0, 4), 0)


def test_slices_take_the_region_out_of_an_array():
    array = np.arange(30).reshape(5, 6)
    np.testing.assert_array_equal(array[Region((1, 2), (3, 5)).slices], array[1:3, 2:5])


@given(regions(), regions())
def test_an_intersection_holds_the_pixels_of_both(one, other):
    np.testing.assert_array_equal(painted(one.intersect(other)) == 1, painted(one, other) == 2)


@given(regions(), regions())
def test_a_region_contains_another_if_it_has_all_its_pixels(one, other):
    assert one.contains(other) == (painted(one, other)[painted(other) == 1] == 2).all()


@given(regions(), st.tuples(EDGE, EDGE))
def test_relative_to_undoes_shifted(region, offset):
    assert region.shifted(offset).relative_to(offset) == region


@given(regions(), st.tuples(st.integers(1, 5), st.integers(1, 5)))
def test_pieces_of_a_grid_cover_a_region_once_and_lie_in_one_cell_each(region, chunks):
    pieces = list(region.split(chunks))
    np.testing.assert_array_equal(painted(*pieces), painted(region))
    for piece in pieces:
        assert piece.size
        first = tuple(a // c for a, c in zip(piece.start, chunks, strict=True))
        last = tuple((b - 1) // c for b, c in zip(piece.stop, chunks, strict=True))
        assert first == last


def test_pieces_come_in_c_order():
    starts = [piece.start for piece in Region((1, 1), (5, 5)).split((4, 2))]
    assert starts == sorted(starts)


def test_boxes_of_different_dimensions_do_not_mix():
    with pytest.raises(ValueError, match="zip"):
        Region.whole((3, 4)).intersect(Region.whole((3,)))
