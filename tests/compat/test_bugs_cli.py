"""Commands that ome-zarr-py 0.21.0 gets wrong. Every test here fails with that release."""

from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.compat.groups import document, levels, noise

from ome_zarr.cli import main
from ome_zarr.csv import parse_csv_value
from ome_zarr.writer import write_image, write_labels

WRONG_USE = 2
PROPERTIES = [{"label-value": 1, "cell": 7}, {"label-value": 2, "cell": 8}]


def run(*arguments: str) -> int:
    """The exit code of a command."""
    try:
        return main(list(arguments)) or 0
    except SystemExit as end:
        return int(end.code or 0)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, the one in which the commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def array() -> Path:
    """A zarr array that is no image."""
    zarr.create_array("array.zarr", data=noise((81, 81)), chunks=(27, 27))
    return Path("array.zarr")


def image_with_labels(version: str, name: str) -> zarr.Group:
    """An image whose labels have properties."""
    group = zarr.create_group("image.zarr", zarr_format={"0.4": 2, "0.5": 3}[version])
    write_image(noise((32, 32)), group, axes="yx", scale_factors=[2])
    cells = np.tile(np.array([1, 2], "int32"), (32, 16))
    write_labels(cells, group, name, axes="yx", scale_factors=[2], label_metadata={"properties": PROPERTIES})
    return group


def test_a_relative_path_is_downloaded_with_its_labels(folder: Path) -> None:
    image_with_labels("0.5", "cells")
    assert run("download", "image.zarr", "--output", "copies") == 0
    assert contents(folder / "copies" / "image.zarr") == contents(folder / "image.zarr")


def test_a_download_keeps_shards_and_codecs(folder: Path) -> None:
    options = {"chunks": 8, "shards": 16, "compressors": None}
    write_image(noise((32, 32)), "image.zarr", axes="yx", scale_factors=[2], storage_options=options)
    assert run("download", str(folder / "image.zarr"), "--output", "copies") == 0
    level = zarr.open_array("copies/image.zarr/s0", mode="r")
    assert (level.shards, level.compressors) == ((16, 16), ())


def test_downscale_is_the_factor_between_levels(array: Path) -> None:
    assert run("scale", str(array), "image.zarr", "yx", "--downscale", "3", "--max_layer", "2") == 0
    assert [level.shape for level in levels(zarr.open_group("image.zarr"))] == [(81, 81), (27, 27), (9, 9)]


def test_in_place_puts_the_image_where_the_array_was(array: Path) -> None:
    assert run("scale", str(array), str(array), "yx", "--in-place", "--max_layer", "1") == 0
    assert [level.shape for level in levels(zarr.open_group(array))] == [(81, 81), (40, 40)]
    assert np.array_equal(levels(zarr.open_group(array))[0], noise((81, 81)))


def test_a_method_that_is_no_more_is_refused_and_leaves_nothing_behind(array: Path) -> None:
    assert run("scale", str(array), "image.zarr", "yx", "--method", "laplacian") == WRONG_USE
    assert not Path("image.zarr").exists()


@pytest.mark.parametrize(("version", "name"), [("0.4", "cells"), ("0.5", "0"), ("0.5", "cells")])
def test_a_table_reaches_labels_of_every_version_and_name(version: str, name: str) -> None:
    group = image_with_labels(version, name)
    Path("cells.csv").write_text("id,kind,area\n7,round,3.5\n8,long,4\n")
    assert run("csv_to_labels", "cells.csv", "id", "kind,area#d", "image.zarr", "cell") == 0
    assert document(group[f"labels/{name}"])["image-label"]["properties"] == [
        PROPERTIES[0] | {"kind": "round", "area": 3.5},
        PROPERTIES[1] | {"kind": "long", "area": 4.0},
    ]
    assert list(group["labels"].keys()) == [name]


@pytest.mark.parametrize("word", ["False", "false", "0"])
def test_false_in_a_table_is_false(word: str) -> None:
    assert parse_csv_value(word, "b") is False


def test_create_keeps_what_is_there(folder: Path) -> None:
    (folder / "image.zarr").mkdir()
    (folder / "image.zarr" / "mine.txt").write_text("mine")
    assert run("create", "image.zarr") == WRONG_USE
    assert contents(folder / "image.zarr") == {"mine.txt": b"mine"}


def test_create_knows_0_6() -> None:
    assert run("create", "image.zarr", "--format", "0.6") == 0
    assert document(zarr.open_group("image.zarr"))["version"] == "0.6"


def test_info_of_an_older_version_is_no_reason_to_warn(caplog: pytest.LogCaptureFixture) -> None:
    image_with_labels("0.4", "cells")
    assert run("info", "image.zarr") == 0
    assert caplog.messages == []
