"""What other programs write and the specification does not allow is read where it can be understood."""

import copy
import json
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.errors import DocumentWarning, OmeZarrError
from ome_zarr.metadata.labels import ImageLabel
from ome_zarr.metadata.multiscale import Dataset
from ome_zarr.metadata.omero import Channel
from ome_zarr.metadata.transforms import Scale, Translation
from ome_zarr.metadata.versions import VERSIONS, WRITABLE_VERSIONS, document_kind, document_version

AXES = [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]
SYSTEM = {"name": "physical", "axes": AXES}


def scale(*numbers):
    return {"type": "scale", "scale": list(numbers)}


def translation(*numbers):
    return {"type": "translation", "translation": list(numbers)}


def read(transforms, version="0.5", **members):
    """The image that has one level with these transformations."""
    dataset = {"path": "0"} if transforms is None else {"path": "0", "coordinateTransformations": transforms}
    multiscale = {"axes": AXES, "coordinateSystems": [SYSTEM], "datasets": [dataset]} | members
    return VERSIONS[version].parse_image({"multiscales": [multiscale]}).multiscale


BOTH_FORMS = pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])


@BOTH_FORMS
@pytest.mark.parametrize(
    ("transforms", "expected"),
    [
        ([scale(2, 3)], Dataset("0", (2, 3))),
        ([scale(-2, 3)], Dataset("0", (-2, 3))),
        ([{"type": "identity"}], Dataset("0", (1, 1))),
        ([translation(2, 3)], Dataset("0", (1, 1), (2, 3))),
        ([scale(2, 3), translation(1, 1), translation(1, 0)], Dataset("0", (2, 3), (2, 1))),
        ([translation(1, 1), scale(2, 3)], Dataset("0", (2, 3), (2, 3))),
        ([{"type": "sequence", "transformations": [scale(2, 3), translation(1, 1)]}], Dataset("0", (2, 3), (1, 1))),
    ],
)
def test_transformations_of_a_level_apply_in_the_order_in_which_they_are_listed(version, transforms, expected):
    assert read(transforms, version).datasets == (expected,)


@BOTH_FORMS
@pytest.mark.parametrize("transforms", [None, []])
def test_a_level_that_says_nothing_of_its_place_is_not_placed(version, transforms):
    multiscale = read(transforms, version)
    assert multiscale.datasets == (Dataset("0", (1, 1), placed=False),)
    assert not multiscale.placed


@BOTH_FORMS
@pytest.mark.parametrize(
    ("transforms", "message"),
    [
        ([scale(0, 1)], "scale/0 is 0.0; it must not be 0"),
        ([scale(1, float("nan"))], "scale/1 is nan; it must be a finite number"),
        ([scale(1, 2, 3)], "takes 3 coordinates, and there are 2"),
        ([scale(1, 1), translation(1)], "takes 1 coordinates, and there are 2"),
        ([{"type": "scale", "path": "elsewhere"}], "has no 'scale'"),
        ([{"type": "affine", "affine": [[1, 0, 0], [0, 1, 0]]}], "a level is placed by a scale, a translation"),
        ([{"type": "spline"}], "type is 'spline'"),
        ([scale(1e300, 1), scale(1e300, 1)], "scale/0 is inf"),
        ({"scale": [1, 1]}, "it must be a list"),
        (["scale"], "it must be an object"),
    ],
)
def test_a_level_whose_place_cannot_be_understood_is_not_placed_and_a_warning_says_why(version, transforms, message):
    with pytest.warns(DocumentWarning, match=message):
        multiscale = read(transforms, version)
    assert multiscale.datasets == (Dataset("0", (1, 1), placed=False),)


@pytest.mark.parametrize("transforms", [[scale(1, 2, 3)], [scale(1)], "scale", [{"type": "spline"}]])
def test_transformations_of_the_whole_image_that_do_not_fit_are_left_out_with_a_warning(transforms):
    with pytest.warns(DocumentWarning, match="/multiscales/0/coordinateTransformations.*This part is left out"):
        multiscale = read([scale(2, 3)], coordinateTransformations=transforms)
    assert multiscale.coordinate_transformations == ()
    assert multiscale.datasets == (Dataset("0", (2, 3)),)


@pytest.mark.parametrize(
    ("transforms", "expected"),
    [
        ([translation(1, 2)], (Scale((1, 1)), Translation((1, 2)))),
        ([{"type": "identity"}], (Scale((1, 1)),)),
        ([], ()),
    ],
)
def test_transformations_of_the_whole_image_are_read_as_scale_and_translation(transforms, expected):
    assert read([scale(2, 3)], coordinateTransformations=transforms).coordinate_transformations == expected


def test_a_level_that_is_listed_twice_is_taken_once():
    datasets = [{"path": "0", "coordinateTransformations": [scale(1, 2)]}, {"path": "0"}, {"path": "1"}]
    with pytest.warns(DocumentWarning, match="/multiscales/0/datasets has the path '0' twice; the first one is taken"):
        multiscale = read(None, datasets=datasets)
    assert multiscale.datasets == (Dataset("0", (1, 2)), Dataset("1", (1, 1), placed=False))


