"""`ome_zarr.geometry.square`: so many tiles in a grid that is as good as square."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.geometry.square import square_grid

type Place = tuple[int, int]


@pytest.mark.parametrize(
    ("count", "places"),
    [
        (0, ()),
        (1, ((0, 0),)),
        (2, ((0, 0), (0, 1))),
        (3, ((0, 0), (0, 1), (1, 0))),
        (5, ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1))),
    ],
)
def test_a_grid_is_almost_square_and_filled_row_by_row(count: int, places: tuple[Place, ...]) -> None:
    assert square_grid(count) == places


@given(st.integers(1, 2000))
def test_a_square_grid_has_no_empty_row_and_is_never_higher_than_wide(count: int) -> None:
    rows, columns = (1 + max(numbers) for numbers in zip(*square_grid(count), strict=True))
    assert (columns - 1) ** 2 < count <= columns**2
    assert (rows - 1) * columns < count <= rows * columns
