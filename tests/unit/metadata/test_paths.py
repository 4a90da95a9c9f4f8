"""Paths and names inside an image."""

import pytest

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_label_name, parse_relative_path


@pytest.mark.parametrize("path", ["0", "s0", "scale/0", "a b", "zell\N{LATIN SMALL LETTER O WITH DIAERESIS}", ".x"])
def test_a_path_leads_down(path):
    assert parse_relative_path(Node(path)) == path


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "../x", "a/../../b", "/abs", "a//b", "a/", "./0", "http://host/x", "C:/x", "c:x", "a\\b"],
)
def test_a_path_that_leads_elsewhere_is_refused(path):
    with pytest.raises(DocumentError, match=r"^/path is .*stays inside the group"):
        parse_relative_path(Node({"path": path}).child("path"))


@pytest.mark.parametrize("path", ["a\0b", "a\nb", "\ud800"])
def test_a_path_that_no_store_can_keep_is_refused(path):
    with pytest.raises(DocumentError, match=r"control character|UTF-8"):
        parse_relative_path(Node(path))


@pytest.mark.parametrize("name", ["nuclei", "0", "cell mask", ".hidden", "a.b", "_x", "\N{GREEK SMALL LETTER MU}"])
def test_a_label_name_is_a_plain_name(name):
    assert parse_label_name(name) == name


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        ("a/b", "contains a slash"),
        ("a\\b", "contains a slash"),
        (".", "consists of periods"),
        ("..", "consists of periods"),
        ("...", "consists of periods"),
        ("__x", "starts with '__'"),
        ("zarr.json", "is the name of a metadata file"),
        (".zattrs", "is the name of a metadata file"),
        ("a\0", "contains a backslash or a control character"),
        ("a\n", "contains a backslash or a control character"),
        ("c:x", "starts with a drive"),
        ("\udcff", "cannot be written as UTF-8"),
    ],
)
def test_other_label_names_are_refused_with_the_reason(name, fault):
    with pytest.raises(RecipeError, match=f"label name .* {fault}.*; give a plain name"):
        parse_label_name(name)


def test_a_label_name_is_text():
    with pytest.raises(RecipeError, match="label name is 1, a int; it must be text"):
        parse_label_name(1)
