"""Documents of every version and draft, kept here as they are: what each is, what it says, and that it comes back."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from ome_zarr.errors import DocumentWarning
from ome_zarr.metadata.coordinate_systems import SystemRef
from ome_zarr.metadata.fields import Displacements, StoredAffine, UnknownTransform
from ome_zarr.metadata.plate import PlateWell
from ome_zarr.metadata.transforms import MapAxis, Scale, Translation
from ome_zarr.metadata.versions import document_kind, document_version

HERE = Path(__file__).parent

# What every document is, the version by which it is read, and whether it is told to be a draft.
DOCUMENTS = {
    "0.1-image": ("image", "0.1", False),
    "0.1-plate": ("plate", "0.1", False),
    "0.2-image": ("image", "0.2", False),
    "0.2-well": ("well", "0.2", False),
    "0.3-image": ("image", "0.3", False),
    "0.3-label-image": ("image", "0.3", False),
    "0.4-image": ("image", "0.4", False),
    "0.4-label-image": ("image", "0.4", False),
    "0.4-labels": ("labels", "0.4", False),
    "0.4-plate": ("plate", "0.4", False),
    "0.4-well": ("well", "0.4", False),
    "0.4-bioformats2raw": ("collection", "0.4", False),
    "0.4-bioformats2raw-plate": ("plate", "0.4", False),
    "0.4.dev-image": ("image", "0.4", True),
    "none-image": ("image", "0.4", False),
    "0.5-image": ("image", "0.5", False),
    "0.5-label-image": ("image", "0.5", False),
    "0.5-labels": ("labels", "0.5", False),
    "0.5-labels-without-version": ("labels", "0.5", False),
    "0.5-plate": ("plate", "0.5", False),
    "0.5-well": ("well", "0.5", False),
    "0.5-bioformats2raw": ("collection", "0.5", False),
    "0.5-bioformats2raw-OME": (None, "0.5", False),
    "0.5-dev2-image": ("image", "0.5", True),
    "0.5-flat-image": ("image", "0.5", True),
    "0.6-image": ("image", "0.6", False),
    "0.6-image-in-two-spaces": ("image", "0.6", False),
    "0.6-label-image": ("image", "0.6", False),
    "0.6-labels": ("labels", "0.6", False),
    "0.6-plate": ("plate", "0.6", False),
    "0.6-well": ("well", "0.6", False),
    "0.6-scene": ("scene", "0.6", False),
    "0.6rc0-image": ("image", "0.6", True),
    "0.6.dev1-image": ("image", "0.6", True),
    "0.6.dev1-scene": ("scene", "0.6", True),
    "0.6.dev3-scene": ("scene", "0.6", True),
    "0.6.dev4-image": ("image", "0.6", True),
    "0.6dev1-labels": ("labels", "0.6", True),
    "0.9.dev1-image": ("image", "0.9", True),
}

# Documents that are written again as they were read.
WRITTEN = [
    "0.4-image",
    "0.4-label-image",
    "0.4-labels",
    "0.4-plate",
    "0.4-well",
    "0.5-image",
    "0.5-label-image",
    "0.5-labels",
    "0.5-plate",
    "0.5-well",
    "0.6-image",
    "0.6-image-in-two-spaces",
    "0.6-label-image",
    "0.6-labels",
    "0.6-plate",
    "0.6-well",
    "0.6-scene",
]


def attributes_of(name):
    stored = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return stored["attributes"], stored["zarr_format"]


def version_for(attributes, zarr_format):
    """The version of a document; that it is a draft is told elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DocumentWarning)
        return document_version(attributes, zarr_format)


def image(name):
    attributes, zarr_format = attributes_of(name)
    return version_for(attributes, zarr_format).parse_image(attributes)


def write_image(version, attributes):
    multiscale, omero, image_label = version.parse_image(attributes)
    if image_label is None:
        return version.image_attributes(multiscale, omero)
    return version.image_label_attributes(multiscale, image_label)


AGAIN = {
    "image": write_image,
    "labels": lambda version, attributes: version.labels_group_attributes(version.labels_of(attributes)),
    "plate": lambda version, attributes: version.plate_attributes(version.parse_plate(attributes)),
    "well": lambda version, attributes: version.well_attributes(version.parse_well(attributes)),
    "scene": lambda version, attributes: version.scene_attributes(version.parse_scene(attributes)),
}


def test_every_document_here_is_in_the_table():
    assert {path.stem for path in HERE.glob("*.json")} == set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_says_what_it_is_and_by_which_version(name):
    attributes, zarr_format = attributes_of(name)
    kind, version, is_draft = DOCUMENTS[name]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert document_version(attributes, zarr_format).name == version
    assert document_kind(attributes, zarr_format) == kind
    assert [warning.category for warning in caught] == [DocumentWarning] * is_draft


@pytest.mark.parametrize("name", WRITTEN)
def test_a_document_becomes_a_model_and_the_same_document_again(name):
    attributes, zarr_format = attributes_of(name)
    again = AGAIN[document_kind(attributes, zarr_format)](document_version(attributes, zarr_format), attributes)
    assert json.loads(json.dumps(again)) == attributes


@pytest.mark.parametrize(
    ("name", "axes", "types"),
    [
        ("0.1-image", "tczyx", ("time", "channel", "space", "space", "space")),
        ("0.2-image", "tczyx", ("time", "channel", "space", "space", "space")),
        ("0.3-image", "tyx", ("time", "space", "space")),
    ],
)
def test_before_0_4_names_say_the_types_of_axes_and_nothing_says_where_pixels_are(name, axes, types):
    multiscale = image(name).multiscale
    assert "".join(multiscale.axes.names) == axes
    assert tuple(axis.type for axis in multiscale.axes) == types
    assert not multiscale.placed


