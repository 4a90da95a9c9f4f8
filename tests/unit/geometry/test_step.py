"""Steps from level to level, and what pixels need."""

import numpy as np
import pytest

from ome_zarr.geometry.step import Step, Support, is_whole


@pytest.mark.parametrize(("factor", "whole"), [(1, True), (2.0, True), (2.5, False), (np.float64(3), True)])
def test_whole_factors_are_known(factor, whole):
    assert is_whole(factor) == whole


def test_a_step_changes_an_axis_by_its_factor_or_its_size():
    assert not Step(5, 5, 1).changes
    assert Step(5, 2, 2).changes
    assert Step(5, 4, 1).changes
    assert Step(9, 3, 3.0).window == 3


def test_a_support_says_what_is_needed_and_what_can_be_made():
    support = Support(np.array([0, 1, 3, 5]), np.array([3, 5, 7, 8]))
    assert support.needs(1, 3) == (1, 7)
    assert support.needs(2, 2) == (0, 0)
    assert [support.ready(available) for available in (0, 2, 3, 6, 7, 8, 99)] == [0, 0, 1, 2, 3, 4, 4]
