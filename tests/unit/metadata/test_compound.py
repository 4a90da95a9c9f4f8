"""Transformations that are made of others."""

import pickle

import numpy as np
import pytest

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.compound import Bijection, ByDimension, Part, Sequence, leaves
from ome_zarr.metadata.transforms import Affine, Identity, MapAxis, ProjectAxis, Rotation, Scale, Translation

STEPS = Sequence((Scale((2, 3)), Translation((10, 20)), MapAxis((1, 0))))
SIDES = ByDimension((Part(Scale((2,)), (2,), (0,)), Part(MapAxis((1, 0)), (0, 1), (2, 1))))


def test_a_sequence_goes_from_the_first_to_the_last():
    assert STEPS.apply([1, 1]).tolist() == [23, 12]
    assert STEPS.inverse().apply([23, 12]).tolist() == [1, 1]


def test_parts_side_by_side_take_and_make_the_axes_that_they_name():
    # the second part turns (x0, x1) into (x1, x0), which become coordinates 2 and 1
    assert SIDES.apply([1, 2, 3]).tolist() == [6, 1, 2]
    assert SIDES.inverse().apply([6, 1, 2]).tolist() == [1, 2, 3]
    assert SIDES.inputs is None
    assert SIDES.outputs(3) == 3


def test_a_bijection_leads_back_as_it_is_told():
    both = Bijection(Scale((2, 2)), Translation((1, 1)))
    assert both.apply([1, 1]).tolist() == [2, 2]
    assert both.inverse().apply([1, 1]).tolist() == [2, 2]
    assert both.inverse() == Bijection(Translation((1, 1)), Scale((2, 2)))
    assert both.inverse().inverse() == both
    assert both.inverse().forward == Translation((1, 1))


@pytest.mark.parametrize("transform", [STEPS, SIDES, Bijection(STEPS, STEPS.inverse())])
def test_one_matrix_does_the_same(transform):
    points = np.random.default_rng(0).random((5, transform.outputs()))
    affine = transform.as_affine(points.shape[-1])
    np.testing.assert_allclose(affine.apply(points), transform.apply(points))


@pytest.mark.parametrize("transform", [STEPS, SIDES, Bijection(STEPS, STEPS.inverse())])
def test_a_transformation_can_be_pickled_and_hashed(transform):
    assert pickle.loads(pickle.dumps(transform)) == transform
    assert hash(transform) == hash(pickle.loads(pickle.dumps(transform)))


def test_documents_are_those_of_the_parts():
    assert Sequence((Scale((1,)), Identity())).to_json() == {
        "type": "sequence",
        "transformations": [{"type": "scale", "scale": [1.0]}, {"type": "identity"}],
    }
    assert Bijection(Scale((2,)), Scale((0.5,)), name="b").to_json() == {
        "type": "bijection",
        "name": "b",
        "forward": {"type": "scale", "scale": [2.0]},
        "inverse": {"type": "scale", "scale": [0.5]},
    }
    assert ByDimension((Part(Identity(), (1,), (0,)),)).to_json() == {
        "type": "byDimension",
        "transformations": [{"transformation": {"type": "identity"}, "inputAxes": [1], "outputAxes": [0]}],
    }


def test_the_number_of_coordinates_of_a_sequence_is_that_of_its_first_step_which_needs_one():
    assert Sequence((Identity(), Scale((1, 2)))).inputs == 2
    assert Sequence((Identity(),)).inputs is None
    assert Sequence((ProjectAxis((0,)), Scale((1, 2)))).inputs is None
    assert Sequence((ProjectAxis((0,)), Scale((1, 2)))).outputs(3) == 2


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (Sequence, ((),), "the sequence is empty"),
        (Sequence, ((Scale((1, 1)), Scale((1, 1, 1))),), "takes 3 coordinates, and there are 2"),
        (Sequence, ((Affine(((1, 2, 3),)), Rotation(((1, 0), (0, 1)))),), "takes 2 coordinates, and there are 1"),
        (
            Bijection,
            (
                Scale((1, 1)),
                Scale((1,)),
            ),
            "takes 1 coordinates, and there are 2",
        ),
        (ByDimension, ((),), r"makes the coordinates \[\]; it must make each from 0 on once"),
        (ByDimension, ((Part(Identity(), (0,), (1,)),),), r"makes the coordinates \[1\]"),
        (ByDimension, ((Part(Identity(), (0,), (0,)), Part(Identity(), (1,), (0,))),), r"coordinates \[0, 0\]"),
        (ByDimension, ((Part(Identity(), (0, 1), (0,)),),), "makes 2 coordinates, and outputAxes names"),
        (ByDimension, ((Part(Scale((1, 1)), (0,), (0,)),),), "takes 2 coordinates, and there are 1"),
        (ByDimension, ((Part(Identity(), (-1,), (0,)),),), "inputAxes is .* whole numbers from 0 on"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(kind, arguments, message):
    with pytest.raises(RecipeError, match=message):
        kind(*arguments)


def test_points_without_the_axes_that_a_part_needs_are_refused():
    with pytest.raises(RecipeError, match="takes 3 coordinates or more, and there are 2"):
        SIDES.apply([1, 2])


def test_a_part_without_an_inverse_leaves_the_whole_without_one():
    with pytest.raises(RecipeError, match="nothing leads back"):
        Sequence((ProjectAxis((0,)), Scale((1,)))).inverse()


def test_the_leaves_are_all_that_is_made_of_no_other():
    assert [leaf.type_name for leaf in leaves(Sequence((STEPS, Identity())))] == [
        "scale",
        "translation",
        "mapAxis",
        "identity",
    ]
    assert [leaf.type_name for leaf in leaves(Bijection(Identity(), SIDES))] == ["identity", "scale", "mapAxis"]
