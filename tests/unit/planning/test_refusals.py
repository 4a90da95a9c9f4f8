"""Wishes that cannot be fulfilled are refused before anything is written, and the message helps."""

import warnings

import numpy as np
import pytest

import ome_zarr
from ome_zarr.errors import BudgetError, OmeZarrWarning, RecipeError

PIXELS = np.zeros((8, 64, 48), "u2")

REFUSED = {
    # what is wrong: wishes, part of the message
    "factors no list": ({"scale_factors": 2}, r"scale_factors is 2; it must be a list .* \[2, 4, 8\]"),
    "factors a mapping": ({"scale_factors": {"y": 2}}, r"it must be a list with one entry per level"),
    "factors text": ({"scale_factors": "24"}, r"scale_factors is '24'"),
    "factor zero": ({"scale_factors": [0]}, r"factor 0 for level 1 is not a finite number of at least 1"),
    "factor negative": ({"scale_factors": [-2]}, r"factor -2 for level 1"),
    "factor nan": ({"scale_factors": [float("nan")]}, r"factor nan for level 1 is not a finite"),
    "factor infinite": ({"scale_factors": [2, float("inf")]}, r"factor inf for level 2"),
    "factor below one": ({"scale_factors": [{"y": 0.5}]}, r"factor 0.5 for axis 'y' at level 1"),
    "factor no number": ({"scale_factors": ["2"]}, r"factor '2' for level 1 is a str"),
    "factor bool": ({"scale_factors": [True]}, r"factor True for level 1 is a bool"),
    "factors falling": (
        {"scale_factors": [4, 2]},
        r"factor 2 for axis 'y' at level 2 is below 4 at level 1; .* may not fall",
    ),
    "factors equal": ({"scale_factors": [2, 2]}, r"did you mean \[2, 4\] instead of \[2, 2\]\?"),
    "factors of one": ({"scale_factors": [1]}, r"it would repeat level 0"),
    "factor of an unknown axis": (
        {"scale_factors": [{"c": 2}]},
        r"name axis 'c' at level 1; the image has the axes \['z', 'y', 'x'\]",
    ),
    "fractional windows": (
        {"scale_factors": [1.5], "method": "local_mean"},
        r"factor 1.5 for axis 'y' at level 1 is no whole number, .*method='resize'",
    ),
    "method unknown": ({"method": "mean"}, r"unknown method 'mean'; choose one of 'resize', 'nearest'"),
    "labels averaged": (
        {"method": "local_mean", "kind": "labels"},
        r"method 'local_mean' makes values that are no labels of the source; labels take one of 'nearest'",
    ),
    "kind unknown": ({"kind": "label"}, r"kind is 'label'; give 'image' or 'labels'"),
    "edge unknown": ({"edge": "pad"}, r"edge is 'pad'; give 'trim' or 'partial'"),
    "levels zero": ({"levels": 0}, r"levels is 0; give 'auto', or the number of levels"),
    "levels bool": ({"levels": True}, r"levels is True"),
    "levels text": ({"levels": "many"}, r"levels is 'many'"),
    "scale zero": ({"scale": {"y": 0}}, r"scale of axis 'y' is 0; give a finite number above 0"),
    "scale negative": ({"scale": (1, -1, 1)}, r"scale of axis 'y' is -1"),
    "scale infinite": ({"scale": (1, float("inf"), 1)}, r"scale of axis 'y' is inf"),
    "scale text": ({"scale": {"y": "1"}}, r"scale of axis 'y' is '1'"),
    "scale too short": ({"scale": (1, 1)}, r"scale has 2 entries for the axes \['z', 'y', 'x'\]"),
    "scale of an unknown axis": ({"scale": {"t": 1}}, r"scale names axis 't'"),
    "translation nan": ({"translation": {"x": float("nan")}}, r"translation of axis 'x' is nan; .* a finite number"),
    "units of an unknown axis": ({"units": {"t": "second"}}, r"units name axis 't'"),
    "chunks zero": ({"chunks": 0}, r"chunks have extent 0 along axis 'z'; give a whole number of at least 1"),
    "chunks fractional": ({"chunks": (1, 2.5, 3)}, r"chunks have extent 2.5 along axis 'y'"),
    "chunks too many": ({"chunks": (1, 2, 3, 4)}, r"chunks is \(1, 2, 3, 4\); give one whole number, up to 3"),
    "chunks text": ({"chunks": "small"}, r"chunks is 'small'"),
    "chunks of an unknown axis": ({"chunks": {"c": 1}}, r"chunks name axis 'c'"),
    "shards that no chunk divides": (
        {"chunks": 16, "shards": 40},
        r"shards have extent 40 along axis 'z', no multiple of the chunks' 16; give shards such as \(",
    ),
    "shards in zarr 2": ({"version": "0.4", "shards": 64}, r"shards 64 need zarr 3; write version='0.5'"),
    "version unknown": ({"version": "1.2"}, r"'1.2'"),
    "storage options of too few levels": (
        {"scale_factors": [2, 4], "storage_options": [{}, {}]},
        r"storage_options has 2 entries and the pyramid 3 levels",
    ),
    "storage options no mapping": ({"storage_options": 3}, r"storage_options is 3"),
    "two compressors": ({"storage_options": {"compressor": None, "compressors": None}}, r"both 'compressor' and"),
    "fill value of another kind": ({"storage_options": {"fill_value": "x"}}, r"fill_value 'x' is no value of dtype"),
    "separator unknown": ({"storage_options": {"dimension_separator": "-"}}, r"dimension separator '-' is unknown"),
    "workers zero": ({"workers": 0}, r"workers is 0; give a whole number of at least 1"),
    "workers fractional": ({"workers": 1.5}, r"workers is 1.5"),
    "budget zero": ({"memory_budget": 0}, r"memory budget 0 is no number of bytes; .* '512 MiB'"),
    "budget of an unknown unit": ({"memory_budget": "5 apples"}, r"memory budget '5 apples' is no number of bytes"),
    "budget bool": ({"memory_budget": True}, r"memory budget True"),
    "axes of another length": ({"axes": "yx"}, r"axes \('y', 'x'\) are 2 for an image of 3 dimensions; name every"),
    "axes twice": ({"axes": "xyx"}, r"axis 'x' occurs twice"),
}


