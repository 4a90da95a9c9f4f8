"""`write_multiscale`: levels that are there already."""

from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import zarr
from tests.compat.groups import (
    datasets,
    document,
    levels,
    new_group,
    noise,
    ramp,
    scales,
    translations,
)

from ome_zarr.format import FormatV03
from ome_zarr.writer import write_multiscale, write_multiscale_labels


def pyramid() -> list[np.ndarray]:
    base = ramp((16, 16))
    return [base, base[::2, ::2]]


def test_levels_are_stored_as_they_are_and_nothing_is_returned(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    assert write_multiscale(pyramid(), group, axes="yx") == []
    assert all(np.array_equal(*pair) for pair in zip(levels(group), pyramid(), strict=True))
    assert document(group)["multiscales"][0]["name"] == "/"


def test_numpy_dask_and_zarr_levels_may_be_mixed(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    stored = zarr.create_array({}, data=ramp((16, 16)))
    write_multiscale([stored, da.from_array(noise((8, 8)), chunks=3), noise((4, 4))], group, axes="yx")
    expected = [ramp((16, 16)), noise((8, 8)), noise((4, 4))]
    assert all(np.array_equal(*pair) for pair in zip(levels(group), expected, strict=True))
    assert group["s1"].chunks == (3, 3)


def test_the_scale_of_a_level_follows_from_its_shape(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_multiscale(pyramid(), group, axes="yx", scale={"x": 0.25, "y": 0.5})
    assert scales(group) == [[0.5, 0.25], [1.0, 0.5]]


def test_the_translation_of_a_level_is_physical(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_multiscale(pyramid(), group, axes="yx", scale={"y": 0.5, "x": 0.25})
    assert translations(group) == [[0.0, 0.0], [0.25, 0.125]]


def test_the_order_of_a_scale_does_not_name_the_axes(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_multiscale(pyramid(), group, axes="yx", scale={"x": 1.0, "y": 2.0})
    assert [axis["name"] for axis in document(group)["multiscales"][0]["axes"]] == ["y", "x"]
    assert group["s0"].metadata.dimension_names == ("y", "x")


def test_a_scale_of_some_axes_is_one_for_the_others(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_multiscale(pyramid(), group, axes="yx", scale={"y": 3.0})
    assert scales(group)[0] == [3.0, 1.0]


def test_units_in_axes_are_written(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    axes = [{"name": "y", "type": "space", "unit": "micrometer"}, {"name": "x", "type": "space"}]
    write_multiscale(pyramid(), group, axes=axes)
    assert document(group)["multiscales"][0]["axes"] == axes


def test_transformations_win_over_the_scale(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    wanted = [
        [{"type": "scale", "scale": [1, 2]}, {"type": "translation", "translation": [5, 5]}],
        [{"type": "scale", "scale": [3, 4]}],
    ]
    with pytest.warns(DeprecationWarning, match="coordinate_transformations") as caught:
        write_multiscale(pyramid(), group, axes="yx", coordinate_transformations=wanted, scale={"y": 9.0})
    assert caught[0].filename == __file__
    assert [entry["coordinateTransformations"] for entry in datasets(group)] == wanted


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([[{"type": "scale", "scale": [1, 1]}]], "are for 1 levels, and there are 2"),
        ([[{"type": "scale", "scale": [1, 1]}], [{"type": "scale", "scale": [1]}]], "for 2 axes"),
        ([[{"type": "scale", "scale": [1, 1]}], [{"type": "scale", "scale": [1, 0]}]], "greater than 0"),
        ([[{"type": "scale", "scale": [1, 1]}], []], "allowed are one scale"),
    ],
)
@pytest.mark.filterwarnings("ignore:coordinate_transformations:DeprecationWarning")
def test_wrong_transformations_leave_nothing_behind(wrong: list, message: str, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.raises(ValueError, match=message):
        write_multiscale(pyramid(), group, axes="yx", coordinate_transformations=wrong)
    assert list(group.keys()) == []


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ([], "give a list of arrays"),
        (ramp((8, 8)), "give a list of arrays"),
        ([ramp((4, 4)), ramp((8, 8))], "from the largest to the smallest"),
        ([ramp((8, 8)), ramp((4,))], "one extent per axis"),
        ([np.zeros((8, 8), "M8[s]")], "no pixel"),
    ],
)
def test_a_wrong_pyramid_leaves_nothing_behind(levels: list, message: str, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.raises(ValueError, match=message):
        write_multiscale(levels, group, axes="yx")
    assert list(group.keys()) == []


def test_omero_and_metadata_are_written(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    omero = {"channels": [{"color": "FF0000"}]}
    write_multiscale(pyramid(), group, axes="yx", metadata={"omero": omero, "author": "me"})
    assert document(group)["omero"]["channels"][0]["window"] == {"min": 0, "max": 65535, "start": 0, "end": 65535}
    assert document(group)["multiscales"][0]["metadata"] == {"author": "me"}


def test_storage_options_are_those_of_each_level(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    options = [{"chunks": 8}, {"chunks": 4, "shards": 8}]
    write_multiscale(pyramid(), group, axes="yx", storage_options=options)
    assert [(group[path].chunks, group[path].shards) for path in ("s0", "s1")] == [((8, 8), None), ((4, 4), (8, 8))]
    assert options == [{"chunks": 8}, {"chunks": 4, "shards": 8}]


def test_older_versions_are_still_written_from_ready_levels(tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=2)
    write_multiscale(pyramid(), group, axes="yx", fmt=FormatV03())
    multiscale = document(group)["multiscales"][0]
    assert (multiscale["version"], multiscale["axes"]) == ("0.3", ["y", "x"])
    assert multiscale["datasets"] == [{"path": "s0"}, {"path": "s1"}]


def test_labels_are_listed_and_said_to_be_labels(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    colors = [{"label-value": 1, "rgba": [1, 2, 3, 255]}]
    write_multiscale_labels(pyramid(), group, "cells", axes="yx", label_metadata={"colors": colors})
    assert document(group["labels"]) == {"version": "0.5", "labels": ["cells"]}
    assert document(group["labels/cells"])["image-label"]["colors"] == colors
    assert document(group["labels/cells"])["multiscales"][0]["name"] == "cells"


def test_a_mask_is_stored_as_bytes(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_multiscale_labels([da.from_array(ramp((8, 8)) > 5, chunks=3)], group, "mask", axes="yx")
    assert np.array_equal(levels(group["labels/mask"])[0], (ramp((8, 8)) > 5).astype("uint8"))
