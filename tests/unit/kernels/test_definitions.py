"""What each method makes of a few numbers, worked out by hand."""

import numpy as np
import pytest
from zarr.storage import MemoryStore

import ome_zarr


def halved(values, method, dtype, factor=2, edge="trim", **wishes):
    """The second level of one row of pixels."""
    image = ome_zarr.write(
        np.array([values], dtype),
        MemoryStore(),
        axes="yx",
        scale_factors=[{"x": factor}],
        method=method,
        edge=edge,
        **wishes,
    )
    return np.asarray(image[1])[0].tolist()


@pytest.mark.parametrize(
    ("dtype", "values", "means"),
    [
        ("u1", [0, 1, 1, 2, 2, 3, 255, 255], [0, 2, 2, 255]),  # halves go to the even neighbour
        ("i1", [0, -1, -1, -2, -3, -2, -128, -128], [0, -2, -2, -128]),
        ("u8", [2**64 - 1] * 2 + [2**64 - 1, 2**64 - 2] + [2**64 - 2, 2**64 - 4], [2**64 - 1, 2**64 - 2, 2**64 - 3]),
        ("i8", [-(2**63)] * 2 + [2**63 - 1, -(2**63)], [-(2**63), 0]),
        ("?", [0, 1, 1, 1, 0, 0], [False, True, False]),  # one half is no majority
        ("f4", [1, 2, 0.1, 0.2], [1.5, float(np.float32((float(np.float32(0.1)) + float(np.float32(0.2))) / 2))]),
        ("c8", [1 + 2j, 3 + 6j], [2 + 4j]),
    ],
)
def test_a_mean_is_exact_and_rounded_half_to_even(dtype, values, means):
    assert halved(values, "local_mean", dtype) == means


def test_a_mean_over_the_edge_is_that_of_the_pixels_that_exist():
    assert halved([1, 3, 9], "local_mean", "u1", edge="partial") == [2, 9]
    assert halved([1, 3, 9], "local_mean", "u1") == [2]


@pytest.mark.parametrize(
    ("values", "factor", "modes"),
    [
        ([5, 5, 0, 0, 0, 7], 3, [5, 0]),
        ([0, 7, 7, 0], 4, [7]),  # a tie goes to non-zero
        ([9, 4, 4, 9], 4, [4]),  # then to the smaller
        ([-1, 0, 1, 2], 4, [-1]),
        ([0, 0, 0, 1], 4, [0]),
    ],
)
def test_a_mode_is_the_most_frequent_value(values, factor, modes):
    assert halved(values, "mode", "i4", factor) == modes


@pytest.mark.parametrize(
    ("dtype", "values", "median"),
    [
        ("u2", [4, 1, 3, 2], 2),  # the lower one of integers
        ("f4", [4, 1, 3, 2], 2.5),
        ("f8", [4, 1, np.inf, -np.inf], 2.5),
        ("?", [1, 1, 0, 0], False),
        ("i1", [-3, -4, -1, -2], -3),
    ],
)
def test_a_median_is_a_middle_value(dtype, values, median):
    assert halved(values, "median", dtype, 4) == [median]


def test_a_nan_makes_a_window_nan_and_no_other():
    for method in ("local_mean", "median", "min", "max"):
        np.testing.assert_array_equal(np.isnan(halved([1, np.nan, 2, 3], method, "f4")), [True, False])


@pytest.mark.parametrize(
    ("factor", "picked"),
    [(2, [1, 3, 5, 7, 9]), (3, [1, 4, 7]), (4, [2, 6]), (10, [5]), (2.5, [1, 3, 6, 8]), (1.5, [0, 2, 4, 5, 7, 9])],
)
def test_nearest_is_the_pixel_at_the_centre_of_each_window(factor, picked):
    assert halved(range(10), "nearest", "u1", factor) == picked


def test_stride_min_and_max_are_what_they_say():
    assert halved([3, 1, 2, 8], "stride", "u1") == [3, 2]
    assert halved([3, 1, 2, 8], "min", "u1") == [1, 2]
    assert halved([3, 1, 2, 8], "max", "u1") == [3, 8]


def test_zoom_takes_the_middle_between_two_pixels():
    assert halved([1, 2, 4, 8], "zoom", "f8") == [1.5, 6.0]
    assert halved([0, 1, 2, 3], "zoom", "u1") == [0, 2]


def test_resize_by_two_weighs_six_pixels():
    bell = np.exp(-0.5 * (np.arange(-2, 3) / 0.5) ** 2)
    bell /= bell.sum()
    weights = (np.append(bell, 0) + np.append(0, bell)) / 2
    unit = np.zeros(12)
    unit[4] = 1
    assert halved(unit, "resize", "f8")[1:4] == pytest.approx([weights[4], weights[2], weights[0]])


def test_levels_of_a_window_method_are_made_from_level_0():
    image = ome_zarr.write(
        np.array([[0, 1, 1, 1, 0, 1, 1, 0]], "u1"),
        MemoryStore(),
        axes="yx",
        scale_factors=[{"x": 2}, {"x": 4}],
        method="local_mean",
    )
    # the mean of rounded means would be (0 + 1) / 2, rounded to 0
    assert np.asarray(image[2])[0].tolist() == [1, 0]


def test_levels_of_resize_are_made_from_the_level_below():
    pixels = np.random.default_rng(0).integers(0, 99, (32, 32)).astype("u2")
    both = ome_zarr.write(pixels, MemoryStore(), axes="yx", scale_factors=[2, 4])
    again = ome_zarr.write(np.asarray(both[1]), MemoryStore(), axes="yx", scale_factors=[2])
    np.testing.assert_array_equal(both[2], again[1])
