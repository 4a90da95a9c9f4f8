"""A value in a document, together with the place where it stands."""

import numpy as np
import pytest

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.node import Node


class Model:
    def model_dump(self, *, by_alias, exclude_none):
        return {"a": 1, "by_alias": by_alias, "exclude_none": exclude_none}


def test_the_place_of_a_value_is_a_json_pointer():
    node = Node({"a/b": [{"~": "x"}]}).child("a/b").items()[0].child("~")
    assert (node.path, node.text()) == ("/a~1b/0/~0", "x")


def test_a_missing_member_is_named_with_its_place():
    with pytest.raises(DocumentError, match=r"^the document has no 'multiscales'; it is required here$"):
        Node({}).child("multiscales")
    with pytest.raises(DocumentError, match=r"^/ome has no 'version'"):
        Node({"ome": {}}).child("ome").child("version")


def test_null_counts_as_missing():
    assert Node({"a": None}).find("a") is None
    with pytest.raises(DocumentError, match="has no 'a'"):
        Node({"a": None}).child("a")


@pytest.mark.parametrize(
    ("method", "value", "allowed"),
    [
        ("fields", [1], "an object"),
        ("fields", "a", "an object"),
        ("items", {"a": 1}, "a list"),
        ("items", "ab", "a list"),
        ("items", np.float64(1), "a list"),
        ("pairs", [1], "a mapping"),
        ("text", 1, "text"),
        ("flag", 1, "true or false"),
        ("number", "1", "a number"),
        ("number", True, "a number"),
        ("integer", 1.5, "a whole number"),
    ],
)
def test_a_value_of_another_form_is_refused_with_its_place_and_the_form_that_is_allowed(method, value, allowed):
    with pytest.raises(DocumentError, match=f"^/a is .*; it must be {allowed}"):
        getattr(Node({"a": value}).child("a"), method)()


def test_the_error_is_of_the_class_that_was_asked_for():
    with pytest.raises(RecipeError, match="omero/channels is 1; it must be a list"):
        Node({"channels": 1}, "omero", RecipeError).child("channels").items()


def test_keys_that_are_no_text_are_refused():
    with pytest.raises(DocumentError, match="/a has the key 1"):
        Node({"a": {1: 2}}).child("a").fields()


def test_a_model_of_another_package_is_read_through_its_dump():
    assert Node(Model()).fields() == {"a": 1, "by_alias": True, "exclude_none": True}


def test_whole_floats_are_integers():
    assert Node(3.0).integer() == 3


def test_a_numpy_array_is_a_list():
    assert [item.integer() for item in Node(np.array([1, 2])).items()] == [1, 2]


def test_the_rest_of_an_object_is_a_plain_copy_of_what_is_not_known():
    assert Node({"a": 1, "b": (2,), "c": None}).rest({"a"}) == {"b": [2], "c": None}


def test_an_error_of_a_model_becomes_an_error_of_the_place():
    node = Node({"a": 1}).child("a")
    with pytest.raises(DocumentError, match=r"^/a: wrong$"), node.blamed():
        raise RecipeError("wrong")


def test_hostile_values_give_short_messages():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(DocumentError) as caught:
        Node({"a": deep}).child("a").text()
    assert len(str(caught.value)) < 200
