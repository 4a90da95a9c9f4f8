"""A plate of wells."""

import pickle

import numpy as np
import pytest

from ome_zarr.errors import DocumentError, DocumentWarning, RecipeError
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.plate import Acquisition, Plate, PlateWell, parse_plate, plate_from_node

DOCUMENT = {
    "name": "screen",
    "rows": [{"name": "A"}, {"name": "B"}],
    "columns": [{"name": "1"}, {"name": "2"}],
    "wells": [
        {"path": "A/1", "rowIndex": 0, "columnIndex": 0},
        {"path": "B/2", "rowIndex": 1, "columnIndex": 1, "note": "kept"},
    ],
    "acquisitions": [{"id": 3, "name": "first", "maximumfieldcount": 4, "starttime": 5, "endtime": 6}],
    "field_count": 4,
    "note": "kept",
}
PLATE = Plate(
    ("A", "B"),
    ("1", "2"),
    (PlateWell("A/1", 0, 0), PlateWell("B/2", 1, 1, {"note": "kept"})),
    (Acquisition(3, "first", None, 4, 5, 6),),
    "screen",
    4,
    {"note": "kept"},
)


def changed(key, value):
    return Node(DOCUMENT | {key: value}, "/plate")


def test_a_plate_becomes_a_document_and_the_same_again():
    assert plate_from_node(Node(DOCUMENT)) == PLATE
    assert PLATE.to_json() == DOCUMENT
    PLATE.validate()


def test_a_plate_can_be_pickled_and_hashed():
    assert pickle.loads(pickle.dumps(PLATE)) == PLATE
    assert hash(PLATE) == hash(pickle.loads(pickle.dumps(PLATE)))


def test_what_is_not_known_is_not_written():
    assert Plate(("A",), ("1",), (PlateWell("A/1", 0, 0),)).to_json().keys() == {"rows", "columns", "wells"}


def test_wells_without_indices_have_those_that_their_paths_say():
    plate = plate_from_node(changed("wells", [{"path": "B/1"}, {"path": "A/2", "rowIndex": 0}]))
    assert plate.wells == (PlateWell("B/1", 1, 0), PlateWell("A/2", 0, 1))


def test_numbers_as_names_are_taken_for_their_digits():
    assert plate_from_node(changed("columns", [{"name": 1}, {"name": 2}])).columns == ("1", "2")


@pytest.mark.parametrize(
    ("well", "message"),
    [
        ({"path": "C/1"}, r"/plate/wells/1 is .*; 'C' of its path must be one of \('A', 'B'\)"),
        ({"path": "A1"}, r"'A1' of its path must be one of"),
        ({"path": "A/1", "rowIndex": 2, "columnIndex": 0}, "well 'A/1' is in row 2, and the plate has 2"),
        ({"path": "A/1", "rowIndex": -1, "columnIndex": 0}, "well 'A/1' is in row -1"),
        ({"path": "A/1", "rowIndex": "0", "columnIndex": 0}, "/plate/wells/1/rowIndex is '0'; it must be a number"),
        ({"path": "../A/1"}, "/plate/wells/1/path is '../A/1'"),
        ({"rowIndex": 0}, "/plate/wells/1 has no 'path'"),
        ("A/1", "/plate/wells/1 is 'A/1'; it must be an object"),
        ({"path": "B/2", "rowIndex": 0, "columnIndex": 0}, "/plate/wells has the path 'B/2' twice"),
    ],
)
def test_a_malformed_well_is_left_out_with_a_warning(well, message):
    with pytest.warns(DocumentWarning, match=message):
        plate = plate_from_node(changed("wells", [{"path": "B/2"}, well]))
    assert plate.wells == (PlateWell("B/2", 1, 1),)


def test_malformed_acquisitions_are_left_out_in_part_or_whole():
    entries = [{"id": 1, "starttime": "yesterday", "name": 3}, {"name": "no id"}]
    with pytest.warns(DocumentWarning) as caught:
        plate = plate_from_node(changed("acquisitions", entries))
    assert plate.acquisitions == (Acquisition(1),)
    assert len(caught) == 3


