"""What is written is held to the rules of its version."""

from dataclasses import replace

import pytest

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes, Axis
from ome_zarr.metadata.compound import Bijection, Sequence
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef
from ome_zarr.metadata.fields import UnknownTransform
from ome_zarr.metadata.labels import ImageLabel
from ome_zarr.metadata.links import Link
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.plate import Plate, parse_plate
from ome_zarr.metadata.scene import Scene
from ome_zarr.metadata.transforms import Identity, MapAxis, Rotation, Scale, Translation
from ome_zarr.metadata.versions import VERSIONS, WRITABLE_VERSIONS
from ome_zarr.metadata.well import Well, parse_well

V04, V05, V06 = (VERSIONS[name] for name in ("0.4", "0.5", "0.6"))
EVERY_VERSION = pytest.mark.parametrize("version", WRITABLE_VERSIONS.values(), ids=WRITABLE_VERSIONS)
READ_ONLY = pytest.mark.parametrize("version", [VERSIONS[name] for name in ("0.1", "0.2", "0.3", "0.9")])

YX = Axes.parse("yx", 2)
IMAGE = Multiscale(YX, (Dataset("s0", (1, 1)), Dataset("s1", (2, 2), (0.5, 0.5))))
HERE, WORLD = SystemRef("physical"), SystemRef("world")
WORLD_SYSTEM = CoordinateSystem("world", Axes.parse("yx", 2))


def image_in_world(*links):
    return replace(IMAGE, systems=(WORLD_SYSTEM,), links=links or (Link(Identity(), HERE, WORLD),))


@READ_ONLY
def test_versions_that_are_only_read_are_not_written(version):
    assert not version.writable
    plate, well = parse_plate(["A"], ["1"], ["A/1"]), parse_well(["0"])
    for write in (
        lambda: version.image_attributes(IMAGE),
        lambda: version.image_label_attributes(IMAGE, ImageLabel()),
        lambda: version.labels_group_attributes(["a"]),
        lambda: version.plate_attributes(plate),
        lambda: version.well_attributes(well),
    ):
        with pytest.raises(RecipeError, match=f"OME-Zarr {version.name} is read, and not written"):
            write()


@EVERY_VERSION
def test_a_level_without_a_place_is_not_written(version):
    lost = replace(IMAGE, datasets=(Dataset("s0", (1, 1), placed=False),))
    with pytest.raises(RecipeError, match=r"nobody says where the pixels of level 's0' are; .*placed_by"):
        version.image_attributes(lost)
    assert version.image_attributes(lost.placed_by([(8, 8)]))


@EVERY_VERSION
def test_a_negative_scale_is_not_written(version):
    turned = replace(IMAGE, datasets=(Dataset("s0", (1, -0.5)),))
    with pytest.raises(RecipeError, match=r"scale of level 's0' along 'x' is -0.5; it must be greater than 0"):
        version.image_label_attributes(turned, ImageLabel())


def test_rarer_members_of_axes_are_written_in_every_version():
    axes = Axes((YX[0], Axis("x", "space", long_name="width", orientation="left-to-right")))
    for version in WRITABLE_VERSIONS.values():
        written = version.image_attributes(replace(IMAGE, axes=axes))
        assert version.parse_image(written).multiscale.axes == axes


def test_levels_of_0_6_lead_from_their_arrays_to_one_coordinate_system():
    (document,) = V06.image_attributes(replace(IMAGE, intrinsic="scanner"))["ome"]["multiscales"]
    assert document["coordinateSystems"] == [{"name": "scanner", "axes": YX.to_json()}]
    assert document["datasets"] == [
        {
            "path": "s0",
            "coordinateTransformations": [
                {"type": "scale", "scale": [1.0, 1.0], "input": {"path": "s0"}, "output": {"name": "scanner"}}
            ],
        },
        {
            "path": "s1",
            "coordinateTransformations": [
                {
                    "type": "sequence",
                    "transformations": [
                        {"type": "scale", "scale": [2.0, 2.0]},
                        {"type": "translation", "translation": [0.5, 0.5]},
                    ],
                    "input": {"path": "s1"},
                    "output": {"name": "scanner"},
                }
            ],
        },
    ]


