"""What ome-zarr-py's command line does, as functions."""

import json
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from tests.unit.api.stored import collection, files, image, plate, scene

import ome_zarr
from ome_zarr.errors import ExistsError, NotFoundError
from ome_zarr.utils import (
    _recursive_pop_nones,
    download,
    find_multiscales,
    finder,
    info,
    splitall,
    strip_common_prefix,
    view,
)

ABOUT_AN_IMAGE = """\
{path} [zgroup]
 - version: {version}
 - metadata
   - Multiscales
 - data
   - (2, 64, 64)
   - (2, 32, 32)
{path}/labels [zgroup] (hidden)
 - version: {version}
 - metadata
   - Labels
 - data
{path}/labels/cells [zgroup] (hidden)
 - version: {version}
 - metadata
   - Label
   - Multiscales
 - data
   - (64, 64)
   - (32, 32)
"""


@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_info_prints_an_image_and_its_labels(version: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = image(tmp_path / "a.zarr", version)
    nodes = list(info(str(path)))
    assert capsys.readouterr().out == ABOUT_AN_IMAGE.format(path=path, version=version)
    assert [len(node.data) for node in nodes] == [2, 0, 2]


def test_info_is_lazy(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    nodes = info(str(image(tmp_path / "a.zarr")))
    assert capsys.readouterr().out == ""
    assert isinstance(next(nodes).data[0], da.Array)
    assert "labels" not in capsys.readouterr().out


def test_info_tells_the_range_of_values_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    ome_zarr.write(np.arange(16, dtype="u2").reshape(4, 4), tmp_path / "a.zarr", axes="yx", levels=1)
    list(info(str(tmp_path / "a.zarr"), stats=True))
    assert "   - (4, 4) minmax=(np.uint16(0), np.uint16(15))\n" in capsys.readouterr().out


def test_info_of_a_plate_is_one_mosaic(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = plate(tmp_path / "plate.zarr")
    list(info(str(path)))
    shown = capsys.readouterr().out
    assert shown.startswith(f"{path} [zgroup]\n - version: 0.5\n - metadata\n   - Plate\n - data\n   - (2, 64, 192)\n")


@pytest.mark.parametrize("name", ["none.zarr", "a.zarr/s0"])
def test_info_of_what_is_no_zarr_group_is_an_error(name: str, tmp_path: Path) -> None:
    image(tmp_path / "a.zarr")
    with pytest.raises(NotFoundError, match="not a zarr"):
        list(info(str(tmp_path / name)))


def test_download_says_what_it_copies(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = image(tmp_path / "a.zarr")
    download(str(path), str(tmp_path / "copies"))
    assert capsys.readouterr().out.splitlines() == [
        "downloading...",
        "   a.zarr",
        "   a.zarr/labels",
        "   a.zarr/labels/cells",
        f"to {tmp_path / 'copies'}",
    ]
    assert files(tmp_path / "copies" / "a.zarr") == files(path)


def test_download_of_a_relative_path_with_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = image(tmp_path / "a.zarr")
    monkeypatch.chdir(tmp_path)
    download("a.zarr", "copies")
    assert files(tmp_path / "copies" / "a.zarr") == files(path)


def test_download_of_a_large_plate_names_some_groups_only(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "a.zarr"
    path.mkdir()
    names = [str(number) for number in range(50)]
    for name, labels in [("", names), *((name, []) for name in names)]:
        document = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"labels": labels}}}
        (path / name).mkdir(exist_ok=True)
        (path / name / "zarr.json").write_text(json.dumps(document))
    download(str(path), str(tmp_path / "copies"))
    assert "   and 31 more groups" in capsys.readouterr().out.splitlines()


def test_download_replaces_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = image(tmp_path / "a.zarr")
    with pytest.raises(ExistsError, match="exists already"):
        download(str(path), str(tmp_path))
    assert capsys.readouterr().out == ""


def test_download_tells_what_is_not_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    download(str(plate(tmp_path / "a.zarr")), str(tmp_path / "copies"))
    assert "A/3" in caplog.text


def test_view_of_what_is_no_image_says_so(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    view(str(tmp_path), 0)
    assert capsys.readouterr().out == (
        f"No OME-Zarr images found in {tmp_path}. Try $ ome_zarr finder {tmp_path} or use -f to force open in "
        "browser.\n"
    )


def test_a_dry_run_of_view_does_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    view(str(image(tmp_path / "a.zarr")), dry_run=True)
    view(str(tmp_path), dry_run=True, force=True)
    assert capsys.readouterr().out == ""


def test_a_dry_run_of_finder_writes_the_table(tmp_path: Path) -> None:
    image(tmp_path / "day" / "a.zarr")
    finder(f"{tmp_path}/", 8080, dry_run=True)
    heads, row = (tmp_path / "biofile_finder.csv").read_text().splitlines()
    assert heads == "File Path,File Name,Folders,Uploaded"
    assert row.startswith(f"http://localhost:8080/{tmp_path.name}/day/a.zarr,a.zarr,day,")


def test_finder_of_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    finder(str(tmp_path), dry_run=True)
    assert capsys.readouterr().out == f"No OME-Zarr files found in {tmp_path}\n"
    assert list(tmp_path.iterdir()) == []


def test_the_images_of_every_kind_of_group(tmp_path: Path) -> None:
    folder = str(tmp_path)
    one, many = image(tmp_path / "one.zarr"), plate(tmp_path / "many.zarr")
    linked, series = scene(tmp_path / "linked.zarr"), collection(tmp_path / "series.zarr")
    (series / "OME" / "METADATA.ome.xml").write_text('<OME><Image Name="x"/><Image/></OME>')
    assert find_multiscales(one) == [[one, "one.zarr", folder]]
    assert find_multiscales(str(many)) == [[many / "A" / "1" / "0", "many.zarr", folder]]
    assert find_multiscales(linked) == [[linked / "a", "linked.zarr", folder]]
    assert find_multiscales(series) == [[series / "0", "x", folder], [series / "1", "series.zarr Series:1", folder]]


def test_where_no_group_is_there_are_no_images(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert find_multiscales(tmp_path) == []
    assert capsys.readouterr().out == f"No .zattrs or zarr.json found in {tmp_path}\n"


PARTS = {
    "": [""],
    ".": ["."],
    "/": ["/"],
    "a/b": ["a", "b"],
    "a/b/": ["a", "b", ""],
    "./a": [".", "a"],
    "/a": ["/", "a"],
}


@pytest.mark.parametrize(("path", "parts"), PARTS.items())
def test_a_path_has_parts(path: str, parts: list[str]) -> None:
    assert splitall(path) == parts


def test_a_path_may_have_very_many_parts() -> None:
    assert len(splitall("a/" * 5000)) == 5001


def test_the_common_prefix_is_cut_but_for_its_last_part() -> None:
    paths = [["a", "b", "c"], ["a", "b"], ["a", "b", "d", "e"]]
    assert strip_common_prefix(paths) == "b"
    assert paths == [["b", "c"], ["b"], ["b", "d", "e"]]


@pytest.mark.parametrize("paths", [[["a"], ["b"]], [["a"], []], []])
def test_paths_without_a_common_prefix_are_refused(paths: list) -> None:
    with pytest.raises(ValueError, match="No common prefix"):
        strip_common_prefix(paths)


def test_what_says_nothing_is_left_out() -> None:
    data = {"a": None, "b": [], "c": {"d": None}, "e": [{"f": None}, {"g": 0}, None, 3], "h": (), "i": "", "j": (1,)}
    assert _recursive_pop_nones(data) == {"e": [{"g": 0}, 3], "i": "", "j": [1]}
