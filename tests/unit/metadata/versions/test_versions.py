"""The versions of the specification: documents to models and back."""

import copy
import json
import pickle
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.errors import DocumentError, DocumentWarning, RecipeError
from ome_zarr.metadata.axes import Axes, Axis
from ome_zarr.metadata.labels import ImageLabel, LabelColor, parse_image_label
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.omero import Channel, Omero, channels_for
from ome_zarr.metadata.transforms import Scale, Translation
from ome_zarr.metadata.versions import (
    VERSIONS,
    WRITABLE_VERSIONS,
    document_version,
    merge_attributes,
    parse_version,
    version_of,
)

V04, V05 = VERSIONS["0.4"], VERSIONS["0.5"]

MULTISCALE = {
    "name": "cells",
    "type": "local_mean",
    "axes": [
        {"name": "c", "type": "channel"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer", "longName": "column", "note": "kept"},
    ],
    "datasets": [
        {"path": "s0", "coordinateTransformations": [{"type": "scale", "scale": [1.0, 0.5, 0.5]}]},
        {
            "path": "s1",
            "coordinateTransformations": [
                {"type": "scale", "scale": [1.0, 1.0, 1.0]},
                {"type": "translation", "translation": [0.0, 0.25, 0.25]},
            ],
            "note": "kept",
        },
    ],
    "coordinateTransformations": [
        {"type": "scale", "scale": [1.0, 2.0, 2.0]},
        {"type": "translation", "translation": [0.0, 1.0, 1.0]},
    ],
    "metadata": {"method": "mean", "kwargs": {"n": [1, 2]}},
    "note": "kept",
}
OMERO = {
    "channels": [{"label": "a", "color": "FF0000", "window": {"min": 0, "max": 255, "start": 0, "end": 9.5}}],
    "rdefs": {"model": "color"},
    "name": "cells.tif",
}
IMAGE_LABEL = {
    "colors": [{"label-value": 1, "rgba": [1, 2, 3, 4]}],
    "properties": [{"label-value": 1, "area": 10}],
    "source": {"image": "../../"},
    "note": "kept",
}

IMAGES = {
    "0.4": {"multiscales": [{"version": "0.4", **MULTISCALE}], "omero": OMERO},
    "0.5": {"ome": {"version": "0.5", "multiscales": [MULTISCALE], "omero": OMERO}},
}
LABELS = {
    "0.4": {
        "multiscales": [{"version": "0.4", **MULTISCALE}],
        "image-label": {"version": "0.4", **IMAGE_LABEL},
    },
    "0.5": {
        "ome": {
            "version": "0.5",
            "multiscales": [MULTISCALE],
            "image-label": {"version": "0.5", **IMAGE_LABEL},
        }
    },
}

CLASSIC = pytest.mark.parametrize("version", [V04, V05], ids=["0.4", "0.5"])

YX_IMAGE = Multiscale(Axes.parse("yx", 2), (Dataset("s0", (1, 1)),))

EVERY_VERSION = pytest.mark.parametrize("version", WRITABLE_VERSIONS.values(), ids=WRITABLE_VERSIONS)


def body(attributes):
    return attributes.get("ome", attributes)


@CLASSIC
def test_the_document_of_an_image_becomes_a_model_and_the_same_document_again(version):
    models = version.parse_image(IMAGES[version.name])
    assert models.image_label is None
    assert version.image_attributes(models.multiscale, models.omero) == IMAGES[version.name]


@CLASSIC
def test_the_document_of_a_labels_image_becomes_a_model_and_the_same_document_again(version):
    multiscale, omero, image_label = version.parse_image(LABELS[version.name])
    assert omero is None
    assert version.image_label_attributes(multiscale, image_label) == LABELS[version.name]


def test_the_model_has_what_the_document_says():
    multiscale, omero, _ = V05.parse_image(IMAGES["0.5"])
    assert (multiscale.name, multiscale.type) == ("cells", "local_mean")
    assert multiscale.axes[2] == Axis("x", "space", "micrometer", {"note": "kept"}, "column")
    assert multiscale.datasets == (
        Dataset("s0", (1.0, 0.5, 0.5)),
        Dataset("s1", (1.0, 1.0, 1.0), (0.0, 0.25, 0.25), {"note": "kept"}),
    )
    assert multiscale.coordinate_transformations == (Scale((1, 2, 2)), Translation((0, 1, 1)))
    assert multiscale.metadata == {"method": "mean", "kwargs": {"n": [1, 2]}}
    assert multiscale.extra == {"note": "kept"}
    assert omero.channels[0].color == "FF0000"


def test_both_versions_have_one_model():
    assert V04.parse_image(LABELS["0.4"]) == V05.parse_image(LABELS["0.5"])


@EVERY_VERSION
def test_what_is_not_known_is_not_written(version):
    multiscale = body(version.image_attributes(YX_IMAGE))["multiscales"][0]
    assert multiscale.keys() - {"version", "axes", "coordinateSystems"} == {"datasets"}
    assert body(version.image_attributes(YX_IMAGE)).keys() - {"version"} == {"multiscales"}


@EVERY_VERSION
def test_what_is_written_shares_nothing_with_the_model_and_is_plain_json(version):
    image = Multiscale(Axes.parse("yx", 2), YX_IMAGE.datasets, extra={"a": [np.int64(1)]})
    attributes = version.image_attributes(image, channels_for(count=1, dtype="uint8"))
    assert json.loads(json.dumps(attributes)) == attributes
    body(attributes)["multiscales"][0]["a"].append(2)
    assert image.extra == {"a": [1]}


@EVERY_VERSION
def test_axes_that_the_version_does_not_allow_are_not_written(version):
    image = Multiscale(Axes.parse("yxc", 3), (Dataset("s0", (1, 1, 1)),))
    with pytest.raises(RecipeError, match=f"in OME-Zarr {version.name}; transpose the pixels to"):
        version.image_attributes(image)
    with pytest.raises(RecipeError, match=f"in OME-Zarr {version.name}; transpose the pixels to"):
        version.image_label_attributes(image, ImageLabel())


@EVERY_VERSION
def test_channels_are_written_only_when_complete(version):
    omero = Omero((Channel("a"),))
    with pytest.raises(RecipeError, match="omero/channels/0 has no color and no window; give them, or let"):
        version.image_attributes(YX_IMAGE, omero)
    assert "omero" in body(version.image_attributes(YX_IMAGE, omero.completed("uint8")))


@EVERY_VERSION
def test_what_is_no_json_is_not_written(version):
    with pytest.raises(RecipeError, match=r"^image-label/a is .*JSON holds"):
        version.image_label_attributes(YX_IMAGE, ImageLabel(extra={"a": object()}))


def test_a_group_of_labels_lists_every_name_once_in_order():
    assert V05.labels_group_attributes(["b", "a", "b"]) == {"ome": {"version": "0.5", "labels": ["b", "a"]}}
    assert V04.labels_group_attributes(iter("ba")) == {"labels": ["b", "a"]}
    with pytest.raises(RecipeError, match=r"labels/1 is '../a'; it has an empty"):
        V05.labels_group_attributes(["b", "../a"])


@EVERY_VERSION
def test_the_list_of_labels_is_read_back(version):
    assert version.labels_of(version.labels_group_attributes(["b", "a"])) == ("b", "a")
    assert version.labels_of({}) == ()


def test_a_name_that_is_listed_twice_is_one_labels_image():
    assert V04.labels_of({"labels": ["a", "b", "a"]}) == ("a", "b")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("a", "^/ome/labels is 'a'; it must be a list"),
        (["../a"], "^/ome/labels/0 is '../a'; it has"),
        ([1], "^/ome/labels/0 is 1"),
    ],
)
def test_a_malformed_list_of_labels_is_refused(labels, message):
    with pytest.raises(DocumentError, match=message):
        V05.labels_of({"ome": {"labels": labels}})


