"""Wishes that cannot be fulfilled are refused before anything is written, and the message helps."""

import warnings

import numpy as np
import pytest

import ome_zarr
from ome_zarr.errors import BudgetError, OmeZarrWarning, RecipeError

PIXELS = np.zeros((8, 64, 48), "u2")


@pytest.mark.parametrize(("method", "dtype"), [("mode", "f4"), ("median", "c8"), ("min", "c16"), ("max", "c8")])
def test_methods_refuse_pixels_for_which_they_are_not_defined(method, dtype):
    with pytest.raises(RecipeError, match=f"method '{method}' is not defined for pixels of dtype .*nearest"):
        ome_zarr.plan(PIXELS.astype(dtype), axes="zyx", method=method)


@pytest.mark.parametrize("value", [2**53 + 1, -(2**53) - 1])
@pytest.mark.parametrize("method", ["resize", "zoom"])
def test_integers_beyond_what_float64_holds_are_refused_with_a_method_that_can(tmp_path, method, value):
    pixels = np.full((16, 16), value, "i8")
    with pytest.raises(RecipeError, match=f"pixel value {value} is beyond .*use method='nearest' or 'local_mean'"):
        ome_zarr.write(pixels, tmp_path / "a.zarr", axes="yx", scale_factors=[2], method=method)
    assert list(tmp_path.iterdir()) == []


def test_a_budget_that_is_too_small_is_refused_with_the_least_that_works():
    wishes = {"axes": "zyx", "scale_factors": [2, 4], "chunks": 16}
    with pytest.raises(BudgetError, match=r"a memory budget of 1.00 KiB cannot hold this work") as caught:
        ome_zarr.plan(PIXELS, memory_budget="1 KiB", **wishes)
    least = int(str(caught.value).partition("memory_budget=")[2].split()[0])
    assert ome_zarr.plan(PIXELS, memory_budget=least, **wishes).cost.peak_bytes == least
    with pytest.raises(BudgetError):
        ome_zarr.plan(PIXELS, memory_budget=least - 1, **wishes)


def test_factors_greater_than_their_axis_are_clipped_with_one_warning():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plan = ome_zarr.plan(PIXELS, axes="zyx", scale_factors=[{"z": 16, "y": 2}, {"z": 32, "y": 4}])
    assert [warning.category for warning in caught] == [OmeZarrWarning]
    assert "factor 16 at level 1 is greater than the extent 8 of axis 'z' and was clipped" in str(caught[0].message)
    assert [level.spec.shape for level in plan.levels] == [(8, 64, 48), (1, 32, 48), (1, 16, 48)]


def test_the_caller_s_objects_are_not_changed():
    wishes = {"scale_factors": [{"y": 2}, {"y": 4}], "scale": {"y": 2.0}, "storage_options": [{"chunks": 8}] * 3}
    copy = {"scale_factors": [{"y": 2}, {"y": 4}], "scale": {"y": 2.0}, "storage_options": [{"chunks": 8}] * 3}
    ome_zarr.plan(PIXELS, axes="zyx", **wishes)
    assert wishes == copy
