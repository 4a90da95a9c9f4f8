"""A scene: images in common coordinate systems."""

import pickle

import pytest

from ome_zarr.errors import DocumentError, DocumentWarning, RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef
from ome_zarr.metadata.links import Link
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.scene import Scene, parse_scene, scene_from_node
from ome_zarr.metadata.transforms import Translation

WORLD = CoordinateSystem("world", Axes.parse("yx", 2))
LINK = Link(Translation((1, 2)), SystemRef("physical", "a"), SystemRef("world"))
SCENE = Scene((LINK, Link(Translation((1, 2)), SystemRef("physical", "b"), SystemRef("physical", "a"))), (WORLD,))


def test_a_scene_becomes_a_document_and_the_same_again():
    assert scene_from_node(Node(SCENE.to_json())) == SCENE
    assert pickle.loads(pickle.dumps(SCENE)) == SCENE
    assert hash(SCENE) == hash(pickle.loads(pickle.dumps(SCENE)))


def test_the_images_are_those_that_transformations_name():
    assert SCENE.image_paths == ("a", "b")


def test_coordinate_systems_of_the_scene_are_found_and_those_of_images_are_not():
    assert SCENE.system(SystemRef("world")) == WORLD
    assert SCENE.system(SystemRef("world", "a")) is None
    assert SCENE.system(SystemRef("other")) is None


def test_further_members_are_kept():
    document = SCENE.to_json() | {"note": "kept"}
    assert scene_from_node(Node(document)).to_json() == document


def test_paths_that_lead_out_of_the_scene_are_left_out_with_a_warning():
    document = {"coordinateTransformations": [LINK.to_json() | {"input": {"name": "physical", "path": "../a"}}]}
    with pytest.warns(DocumentWarning, match="/coordinateTransformations/0/input/path is '../a'"):
        assert scene_from_node(Node(document)).image_paths == ()


def test_without_transformations_there_is_no_scene():
    with pytest.raises(DocumentError, match=r"^/scene has no 'coordinateTransformations'"):
        scene_from_node(Node({"coordinateSystems": []}, "/scene"))


def test_two_coordinate_systems_have_two_names():
    with pytest.raises(RecipeError, match=r"are \['world', 'world'\]; give every one a name of its own"):
        Scene((LINK,), (WORLD, WORLD))


def test_a_wish_is_made_of_models_or_mappings():
    assert parse_scene([LINK.to_json(), SCENE.transforms[1]], [WORLD.to_json()]) == SCENE
    assert parse_scene([LINK]) == Scene((LINK,))


@pytest.mark.parametrize(
    ("transforms", "systems", "message"),
    [
        (None, (), "transforms is None; it must be a list"),
        ([{}], (), "transforms/0 has no 'input'"),
        ([LINK.to_json() | {"type": "spline"}], (), "transforms/0/type is 'spline'; it must be one of"),
        ([LINK.to_json() | {"translation": [1]}], [WORLD], "makes 1 coordinates for the axes"),
        ([LINK], [{"name": "world"}], "systems/0 has no 'axes'"),
        ([LINK], [WORLD, WORLD], "give every one a name of its own"),
    ],
)
def test_a_malformed_wish_is_refused(transforms, systems, message):
    with pytest.raises(RecipeError, match=message):
        parse_scene(transforms, systems)
