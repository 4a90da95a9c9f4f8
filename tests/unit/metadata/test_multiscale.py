"""An image as a pyramid, and the transformations of its levels."""

import pickle

import numpy as np
import pytest

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.transforms import Scale, Translation

YX = Axes.parse("yx", 2)


def test_numbers_become_plain_floats():
    dataset = Dataset("s0", np.array([1, 2]), [np.float32(0.5), 1])
    assert (dataset.scale, dataset.translation) == ((1.0, 2.0), (0.5, 1.0))
    assert {type(value) for value in dataset.scale + dataset.translation} == {float}


def test_a_level_has_a_scale_and_perhaps_a_translation():
    assert Dataset("s0", (1, 2)).transforms == (Scale((1.0, 2.0)),)
    assert Dataset("s0", (1, 2), (3, 4)).transforms == (Scale((1.0, 2.0)), Translation((3.0, 4.0)))


@pytest.mark.parametrize("size", [0, -0.0, float("nan"), float("inf"), "1", None, True, 10**400])
def test_the_size_of_a_pixel_is_a_finite_number_other_than_0(size):
    with pytest.raises(RecipeError, match=r"^scale/1 is "):
        Scale((1.0, size))
    with pytest.raises(RecipeError, match=r"^level 's0': scale/1 is "):
        Dataset("s0", (1.0, size))


@pytest.mark.parametrize("offset", [float("nan"), float("-inf"), "1", None])
def test_an_offset_is_a_finite_number(offset):
    with pytest.raises(RecipeError, match=r"^translation/0 is "):
        Translation((offset, 0))


@pytest.mark.parametrize("values", ["11", 1.0, {"y": 1, "x": 1}, np.ones((2, 2)), None])
def test_a_scale_is_a_list(values):
    with pytest.raises(RecipeError, match="must be a list of numbers, one per axis"):
        Scale(values)


def test_a_path_that_leaves_the_image_is_refused():
    with pytest.raises(RecipeError, match=r"path of a level is '../s0'"):
        Dataset("../s0", (1, 1))


def test_a_scale_and_a_translation_have_the_same_length():
    with pytest.raises(
        RecipeError, match="level 's0' has a translation of 1 numbers for 2 axes; give one number per axis"
    ):
        Dataset("s0", (1, 1), (0,))


def test_every_level_has_one_number_per_axis():
    with pytest.raises(RecipeError, match="level 's0' has a scale of 3 numbers for 2 axes; give one number per axis"):
        Multiscale(YX, (Dataset("s0", (1, 1, 1)),))


def test_an_image_has_a_level():
    with pytest.raises(RecipeError, match="no level"):
        Multiscale(YX, ())


def test_two_levels_have_two_paths():
    with pytest.raises(RecipeError, match="path 's0' is used by two levels"):
        Multiscale(YX, (Dataset("s0", (1, 1)), Dataset("s0", (2, 2))))


@pytest.mark.parametrize(
    "transforms",
    [
        (Translation((1, 1)),),
        (Translation((1, 1)), Scale((1, 1))),
        (Scale((1, 1)), Scale((1, 1))),
        (Scale((1, 1)), Translation((1, 1)), Translation((1, 1))),
    ],
)
def test_transformations_of_the_image_are_one_scale_then_at_most_one_translation(transforms):
    with pytest.raises(
        RecipeError, match=r"the image has the transformations .*; allowed are one scale, then at most one"
    ):
        Multiscale(YX, (Dataset("s0", (1, 1)),), coordinate_transformations=transforms)


def test_metadata_is_json():
    image = Multiscale(YX, (Dataset("s0", (1, 1)),), metadata={"kwargs": {"sigma": np.float64(0.5)}})
    assert image.metadata == {"kwargs": {"sigma": 0.5}}
    with pytest.raises(RecipeError, match="metadata/a is "):
        Multiscale(YX, (Dataset("s0", (1, 1)),), metadata={"a": object()})


