"""Transformations that cannot be computed from the document alone."""

import pickle

import pytest

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.fields import Coordinates, Displacements, StoredAffine, StoredRotation, UnknownTransform
from ome_zarr.metadata.transforms import Affine, Rotation

ELSEWHERE = [
    (Displacements("warp", "linear"), {"type": "displacements", "path": "warp", "interpolation": "linear"}, 2),
    (Coordinates("map"), {"type": "coordinates", "path": "map"}, None),
    (StoredAffine("matrix", name="m"), {"type": "affine", "name": "m", "path": "matrix"}, None),
    (StoredRotation("matrix"), {"type": "rotation", "path": "matrix"}, 2),
    (UnknownTransform({"type": "spline", "knots": [1]}), {"type": "spline", "knots": [1]}, None),
]
EVERY_TYPE = pytest.mark.parametrize(("transform", "document", "outputs"), ELSEWHERE)


@EVERY_TYPE
def test_the_document_says_where_the_numbers_are(transform, document, outputs):
    assert transform.to_json() == document


@EVERY_TYPE
def test_the_document_alone_does_not_say_where_points_go(transform, document, outputs):
    assert transform.outputs(2) == outputs
    with pytest.raises(RecipeError, match="cannot be applied by its document alone: it"):
        transform.apply([1, 2])
    with pytest.raises(RecipeError, match="has no inverse in closed form by its document alone"):
        transform.inverse()
    with pytest.raises(RecipeError, match="has no matrix by its document alone"):
        transform.as_affine(2)


@EVERY_TYPE
def test_a_transformation_can_be_pickled_and_hashed(transform, document, outputs):
    assert pickle.loads(pickle.dumps(transform)) == transform
    assert hash(transform) == hash(pickle.loads(pickle.dumps(transform)))


@pytest.mark.parametrize("kind", [Displacements, Coordinates, StoredAffine, StoredRotation])
def test_nothing_outside_the_group_is_meant(kind):
    with pytest.raises(RecipeError, match=r"path of a transformation is '\.\./a'"):
        kind("../a")


def test_a_matrix_that_was_read_makes_the_transformation_whole():
    assert StoredAffine("m", name="a").with_matrix([[1, 2, 3]]) == Affine(((1, 2, 3),), name="a")
    assert StoredRotation("m").with_matrix([[0, -1], [1, 0]]) == Rotation(((0, -1), (1, 0)))
    with pytest.raises(RecipeError, match="it must be square"):
        StoredRotation("m").with_matrix([[1, 2, 3]])
