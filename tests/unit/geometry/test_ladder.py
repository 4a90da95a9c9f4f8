"""Shapes and scales of levels."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.geometry.ladder import Ladder
from ome_zarr.geometry.step import Step


@pytest.mark.parametrize(
    ("extent", "factor", "trimmed", "partial"),
    [
        (10, 1, 10, 10),
        (10, 2, 5, 5),
        (11, 2, 5, 6),
        (11, 4, 2, 3),
        (7, 7, 1, 1),
        (1, 1, 1, 1),
        (10, 2.5, 4, 4),
        (10, 1.5, 6, 7),
        (10, 9.5, 1, 2),
        (17, 1.7, 10, 10),  # though 1.7 is a little less than 17/10
    ],
)
def test_extents_are_floors_or_with_partial_windows_ceilings(extent, factor, trimmed, partial):
    assert Ladder((extent,), ((1,), (factor,))).extent(1, 0) == trimmed
    assert Ladder((extent,), ((1,), (factor,)), "partial").extent(1, 0) == partial


@given(st.integers(1, 10**6), st.integers(1, 1000))
def test_a_whole_factor_leaves_whole_windows(extent, factor):
    factor = min(factor, extent)
    ladder = Ladder((extent,), ((1,), (factor,)))
    assert ladder.shapes == ((extent,), (extent // factor,))
    assert Ladder((extent,), ((1,), (factor,)), "partial").level_shape(1) == (math.ceil(extent / factor),)


def test_a_ladder_has_one_rung_per_level():
    ladder = Ladder((8, 9, 10), ((1, 1, 1), (1, 2, 2), (2, 4, 5)))
    assert len(ladder) == 3
    assert ladder.shapes == ((8, 9, 10), (8, 4, 5), (4, 2, 2))


def test_steps_are_the_ratios_of_factors():
    ladder = Ladder((12, 13), ((1, 1), (2, 3), (4, 4)))
    assert ladder.steps(1, 2) == (Step(6, 3, 2), Step(4, 3, pytest.approx(4 / 3)))
    assert ladder.steps(0, 1) == (Step(12, 6, 2), Step(13, 4, 3))


def test_whole_windows_of_whole_windows_nest():
    ladder = Ladder((24, 24), ((1, 1), (2, 3), (4, 6), (8, 9), (8, 9.5)))
    assert [ladder.nests(0, level) for level in range(4)] == [True] * 4
    assert ladder.nests(1, 2)
    assert not ladder.nests(2, 3)
    assert not ladder.nests(3, 4)


def test_scales_are_the_factors_or_shares_of_the_axis():
    ladder = Ladder((10, 11), ((1, 1), (1, 2)))
    assert ladder.scale(1, (0.3, 0.5), resized=False) == (0.3, 1.0)
    assert ladder.scale(1, (0.3, 0.5), resized=True) == (0.3, 0.5 * 11 / 5)
    assert ladder.scale(0, (0.3, 0.5), resized=True) == (0.3, 0.5)