@pytest.mark.parametrize(("wishes", "message"), REFUSED.values(), ids=REFUSED)
def test_an_impossible_wish_is_refused_in_words(wishes, message):
    with pytest.raises(RecipeError, match=message):
        ome_zarr.plan(PIXELS, **{"axes": "zyx", **wishes})


@pytest.mark.parametrize(("wishes", "message"), REFUSED.values(), ids=REFUSED)
def test_an_impossible_wish_writes_nothing(tmp_path, wishes, message):
    with pytest.raises(RecipeError):
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", **{"axes": "zyx", **wishes})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dtype", ["f4", "c8"])
def test_labels_are_integers(dtype):
    with pytest.raises(RecipeError, match=r"labels have dtype .*astype\('uint32'\)"):
        ome_zarr.plan(PIXELS.astype(dtype), axes="zyx", kind="labels")


@pytest.mark.parametrize(("method", "dtype"), [("mode", "f4"), ("median", "c8"), ("min", "c16"), ("max", "c8")])
def test_methods_refuse_pixels_for_which_they_are_not_defined(method, dtype):
    with pytest.raises(RecipeError, match=f"method '{method}' is not defined for pixels of dtype .*nearest"):
        ome_zarr.plan(PIXELS.astype(dtype), axes="zyx", method=method)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), object),
        np.zeros((4, 4), "M8[s]"),
        np.zeros((4, 4), [("r", "u1"), ("g", "u1")]),
        np.zeros((4, 4), "U3"),
        np.zeros(()),
        np.zeros((4, 0)),
        np.zeros((4, 4), "g"),
    ],
    ids=["object", "datetime", "structured", "text", "no axis", "no pixel", "long double"],
)
def test_arrays_that_are_no_image_are_refused(tmp_path, pixels):
    with pytest.raises(RecipeError):
        ome_zarr.write(pixels, tmp_path / "a.zarr", axes="yx"[: pixels.ndim])
    assert list(tmp_path.iterdir()) == []


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
