"""What is done about malformed parts of a document."""

import warnings

import pytest

from ome_zarr.errors import DocumentWarning, RecipeError
from ome_zarr.metadata.leniency import rest_of, tolerated, tolerated_each, tolerated_items
from ome_zarr.metadata.node import Node


def test_a_part_that_is_right_is_as_it_is_understood():
    assert tolerated(Node("a"), Node.text, None) == "a"
    assert tolerated(None, Node.text, "default") == "default"


def test_a_malformed_part_is_left_out_with_a_warning():
    with pytest.warns(DocumentWarning, match=r"^/a is 1; it must be text. This part is left out$"):
        assert tolerated(Node(1, "/a"), Node.text, "default") == "default"


def test_a_malformed_wish_is_an_error():
    for parse in (lambda node: tolerated(node, Node.text, None), lambda node: tolerated_each([node], Node.text)):
        with pytest.raises(RecipeError, match="it must be"):
            parse(Node(1, "a", RecipeError))


def test_of_a_list_only_the_malformed_entries_are_left_out():
    with pytest.warns(DocumentWarning, match=r"^/a/1 is 1; it must be text"):
        assert tolerated_each(Node(["a", 1, "b"], "/a").items(), Node.text) == ("a", "b")


def test_a_list_that_is_missing_or_malformed_has_no_entries():
    assert tolerated_items(None) == ()
    with pytest.warns(DocumentWarning, match="it must be a list"):
        assert tolerated_items(Node({"a": 1})) == ()


def test_what_no_model_knows_is_kept_unless_it_is_no_json():
    node = Node({"known": 1, "a": [1, None], "b": {"c": float("nan")}, "n": None})
    with pytest.warns(DocumentWarning, match="/b/c is nan; it must be a finite number"):
        assert rest_of(node, {"known"}) == {"a": [1, None], "n": None}


def test_the_warning_points_at_the_caller():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tolerated(Node(1), Node.text, None)
    assert [warning.filename for warning in caught] == [__file__]
