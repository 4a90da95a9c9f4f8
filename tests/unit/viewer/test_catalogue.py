"""The images below a folder, and the table of them."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import ome_zarr
from ome_zarr.errors import ExistsError
from ome_zarr.viewer.catalogue import CSV_NAME, find_images, images_of, write_table


def image(path: Path, **wishes: object) -> Path:
    ome_zarr.write(np.zeros((8, 8), "uint8"), path, axes="yx", levels=1, **wishes)
    return path


def group(path: Path, **body: object) -> Path:
    path.mkdir(parents=True)
    document = {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5", **body}}}
    (path / "zarr.json").write_text(json.dumps(document))
    return path


def found(path: Path) -> list[tuple[str, str]]:
    return [(one.path.relative_to(path).as_posix(), one.name) for one in find_images(path)]


def test_images_are_found_in_the_order_of_their_names_however_deep(tmp_path: Path) -> None:
    image(tmp_path / "b" / "two.zarr", version="0.4")
    image(tmp_path / "b" / "one.zarr")
    image(tmp_path / "a.zarr")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "notes.txt").write_text("")
    assert found(tmp_path) == [("a.zarr", "a.zarr"), ("b/one.zarr", "one.zarr"), ("b/two.zarr", "two.zarr")]


def test_an_image_is_the_only_one_in_itself(tmp_path: Path) -> None:
    path = image(tmp_path / "a.zarr")
    assert found(path) == [(".", "a.zarr")]


def test_a_plate_is_its_first_field(tmp_path: Path) -> None:
    plate = group(tmp_path / "plate.zarr", plate={"wells": [{"path": "B/3"}, {"path": "A/1"}]})
    group(plate / "B" / "3", well={"images": [{"path": "7"}, {"path": "8"}]})
    assert found(tmp_path) == [("plate.zarr/B/3/7", "plate.zarr")]


def test_a_plate_whose_well_says_nothing_has_field_0(tmp_path: Path) -> None:
    group(tmp_path / "plate.zarr", plate={"wells": [{"path": "A/1"}]})
    assert found(tmp_path) == [("plate.zarr/A/1/0", "plate.zarr")]


def test_a_plate_without_wells_is_nothing(tmp_path: Path) -> None:
    group(tmp_path / "plate.zarr", plate={"wells": []})
    assert found(tmp_path) == []


def test_a_scene_is_its_first_image(tmp_path: Path) -> None:
    links = [{"type": "identity", "input": {"name": "world"}}, {"type": "identity", "input": {"path": "raw"}}]
    group(tmp_path / "scene.zarr", scene={"coordinateTransformations": links})
    assert found(tmp_path) == [("scene.zarr/raw", "scene.zarr")]


def test_the_series_of_a_converted_file_have_their_names(tmp_path: Path) -> None:
    path = group(tmp_path / "file.zarr", **{"bioformats2raw.layout": 3})
    (path / "OME").mkdir()
    namespace = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
    xml = f'<OME xmlns="{namespace}"><Instrument/><Image Name="overview"/><Image/></OME>'
    (path / "OME" / "METADATA.ome.xml").write_text(xml)
    assert found(tmp_path) == [("file.zarr/0", "overview"), ("file.zarr/1", "file.zarr Series:1")]


BROKEN_XML = ["", "<OME>", '<!DOCTYPE a [<!ENTITY b "c">]><OME>&b;</OME>']


@pytest.mark.parametrize("xml", BROKEN_XML)
def test_a_converted_file_with_broken_metadata_is_left_out(tmp_path: Path, xml: str) -> None:
    path = group(tmp_path / "file.zarr", **{"bioformats2raw.layout": 3})
    (path / "OME").mkdir()
    (path / "OME" / "METADATA.ome.xml").write_text(xml)
    assert found(tmp_path) == []


@pytest.mark.parametrize("document", ["", "[]", '{"zarr_format": 3, "node_type": "array"}', "\x00", "[" * 100_000])
def test_what_cannot_be_read_is_left_out_and_logged(tmp_path: Path, document: str, caplog) -> None:
    image(tmp_path / "good.zarr")
    (tmp_path / "bad.zarr").mkdir()
    (tmp_path / "bad.zarr" / "zarr.json").write_text(document)
    assert found(tmp_path) == [("good.zarr", "good.zarr")]
    assert "bad.zarr is left out" in caplog.text


STRANGE = [{"plate": 1}, {"plate": {"wells": {"a": 1}}}, {"scene": []}, {"plate": {"wells": [3]}}, {"multiscales": 5}]


@pytest.mark.parametrize("body", STRANGE)
def test_strange_documents_are_no_crash(tmp_path: Path, body: dict) -> None:
    assert isinstance(images_of(group(tmp_path / "strange.zarr", **body)), list)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_in_circles_end(tmp_path: Path) -> None:
    image(tmp_path / "data" / "a.zarr")
    (tmp_path / "data" / "again").symlink_to(tmp_path)
    assert found(tmp_path) == [("data/a.zarr", "a.zarr")]


def table(folder: Path, url: str = "http://localhost:8000/data") -> list[list[str]]:
    file = write_table(list(find_images(folder)), folder, url)
    with file.open(newline="") as lines:
        return list(csv.reader(lines))


def test_the_table_has_the_columns_that_the_page_knows(tmp_path: Path) -> None:
    image(tmp_path / "day one" / "a.zarr")
    heads, row = table(tmp_path)
    assert heads == ["File Path", "File Name", "Folders", "Uploaded"]
    assert row[:3] == ["http://localhost:8000/data/day%20one/a.zarr", "a.zarr", "day one"]
    assert row[3].endswith(".UTC")


def test_a_table_is_replaced_by_the_next_one(tmp_path: Path) -> None:
    image(tmp_path / "a.zarr")
    table(tmp_path)
    image(tmp_path / "b.zarr")
    assert [row[1] for row in table(tmp_path)] == ["File Name", "a.zarr", "b.zarr"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zarr", "b.zarr", CSV_NAME]


@pytest.mark.parametrize("content", ["", "mine,all\r\n", "File Path\r\n"])
def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path, content: str) -> None:
    image(tmp_path / "a.zarr")
    (tmp_path / CSV_NAME).write_text(content)
    with pytest.raises(ExistsError, match="no table of this command"):
        table(tmp_path)
    assert (tmp_path / CSV_NAME).read_text() == content.replace("\r\n", "\n")