def test_labels_of_0_3_have_the_colour_that_comes_last():
    assert [color.rgba for color in image("0.3-label-image").image_label.colors] == [(0, 0, 255, 255)]


def test_a_plate_of_0_1_has_the_places_that_paths_say():
    attributes, zarr_format = attributes_of("0.1-plate")
    plate = document_version(attributes, zarr_format).parse_plate(attributes)
    assert plate.wells == (PlateWell("A/1", 0, 0), PlateWell("B/2", 1, 1))


def test_the_series_of_a_collection_are_listed_in_order():
    attributes, zarr_format = attributes_of("0.5-bioformats2raw-OME")
    assert document_version(attributes, zarr_format).series_of(attributes) == ("0", "1", "plate/7")


@pytest.mark.parametrize("name", ["0.4.dev-image", "none-image", "0.5-dev2-image", "0.5-flat-image"])
def test_drafts_and_images_without_a_version_say_the_same_as_releases(name):
    assert image(name).multiscale == image("0.4-label-image").multiscale == image("0.5-label-image").multiscale


def test_images_of_0_6_know_their_coordinate_systems():
    multiscale = image("0.6-image-in-two-spaces").multiscale
    assert multiscale.intrinsic == "scanner"
    assert [(system.name, system.axes.names) for system in multiscale.systems] == [
        ("world", ("w", "v", "u")),
        ("flat", ("v", "u")),
    ]
    assert multiscale.axes[0].long_name == "depth"
    registration, projection = multiscale.links
    assert registration.transform.name == "registration"
    np.testing.assert_allclose(registration.transform.apply([1.0, 2.0, 3.0]), [5.003, 6.002, 7.001])
    np.testing.assert_array_equal(projection.transform.apply([1.0, 2.0, 3.0]), [-3.0, 2.0])


def test_an_identity_places_a_level_at_pixels_of_size_1():
    (dataset,) = image("0.6rc0-image").multiscale.datasets
    assert (dataset.placed, dataset.scale, dataset.translation) == (True, (1.0, 1.0), None)


def test_a_draft_of_0_6_is_read_with_names_for_axes_and_systems():
    with pytest.warns(DocumentWarning, match="thinPlateSpline"):
        multiscale = image("0.6.dev1-image").multiscale
    assert (multiscale.intrinsic, multiscale.axes.names) == ("physical", ("y", "x"))
    assert [(d.scale, d.translation) for d in multiscale.datasets] == [
        ((0.5, 0.25), None),
        ((1.0, 0.5), (0.25, 0.125)),
    ]
    turned, by_dimension, inverse, unknown = (link.transform for link in multiscale.links)
    assert turned == MapAxis((1, 0))
    np.testing.assert_array_equal(by_dimension.apply([5.0, 7.0]), [8.0, 15.0])
    assert inverse == Translation((-1.0, -2.0))
    assert isinstance(unknown, UnknownTransform)
    assert unknown.to_json() == {"type": "thinPlateSpline", "knots": [1, 2]}


def test_null_in_a_draft_counts_as_missing():
    multiscale = image("0.6.dev4-image").multiscale
    assert multiscale.datasets[0].scale == (0.5, 0.5)
    assert multiscale.links[0].output == SystemRef("physical", "labels/cells")
    np.testing.assert_array_equal(multiscale.links[0].transform.apply([2.0, 3.0]), [2.0, 3.0])


def scene(name):
    attributes, zarr_format = attributes_of(name)
    return version_for(attributes, zarr_format).parse_scene(attributes)


def test_a_scene_knows_its_images_and_what_leads_between_them():
    model = scene("0.6-scene")
    assert model.image_paths == ("tile_0", "tile_1", "tile_2")
    assert [system.name for system in model.systems] == ["world"]
    kinds = [type(link.transform) for link in model.transforms]
    assert kinds[3:] == [Displacements, StoredAffine]
    assert model.transforms[1].transform.inverse().apply([[2.0, 4.0]]).tolist() == [[1.0, 2.0]]
    assert model.transforms[2].transform.apply([1.0, 2.0]).tolist() == [6.0, 1.0]


def test_scenes_of_drafts_are_read_where_they_lay():
    first, later = scene("0.6.dev1-scene"), scene("0.6.dev3-scene")
    assert [system.name for system in first.systems] == ["world"]
    assert first.transforms[0].output == SystemRef("world")
    assert later.image_paths == ("a", "b")
    assert later.transforms[0].transform.apply([1.0, 2.0]).tolist() == [2.0, 2.0]


def test_what_comes_after_0_6_has_any_axes_and_knows_directions_in_a_body():
    multiscale, omero, _ = image("0.9.dev1-image")
    assert multiscale.axes.names == ("x", "y", "lifetime", "wavelength", "t", "angle")
    assert [axis.orientation for axis in multiscale.axes][:3] == ["left-to-right", "posterior-to-anterior", None]
    assert multiscale.axes[3].discrete is True
    assert multiscale.datasets[0].transforms == (Scale((1.0, 1.0, 0.1, 1.0, 2.0, 0.5)),)
    assert [channel.label for channel in omero.channels] == ["one", None]
    assert omero.channels[1].window.end == 10
