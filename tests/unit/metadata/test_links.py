"""Links: what leads from one coordinate system to another."""

import pytest

from ome_zarr.errors import DocumentError, DocumentWarning, RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef
from ome_zarr.metadata.fields import UnknownTransform
from ome_zarr.metadata.links import Link, check_connected, check_fit, link_from_node, links_from_nodes
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.transforms import Affine, Scale

SYSTEMS = {SystemRef(name): CoordinateSystem(name, Axes.parse(name, len(name))) for name in ("yx", "zyx")}
ENDS = {"input": {"name": "yx"}, "output": {"name": "zyx"}}


def test_a_link_becomes_a_document_and_the_same_again():
    document = {"type": "affine", "affine": [[1.0, 0.0, 0.0]] * 3, **ENDS, "note": "kept"}
    link = link_from_node(Node(document), SYSTEMS.get)
    assert link == Link(Affine(((1, 0, 0),) * 3), SystemRef("yx"), SystemRef("zyx"), {"note": "kept"})
    assert link.to_json() == document


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"type": "spline", "knots": 3}, "/type is 'spline'; it must be one of .*The transformation is kept"),
        ({"type": "scale", "scale": [1, 2]}, "makes 2 coordinates for the axes .*'z', 'y', 'x'.*is kept"),
        ({"type": "scale", "scale": [1, 2, 3]}, "takes 3 coordinates, and there are 2.*is kept"),
        ({"type": "scale", "scale": "a", "name": "n"}, "/scale is 'a'; it must be a list.*is kept"),
        ({}, "has no 'type'.*is kept"),
    ],
)
def test_a_transformation_that_cannot_be_understood_is_kept_with_a_warning(members, message):
    with pytest.warns(DocumentWarning, match=message):
        link = link_from_node(Node(members | ENDS), SYSTEMS.get)
    assert link == Link(UnknownTransform(members), SystemRef("yx"), SystemRef("zyx"))
    assert link.to_json() == members | ENDS


def test_a_wish_that_cannot_be_understood_is_refused():
    with pytest.raises(RecipeError, match=r"^t/type is 'spline'"):
        link_from_node(Node({"type": "spline"} | ENDS, "t", RecipeError), SYSTEMS.get)


def test_systems_that_are_described_elsewhere_are_not_compared():
    document = {"type": "scale", "scale": [1, 2, 3, 4], "input": {"name": "a", "path": "p"}, "output": {"name": "b"}}
    assert link_from_node(Node(document), SYSTEMS.get).transform == Scale((1, 2, 3, 4))


@pytest.mark.parametrize("ends", [{}, {"input": "yx"}, {"input": {}, "output": "zyx"}, {"input": 1, "output": 2}])
def test_without_both_ends_a_link_is_left_out_with_a_warning(ends):
    document = {"type": "identity"} | ends
    with pytest.raises(DocumentError):
        link_from_node(Node(document), SYSTEMS.get)
    with pytest.warns(DocumentWarning, match="This part is left out"):
        assert links_from_nodes([Node(document)], SYSTEMS.get) == ()


def test_what_leads_to_other_numbers_of_axes_does_not_fit():
    with pytest.raises(RecipeError, match="from 'yx' to 'zyx' makes 2 coordinates"):
        check_fit(Link(Scale((1, 2)), SystemRef("yx"), SystemRef("zyx")), SYSTEMS.get)


def link(source, target):
    return Link(Scale((1,)), SystemRef(source), SystemRef(target))


def test_everything_can_be_reached_over_any_number_of_links_in_any_direction():
    check_connected([link("c", "b"), link("a", "b"), link("d", "c")], "abcd", lambda ref: ref.name)
    check_connected([], "a", lambda ref: ref.name)
    check_connected([], [], lambda ref: ref.name)


def test_what_cannot_be_reached_is_named():
    with pytest.raises(RecipeError, match=r"no transformations lead from 'a' to \['c', 'd'\]; add them"):
        check_connected([link("a", "b"), link("c", "d")], "abc", lambda ref: ref.name)
