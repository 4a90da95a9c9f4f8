"""Coordinate systems and references to them."""

import pickle

import pytest

from ome_zarr.errors import DocumentError, DocumentWarning, RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.coordinate_systems import (
    CoordinateSystem,
    SystemRef,
    ref_from_node,
    system_from_node,
    systems_from_nodes,
)
from ome_zarr.metadata.node import Node

DOCUMENT = {"name": "world", "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}], "note": "kept"}


def test_a_coordinate_system_becomes_a_document_and_the_same_again():
    system = system_from_node(Node(DOCUMENT))
    assert system == CoordinateSystem("world", Axes.parse("yx", 2), {"note": "kept"})
    assert system.to_json() == DOCUMENT
    assert pickle.loads(pickle.dumps(system)) == system


@pytest.mark.parametrize(("name", "axes"), [("", Axes.parse("yx", 2)), (1, Axes.parse("yx", 2)), ("a", Axes(()))])
def test_a_coordinate_system_has_a_name_and_axes(name, axes):
    with pytest.raises(RecipeError, match="coordinate system"):
        CoordinateSystem(name, axes)


def test_of_a_list_what_is_malformed_is_left_out_with_a_warning():
    with pytest.warns(DocumentWarning, match=r"^/1 has no 'name'; it is required here. This part is left out"):
        systems = systems_from_nodes(Node([DOCUMENT, {"axes": []}]).items())
    assert [system.name for system in systems] == ["world"]


def test_of_two_with_one_name_the_first_is_taken_with_a_warning():
    with pytest.warns(DocumentWarning, match="two coordinate systems have the name 'world'; the first one is taken"):
        systems = systems_from_nodes(Node([DOCUMENT, DOCUMENT | {"note": "other"}]).items())
    assert [system.extra for system in systems] == [{"note": "kept"}]


@pytest.mark.parametrize(
    ("document", "ref"),
    [
        ("world", SystemRef("world")),
        ({"name": "world"}, SystemRef("world")),
        ({"path": "a/b"}, SystemRef(None, "a/b")),
        ({"name": "world", "path": None}, SystemRef("world")),
        ({"name": "world", "path": "a"}, SystemRef("world", "a")),
    ],
)
def test_a_reference_is_a_name_a_path_or_both(document, ref):
    assert ref_from_node(Node(document)) == ref


def test_a_reference_is_written_without_what_is_not_there():
    assert SystemRef("world").to_json() == {"name": "world"}
    assert SystemRef("world", "a").to_json() == {"name": "world", "path": "a"}
    assert str(SystemRef("world", "a")) == "'world' of 'a'"


@pytest.mark.parametrize("document", [{}, [], 1, {"name": 1}, {"path": "../a"}, {"path": "/a"}, {"name": None}])
def test_a_reference_that_means_nothing_or_leads_out_is_refused(document):
    with pytest.raises(DocumentError):
        ref_from_node(Node(document))