def test_drafts_of_0_5_without_ome_are_read():
    assert V05.parse_image(body(IMAGES["0.5"])) == V05.parse_image(IMAGES["0.5"])


def test_null_counts_as_missing():
    document = copy.deepcopy(IMAGES["0.5"])
    document["ome"]["omero"] = None
    document["ome"]["multiscales"][0] |= {
        "name": None,
        "type": None,
        "metadata": None,
        "coordinateTransformations": None,
    }
    document["ome"]["multiscales"][0]["axes"][1] |= {"type": None, "unit": None}
    multiscale, omero, _ = V05.parse_image(document)
    assert (multiscale.name, multiscale.type, multiscale.metadata, omero) == (None, None, None, None)
    assert (multiscale.coordinate_transformations, multiscale.axes[1]) == ((), Axis("y"))


def test_axes_in_an_order_that_no_version_allows_are_read():
    document = copy.deepcopy(IMAGES["0.5"])
    document["ome"]["multiscales"][0]["axes"].reverse()
    assert V05.parse_image(document).multiscale.axes.names == ("x", "y", "c")


def test_of_several_multiscales_the_first_is_read():
    document = {"multiscales": [MULTISCALE, {**MULTISCALE, "name": "other"}]}
    assert V04.parse_image(document).multiscale.name == "cells"


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ((), {}, "^/ome has no 'multiscales'"),
        (("multiscales",), [], r"^/ome/multiscales is \[\]; it must have at least one entry"),
        (("multiscales",), {}, "^/ome/multiscales is {}; it must be a list"),
        (("multiscales", 0), "a", "^/ome/multiscales/0 is 'a'; it must be an object"),
        (("multiscales", 0, "axes"), None, "^/ome/multiscales/0 has no 'axes'"),
        (("multiscales", 0, "axes", 0), 3, "^/ome/multiscales/0/axes/0 is 3; it must be an object"),
        (("multiscales", 0, "axes", 0, "name"), "x", "^/ome/multiscales/0/axes: axis 'x' occurs twice"),
        (("multiscales", 0, "axes", 0, "name"), "", "^/ome/multiscales/0/axes/0: axis name is ''"),
        (("multiscales", 0, "axes", 0, "name"), 3, "^/ome/multiscales/0/axes/0/name is 3"),
        (("multiscales", 0, "datasets"), [], "^/ome/multiscales/0: the image has no level"),
        (("multiscales", 0, "datasets"), None, "^/ome/multiscales/0 has no 'datasets'"),
        (("multiscales", 0, "datasets", 0), [], r"^/ome/multiscales/0/datasets/0 is \[\]; it must be an object"),
        (("multiscales", 0, "datasets", 0, "path"), "../0", "^/ome/multiscales/0/datasets/0/path is '../0'"),
        (("multiscales", 0, "datasets", 0, "path"), "/0", "^/ome/multiscales/0/datasets/0/path is '/0'"),
        (
            ("multiscales", 0, "datasets", 0, "path"),
            0,
            "^/ome/multiscales/0/datasets/0/path is 0; it must be text",
        ),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_place(place, value, message):
    document = copy.deepcopy(IMAGES["0.5"])
    with pytest.raises(DocumentError, match=message):
        V05.parse_image(replaced(document, ("ome", *place), value))


