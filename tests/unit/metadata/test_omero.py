"""How the channels of an image are to be shown."""

import re

import numpy as np
import pytest

from ome_zarr.errors import DocumentWarning, RecipeError
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.omero import (
    Channel,
    Omero,
    Window,
    channels_for,
    default_window,
    omero_from_node,
    parse_omero,
)

DOCUMENT = {
    "id": 7,
    "channels": [
        {
            "label": "DAPI",
            "color": "0000FF",
            "active": True,
            "window": {"min": 0, "max": 65535, "start": 10, "end": 900.5},
            "family": "linear",
            "coefficient": 1.0,
        }
    ],
    "rdefs": {"model": "color", "defaultZ": 3},
}


class Model:
    def __init__(self, members):
        self.members = members

    def model_dump(self, *, by_alias, exclude_none):
        return self.members


def test_a_document_becomes_a_model_and_a_document_again():
    omero = parse_omero(DOCUMENT)
    channel = omero.channels[0]
    assert (channel.label, channel.color, channel.active) == ("DAPI", "0000FF", True)
    assert channel.window == Window(0, 65535, 10, 900.5)
    assert channel.extra == {"family": "linear", "coefficient": 1.0}
    assert (omero.rdefs, omero.extra) == ({"model": "color", "defaultZ": 3}, {"id": 7})
    assert omero.to_json() == DOCUMENT


def test_a_model_of_another_package_is_accepted():
    channel = Model(DOCUMENT["channels"][0])
    assert parse_omero(Model({**DOCUMENT, "channels": [channel]})) == parse_omero(DOCUMENT)


def test_our_own_model_is_accepted():
    omero = Omero((Channel("a"),))
    assert parse_omero(omero, count=1) is omero


def test_colours_are_understood_in_many_forms():
    channels = parse_omero({"channels": [{"color": "red"}, {"color": (0, 255, 0)}, {"color": "#00f"}]}).channels
    assert [channel.color for channel in channels] == ["FF0000", "00FF00", "0000FF"]


def test_every_channel_is_described_once():
    with pytest.raises(RecipeError, match="omero describes 1 channels and the image has 2; describe each one"):
        parse_omero(DOCUMENT, count=2)


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        ({}, "omero has no 'channels'"),
        (3, "omero is 3; it must be an object"),
        ({"channels": {}}, "omero/channels is {}; it must be a list"),
        ({"channels": [1]}, "omero/channels/0 is 1; it must be an object"),
        ({"channels": [{"label": 1}]}, "omero/channels/0/label is 1; it must be text"),
        ({"channels": [{"color": "rouge"}]}, "omero/channels/0/color is 'rouge'; give hexadecimal"),
        ({"channels": [{"active": "yes"}]}, "omero/channels/0/active is 'yes'; it must be true or false"),
        ({"channels": [{"window": [0, 1]}]}, r"omero/channels/0/window is \[0, 1\]; it must be an object"),
        (
            {"channels": [{"window": {"min": float("nan")}}]},
            "omero/channels/0/window/min is nan; it must be a finite",
        ),
        ({"channels": [], "rdefs": 1}, "omero/rdefs is 1; it must be an object"),
        ({"channels": [], "made": print}, "omero/made is .*JSON holds"),
    ],
)
def test_a_malformed_part_is_refused_with_its_place(obj, message):
    with pytest.raises(RecipeError, match=message):
        parse_omero(obj)


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [
        ("uint8", 0, 255),
        (np.int16, -32768, 32767),
        ("<u2", 0, 65535),
        ("uint64", 0, 2**64 - 1),
        ("float32", 0.0, 1.0),
        (bool, 0.0, 1.0),
        ("complex64", 0.0, 1.0),
    ],
)
def test_the_default_window_is_the_full_range(dtype, low, high):
    assert default_window(dtype) == Window(low, high, low, high)