@pytest.mark.parametrize("axes", [["x", "y"], ["q"], list("abcdefg")])
def test_any_number_and_order_of_axes_is_read(axes):
    datasets = [{"path": "0"}]
    assert read(None, axes=axes, datasets=datasets).axes.names == tuple(axes)


@BOTH_FORMS
def test_malformed_names_and_notes_are_left_out_with_a_warning(version):
    with pytest.warns(DocumentWarning) as caught:
        multiscale = read([scale(2, 3)], version, name=1, type=[], metadata={"a": float("nan")}, note=float("inf"))
    assert (multiscale.name, multiscale.type, multiscale.metadata, "note" in multiscale.extra) == (
        None,
        None,
        None,
        False,
    )
    assert len(caught) == 4


def test_a_malformed_omero_is_left_out_with_a_warning():
    attributes = {"ome": {"version": "0.5", "multiscales": [{"axes": AXES, "datasets": [{"path": "0"}]}]}}
    attributes["ome"] |= {"omero": {"channels": {"0": {}}}}
    with pytest.warns(DocumentWarning, match="^/ome/omero/channels is .*; it must be a list. This part is left out"):
        assert VERSIONS["0.5"].parse_image(attributes).omero is None
    attributes["ome"] |= {"omero": {"channels": [{"label": "a", "color": 255}]}}
    with pytest.warns(DocumentWarning, match="^/ome/omero/channels/0/color is 255"):
        assert VERSIONS["0.5"].parse_image(attributes).omero.channels == (Channel("a"),)


def test_a_malformed_image_label_leaves_labels_without_colours():
    attributes = {"multiscales": [{"axes": AXES, "datasets": [{"path": "0"}]}], "image-label": []}
    with pytest.warns(DocumentWarning, match=r"^/image-label is \[\]; it must be an object"):
        assert VERSIONS["0.4"].parse_image(attributes).image_label == ImageLabel()


def test_what_is_below_ome_is_found_whatever_version_and_format_say():
    body = {"multiscales": [{"axes": AXES, "datasets": [{"path": "0"}]}]}
    for attributes, zarr_format in (({"ome": {"version": "0.4"} | body}, 3), ({"ome": {"version": "0.5"} | body}, 2)):
        assert document_kind(attributes, zarr_format) == "image"
        version = document_version(attributes, zarr_format)
        assert version.parse_image(attributes).multiscale.datasets[0].path == "0"


def test_an_ome_of_another_program_does_not_hide_an_image_beside_it():
    attributes = {"ome": {"note": 1}, "multiscales": [{"axes": AXES, "datasets": [{"path": "0"}]}]}
    assert document_kind(attributes, 3) == "image"
    assert document_version(attributes, 3).parse_image(attributes).multiscale.datasets[0].path == "0"


def test_of_several_images_one_can_be_chosen_by_its_name():
    images = [{"name": name, "axes": AXES, "datasets": [{"path": name or "0"}]} for name in (None, "a", "b")]
    version, attributes = VERSIONS["0.4"], {"multiscales": images}
    assert version.parse_image(attributes).multiscale.datasets[0].path == "0"
    assert version.parse_image(attributes, "b").multiscale.datasets[0].path == "b"
    with pytest.raises(OmeZarrError, match=r"/multiscales has no image named 'c'; the names are \[None, 'a', 'b'\]"):
        version.parse_image(attributes, "c")


def test_axes_of_0_5_in_0_6_are_read_with_a_warning():
    attributes = {
        "multiscales": [{"axes": AXES, "datasets": [{"path": "0", "coordinateTransformations": [scale(2, 3)]}]}]
    }
    with pytest.warns(DocumentWarning, match="/multiscales/0 has the axes of 0.5 and no coordinate systems"):
        multiscale = VERSIONS["0.6"].parse_image(attributes).multiscale
    assert multiscale.datasets == (Dataset("0", (2, 3)),)


def read_06(output, systems):
    transform = scale(2, 3) | ({} if output is None else {"output": output})
    dataset = {"path": "0", "coordinateTransformations": [transform]}
    attributes = {"ome": {"version": "0.6", "multiscales": [{"coordinateSystems": systems, "datasets": [dataset]}]}}
    return VERSIONS["0.6"].parse_image(attributes).multiscale


WORLD = {"name": "world", "axes": AXES[::-1]}


@pytest.mark.parametrize(
    ("output", "intrinsic"),
    [({"name": "physical"}, "physical"), ("physical", "physical"), (None, "world"), ({}, "world"), (3, "world")],
)
def test_the_system_of_the_levels_is_the_one_they_lead_to_or_else_the_last(output, intrinsic):
    multiscale = read_06(output, [SYSTEM, WORLD])
    assert multiscale.intrinsic == intrinsic
    assert [system.name for system in multiscale.systems] == [{"physical": "world", "world": "physical"}[intrinsic]]


