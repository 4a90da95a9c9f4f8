"""Metadata without pixels: `write_multiscales_metadata`, `add_metadata`, `get_metadata`, and opening groups."""

from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.compat.groups import document, new_group, reopened

from ome_zarr import verify
from ome_zarr.format import FormatV01, FormatV02, FormatV03, FormatV04, FormatV05
from ome_zarr.writer import (
    _get_valid_axes,
    _retuple,
    add_metadata,
    check_format,
    check_group_fmt,
    get_metadata,
    write_image,
    write_multiscales_metadata,
)

DATASETS = [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}]
CHANNELS = {"channels": [{"label": "DNA"}]}


def test_datasets_are_written_as_they_are(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    datasets = [{**DATASETS[0], "mine": 1}]
    write_multiscales_metadata(group, datasets, axes="yx", axes_units={"y": "micrometer"}, name="image")
    (multiscale,) = document(group)["multiscales"]
    assert multiscale["datasets"] == datasets
    assert multiscale["axes"][0] == {"name": "y", "type": "space", "unit": "micrometer"}
    assert (multiscale["name"], document(group)["version"]) == ("image", "0.5")


def test_zarr_2_has_its_version_in_the_multiscale(tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=2)
    write_multiscales_metadata(group, DATASETS, axes="yx")
    assert document(group)["multiscales"][0]["version"] == "0.4"


@pytest.mark.parametrize(("fmt", "axes"), [(FormatV03(), ["y", "x"]), (FormatV02(), None), (FormatV01(), None)])
def test_older_versions_have_names_or_no_axes(fmt: FormatV01, axes: list[str] | None, tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=2)
    write_multiscales_metadata(group, [{"path": "0"}], fmt=fmt, axes="yx")
    assert document(group)["multiscales"][0].get("axes") == axes


def test_omero_and_other_metadata_have_their_places(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_multiscales_metadata(group, DATASETS, axes="yx", metadata={"omero": CHANNELS, "author": "me"}, stain="DAPI")
    assert document(group)["omero"] == CHANNELS
    assert document(group)["multiscales"][0]["metadata"] == {"author": "me", "stain": "DAPI"}


def test_what_the_group_says_besides_stays(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    group.attrs.update({"ome": {"version": "0.5", "omero": CHANNELS}, "mine": 1})
    write_multiscales_metadata(group, DATASETS, axes="yx")
    assert document(group)["omero"] == CHANNELS
    assert reopened(group).attrs["mine"] == 1
    assert group.attrs["ome"]["multiscales"][0]["datasets"] == DATASETS


def test_two_axes_are_guessed_from_the_scale(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_multiscales_metadata(group, DATASETS)
    assert [axis["name"] for axis in document(group)["multiscales"][0]["axes"]] == ["y", "x"]


@pytest.mark.parametrize(
    "datasets",
    [
        [],
        None,
        "0",
        ["0"],
        [{"path": "0"}],
        [{"path": 1, "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}],
        [{"path": "../0", "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}],
        [{"path": "0", "coordinateTransformations": []}],
        [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1]}]}],
        [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, "a"]}]}],
        [{"coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]}],
    ],
)
@pytest.mark.parametrize("error", [ValueError, TypeError])
def test_wrong_datasets_leave_nothing_behind(datasets: object, error: type, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.raises(error):
        write_multiscales_metadata(group, datasets, axes="yx")
    assert document(group) == {}


def test_metadata_are_merged_one_level_deep(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    group.attrs["ome"] = {"version": "0.5", "a": {"b": 1}, "list": [1]}
    add_metadata(group, {"a": {"c": 2}, "list": [2]})
    assert get_metadata(group) == {"version": "0.5", "a": {"b": 1, "c": 2}, "list": [2]}
    assert document(group) == get_metadata(group)


def test_metadata_are_given_as_a_copy(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    add_metadata(group, {"a": {"b": 1}})
    get_metadata(group)["a"]["b"] = 2
    assert get_metadata(group) == {"a": {"b": 1}}


def test_metadata_are_read_by_path_and_are_not_made_up(tmp_path: Path) -> None:
    add_metadata(str(tmp_path / "new.zarr"), {"a": 1})
    assert get_metadata(str(tmp_path / "new.zarr")) == {"a": 1}
    with pytest.raises(FileNotFoundError):
        get_metadata(str(tmp_path / "missing.zarr"))
    assert not (tmp_path / "missing.zarr").exists()


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.raises(ValueError, match="JSON"):
        add_metadata(group, {"a": {1, 2}})
    assert document(group) == {}


@pytest.mark.parametrize(("zarr_format", "default"), [(2, FormatV04()), (3, FormatV05())])
def test_a_group_has_its_version(zarr_format: int, default: FormatV04, tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format)
    assert check_group_fmt(group) == (group, default)
    assert check_format(group) == default


@pytest.mark.parametrize(("zarr_format", "wrong"), [(2, FormatV05()), (3, FormatV04()), (3, FormatV01())])
def test_a_version_must_go_with_its_group(zarr_format: int, wrong: FormatV04, tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format)
    for check in (check_group_fmt, check_format):
        with pytest.raises(ValueError, match=f"the group is zarr {zarr_format}"):
            check(group, wrong)


@pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()])
def test_a_path_is_opened_or_made(fmt: FormatV04, tmp_path: Path) -> None:
    made, _ = check_group_fmt(tmp_path / "new.zarr", fmt)
    assert made.metadata.zarr_format == fmt.zarr_format
    assert check_group_fmt(str(tmp_path / "new.zarr"))[1] == fmt


def test_a_group_of_the_other_format_is_not_made_over_one_that_is_there(tmp_path: Path) -> None:
    check_group_fmt(tmp_path / "new.zarr", FormatV04())
    with pytest.raises(ValueError, match="zarr 2"):
        check_group_fmt(tmp_path / "new.zarr", FormatV05())
    assert not (tmp_path / "new.zarr" / "zarr.json").exists()


def test_reading_makes_no_group(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check_group_fmt(tmp_path / "missing.zarr", mode="r")
    assert not (tmp_path / "missing.zarr").exists()


def test_what_is_no_group_is_refused() -> None:
    with pytest.raises(TypeError, match=r"give a zarr\.Group or a path"):
        check_group_fmt(3)


def test_an_array_is_no_group(tmp_path: Path) -> None:
    zarr.create_array(tmp_path / "array.zarr", shape=(2, 2), dtype="uint8")
    with pytest.raises(OSError, match="no zarr group"):
        write_multiscales_metadata(tmp_path / "array.zarr", DATASETS, axes="yx")


def test_axes_are_guessed_for_two_and_five_dimensions() -> None:
    assert [axis["name"] for axis in _get_valid_axes(2)] == ["y", "x"]
    assert [axis["name"] for axis in _get_valid_axes(5)] == ["t", "c", "z", "y", "x"]
    assert _get_valid_axes(3, fmt=FormatV02()) is None
    assert _get_valid_axes(axes=("y", "x"), fmt=FormatV03()) == ["y", "x"]


@pytest.mark.parametrize(("ndim", "axes"), [(3, None), (None, None), (3, "yx")])
def test_axes_that_nobody_can_guess_are_asked_for(ndim: int | None, axes: str | None) -> None:
    with pytest.raises(ValueError, match="axes"):
        _get_valid_axes(ndim, axes)


@pytest.mark.parametrize(
    ("chunks", "expected"), [(64, (64, 64, 64)), ((5,), (10, 20, 5)), ((4, 5), (10, 4, 5)), ((3, 4, 5), (3, 4, 5))]
)
def test_chunks_are_for_the_last_axes(chunks: object, expected: tuple[int, ...]) -> None:
    assert _retuple(chunks, (10, 20, 30)) == expected


@pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()])
def test_metadata_that_are_added_to_an_image_are_not_taken_for_damage(fmt: FormatV05, tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=fmt.zarr_format)
    write_image(np.zeros((64, 64), "uint8"), group, axes="yx", fmt=fmt)
    add_metadata(group, {"omero": CHANNELS}, fmt)
    assert document(group)["omero"] == CHANNELS
    assert verify(group).findings == ()
    group.attrs["mine"] = 1
    assert [finding.kind for finding in verify(group).findings] == ["changed"]
    add_metadata(group, {"also": 1}, fmt)
    assert [finding.kind for finding in verify(group).findings] == ["changed"]


@pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()])
def test_multiscales_that_are_written_again_are_not_taken_for_damage(fmt: FormatV05, tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format=fmt.zarr_format)
    write_image(np.zeros((64, 64), "uint8"), group, axes="yx", fmt=fmt)
    datasets = document(group)["multiscales"][0]["datasets"]
    write_multiscales_metadata(group, datasets, axes="yx", name="renamed", fmt=fmt)
    assert document(group)["multiscales"][0]["name"] == "renamed"
    assert verify(group).findings == ()
