"""What is typed, as values."""

from argparse import ArgumentTypeError

import pytest

from ome_zarr.cli import values

NAMED = [
    ("0.5,1", [0.5, 1]),
    ("z=0.5,y=1,x=1", {"z": 0.5, "y": 1, "x": 1}),
    ("z=0.5,yx=1", {"z": 0.5, "y": 1, "x": 1}),
    ("angle=3", {"angle": 3}),
]

FACTORS = [
    ("2,4,8", [2, 4, 8]),
    ("2 4 8", [2, 4, 8]),
    ("zyx=2 z=2,yx=4", [{"z": 2, "y": 2, "x": 2}, {"z": 2, "y": 4, "x": 4}]),
    ("1.5", [1.5]),
    ("", []),
]

BOXES = [("64", 64), ("1,512,512", [1, 512, 512]), ("z=1,yx=512", {"z": 1, "y": 512, "x": 512})]

CODECS = [
    ("auto", "auto"),
    ("none", None),
    ("zstd", {"name": "zstd", "configuration": {"level": 1, "checksum": False}}),
    ("zstd:7", {"name": "zstd", "configuration": {"level": 7, "checksum": False}}),
    ("gzip:3", {"name": "gzip", "configuration": {"level": 3}}),
    (
        "blosc",
        {"name": "blosc", "configuration": {"cname": "zstd", "clevel": 1, "shuffle": "shuffle", "blocksize": 0}},
    ),
    (
        "blosc:lz4,3,bitshuffle",
        {"name": "blosc", "configuration": {"cname": "lz4", "clevel": 3, "shuffle": "bitshuffle", "blocksize": 0}},
    ),
]

REFUSED = [
    (values.parse_per_axis, "z=", "'z=' is not AXIS=VALUE"),
    (values.parse_per_axis, "1,two", "'two' is no number"),
    (values.parse_per_axis, "z=1,zyx=2", "axis 'z' has two values"),
    (values.parse_factors, "2;4", "'2;4' is no number"),
    (values.parse_box, "64.5", "'64.5' is no whole number"),
    (values.parse_levels, "many", "'many' is no whole number"),
    (values.parse_windows, "0-9", "'0-9' is no range"),
    (values.parse_compressor, "lzma", "'lzma' is no compressor"),
    (values.parse_compressor, "none:1", "'none:1' is no compressor"),
    (values.parse_compressor, "zstd:high", "'high' is no whole number"),
]


@pytest.mark.parametrize(("text", "meant"), NAMED)
def test_numbers_are_given_per_axis_by_name_or_in_order(text: str, meant: object) -> None:
    assert values.parse_per_axis(text) == meant


@pytest.mark.parametrize(("text", "meant"), FACTORS)
def test_factors_are_numbers_or_given_by_axis(text: str, meant: object) -> None:
    assert values.parse_factors(text) == meant


@pytest.mark.parametrize(("text", "meant"), BOXES)
def test_a_box_is_one_extent_or_several(text: str, meant: object) -> None:
    assert values.parse_box(text) == meant


@pytest.mark.parametrize(("text", "meant"), CODECS)
def test_a_compressor_is_named_with_its_parameters(text: str, meant: object) -> None:
    assert values.parse_compressor(text) == meant


def test_units_lists_and_windows_are_split_at_commas() -> None:
    assert values.parse_units("zyx=um,t=second") == {"z": "um", "y": "um", "x": "um", "t": "second"}
    assert values.parse_list("DAPI, GFP") == ["DAPI", "GFP"]
    assert values.parse_windows("0:4095,0.5:1") == [(0, 4095), (0.5, 1)]
    assert values.parse_levels("auto") == "auto"
    assert values.parse_levels("4") == 4


@pytest.mark.parametrize(("parse", "text", "told"), REFUSED)
def test_what_cannot_be_meant_is_refused(parse, text: str, told: str) -> None:
    with pytest.raises(ArgumentTypeError, match=told):
        parse(text)