def test_a_multiscale_can_be_pickled_and_hashed():
    image = Multiscale(YX, (Dataset("s0", (1, 1), (0, 0)),), "a", metadata={"a": [1]})
    assert pickle.loads(pickle.dumps(image)) == image
    assert hash(image) == hash(pickle.loads(pickle.dumps(image)))


def test_transformations_know_their_number_of_axes():
    assert (Scale((1, 1)).ndim, Translation((1, 1, 1)).ndim) == (2, 3)


def test_a_negative_scale_turns_an_axis_round():
    assert Dataset("s0", (1, -0.5)).transforms == (Scale((1, -0.5)),)


def test_levels_without_a_place_cover_what_the_first_one_with_a_place_covers():
    lost = Dataset("s0", (1, 1), placed=False)
    image = Multiscale(YX, (lost, Dataset("s1", (4, 3), (10, 20)), Dataset("s2", (1, 1), placed=False)))
    assert not image.placed
    placed = image.placed_by([(20, 30), (10, 10), (5, 10)])
    assert placed.datasets == (
        Dataset("s0", (2, 1), (9, 19)),
        Dataset("s1", (4, 3), (10, 20)),
        Dataset("s2", (8, 3), (12, 20)),
    )
    assert placed.placed
    assert placed.placed_by([]) is placed


def test_where_no_level_has_a_place_pixels_of_the_first_have_the_size_1():
    image = Multiscale(YX, tuple(Dataset(path, (1, 1), placed=False) for path in ("0", "1")))
    assert image.placed_by([(8, 9), (4, 3)]).datasets == (Dataset("0", (1, 1)), Dataset("1", (2, 3), (0.5, 1)))


def test_an_axis_without_pixels_has_the_scale_of_the_others():
    image = Multiscale(YX, (Dataset("0", (2, 3)), Dataset("1", (1, 1), placed=False)))
    assert image.placed_by([(0, 9), (0, 0)]).datasets[1].scale == (2, 3)


@pytest.mark.parametrize("shapes", [[], [(1, 1)], [(1, 1), (1,)], [(1, 1), (1, 1), (1, 1)]])
def test_a_place_needs_the_shapes_of_all_levels(shapes):
    image = Multiscale(YX, (Dataset("0", (1, 1)), Dataset("1", (1, 1), placed=False)))
    with pytest.raises(RecipeError, match=r"shapes are .* for 2 levels with the axes .*; give one shape"):
        image.placed_by(shapes)


def test_transformations_of_the_whole_image_can_be_taken_into_the_levels():
    datasets = (Dataset("0", (1, 2)), Dataset("1", (2, 4), (0.5, 1)))
    whole = Multiscale(YX, datasets, coordinate_transformations=(Scale((10, 1)), Translation((0, 3))))
    assert whole.folded() == Multiscale(YX, (Dataset("0", (10, 2), (0, 3)), Dataset("1", (20, 4), (5, 4))))
    scaled = Multiscale(YX, datasets, coordinate_transformations=(Scale((10, 1)),))
    assert scaled.folded() == Multiscale(YX, (Dataset("0", (10, 2)), Dataset("1", (20, 4), (5, 1))))
    assert scaled.folded().folded() == scaled.folded()


def test_coordinate_systems_are_found_by_name():
    world = CoordinateSystem("world", Axes.parse("zyx", 3))
    image = Multiscale(YX, (Dataset("0", (1, 1)),), intrinsic="scanner", systems=(world,))
    assert image.system(SystemRef("scanner")) == CoordinateSystem("scanner", YX)
    assert image.system(SystemRef("world")) == world
    assert image.system(SystemRef("physical")) is None
    assert image.system(SystemRef("world", "labels/a")) is None


@pytest.mark.parametrize("name", ["", 3])
def test_the_coordinate_system_of_the_levels_has_a_name(name):
    with pytest.raises(RecipeError, match="name of a coordinate system is"):
        Multiscale(YX, (Dataset("0", (1, 1)),), intrinsic=name)


def test_coordinate_systems_have_names_of_their_own():
    with pytest.raises(RecipeError, match="coordinate system 'physical' is there twice"):
        Multiscale(YX, (Dataset("0", (1, 1)),), systems=(CoordinateSystem("physical", YX),))
