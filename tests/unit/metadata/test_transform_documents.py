"""Transformations as documents spell them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.compound import Bijection, ByDimension, Part, Sequence
from ome_zarr.metadata.fields import Coordinates, Displacements, StoredAffine, StoredRotation
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.transform_documents import AxisNames, transform_from_node
from ome_zarr.metadata.transforms import Affine, Identity, MapAxis, ProjectAxis, Rotation, Scale, Translation

NAMES = AxisNames(("z", "y", "x"), ("u", "v", "w"))

SIMPLE = [
    Identity(),
    Scale((1, 2)),
    Translation((1, 2)),
    MapAxis((1, 0)),
    ProjectAxis((0,), (1,)),
    Affine(((1, 2, 3), (4, 5, 6))),
    Rotation(((0, -1), (1, 0))),
    Displacements("a", "linear"),
    Coordinates("a/b"),
    StoredAffine("m"),
    StoredRotation("m"),
]


@st.composite
def transforms(draw):
    """Transformations of two coordinates into two."""
    inner = st.deferred(transforms)
    name = draw(st.none() | st.text("abc", min_size=1, max_size=2))
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return Sequence((draw(inner), draw(inner)), name=name)
    if kind == 1:
        return Bijection(draw(inner), draw(inner), name=name)
    if kind == 2:
        return ByDimension(
            (Part(Scale((draw(st.floats(0.1, 9)),)), (1,), (0,)), Part(Identity(), (0,), (1,))), name=name
        )
    numbers = st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
    simple = draw(st.sampled_from([s for s in SIMPLE if s.outputs(2) == 2]))
    return draw(st.sampled_from([simple, Translation(draw(numbers), name=name)]))


@pytest.mark.parametrize("transform", SIMPLE)
def test_a_transformation_becomes_a_document_and_the_same_again(transform):
    assert transform_from_node(Node(transform.to_json())) == transform


@given(transforms())
def test_so_do_transformations_in_each_other(transform):
    document = json.loads(json.dumps(transform.to_json()))
    assert transform_from_node(Node(document)) == transform


def test_null_counts_as_missing():
    document = {"type": "affine", "path": None, "name": None, "affine": [[1, 2]]}
    assert transform_from_node(Node(document)) == Affine(((1, 2),))


def test_axes_may_have_names_as_in_drafts():
    document = {"type": "mapAxis", "mapAxis": {"w": "z", "u": "y", "v": "x"}}
    assert transform_from_node(Node(document), NAMES) == MapAxis((1, 2, 0))


def test_parts_may_be_spelt_as_in_drafts():
    inline = {"type": "scale", "scale": [2, 3], "input_axes": ["x", "z"], "output_axes": ["w", "u"]}
    nested = {"transformation": {"type": "identity"}, "input_axes": [1], "output_axes": [1]}
    document = {"type": "byDimension", "transformations": [inline, nested]}
    assert transform_from_node(Node(document), NAMES) == ByDimension(
        (Part(Scale((2, 3)), (2, 0), (2, 0)), Part(Identity(), (1,), (1,)))
    )


def test_axes_of_parts_may_be_their_ends_as_in_the_first_drafts():
    part = {"type": "translation", "translation": [1], "input": ["y"], "output": ["u"]}
    document = {"type": "byDimension", "transformations": [part]}
    assert transform_from_node(Node(document), NAMES) == ByDimension((Part(Translation((1,)), (1,), (0,)),))


def test_the_inverse_of_a_transformation_is_made_here():
    document = {"type": "inverseOf", "transformation": {"type": "scale", "scale": [2.0]}}
    assert transform_from_node(Node(document)) == Scale((0.5,))


def test_a_name_may_be_given_to_any_type():
    document = {"type": "inverseOf", "name": "back", "transformation": {"type": "identity"}}
    assert transform_from_node(Node(document)) == Identity(name="back")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], r"^/t is \[\]; it must be an object"),
        ({}, "^/t has no 'type'"),
        ({"type": "spline"}, r"^/t/type is 'spline'; it must be one of \('identity', 'mapAxis'"),
        ({"type": 1}, "^/t/type is 1; it must be text"),
        ({"type": "scale"}, "^/t has no 'scale'"),
        ({"type": "scale", "path": "a"}, "^/t has no 'scale'"),
        ({"type": "scale", "scale": [0]}, "^/t: scale/0 is 0.0"),
        ({"type": "scale", "scale": ["1"]}, "^/t/scale/0 is '1'; it must be a number"),
        ({"type": "scale", "scale": [1], "name": 3}, "^/t/name is 3; it must be text"),
        ({"type": "affine"}, "^/t has no 'affine'"),
        ({"type": "affine", "path": "../a"}, "^/t: path of a transformation is '../a'"),
        ({"type": "mapAxis", "mapAxis": {"u": "y", "q": "x"}}, r"^/t/mapAxis is .* axis 'q' must be one of"),
        ({"type": "mapAxis", "mapAxis": {"u": "q"}}, r"axis 'q' must be one of \('z', 'y', 'x'\)"),
        ({"type": "mapAxis", "mapAxis": [1.5]}, "^/t/mapAxis/0 is 1.5; it must be a whole number"),
        ({"type": "sequence", "transformations": []}, "^/t: the sequence is empty"),
        (
            {"type": "sequence", "transformations": [{"type": "scale", "scale": [{}]}]},
            "^/t/transformations/0/scale/0 is {}",
        ),
        ({"type": "inverseOf", "transformation": {"type": "projectAxis", "droppedInputs": [0]}}, "nothing leads back"),
        (
            {"type": "byDimension", "transformations": [{"type": "identity"}]},
            "^/t/transformations/0 has no 'inputAxes'",
        ),
        ({"type": "displacements"}, "^/t has no 'path'"),
        ({"type": "displacements", "path": "a", "interpolation": 1}, "^/t/interpolation is 1"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(document, message):
    with pytest.raises(DocumentError, match=message):
        transform_from_node(Node(document, "/t"), NAMES)


def test_a_wish_is_refused_with_its_place_once():
    wish = {"type": "sequence", "transformations": [{"type": "scale", "scale": [0]}]}
    with pytest.raises(RecipeError, match=r"^t/transformations/0: scale/0 is 0.0; it must not be 0"):
        transform_from_node(Node(wish, "t", RecipeError))


def test_transformations_nested_without_end_are_refused():
    document = {"type": "identity"}
    for _ in range(100_000):
        document = {"type": "sequence", "transformations": [document]}
    with pytest.raises(DocumentError, match="may be nested 32 deep"):
        transform_from_node(Node(document))


def test_numpy_arrays_are_lists():
    wish = {"type": "affine", "affine": np.eye(2, 3)}
    assert transform_from_node(Node(wish, "t", RecipeError)) == Affine(((1, 0, 0), (0, 1, 0)))
