"""Transformations of points whose numbers stand in the document."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.transforms import Affine, Identity, MapAxis, ProjectAxis, Rotation, Scale, Translation

QUARTER = Rotation(((0, -1), (1, 0)))

# Every type with a point that goes in, the point that comes out, and its parameters in a document.
CASES = [
    (Identity(), [1, 2], [1, 2], {}),
    (Scale((2, 0.5)), [1, 2], [2, 1], {"scale": [2.0, 0.5]}),
    (Scale((-1, 1)), [1, 2], [-1, 2], {"scale": [-1.0, 1.0]}),
    (Translation((10, -1)), [1, 2], [11, 1], {"translation": [10.0, -1.0]}),
    (MapAxis((2, 0, 1)), [5, 6, 7], [7, 5, 6], {"mapAxis": [2, 0, 1]}),
    (ProjectAxis((0, 2)), [5, 6, 7], [6], {"droppedInputs": [0, 2]}),
    (ProjectAxis((), (1,)), [5, 6], [5, 0, 6], {"createdOutputs": [1]}),
    (ProjectAxis((0,), (2, 0)), [5, 6], [0, 6, 0], {"droppedInputs": [0], "createdOutputs": [2, 0]}),
    (Affine(((1, 2, 3), (4, 5, 6))), [1, 10], [24, 60], {"affine": [[1, 2, 3], [4, 5, 6]]}),
    (Affine(((1, 2, 3),)), [1, 10], [24], {"affine": [[1, 2, 3]]}),
    (QUARTER, [1, 2], [-2, 1], {"rotation": [[0, -1], [1, 0]]}),
]
EVERY_TYPE = pytest.mark.parametrize(("transform", "point", "moved", "members"), CASES)
INVERTIBLE = [case for case in CASES if not isinstance(case[0], ProjectAxis | Affine)] + [
    (ProjectAxis((), (1,)), [5, 6], [5, 0, 6], {}),
    (Affine(((1, 2, 3), (4, 5, 6))), [1, 10], [24, 60], {}),
]


@EVERY_TYPE
def test_a_point_goes_where_the_type_says(transform, point, moved, members):
    assert transform.apply(point).tolist() == moved


@EVERY_TYPE
def test_points_of_any_shape_go_together(transform, point, moved, members):
    points = np.broadcast_to(point, (2, 3, len(point)))
    assert transform.apply(points).shape == (2, 3, len(moved))
    np.testing.assert_array_equal(transform.apply(points), np.broadcast_to(moved, (2, 3, len(moved))))


@EVERY_TYPE
def test_the_points_given_stay_as_they_are(transform, point, moved, members):
    points = np.array([point], float)
    transform.apply(points)[...] = 99
    assert points.tolist() == [point]


@EVERY_TYPE
def test_the_matrix_does_the_same(transform, point, moved, members):
    affine = transform.as_affine(len(point))
    assert isinstance(affine, Affine)
    assert affine.apply(point).tolist() == moved


@EVERY_TYPE
def test_the_document_has_the_type_and_its_parameters(transform, point, moved, members):
    assert transform.to_json() == {"type": transform.type_name} | members


@EVERY_TYPE
def test_what_comes_out_is_known_before(transform, point, moved, members):
    assert transform.outputs(len(point)) == len(moved)


@EVERY_TYPE
def test_a_transformation_can_be_pickled_and_hashed(transform, point, moved, members):
    assert pickle.loads(pickle.dumps(transform)) == transform
    assert hash(transform) == hash(pickle.loads(pickle.dumps(transform)))


@pytest.mark.parametrize(("transform", "point", "moved", "members"), INVERTIBLE)
def test_the_inverse_leads_back(transform, point, moved, members):
    np.testing.assert_allclose(transform.inverse().apply(moved), point)


@pytest.mark.parametrize(
    "transform", [Scale((1, 2)), Translation((1, 2)), MapAxis((1, 0)), Affine(((1, 2, 3),)), QUARTER]
)
def test_points_with_another_number_of_coordinates_are_refused(transform):
    with pytest.raises(RecipeError, match=f"of type {transform.type_name!r} takes 2 coordinates, and there are 3"):
        transform.apply(np.zeros((4, 3)))


@pytest.mark.parametrize("points", [1.0, "a", None, [[1, 2], [3]], object()])
def test_points_are_an_array_of_numbers(points):
    with pytest.raises(RecipeError, match="give an array of numbers"):
        Identity().apply(points)


def test_a_name_is_kept_and_written():
    assert Scale((1,), name="a").to_json() == {"type": "scale", "name": "a", "scale": [1.0]}
    assert Scale((1,), name="a") != Scale((1,))


def test_nothing_leads_back_from_what_is_dropped():
    with pytest.raises(RecipeError, match=r"drops the coordinates \(0,\), so nothing leads back"):
        ProjectAxis((0,)).inverse()


@pytest.mark.parametrize("matrix", [((1, 2, 3),), ((1, 2, 0), (2, 4, 0))])
def test_a_matrix_that_is_not_square_or_singular_has_no_inverse(matrix):
    with pytest.raises(RecipeError, match="nothing leads back"):
        Affine(matrix).inverse()


def test_a_rotation_is_inverted_truly_and_not_by_its_transpose():
    rough = Rotation(((0.7071, -0.7071), (0.7071, 0.7071)))  # four digits, as documents have
    np.testing.assert_allclose(rough.inverse().apply(rough.apply([1.0, 2.0])), [1, 2], atol=1e-14)


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (MapAxis, ((0, 2),), "each of the numbers from 0 on once"),
        (MapAxis, ((0, 0),), "each of the numbers from 0 on once"),
        (MapAxis, ((),), "each of the numbers from 0 on once"),
        (MapAxis, ((0.5,),), "a list of whole numbers"),
        (MapAxis, ((-1, 0),), "a list of whole numbers"),
        (MapAxis, ("01",), "a list of whole numbers"),
        (MapAxis, (np.array(1),), "a list of whole numbers"),
        (MapAxis, (({},),), "mapAxis/0 is {}; it must be a number"),
        (ProjectAxis, (), "neither drops nor creates"),
        (ProjectAxis, ((0, 0),), "name every coordinate once"),
        (ProjectAxis, ((), (1, 1)), "name every coordinate once"),
        (Affine, ((),), "it must be a matrix"),
        (Affine, (3,), "it must be a matrix"),
        (Affine, (((1,),),), "a row has one number per coordinate, and the offset"),
        (Affine, (((),),), r"rows of \[0\] numbers"),
        (Affine, (((1, 2), (1,)),), r"rows of \[2, 1\] numbers"),
        (Affine, (((1, float("nan")),),), "must be a finite number"),
        (Rotation, (((1, 0),),), "it must be square"),
        (Rotation, (((2, 0), (0, 0.5)),), "changes lengths or handedness"),
        (Rotation, (((1, 0), (0, -1)),), "changes lengths or handedness"),
        (Rotation, (((1e300, 0), (0, 1e300)),), "changes lengths or handedness"),
        (Scale, ((1, 0),), "scale/1 is 0.0; it must not be 0"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(kind, arguments, message):
    with pytest.raises(RecipeError, match=message):
        kind(*arguments)


def test_coordinates_that_are_not_there_can_be_neither_dropped_nor_created():
    with pytest.raises(RecipeError, match=r"drops \(2,\) of 2 coordinates"):
        ProjectAxis((2,)).apply([1, 2])
    with pytest.raises(RecipeError, match=r"creates \(5,\) of 3"):
        ProjectAxis((), (5,)).apply([1, 2])


def test_a_matrix_of_what_takes_any_number_of_coordinates_needs_their_number():
    assert Identity().as_affine(1).matrix == ((1.0, 0.0),)
    for transform in (Identity(), ProjectAxis((0,))):
        with pytest.raises(RecipeError, match="takes any number of coordinates; give ndim"):
            transform.as_affine()


def test_the_number_of_coordinates_that_come_out_may_be_unknown():
    assert Identity().outputs() is None
    assert ProjectAxis((0,)).outputs() is None
    assert Scale((1, 2)).outputs() == 2
    assert Affine(((1, 2, 3),)).outputs() == 1


@given(st.permutations(range(4)), st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_axes_that_are_put_in_order_and_back_are_as_they_were(order, point):
    transform = MapAxis(tuple(order))
    assert transform.inverse().apply(transform.apply(point)).tolist() == point