def replaced(document, place, value):
    *way, last = place
    parent = document
    for step in way:
        parent = parent[step]
    parent[last] = value
    return document


NAMES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=5)
SIZES = st.floats(1e-9, 1e9)
OFFSETS = st.floats(-1e9, 1e9)


@st.composite
def images(draw):
    """Models that every version can write."""
    types = draw(st.sampled_from(["yx", "zyx", "cyx", "tczyx"]))
    axes = Axes.parse(types, len(types), {"x": draw(st.sampled_from(["um", "meter", None]))})

    def vector(numbers):
        return st.tuples(*[numbers] * len(types))

    paths = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    datasets = [Dataset(path, draw(vector(SIZES)), draw(st.none() | vector(OFFSETS))) for path in paths]
    metadata = draw(st.none() | st.dictionaries(NAMES, st.integers() | st.lists(st.booleans()), max_size=3))
    whole = draw(st.sampled_from([(), (Scale((2.0,) * len(types)),)]))
    return Multiscale(axes, tuple(datasets), draw(st.none() | NAMES), draw(st.none() | NAMES), metadata, whole)


@EVERY_VERSION
@given(image=images(), count=st.integers(0, 4), values=st.sets(st.integers(0, 2**63), max_size=4))
def test_every_model_survives_its_document(version, image, count, values):
    omero = channels_for(count=count, dtype="uint16")
    image_label = ImageLabel(tuple(LabelColor(value, (1, 2, 3, 4)) for value in sorted(values)))
    written = json.loads(json.dumps(version.image_attributes(image, omero)))
    # 0.6 has no transformations of the whole image: they are in those of the levels
    expected = {"0.4": image, "0.5": image, "0.6": image.folded()}[version.name]
    assert version.parse_image(written) == (expected, omero, None)
    assert document_version(written, version.zarr_format) is version
    written = json.loads(json.dumps(version.image_label_attributes(image, image_label)))
    assert version.parse_image(written) == (expected, None, image_label)


