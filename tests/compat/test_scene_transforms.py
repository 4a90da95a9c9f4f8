"""Transformations as objects of transformnd: each type does what the specification says."""

import numpy as np
import pytest
import transformnd as tnd
from ome_zarr_models.v06 import coordinate_transforms as models
from pydantic import TypeAdapter

from ome_zarr import OMEZarrImage, OMEZarrMultiscale
from ome_zarr.classes.tnd_utils import (
    UnsupportedTransformation,
    _ozmp_tf_to_tnd,
    _setup_vectorfield_args,
    ozmp_tf_to_tnd_spaced,
)

ANY = TypeAdapter(models.AnyTransform)
ENDS = {"input": {"name": "a"}, "output": {"name": "b"}}
SCALE = {"type": "scale", "scale": [2, 3]}
MOVED = {"type": "translation", "translation": [10, 20]}

POINTS = [
    ({"type": "identity"}, [1, 2], [1, 2]),
    (SCALE, [1, 2], [2, 6]),
    (MOVED, [1, 2], [11, 22]),
    ({"type": "mapAxis", "mapAxis": [1, 0]}, [1, 2], [2, 1]),
    ({"type": "affine", "affine": [[1, 0, 5], [0, 2, 6]]}, [1, 2], [6, 10]),
    ({"type": "rotation", "rotation": [[0, -1], [1, 0]]}, [1, 2], [-2, 1]),
    ({"type": "sequence", "transformations": [SCALE, MOVED]}, [1, 2], [12, 26]),
    ({"type": "bijection", "forward": SCALE, "inverse": MOVED}, [1, 2], [2, 6]),
    (
        {
            "type": "byDimension",
            "transformations": [
                {"transformation": {"type": "scale", "scale": [2]}, "inputAxes": [1], "outputAxes": [0]},
                {"transformation": {"type": "identity"}, "inputAxes": [0], "outputAxes": [1]},
            ],
        },
        [1, 2],
        [4, 1],
    ),
]


def a_system(ndim: int) -> models.CoordinateSystem:
    return models.CoordinateSystem.model_validate({"name": "a", "axes": [{"name": f"d{k}"} for k in range(ndim)]})


def converted(document: dict, source: int | None = 2, target: int | None = 2, **fields: object) -> tnd.Transform:
    return _ozmp_tf_to_tnd(ANY.validate_python(document), "", source, target, fields)


def a_field(axes: str = "dyx", kind: str = "displacement", translation: dict | None = None) -> OMEZarrMultiscale:
    shape = tuple(2 if name == "d" else 8 for name in axes)
    scale = {name: 1.0 if name == "d" else 0.5 for name in axes}
    image = OMEZarrImage(np.full(shape, 3.0, "float32"), axes, scale, axes_types={"d": kind}, translation=translation)
    return OMEZarrMultiscale(image, [])


@pytest.mark.parametrize(("document", "point", "expected"), POINTS, ids=[case[0]["type"] for case in POINTS])
def test_points_go_where_the_specification_says(document: dict, point: list, expected: list) -> None:
    result = converted(document).apply(np.array([point], np.float64))
    np.testing.assert_allclose(result, [expected], atol=1e-12)


def test_axes_are_created_and_dropped() -> None:
    created = converted({"type": "projectAxis", "createdOutputs": [0]}, 2, 3)
    assert created.apply(np.array([[1.0, 2.0]])).tolist() == [[0, 1, 2]]
    dropped = converted({"type": "projectAxis", "droppedInputs": [1]}, 2, None)
    assert dropped.apply(np.array([[1.0, 2.0]])).tolist() == [[1]]


def test_a_sequence_knows_how_many_coordinates_there_are_at_each_step() -> None:
    steps = [{"type": "projectAxis", "createdOutputs": [0]}, {"type": "identity"}, {"type": "identity"}]
    sequence = converted({"type": "sequence", "transformations": steps}, 2, None)
    assert (sequence.ndims.source, sequence.ndims.target) == (2, 3)


