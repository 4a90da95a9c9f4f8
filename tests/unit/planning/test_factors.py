"""What users may say about factors, and what becomes of it."""

from types import MappingProxyType

import numpy as np
import pytest

import ome_zarr
from ome_zarr.planning.factors import auto_factors, clip_factors, parse_factors


@pytest.mark.parametrize(
    ("wishes", "rows"),
    [
        ([2, 4], [(1, 2, 2), (1, 4, 4)]),
        ((3, 9), [(1, 3, 3), (1, 9, 9)]),
        (np.array([2, 4]), [(1, 2, 2), (1, 4, 4)]),
        ([np.int64(2), 4.0], [(1, 2, 2), (1, 4, 4)]),
        ([1.5], [(1, 1.5, 1.5)]),
        ((f for f in (2, 4)), [(1, 2, 2), (1, 4, 4)]),
        ([{"z": 2, "x": 3}], [(2, 1, 3)]),
        ([MappingProxyType({"z": 2})], [(2, 1, 1)]),
        ([], []),
    ],
)
def test_numbers_concern_y_and_x_and_mappings_name_axes(wishes, rows):
    assert list(parse_factors(wishes, "zyx")) == [(1, 1, 1), *rows]


def test_whole_factors_become_ints():
    assert [type(f) for f in parse_factors([np.float32(2)], "yx")[1]] == [int, int]


def test_any_axis_can_be_named():
    assert parse_factors([{"t": 2, "c": 3}], "tcyx")[1] == (2, 3, 1, 1)


def test_a_number_leaves_z_t_and_c_alone():
    assert parse_factors([2], "tczyx")[1] == (1, 1, 1, 2, 2)


@pytest.mark.filterwarnings("ignore:factor")
def test_clipped_factors_are_no_greater_than_the_axis():
    rows = clip_factors([(1, 1), (2, 2), (4, 4)], (3, 9), "yx")
    assert rows == ((1, 1), (2, 2), (3, 4))


@pytest.mark.parametrize(
    ("shape", "axes", "scale", "rows"),
    [
        # to 256 pixels and no further
        ((256, 256), "yx", (1, 1), []),
        ((1024, 1024), "yx", (1, 1), [(2, 2), (4, 4)]),
        ((300, 5000), "yx", (1, 1), [(2, 2), (4, 4), (8, 8), (16, 16), (32, 32)]),
        # the finest axes first, until isotropic within 1.5
        ((64, 1024, 1024), "zyx", (4, 1, 1), [(1, 2, 2), (1, 4, 4)]),
        ((1024, 1024, 1024), "zyx", (2, 1, 1), [(1, 2, 2), (2, 4, 4), (4, 8, 8)]),
        ((1024, 1024), "yx", (1.4, 1), [(2, 2), (4, 4)]),
        # t and c never
        ((500, 9, 512, 512), "tcyx", (1, 1, 1, 1), [(1, 1, 2, 2)]),
        # axes of one pixel do not shrink
        ((1, 512, 512), "zyx", (1, 1, 1), [(1, 2, 2)]),
        ((1, 1), "yx", (1, 1), []),
    ],
)
def test_auto_halves_the_finest_axes_until_256_pixels(shape, axes, scale, rows):
    assert list(auto_factors(shape, axes, scale, None)) == [(1,) * len(shape), *rows]


def test_auto_stops_at_one_chunk():
    assert len(auto_factors((1024, 1024), "yx", (1, 1), (512, 512))) == 2


@pytest.mark.parametrize("levels", [1, 2, 5])
def test_levels_are_counted_with_level_0(levels):
    assert len(ome_zarr.plan(np.zeros((64, 64)), axes="yx", levels=levels).levels) == levels


def test_levels_end_when_one_pixel_is_left():
    plan = ome_zarr.plan(np.zeros((5, 3)), axes="yx", levels=9)
    assert [level.spec.shape for level in plan.levels] == [(5, 3), (2, 1), (1, 1)]