@pytest.mark.parametrize(
    ("attributes", "zarr_format", "version"),
    [
        ({"ome": {"version": "0.5"}}, 3, "0.5"),
        ({"ome": {"version": "0.5-dev2"}}, 3, "0.5"),
        ({"ome": {"version": "0.5+rfc3"}}, 3, "0.5"),
        ({"ome": {"version": "0.6.dev4"}}, 3, "0.6"),
        ({"ome": {"version": "0.6dev1"}}, 3, "0.6"),
        ({"ome": {"version": "0.6rc0"}}, 3, "0.6"),
        ({"ome": {"version": "0.9.dev1"}}, 3, "0.9"),
        ({"multiscales": [{"version": "0.3"}]}, 2, "0.3"),
        ({"multiscales": [{"version": "0.5-dev"}]}, 3, "0.5"),
        ({"multiscales": [{"version": None}], "plate": {"version": "0.2"}}, 2, "0.2"),
        ({"multiscales": [], "well": {"version": "0.1"}}, 2, "0.1"),
        ({"image-label": {"version": "0.4"}}, 2, "0.4"),
        ({"multiscales": [{}]}, 2, "0.4"),
        ({"multiscales": [{}]}, 3, "0.5"),
        ({"labels": ["a"]}, 2, "0.4"),
        ({"ome": {"labels": ["a"]}}, 3, "0.5"),
        ({"ome": {}}, 3, "0.5"),
        ({"ome": {"multiscales": [{"version": "0.5"}]}}, 3, "0.5"),
        ({"ome": {"multiscales": [{"coordinateSystems": []}]}}, 3, "0.6"),
        ({"ome": {"scene": {}}}, 3, "0.6"),
        ({"ome": {"version": 0.5}}, 3, "0.5"),
        ({"version": "7.0", "multiscales": [{"version": 0.4}]}, 2, "0.4"),
        ({"ome": {"version": "0.5", "multiscales": [{}]}}, 2, "0.5"),
        ({"ome": {"note": "of another program"}}, 2, "0.4"),
    ],
)
def test_the_version_is_found_where_each_version_keeps_it(attributes, zarr_format, version):
    assert version_of(attributes, zarr_format) == version


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"ome": {"version": ["0.5"]}}, r"^/ome/version is \['0.5'\]; it must be text"),
        ({"ome": {"version": "latest"}}, "the version of the metadata is 'latest'; it must be one such as '0.5'"),
        ({"ome": []}, r"^/ome is \[\]; it must be an object"),
        ({"multiscales": {}}, "^/multiscales is {}; it must be a list"),
    ],
)
def test_a_malformed_version_is_refused(attributes, message):
    with pytest.raises(DocumentError, match=message):
        version_of(attributes, 3)


def test_the_version_of_a_document_is_one_that_can_be_read():
    assert document_version({"ome": {"version": "0.3"}}, 3) is VERSIONS["0.3"]
    with pytest.raises(DocumentError, match=r"OME-Zarr '7.0'; only \('0.1', '0.2'.* can be read"):
        document_version({"ome": {"version": "7.0"}}, 3)


@pytest.mark.parametrize("draft", ["0.5-dev2", "0.6.dev4", "0.6rc0", "0.9.dev1", "0.9"])
def test_a_draft_is_read_with_a_warning_that_names_it(draft):
    with pytest.warns(DocumentWarning, match=f"of OME-Zarr {re.escape(repr(draft))}, a draft, and is read as"):
        assert document_version({"ome": {"version": draft}}, 3).name == draft[:3]


def test_a_version_to_write_is_named_by_its_number():
    assert [parse_version(name).name for name in ("0.4", "0.5", "0.6")] == ["0.4", "0.5", "0.6"]
    for version in (None, 0.5, "0.50", ["0.5"], "0.3", "0.9"):
        with pytest.raises(RecipeError, match=r"version is .*; use one of \('0.4', '0.5', '0.6'\)"):
            parse_version(version)


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS)
def test_a_version_can_be_pickled(version):
    assert pickle.loads(pickle.dumps(version)) == version


def test_new_attributes_replace_parts_and_keep_the_others():
    old = {"ome": {"version": "0.5", "multiscales": [1], "omero": {"channels": []}}, "other": {"a": 1}}
    new = V05.image_attributes(YX_IMAGE)
    before = copy.deepcopy((old, new))
    merged = merge_attributes(old, new)
    assert merged == {"ome": {**new["ome"], "omero": {"channels": []}}, "other": {"a": 1}}
    assert (old, new) == before
    assert merge_attributes({"omero": 1, "multiscales": 2}, {"multiscales": 3}) == {
        "omero": 1,
        "multiscales": 3,
    }
    assert merge_attributes({}, new) == new


def test_new_attributes_do_not_replace_an_ome_that_is_no_object():
    with pytest.raises(DocumentError, match=r"^/ome is 3; it must be an object"):
        merge_attributes({"ome": 3}, V05.image_attributes(YX_IMAGE))


def test_label_metadata_of_any_form_is_written_in_the_form_of_the_specification():
    image_label = parse_image_label({"colors": {np.int64(1): "red"}, "properties": {1: {"area": np.float32(2)}}})
    assert V04.image_label_attributes(YX_IMAGE, image_label)["image-label"] == {
        "version": "0.4",
        "colors": [{"label-value": 1, "rgba": [255, 0, 0, 255]}],
        "properties": [{"label-value": 1, "area": 2.0}],
        "source": {"image": "../../"},
    }