def test_a_malformed_count_of_fields_is_left_out_with_a_warning():
    with pytest.warns(DocumentWarning, match="/plate/field_count is 'many'"):
        assert plate_from_node(changed("field_count", "many")).field_count is None


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("rows", None, "^/plate has no 'rows'"),
        ("columns", {}, "^/plate/columns is {}; it must be a list"),
        ("rows", ["A"], "^/plate/rows/0 is 'A'; it must be an object"),
        ("rows", [{"name": True}], "^/plate/rows/0/name is True; it must be text"),
        ("wells", None, "^/plate has no 'wells'"),
        ("wells", 3, "^/plate/wells is 3; it must be a list"),
    ],
)
def test_without_rows_columns_or_wells_there_is_no_plate(key, value, message):
    with pytest.raises(DocumentError, match=message):
        plate_from_node(changed(key, value))


def test_a_wish_is_made_of_names_and_paths():
    wells = ["A/1", {"path": "B/2", "note": "kept"}, PlateWell("A/2", 0, 1)]
    acquisitions = [{"id": np.int64(0), "starttime": 1}, Acquisition(1)]
    plate = parse_plate(["A", "B"], ("1", "2"), wells, acquisitions, field_count=3, name="p")
    assert plate == Plate(
        ("A", "B"),
        ("1", "2"),
        (PlateWell("A/1", 0, 0), PlateWell("B/2", 1, 1, {"note": "kept"}), PlateWell("A/2", 0, 1)),
        (Acquisition(0, start_time=1), Acquisition(1)),
        "p",
        3,
    )


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"rows": []}, "the plate has no rows"),
        ({"rows": "AB"}, "rows is 'AB'; it must be a list"),
        ({"rows": ["A", "A"]}, "row 'A' is there twice"),
        ({"rows": ["A 1"]}, "row 'A 1' must have letters"),
        ({"rows": ["Ä"]}, "row 'Ä' must have letters"),
        ({"rows": [1]}, "rows/0 is 1; it must be text"),
        ({"columns": ["1", ""]}, "column '' must have letters"),
        ({"wells": []}, "the plate has no wells"),
        ({"wells": None}, "wells is None; it must be a list"),
        ({"wells": [3]}, "wells/0 is 3; it must be an object"),
        ({"wells": ["A/1", "A/1"]}, "well 'A/1' is there twice"),
        ({"wells": ["A-1"]}, "'A-1' of its path must be one of"),
        ({"wells": ["A/1/0"]}, "'1/0' of its path must be one of"),
        ({"wells": [{"path": "A/1", "rowIndex": 1, "columnIndex": 0}]}, "which makes it 'B/1'; give that path"),
        ({"wells": [{"path": "A/1", "rowIndex": 5, "columnIndex": 0}]}, "well 'A/1' is in row 5"),
        ({"acquisitions": [{"name": "a"}]}, "acquisitions/0 has no 'id'"),
        ({"acquisitions": ["a"]}, "acquisitions/0 is 'a'; it must be an object"),
        ({"acquisitions": [{"id": "0"}]}, "acquisitions/0/id is '0'; it must be a number"),
        ({"acquisitions": [{"id": 0}, {"id": 0}]}, "acquisition 0 is there twice"),
        ({"acquisitions": [{"id": -1}]}, "id of acquisition -1 is -1; it must be at least 0"),
        ({"acquisitions": [{"id": 0, "maximumfieldcount": 0}]}, "maximumfieldcount of acquisition 0 is 0"),
        ({"acquisitions": [{"id": 0, "endtime": -5}]}, "endtime of acquisition 0 is -5"),
        ({"acquisitions": [{"id": 0, "starttime": "now"}]}, "acquisitions/0/starttime is 'now'"),
        ({"field_count": 0}, "field_count of the plate is 0; it must be at least 1"),
        ({"field_count": "2"}, "field_count is '2'; it must be a number"),
        ({"name": 3}, "name is 3; it must be text"),
    ],
)
def test_a_wish_that_breaks_the_rules_is_refused(wish, message):
    with pytest.raises(RecipeError, match=message):
        parse_plate(**{"rows": ["A", "B"], "columns": ["1"], "wells": ["A/1"]} | wish)


def test_a_well_is_in_a_row_and_a_column_that_the_plate_has():
    with pytest.raises(RecipeError, match="well 'A/1' is in column 1, and the plate has 1; they are counted from 0"):
        Plate(("A",), ("1",), (PlateWell("A/1", 0, 1),))