def test_spaces_are_called_by_path_and_name() -> None:
    link = ANY.validate_python(SCALE | {"input": {"name": "a", "path": "x/y"}, "output": {"name": "b"}})
    spaced = ozmp_tf_to_tnd_spaced(link)
    assert (spaced.spaces.source, spaced.spaces.target) == (("x/y", "a"), ("", "b"))
    within = ozmp_tf_to_tnd_spaced(link, zarr_context="scene")
    assert (within.spaces.source, within.spaces.target) == (("scene/x/y", "a"), ("scene", "b"))


def test_the_systems_tell_the_number_of_dimensions() -> None:
    link = ANY.validate_python({"type": "identity"} | ENDS)
    assert ozmp_tf_to_tnd_spaced(link, source_cs=a_system(3)).transform.ndims.source == 3
    assert ozmp_tf_to_tnd_spaced(link, target_cs=a_system(4)).transform.ndims.source == 4


@pytest.mark.parametrize(
    "document",
    [
        {"type": "identity"} | ENDS,
        {"type": "projectAxis", "createdOutputs": [0]} | ENDS,
        SCALE,
        {"type": "affine", "path": "matrix"} | ENDS,
        {"type": "displacements", "path": "gone"} | ENDS,
        {"type": "projectAxis", "droppedInputs": [7]} | ENDS,
    ],
)
def test_what_cannot_be_applied_is_told_with_the_transformation(document: dict) -> None:
    link = ANY.validate_python(document)
    with pytest.raises(UnsupportedTransformation) as told:
        ozmp_tf_to_tnd_spaced(link)
    assert told.value.parsed == link
    assert told.value.msg in str(told.value)


@pytest.mark.parametrize(("axes", "axis"), [("dyx", 0), ("yxd", 2)])
def test_a_field_says_which_axis_has_its_vectors(axes: str, axis: int) -> None:
    link = ANY.validate_python({"type": "displacements", "path": "some/where/field"})
    # axes in this order are only read, never written
    field = a_field() if axes == "dyx" else _Field(axes)
    data, to_pixels, found = _setup_vectorfield_args(link, "", {"field": field})
    assert found == axis
    assert data.shape[axis] == 2
    np.testing.assert_allclose(to_pixels.apply(np.array([[1.0, 2.0]])), [[2, 4]])


def test_a_field_says_where_it_begins() -> None:
    link = ANY.validate_python({"type": "coordinates", "path": "field"})
    _, to_pixels, _ = _setup_vectorfield_args(link, "", {"field": a_field(translation={"y": 1, "x": 0})})
    np.testing.assert_allclose(to_pixels.apply(np.array([[1.0, 2.0]])), [[0, 4]])


@pytest.mark.parametrize(("kind", "type_"), [("displacement", "displacements"), ("coordinate", "coordinates")])
def test_a_field_is_interpolated_linearly_unless_it_says_otherwise(kind: str, type_: str) -> None:
    field = a_field(kind=kind)
    orders = {
        interpolation: converted({"type": type_, "path": "field", "interpolation": interpolation}, field=field)._order
        for interpolation in (None, "nearest", "linear", "cubic", "bspline-cubic")
    }
    assert orders == {None: 1, "nearest": 0, "linear": 1, "cubic": 3, "bspline-cubic": 3}


def test_an_unknown_interpolation_is_told() -> None:
    with pytest.raises(UnsupportedTransformation, match="interpolation 'magic'"):
        converted({"type": "displacements", "path": "field", "interpolation": "magic"}, field=a_field())


class _Field:
    """A field as it may be read: with its vectors along another axis than the first."""

    def __init__(self, axes: str) -> None:
        shape = tuple(2 if name == "d" else 8 for name in axes)
        scale = {name: 1.0 if name == "d" else 0.5 for name in axes}
        self.images = [OMEZarrImage(np.zeros(shape, "float32"), axes, scale, axes_types={"d": "displacement"})]
