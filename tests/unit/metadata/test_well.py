"""A well and its fields of view."""

import pickle

import pytest

from ome_zarr.errors import DocumentError, DocumentWarning, RecipeError
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.well import Field, Well, parse_well, well_from_node

DOCUMENT = {"images": [{"path": "0", "acquisition": 1, "note": "kept"}, {"path": "1"}], "note": "kept"}
WELL = Well((Field("0", 1, {"note": "kept"}), Field("1")), {"note": "kept"})


def test_a_well_becomes_a_document_and_the_same_again():
    assert well_from_node(Node(DOCUMENT | {"version": "0.4"})) == WELL
    assert WELL.to_json() == DOCUMENT
    assert pickle.loads(pickle.dumps(WELL)) == WELL


def test_a_malformed_acquisition_is_left_out_with_a_warning():
    with pytest.warns(DocumentWarning, match="/images/0/acquisition is 'first'"):
        assert well_from_node(Node({"images": [{"path": "0", "acquisition": "first"}]})) == Well((Field("0"),))


def test_a_path_that_is_there_twice_is_taken_once():
    document = {"images": [{"path": "0", "acquisition": 1}, {"path": "1"}, {"path": "0", "acquisition": 2}]}
    with pytest.warns(DocumentWarning, match="has the path '0' twice; the first one is taken"):
        assert well_from_node(Node(document)).fields == (Field("0", 1), Field("1"))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "^the document has no 'images'"),
        ({"images": "0"}, "^/images is '0'; it must be a list"),
        ({"images": ["0"]}, "^/images/0 is '0'; it must be an object"),
        ({"images": [{"path": "../0"}]}, "^/images/0/path is '../0'"),
        ({"images": [{"path": 0}]}, "^/images/0/path is 0; it must be text"),
    ],
)
def test_a_malformed_well_is_refused_with_the_place(document, message):
    with pytest.raises(DocumentError, match=message):
        well_from_node(Node(document))


def test_a_wish_is_made_of_paths_and_mappings():
    wish = ["0", {"path": "1", "acquisition": 2}, Field("2")]
    assert parse_well(wish) == Well((Field("0"), Field("1", 2), Field("2")))


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ([], "the well has no images"),
        (None, "images is None; it must be a list"),
        ("0", "images is '0'; it must be a list"),
        ([3], "images/0 is 3; it must be an object"),
        ([{"acquisition": 1}], "images/0 has no 'path'"),
        ([{"path": 1}], "images/0/path is 1; it must be text"),
        ([{"path": "0", "acquisition": "1"}], "images/0/acquisition is '1'; it must be a number"),
        (["0", "0"], "image '0' is there twice"),
        (["a/b"], "image 'a/b' contains a slash"),
        ([".."], "has an empty, '.' or '..' segment"),
        (["..."], "image '...' consists of periods"),
        (["__0"], "starts with '__'"),
        (["a b"], "image 'a b' of the well must have letters, digits, '_', '.' and '-' only"),
    ],
)
def test_a_wish_that_breaks_the_rules_is_refused(wish, message):
    with pytest.raises(RecipeError, match=message):
        parse_well(wish)


def test_before_0_6_paths_are_letters_and_digits():
    well = parse_well(["field-0_a.zarr"])
    with pytest.raises(RecipeError, match=r"image 'field-0_a.zarr' of the well must have letters and digits only"):
        well.validate(loose_names=False)
