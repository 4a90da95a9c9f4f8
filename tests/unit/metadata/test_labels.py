"""What the values of a labels image mean."""

import numpy as np
import pytest

from ome_zarr.errors import DocumentError, DocumentWarning, RecipeError
from ome_zarr.metadata.labels import (
    ImageLabel,
    LabelColor,
    LabelProperties,
    image_label_from_node,
    parse_image_label,
)
from ome_zarr.metadata.node import Node

DOCUMENT = {
    "colors": [{"label-value": 1, "rgba": [1, 2, 3, 4]}, {"label-value": 2, "note": "no colour"}],
    "properties": [{"label-value": 1, "area": 10.5, "class": "nucleus"}],
    "source": {"image": "../../"},
    "made-by": "hand",
}


class Model:
    def __init__(self, members):
        self.members = members

    def model_dump(self, *, by_alias, exclude_none):
        return self.members


def test_a_document_becomes_a_model_and_a_document_again():
    image_label = parse_image_label(DOCUMENT)
    assert image_label == ImageLabel(
        (LabelColor(1, (1, 2, 3, 4)), LabelColor(2, None, {"note": "no colour"})),
        (LabelProperties(1, {"area": 10.5, "class": "nucleus"}),),
        "../../",
        {"made-by": "hand"},
    )
    assert image_label.to_json() == DOCUMENT


def test_nothing_is_a_labels_image_of_the_image_above():
    assert parse_image_label() == ImageLabel()
    assert parse_image_label().to_json() == {"source": {"image": "../../"}}


def test_colours_and_properties_can_be_given_by_value():
    image_label = parse_image_label(
        {
            "colors": {1: "red", np.int64(2): (1, 2, 3), 3: [1, 2, 3, 4]},
            "properties": {1: {"area": np.float32(0.5)}},
        }
    )
    assert image_label.colors == (
        LabelColor(1, (255, 0, 0, 255)),
        LabelColor(2, (1, 2, 3, 255)),
        LabelColor(3, (1, 2, 3, 4)),
    )
    assert image_label.properties == (LabelProperties(1, {"area": 0.5}),)


def test_models_are_accepted():
    image_label = parse_image_label(DOCUMENT)
    assert parse_image_label(image_label) is image_label
    colors = [Model({"label_value": 1, "rgba": (1, 2, 3, 4)}), Model(DOCUMENT["colors"][1])]
    assert parse_image_label(Model({**DOCUMENT, "colors": colors})) == image_label


def test_values_that_are_whole_floats_are_integers():
    assert parse_image_label({"colors": [{"label-value": 2.0}]}).colors == (LabelColor(2),)


@pytest.mark.parametrize("part", ["colors", "properties"])
def test_a_value_that_occurs_twice_is_refused(part):
    with pytest.raises(RecipeError, match=f"image-label/{part} has two entries for the value 1; give one"):
        parse_image_label({part: [{"label-value": 1}, {"label-value": 1, "a": 2}]})


def test_of_several_colours_in_a_document_the_last_is_taken():
    colors = [{"label-value": 1, "rgba": [1, 1, 1, 1]}, {"label-value": 1, "rgba": [2, 2, 2, 2]}]
    assert image_label_from_node(Node({"colors": colors})).colors == (LabelColor(1, (2, 2, 2, 2)),)


def test_a_source_elsewhere_is_kept():
    image_label = parse_image_label({"source": {"image": "../../../raw"}})
    assert image_label.source_image == "../../../raw"
    assert parse_image_label({"source": {}}).source_image == "../../"


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        ([], r"image-label is \[\]; it must be an object"),
        ({"colors": 1}, "image-label/colors is 1; it must be a list"),
        ({"colors": [{}]}, "image-label/colors/0 has no 'label-value'"),
        ({"colors": [{"label-value": "1"}]}, "image-label/colors/0/label-value is '1'; it must be a number"),
        ({"colors": [{"label-value": 1.5}]}, "image-label/colors/0/label-value is 1.5; it must be a whole"),
        ({"colors": [{"label-value": 1, "rgba": [1, 2]}]}, "image-label/colors/0/rgba is .*three or four"),
        ({"colors": {1: [1, 2]}}, r"image-label/colors/1 is \[1, 2\]; a colour is three or four"),
        ({"colors": {"a": "red"}}, "label value in image-label/colors is 'a'; it must be a number"),
        ({"properties": {1: 2}}, "image-label/properties/1 is 2; it must be an object"),
        ({"properties": [{"label-value": 1, "a": object()}]}, "image-label/properties/0/a is .*JSON holds"),
        ({"source": "../../"}, "image-label/source is '../../'; it must be an object"),
        ({"source": {"image": 1}}, "image-label/source/image is 1; it must be text"),
    ],
)
def test_a_malformed_part_is_refused_with_its_place(obj, message):
    with pytest.raises(RecipeError, match=message):
        parse_image_label(obj)


def test_malformed_parts_of_a_document_are_left_out_with_a_warning():
    colors = [{}, {"label-value": 1, "rgba": [1, 2, 3, 4]}, {"label-value": 2, "rgba": "#1"}]
    document = {"colors": colors, "properties": 3, "source": "image"}
    with pytest.warns(DocumentWarning) as caught:
        assert image_label_from_node(Node(document)) == ImageLabel((LabelColor(1, (1, 2, 3, 4)),))
    found = [str(warning.message).split(" ", 1)[0] for warning in caught]
    assert found == ["/colors/0", "/colors/2/rgba", "/properties", "/source"]


def test_a_document_that_is_no_object_is_refused():
    with pytest.raises(DocumentError, match=r"^/image-label is \[\]; it must be an object"):
        image_label_from_node(Node([], "/image-label"))


def test_the_colour_of_a_value_is_four_integers():
    assert LabelColor(1, (1, 2, 3)).rgba == (1, 2, 3, 255)
    with pytest.raises(RecipeError, match=r"rgba is \(300, 0, 0, 0\); a colour is"):
        LabelColor(1, (300, 0, 0, 0))


def test_a_property_may_have_the_name_that_models_give_to_the_value():
    document = {"properties": [{"label-value": 1, "label_value": 7}], "source": {"image": "../../"}}
    assert parse_image_label(document).to_json() == document