@pytest.mark.parametrize("systems", [[], [WORLD], 3])
def test_a_system_that_the_levels_lead_to_and_is_not_there_is_an_error(systems):
    with pytest.raises(OmeZarrError, match=r"/ome/multiscales/0/coordinateSystems is .*"):
        read_06({"name": "physical"}, systems)


def test_levels_that_lead_to_several_systems_are_told():
    transforms = [[scale(2, 3) | {"output": {"name": name}}] for name in ("physical", "world")]
    datasets = [{"path": str(i), "coordinateTransformations": entry} for i, entry in enumerate(transforms)]
    with pytest.warns(DocumentWarning, match=r"lead to the coordinate systems \['physical', 'world'\]; the first one"):
        multiscale = read(None, "0.6", coordinateSystems=[SYSTEM, WORLD], datasets=datasets)
    assert multiscale.intrinsic == "physical"


@pytest.mark.parametrize(
    ("attributes", "zarr_format", "kind"),
    [
        ({}, 2, None),
        ({"note": 1, "ome": None}, 3, None),
        ({"ome": {}}, 3, None),
        ({"ome": {"version": "0.5"}}, 3, None),
        ({"ome": 3}, 2, None),
        ({"labels": "of another program"}, 2, None),
        ({"labels": []}, 2, "labels"),
        ({"multiscales": 3}, 2, "image"),
        ({"multiscales": [], "image-label": {}}, 2, "image"),
        ({"plate": {}, "bioformats2raw.layout": 3}, 2, "plate"),
        ({"ome": {"plate": {}, "bioformats2raw.layout": 3}}, 3, "plate"),
        ({"ome": {"well": {}}}, 3, "well"),
        ({"ome": {"scene": {}}}, 3, "scene"),
        ({"ome": {"coordinateTransformations": [], "coordinateSystems": []}}, 3, "scene"),
        ({"ome": {"coordinateTransformations": []}}, 3, None),
        ({"ome": {"bioformats2raw.layout": 3}}, 3, "collection"),
        ({"ome": {"series": []}}, 3, None),
        ({"plate": None, "multiscales": []}, 2, "image"),
    ],
)
def test_a_group_is_what_its_attributes_say(attributes, zarr_format, kind):
    assert document_kind(attributes, zarr_format) == kind


DOCUMENTS = [
    json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parents[3] / "golden" / "documents").glob("*.json"))
]


def places(value, place=()):
    """The place of every part of a document."""
    yield place
    match value:
        case dict():
            for key, child in value.items():
                yield from places(child, (*place, key))
        case list():
            for i, child in enumerate(value):
                yield from places(child, (*place, i))


def replaced(document, place, value):
    """The document with another part at a place."""
    changed = copy.deepcopy(document)
    parent = changed
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = value
    return changed


EVERY_PLACE = [
    (document["attributes"], document["zarr_format"], place)
    for document in DOCUMENTS
    for place in places(document["attributes"])
    if place
]
DEEP = json.loads("[" * 500 + "]" * 500)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
# Parts of other documents at a wrong place come closer to what is read than arbitrary JSON does.
PARTS = st.sampled_from(EVERY_PLACE).map(lambda where: at(where[0], where[2]))


def at(document, place):
    for step in place:
        document = document[step]
    return document


def read_all(attributes, zarr_format):
    """Everything that is there to be read, and written again."""
    with suppress(OmeZarrError):
        document_kind(attributes, zarr_format)
    for version in VERSIONS.values():
        for parse in (
            version.parse_plate,
            version.parse_well,
            version.parse_scene,
            version.labels_of,
            version.series_of,
        ):
            with suppress(OmeZarrError):
                parse(attributes)
        for writer in WRITABLE_VERSIONS.values():
            with suppress(OmeZarrError):
                models = version.parse_image(attributes)
                writer.image_attributes(models.multiscale, models.omero)
                writer.image_label_attributes(models.multiscale, models.image_label or ImageLabel())
            with suppress(OmeZarrError):
                writer.plate_attributes(version.parse_plate(attributes))
            with suppress(OmeZarrError):
                writer.well_attributes(version.parse_well(attributes))
            with suppress(OmeZarrError):
                writer.scene_attributes(version.parse_scene(attributes))
    with suppress(OmeZarrError):
        document_version(attributes, zarr_format)


@given(st.sampled_from(EVERY_PLACE), st.just(DEEP) | st.just(10**400) | JSON | PARTS)
def test_no_change_of_a_document_leads_to_another_error(where, value):
    document, zarr_format, place = where
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DocumentWarning)
        read_all(replaced(document, place, value), zarr_format)


@given(st.dictionaries(st.sampled_from(["ome", "multiscales", "plate", "well", "labels", "scene"]), JSON))
def test_arbitrary_attributes_lead_to_no_other_error(attributes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DocumentWarning)
        for zarr_format in (2, 3):
            read_all(attributes, zarr_format)
