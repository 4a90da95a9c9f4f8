"""Tables added to the properties of labels."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.unit.api.stored import files, plate

import ome_zarr
from ome_zarr.csv import COLUMN_TYPES, csv_to_zarr, dict_to_zarr, parse_csv_value
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError, TargetError

TABLE = "id,area,cells,alive,name\n1,3.5,2.4,no,first\n2,n/a,7,TRUE,second\n"
VERSIONS = pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, "utf-8-sig")  # as spreadsheets write it
    return path


def described(path: Path, *known: dict, version: str = "0.5", name: str = "cells") -> Path:
    """An image whose labels have properties."""
    ome_zarr.write(np.zeros((8, 8), "uint8"), path, axes="yx", levels=1, version=version)
    add_labels(path, name, *known)
    return path


def add_labels(path: Path, name: str, *known: dict) -> None:
    values = np.arange(64, dtype="uint8").reshape(8, 8)
    ome_zarr.write_labels(values, path, name, axes="yx", levels=1)
    change(path / "labels" / name, lambda label: label.update(properties=list(known)))


def change(path: Path, how: object) -> None:
    """Change what a group says of its labels, whatever the version."""
    group = zarr.open_group(path, mode="r+")
    attributes = group.attrs.asdict()
    how(attributes.get("ome", attributes)["image-label"])
    group.attrs.put(attributes)


def properties(path: Path, name: str = "cells") -> list[dict]:
    attributes = zarr.open_group(path / "labels" / name, mode="r").attrs.asdict()
    return attributes.get("ome", attributes)["image-label"].get("properties")


VALUES = [
    ("2.6", "d", 2.6),
    ("2.6", "l", 3),
    ("2.6", "s", "2.6"),
    ("2.6", "unknown", "2.6"),
    ("n/a", "d", "n/a"),
    ("n/a", "l", "n/a"),
    ("nan", "d", "nan"),
    ("inf", "l", "inf"),
    ("", "l", ""),
    ("True", "b", True),
    ("1", "b", True),
    (" yes ", "b", True),
    ("False", "b", False),
    ("0", "b", False),
    ("no", "b", False),
    ("", "b", False),
]


@pytest.mark.parametrize(("value", "kind", "parsed"), VALUES)
def test_a_cell_is_of_the_type_of_its_column(value: str, kind: str, parsed: object) -> None:
    found = parse_csv_value(value, kind)
    assert (found, type(found)) == (parsed, type(parsed))


def test_what_is_neither_true_nor_false_is_refused() -> None:
    with pytest.raises(RecipeError, match="neither true nor false"):
        parse_csv_value("perhaps", "b")


def test_the_types_are_those_of_old() -> None:
    assert COLUMN_TYPES == ["d", "l", "s", "b"]


@VERSIONS
def test_a_property_picks_the_row(version: str, table: Path, tmp_path: Path) -> None:
    known = [{"label-value": 5, "roi": 1}, {"label-value": 6, "roi": 2}, {"label-value": 7}]
    path = described(tmp_path / "a.zarr", *known, version=version)
    csv_to_zarr(str(table), "id", "area#d,cells#l,alive#b,name", str(path), "roi")
    assert properties(path) == [
        {"label-value": 5, "roi": 1, "area": 3.5, "cells": 2, "alive": False, "name": "first"},
        {"label-value": 6, "roi": 2, "area": "n/a", "cells": 7, "alive": True, "name": "second"},
        {"label-value": 7},
    ]


@VERSIONS
def test_all_labels_of_an_image_are_looked_at(version: str, table: Path, tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 1}, version=version, name="first")
    add_labels(path, "second", {"label-value": 2})
    csv_to_zarr(str(table), "id", "name", str(path), "label-value")
    assert properties(path, "first") == [{"label-value": 1, "name": "first"}]
    assert properties(path, "second") == [{"label-value": 2, "name": "second"}]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_all_fields_of_a_plate_are_looked_at(version: str, tmp_path: Path) -> None:
    path = plate(tmp_path / "plate.zarr", version)
    fields = [path / well / field for well in ("A/1", "A/2") for field in "01"]
    for number, field in enumerate(fields):
        change(field / "labels" / "cells", lambda label, n=number: label.update(properties=[{"well_label": str(n)}]))
    dict_to_zarr({str(number): {"drug": f"d{number}"} for number in range(4)}, str(path), "well_label")
    assert [properties(field) for field in fields] == [[{"well_label": str(n), "drug": f"d{n}"}] for n in range(4)]


@VERSIONS
@pytest.mark.parametrize("part", ["", "labels", "labels/cells"])
def test_the_name_of_labels_means_their_values(version: str, part: str, table: Path, tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 2, "kept": True}, version=version)
    csv_to_zarr(str(table), "id", "name", str(path / part), "cells")
    assert properties(path) == [
        {"label-value": 2, "kept": True, "name": "second"},
        {"label-value": 1, "name": "first"},
    ]


def test_labels_that_say_nothing_yet_are_described(table: Path, tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", name="0")
    change(path / "labels" / "0", lambda label: label.pop("properties"))
    csv_to_zarr(str(table), "id", "name", str(path), "0")
    assert properties(path, "0") == [{"label-value": 1, "name": "first"}, {"label-value": 2, "name": "second"}]


def test_numbers_are_keys_too(tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 1})
    dict_to_zarr({1: {"area": 3}}, str(path), "label-value")
    assert properties(path) == [{"label-value": 1, "area": 3}]


@VERSIONS
def test_everything_else_stays_as_it_is(version: str, table: Path, tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 1}, version=version)
    shutil.copytree(path, tmp_path / "before.zarr")
    csv_to_zarr(str(table), "id", "name", str(path), "label-value")
    before, after = files(tmp_path / "before.zarr"), files(path)
    assert before.keys() == after.keys()
    assert sum(before[name] != after[name] for name in before) == 1
    change(path / "labels" / "cells", lambda label: label.update(properties=[{"label-value": 1}]))
    change(tmp_path / "before.zarr" / "labels" / "cells", lambda label: None)
    assert files(path) == files(tmp_path / "before.zarr")


@VERSIONS
@pytest.mark.parametrize("part", ["", "labels/cells"])
def test_the_inventory_knows_the_change(version: str, part: str, table: Path, tmp_path: Path) -> None:
    ome_zarr.write(np.zeros((8, 8), "uint8"), tmp_path / "a.zarr", axes="yx", levels=1, version=version)
    ome_zarr.write_labels(np.ones((8, 8), "uint8"), tmp_path / "a.zarr", "cells", axes="yx", levels=2)
    csv_to_zarr(str(table), "id", "area#d", str(tmp_path / "a.zarr" / part), "cells")
    assert properties(tmp_path / "a.zarr") == [{"label-value": 1, "area": 3.5}, {"label-value": 2, "area": "n/a"}]
    assert ome_zarr.verify(tmp_path / "a.zarr").findings == ()


@VERSIONS
def test_the_inventory_does_not_cover_up_what_another_program_has_changed(
    version: str, table: Path, tmp_path: Path
) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 1}, version=version)
    csv_to_zarr(str(table), "id", "area#d", str(path), "label-value")
    assert [(finding.kind, finding.place) for finding in ome_zarr.verify(path).findings] == [
        ("changed", "labels/cells")
    ]


def test_doing_it_twice_changes_nothing_more(table: Path, tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 1})
    csv_to_zarr(str(table), "id", "name", str(path), "label-value")
    once = files(path)
    csv_to_zarr(str(table), "id", "name", str(path), "label-value")
    assert files(path) == once


def test_consolidated_metadata_do_not_outlive_the_change(table: Path, tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 1}, version="0.4")
    zarr.consolidate_metadata(path)
    csv_to_zarr(str(table), "id", "name", str(path), "label-value")
    assert zarr.open_group(path, mode="r")["labels/cells"].attrs["image-label"]["properties"][0]["name"] == "first"


UNKNOWN = [
    ("roi", "'roi' is neither a property of label values .'label-value'. nor the name of labels .'cells'."),
    ("label-value", "is '9', and rows are of '1', '2'"),
]


@pytest.mark.parametrize(("identity", "told"), UNKNOWN)
def test_what_fits_no_label_is_told_with_what_is_there(identity: str, told: str, table: Path, tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 9})
    before = files(path)
    with pytest.raises(NotFoundError, match=told):
        csv_to_zarr(str(table), "id", "name", str(path), identity)
    assert files(path) == before


def test_an_image_without_labels_gets_no_group(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    ome_zarr.write(np.zeros((8, 8), "uint8"), path, axes="yx", levels=1)
    before = files(path)
    with pytest.raises(NotFoundError, match="no labels"):
        csv_to_zarr(str(table), "id", "name", str(path), "0")
    assert files(path) == before


def test_a_row_of_no_label_value_is_refused(tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr")
    with pytest.raises(RecipeError, match="'first' is of no label value"):
        dict_to_zarr({"first": {"a": 1}}, str(path), "cells")


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    path = described(tmp_path / "a.zarr", {"label-value": 1})
    with pytest.raises(RecipeError, match="row '1'"):
        dict_to_zarr({1: {"a": float("nan")}}, str(path), "label-value")


def test_a_zip_file_is_not_changed(tmp_path: Path) -> None:
    pixels = np.zeros((8, 8), "uint8")
    ome_zarr.write(pixels, tmp_path / "a.ozx", axes="yx", levels=1, kind="labels", name="a")
    with pytest.raises(TargetError, match="read-only"):
        dict_to_zarr({1: {"a": 1}}, str(tmp_path / "a.ozx"), "a.ozx")


WRONG_TABLES = [
    ("id,name\n1,a\n", "area", RecipeError, "no column 'area'"),
    ("name\na\n", "name", RecipeError, "no column 'id'"),
    ("", "name", RecipeError, "no column 'id'"),
    ("id,name\n1,maybe\n", "name#b", RecipeError, "neither true nor false"),
    ("id,name\n1,\xff\n", "name", DocumentError, "no table in UTF-8"),
]


@pytest.mark.parametrize(("text", "keys", "error", "told"), WRONG_TABLES)
def test_a_wrong_table_is_told(text: str, keys: str, error: type[Exception], told: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(text, "latin-1")
    with pytest.raises(error, match=told):
        csv_to_zarr(str(tmp_path / "table.csv"), "id", keys, "a.zarr", "cells")


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no table"):
        csv_to_zarr(str(tmp_path / "none.csv"), "id", "name", "a.zarr", "cells")
