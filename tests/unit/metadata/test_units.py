"""Units of space and time."""

import warnings

import pytest

from ome_zarr.errors import OmeZarrWarning, RecipeError
from ome_zarr.metadata.units import SPACE_UNITS, TIME_UNITS, find_unit, parse_unit, to_micrometer


def test_the_units_are_those_of_the_specification():
    assert len(SPACE_UNITS) == 26
    assert len(TIME_UNITS) == 23
    assert {"angstrom", "yoctometer", "yottameter", "inch", "parsec"} <= SPACE_UNITS
    assert {"attosecond", "minute", "hour", "day", "zettasecond"} <= TIME_UNITS
    assert "decameter" not in SPACE_UNITS


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("um", "micrometer"),
        ("\N{MICRO SIGN}m", "micrometer"),
        ("\N{GREEK SMALL LETTER MU}m", "micrometer"),
        ("micron", "micrometer"),
        ("microns", "micrometer"),
        ("Micrometres", "micrometer"),
        (" nm ", "nanometer"),
        ("mm", "millimeter"),
        ("Mm", "megameter"),
        ("m", "meter"),
        ("\N{ANGSTROM SIGN}", "angstrom"),
        ("inches", "inch"),
        ("feet", "foot"),
        ("s", "second"),
        ("sec", "second"),
        ("seconds", "second"),
        ("ms", "millisecond"),
        ("min", "minute"),
        ("h", "hour"),
        ("micrometer", "micrometer"),
    ],
)
def test_abbreviations_and_spellings_have_one_name(unit, name):
    assert find_unit(unit) == name


@pytest.mark.parametrize("unit", ["pixel", "", "MM", "mms", "decameter"])
def test_what_is_no_unit_has_no_name(unit):
    assert find_unit(unit) is None


@pytest.mark.parametrize("unit", sorted(SPACE_UNITS | TIME_UNITS))
def test_every_name_is_its_own_name(unit):
    assert find_unit(unit) == unit


def test_a_unit_of_an_axis_gets_the_name_of_the_specification():
    assert parse_unit("um", "space") == "micrometer"
    assert parse_unit("ms", "time") == "millisecond"


@pytest.mark.parametrize(("unit", "kind", "kept"), [("pixel", "space", "pixel"), ("s", "space", "second")])
def test_a_unit_that_the_specification_does_not_list_is_kept_with_a_warning(unit, kind, kept):
    with pytest.warns(OmeZarrWarning, match=f"unit is '{unit}', no unit of {kind}"):
        assert parse_unit(unit, kind) == kept


def test_the_warning_points_at_the_caller():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        parse_unit("pixel", "space")
    assert caught[0].filename == __file__


@pytest.mark.parametrize("kind", ["channel", "lifetime", None])
def test_other_axes_have_any_unit(kind):
    assert parse_unit("um", kind) == "um"


@pytest.mark.parametrize("unit", [1, "", " ", ["um"]])
def test_a_unit_is_text(unit):
    with pytest.raises(RecipeError, match=r"unit is .*give a name such as 'micrometer'"):
        parse_unit(unit, "space")


@pytest.mark.parametrize(
    ("value", "unit", "micrometers"),
    [
        (5, "nm", 0.005),
        (1, "angstrom", 1e-4),
        (0.3, "micrometer", 0.3),
        (1, "inch", 25400.0),
        (2, "mm", 2000.0),
    ],
)
def test_lengths_are_converted_exactly(value, unit, micrometers):
    assert to_micrometer(value, unit) == micrometers


@pytest.mark.parametrize("unit", ["second", "pixel"])
def test_only_lengths_are_converted(unit):
    with pytest.raises(RecipeError, match=f"unit is '{unit}', not a length"):
        to_micrometer(1, unit)


def test_a_length_is_finite():
    with pytest.raises(RecipeError, match="finite"):
        to_micrometer(float("nan"), "um")
