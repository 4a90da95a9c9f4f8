"""Where the pixels of a level are."""

import pytest

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.placement import Placement
from ome_zarr.metadata.transforms import Scale, Translation


def test_a_place_is_a_scale_and_perhaps_a_translation():
    assert Placement((1, 2)).transforms == (Scale((1, 2)),)
    assert Placement((1, 2), (3, 4)).transforms == (Scale((1, 2)), Translation((3, 4)))


def test_what_comes_after_changes_scale_and_translation():
    assert Placement((2, 3)).then(Scale((10, 1))) == Placement((20, 3))
    assert Placement((2, 3), (1, 1)).then(Scale((10, 1))) == Placement((20, 3), (10, 1))
    assert Placement((2, 3)).then(Translation((1, 0))) == Placement((2, 3), (1, 0))
    assert Placement((2, 3), (1, 1)).then(Translation((1, 0))) == Placement((2, 3), (2, 1))


def test_a_place_that_no_number_can_hold_is_refused():
    with pytest.raises(RecipeError, match="scale/0 is inf; it must be a finite number"):
        Placement((1e300,)).then(Scale((1e300,)))
    with pytest.raises(RecipeError, match=r"scale/0 is 0.0; it must not be 0"):
        Placement((1e-300,)).then(Scale((1e-300,)))