def test_transformations_of_the_whole_image_are_in_those_of_the_levels_in_0_6():
    whole = replace(IMAGE, coordinate_transformations=(Scale((2, 2)), Translation((1, 0))))
    read = V06.parse_image(V06.image_attributes(whole)).multiscale
    assert read.datasets == (Dataset("s0", (2, 2), (1, 0)), Dataset("s1", (4, 4), (2, 1)))


def test_coordinate_systems_and_what_leads_between_them_are_written_in_0_6_only():
    image = image_in_world(Link(Rotation(((0, -1), (1, 0)), name="turn"), HERE, WORLD))
    assert V06.parse_image(V06.image_attributes(image)).multiscale == image
    for version in (V04, V05):
        with pytest.raises(RecipeError, match=r"further coordinate systems \['world'\] and 1 transf.*from 0.6 on"):
            version.image_attributes(image)


def test_labels_may_lie_elsewhere_than_their_image():
    image = replace(IMAGE, links=(Link(Scale((2, 2)), HERE, SystemRef("physical", "labels/cells")),))
    assert V06.parse_image(V06.image_attributes(image)).multiscale == image


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (replace(IMAGE, systems=(WORLD_SYSTEM,)), r"no transformations lead from 'physical' to \['world'\]"),
        (image_in_world(Link(Identity(), WORLD, WORLD)), "neither begins nor ends at 'physical'"),
        (image_in_world(Link(Identity(), HERE, SystemRef("moon"))), r"leads to or from 'moon', and the coor.*add it"),
        (image_in_world(Link(Identity(), HERE, SystemRef(path="a"))), "does not name both coordinate systems"),
        (
            image_in_world(Link(UnknownTransform({"type": "spline"}), HERE, WORLD)),
            "could not be understood; leave it out",
        ),
        (image_in_world(Link(Scale((1, 2, 3)), HERE, WORLD)), "takes 3 coordinates, and there are 2"),
        (image_in_world(Link(Scale((1, -2)), HERE, WORLD)), "all numbers must be greater than 0"),
        (
            image_in_world(Link(Sequence((Bijection(Scale((-1, 1)), Scale((-1, 1))),)), HERE, WORLD)),
            "all numbers must be greater than 0",
        ),
        (
            image_in_world(Link(Identity(name="a"), HERE, WORLD), Link(Identity(name="a"), WORLD, HERE)),
            "two transformations have the name 'a'",
        ),
        (
            replace(IMAGE, links=(Link(MapAxis((1, 0)), HERE, SystemRef("physical", "labels/a")),)),
            r"leaves the image, and is of \['mapAxis'\]; only \['identity', 'scale', 'translation'\] may",
        ),
        (
            replace(
                IMAGE,
                systems=(CoordinateSystem("line", Axes.parse("x", 1)),),
                links=(Link(UnknownTransform({}), HERE, SystemRef("line")),),
            ),
            r"axes \('x',\) of coordinate system 'line' have 1 axes, allowed are 2 to 5 in OME-Zarr 0.6",
        ),
    ],
)
def test_coordinate_systems_that_0_6_does_not_allow_are_not_written(image, message):
    with pytest.raises(RecipeError, match=message):
        V06.image_attributes(image)


TILES = tuple(Link(Translation((0, i)), SystemRef("physical", f"tile_{i}"), WORLD) for i in range(2))
SCENE = Scene(TILES, (WORLD_SYSTEM,), {"note": "kept"})


def test_a_scene_is_written_in_0_6_only():
    written = V06.scene_attributes(SCENE)
    assert written["ome"]["version"] == "0.6"
    assert V06.parse_scene(written) == SCENE
    for version in (V04, V05):
        with pytest.raises(RecipeError, match=f"OME-Zarr {version.name} has no scenes; write version '0.6'"):
            version.scene_attributes(SCENE)