@pytest.mark.parametrize("name", ["uint12", "u2,(1", "uint, or so"])
def test_what_is_no_data_type_has_no_window(name):
    with pytest.raises(RecipeError, match=re.escape(f"dtype is {name!r}; give a NumPy data type")):
        default_window(name)


def test_completing_keeps_what_is_there_and_adds_the_rest():
    omero = Omero((Channel("a", "112233", Window(start=5, end=9)), Channel(window=Window(min=1, max=2)), Channel()))
    first, second, third = omero.completed("uint8").channels
    assert first == Channel("a", "112233", Window(0, 255, 5, 9))
    assert second == Channel(None, "00FF00", Window(1, 2, 1, 2))
    assert third == Channel(None, "0000FF", Window(0, 255, 0, 255))
    assert [channel.missing for channel in (first, second, third)] == [(), (), ()]


def test_limits_hold_what_is_shown():
    assert Window(start=-3, end=7.5).completed(0, 1) == Window(-3, 7.5, -3, 7.5)


def test_a_channel_knows_what_it_lacks():
    assert Channel().missing == ("color", "window")
    assert Channel(color="FF0000", window=Window(start=1, end=2)).missing == ("window/min", "window/max")


def test_short_forms_make_complete_channels():
    omero = channels_for(["DAPI", "GFP"], ["blue", (0, 255, 0)], [(10, 500), None], count=2, dtype="uint16")
    assert omero.channels == (
        Channel("DAPI", "0000FF", Window(0, 65535, 10, 500), active=True),
        Channel("GFP", "00FF00", Window(0, 65535, 0, 65535), active=True),
    )


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 9])
def test_channels_have_names_and_distinct_colours_by_default(count):
    channels = channels_for(count=count, dtype="uint8").channels
    assert [channel.label for channel in channels] == [f"Channel {i}" for i in range(count)]
    assert len({channel.color for channel in channels}) == min(count, 6)


def test_a_window_can_be_given_whole():
    channel = channels_for(windows=[Window(0, 10, 1, 2)], count=1, dtype="uint8").channels[0]
    assert channel.window == Window(0, 10, 1, 2)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"names": ["a"]}, r"names is \['a'\] for 2 channels; give a list of one entry per channel"),
        ({"names": "ab"}, "names is 'ab' for 2 channels"),
        ({"names": ["a", 1]}, "names/1 is 1; it must be text"),
        ({"colors": ["red", "rouge"]}, "colors/1 is 'rouge'"),
        ({"windows": [(1, 2), (3, 3)]}, r"windows/1 is \(3, 3\); give two numbers"),
        ({"windows": [(1, 2), (1, 2, 3)]}, "windows/1 is .*give two numbers"),
        ({"windows": [(1, 2), (0, float("inf"))]}, "windows/1/1 is inf; it must be a finite number"),
    ],
)
def test_a_wrong_short_form_is_refused_with_its_place(wish, message):
    with pytest.raises(RecipeError, match=message):
        channels_for(**wish, count=2, dtype="uint8")


def test_the_colour_of_a_channel_is_kept_as_digits():
    assert Channel(color="#ff0000").color == "FF0000"
    with pytest.raises(RecipeError, match="color is 'rouge'"):
        Channel(color="rouge")


def test_malformed_parts_of_a_document_are_left_out_with_a_warning():
    window = {"min": 0, "max": "high", "start": 1, "end": 2}
    document = {
        "channels": [{"label": 1, "color": 255, "active": 1, "window": window}, {"label": "b", "window": 3}],
        "rdefs": "color",
        "note": float("inf"),
    }
    with pytest.warns(DocumentWarning) as caught:
        omero = omero_from_node(Node(document))
    assert omero == Omero((Channel(window=Window(0, None, 1, 2)), Channel("b")))
    found = [str(warning.message).split(" ", 1)[0] for warning in caught]
    assert found == [
        "/channels/0/label",
        "/channels/0/color",
        "/channels/0/window/max",
        "/channels/0/active",
        "/channels/1/window",
        "/rdefs",
        "/note",
    ]