def test_a_scene_needs_no_coordinate_systems_of_its_own():
    scene = Scene((Link(Identity(), SystemRef("physical", "a"), SystemRef("physical", "b")),))
    assert V06.parse_scene(V06.scene_attributes(scene)) == scene


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        (Scene(()), "the scene has no transformations"),
        (Scene(TILES), "leads to or from 'world', and the coordinate systems are"),
        (
            Scene((*TILES, Link(Identity(), SystemRef("a", "x"), SystemRef("b", "y"))), (WORLD_SYSTEM,)),
            "lead from 'world'",
        ),
        (Scene((Link(Identity(), SystemRef(path="a"), WORLD),), (WORLD_SYSTEM,)), "does not name both"),
        (Scene(TILES, (WORLD_SYSTEM, replace(WORLD_SYSTEM, name="moon"))), r"no transformations lead from .*'moon'"),
        (Scene(TILES, (CoordinateSystem("world", Axes.parse("tyx", 3)),)), "makes 2 coordinates for the axes"),
    ],
)
def test_a_scene_that_breaks_the_rules_is_not_written(scene, message):
    with pytest.raises(RecipeError, match=message):
        V06.scene_attributes(scene)


@EVERY_VERSION
def test_plates_and_wells_come_back_as_they_were_written(version):
    plate = parse_plate(["A", "B"], ["1"], ["B/1"], [{"id": 0, "name": "a"}], field_count=1, name="p")
    well = parse_well(["0", {"path": "1", "acquisition": 0}])
    assert version.parse_plate(version.plate_attributes(plate)) == plate
    assert version.parse_well(version.well_attributes(well)) == well


def test_versions_stand_where_each_version_wants_them():
    plate, well = parse_plate(["A"], ["1"], ["A/1"]), parse_well(["0"])
    assert V04.plate_attributes(plate)["plate"]["version"] == "0.4"
    assert V04.well_attributes(well)["well"]["version"] == "0.4"
    assert V05.plate_attributes(plate)["ome"]["plate"]["version"] == "0.5"
    assert "version" not in V05.well_attributes(well)["ome"]["well"]
    for attributes, part in (
        (V06.plate_attributes(plate), "plate"),
        (V06.well_attributes(well), "well"),
        (V06.image_label_attributes(IMAGE, ImageLabel()), "image-label"),
    ):
        assert attributes["ome"]["version"] == "0.6"
        assert "version" not in attributes["ome"][part]


@EVERY_VERSION
def test_plates_and_wells_that_break_the_rules_are_not_written(version):
    with pytest.raises(RecipeError, match="the plate has no wells"):
        version.plate_attributes(Plate(("A",), ("1",), ()))
    with pytest.raises(RecipeError, match="the well has no images"):
        version.well_attributes(Well(()))


def test_paths_of_the_images_of_a_well_may_have_more_in_0_6():
    well = parse_well(["field-1_a"])
    assert V06.well_attributes(well)
    for version in (V04, V05):
        with pytest.raises(RecipeError, match="image 'field-1_a' of the well must have letters and digits only"):
            version.well_attributes(well)


def test_what_means_something_in_another_version_is_no_further_member():
    transform = {"type": "scale", "scale": [1.0, 1.0], "output": {"name": "physical"}}
    both = {
        "axes": [{"name": "other"}],
        "coordinateSystems": [{"name": "physical", "axes": YX.to_json()}],
        "datasets": [{"path": "0", "coordinateTransformations": [transform]}],
    }
    multiscale = V06.parse_image({"ome": {"version": "0.6", "multiscales": [both]}}).multiscale
    (written,) = V05.image_attributes(multiscale)["ome"]["multiscales"]
    assert written["axes"] == YX.to_json()
    assert "coordinateSystems" not in written


def test_the_version_of_an_omero_is_not_carried_into_another():
    image = {"axes": YX.to_json(), "datasets": [{"path": "0"}]}
    omero = {"version": "0.4", "channels": [], "name": "kept"}
    models = V04.parse_image({"multiscales": [image], "omero": omero})
    assert models.omero.to_json() == {"channels": [], "name": "kept"}
