"""`ome_zarr.format` and `ome_zarr.axes`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from zarr.storage import LocalStore

import ome_zarr.format
from ome_zarr.axes import KNOWN_AXES, KNOWN_SPATIAL_UNITS, KNOWN_TEMPORAL_UNITS, Axes
from ome_zarr.errors import OmeZarrWarning
from ome_zarr.format import (
    CurrentFormat,
    Format,
    FormatV01,
    FormatV02,
    FormatV03,
    FormatV04,
    FormatV05,
    FormatV06,
    detect_format,
    format_from_version,
    format_implementations,
)

FORMATS = [FormatV01(), FormatV02(), FormatV03(), FormatV04(), FormatV05(), FormatV06()]
TYPED = [FormatV04(), FormatV05(), FormatV06()]


def test_formats_come_the_newest_first() -> None:
    assert list(format_implementations()) == FORMATS[::-1]
    assert CurrentFormat is FormatV05


@pytest.mark.parametrize(
    ("fmt", "version", "zarr_format", "separator"),
    [
        (FormatV01(), "0.1", 2, "."),
        (FormatV02(), "0.2", 2, "/"),
        (FormatV03(), "0.3", 2, "/"),
        (FormatV04(), "0.4", 2, "/"),
        (FormatV05(), "0.5", 3, "/"),
        (FormatV06(), "0.6", 3, "/"),
    ],
)
def test_a_format_knows_its_facts(fmt: Format, version: str, zarr_format: int, separator: str) -> None:
    assert (fmt.version, fmt.zarr_format, fmt.chunk_key_encoding["separator"]) == (version, zarr_format, separator)
    assert format_from_version(version) == fmt
    assert repr(fmt) == type(fmt).__name__


def test_formats_are_equal_by_class() -> None:
    assert FormatV04() == FormatV04()
    assert FormatV04() != FormatV05()
    assert len({FormatV04(), FormatV04(), FormatV05()}) == 2


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'0\.7' is unknown"):
        format_from_version("0.7")


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ({"multiscales": [{"version": "0.1"}]}, FormatV01()),
        ({"multiscales": [{"version": "0.4"}]}, FormatV04()),
        ({"plate": {"version": "0.4"}}, FormatV04()),
        ({"well": {"version": "0.4"}}, FormatV04()),
        ({"image-label": {"version": "0.4"}}, FormatV04()),
        ({"ome": {"version": "0.5"}}, FormatV05()),
        ({"version": "0.5", "multiscales": [{}]}, FormatV05()),
        ({"ome": {"version": "0.6"}}, FormatV06()),
        ({"version": "9.9"}, FormatV03()),
        ({}, FormatV03()),
    ],
)
def test_the_version_is_found_where_it_is_written(metadata: dict, found: Format) -> None:
    assert detect_format(metadata, FormatV03()) == found


def test_formats_are_looked_up_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Draft(FormatV05):
        @property
        def version(self) -> str:
            return "0.5-dev-mine"

    def implementations() -> Iterator[Format]:
        yield Draft()

    monkeypatch.setattr(ome_zarr.format, "format_implementations", implementations)
    assert format_from_version("0.5-dev-mine") == Draft()
    assert detect_format({"ome": {"version": "0.5-dev-mine"}}, FormatV04()) == Draft()


def test_a_format_derived_from_the_base_needs_no_release() -> None:
    class Mine(Format):
        @property
        def version(self) -> str:
            return "mine"

    assert (Mine().release, Mine().zarr_format) == ("0.5", 2)
    assert Mine().matches({"multiscales": [{"version": "mine"}]})


def test_a_store_is_named_and_not_made(tmp_path: Path) -> None:
    store = FormatV05().init_store(str(tmp_path / "new.zarr"), mode="w")
    assert isinstance(store, LocalStore)
    assert not (tmp_path / "new.zarr").exists()


@pytest.mark.parametrize("fmt", TYPED)
def test_transformations_follow_from_shapes(fmt: Format) -> None:
    assert fmt.generate_coordinate_transformations([(8, 8), (4, 2)]) == [
        [{"type": "scale", "scale": [1.0, 1.0]}, {"type": "translation", "translation": [0.0, 0.0]}],
        [{"type": "scale", "scale": [2.0, 4.0]}, {"type": "translation", "translation": [0.5, 1.5]}],
    ]


@pytest.mark.parametrize("fmt", FORMATS[:3])
def test_there_are_no_transformations_before_four(fmt: Format) -> None:
    assert fmt.generate_coordinate_transformations([(8, 8)]) is None
    assert fmt.validate_coordinate_transformations(2, 1, "anything") is None


@pytest.mark.parametrize("fmt", TYPED)
@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        [{"type": "scale", "scale": [1, 1]}],
        [[]],
        [[{"scale": [1, 1]}]],
        [[{"type": "translation", "translation": [1, 1]}]],
        [[{"type": "scale", "scale": [1, 1]}, {"type": "scale", "scale": [1, 1]}]],
        [[{"type": "translation", "translation": [1, 1]}, {"type": "scale", "scale": [1, 1]}]],
        [[{"type": "scale", "scale": [1, 1, 1]}]],
        [[{"type": "scale", "scale": [1, "a"]}]],
        [[{"type": "scale", "path": "x"}]],
        [[{"type": "scale", "scale": [1, 1]}, {"type": "translation", "translation": [1]}]],
    ],
)
def test_wrong_transformations_are_refused(fmt: Format, wrong: object) -> None:
    with pytest.raises(ValueError, match="coordinate_transformations"):
        fmt.validate_coordinate_transformations(2, 1, wrong)


@pytest.mark.parametrize("fmt", TYPED)
def test_a_well_knows_its_row_and_column(fmt: Format) -> None:
    well = fmt.generate_well_dict("B/3", ["A", "B"], ["1", "2", "3"])
    assert well == {"path": "B/3", "rowIndex": 1, "columnIndex": 2}
    fmt.validate_well_dict(well, ["A", "B"], ["1", "2", "3"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "A/1"},
        {"path": "A/1", "rowIndex": 0, "columnIndex": 5},
        {"path": "C/1", "rowIndex": 0, "columnIndex": 0},
    ],
)
def test_a_wrong_well_is_refused(wrong: dict) -> None:
    for error in (ValueError, TypeError):
        with pytest.raises(error):
            FormatV04().validate_well_dict(wrong, ["A"], ["1"])


def test_known_axes_and_units() -> None:
    assert KNOWN_AXES == {"x": "space", "y": "space", "z": "space", "c": "channel", "t": "time"}
    assert {"micrometer", "angstrom", "yard"} <= set(KNOWN_SPATIAL_UNITS)
    assert {"second", "minute"} <= set(KNOWN_TEMPORAL_UNITS)


@pytest.mark.parametrize("axes", ["yx", "xy", "zyx", "cyx", "tyx", "tzyx", "czyx", "tcyx", "tczyx", "yxz"])
@pytest.mark.parametrize("fmt", TYPED)
def test_axes_in_the_order_of_their_types_are_allowed(axes: str, fmt: Format) -> None:
    assert [axis["name"] for axis in Axes(axes, fmt=fmt).to_list(fmt)] == list(axes)


@pytest.mark.parametrize(
    "axes", ["x", "yxc", "zcyx", "ctyx", "ccyx", "zzyx", "tczyxa", "ZYX", ["foo", "bar", "y", "x"]]
)
@pytest.mark.parametrize("fmt", TYPED)
def test_other_axes_are_refused(axes: list[str] | str, fmt: Format) -> None:
    with pytest.raises(ValueError, match="ax"):
        Axes(axes, fmt=fmt)


@pytest.mark.parametrize("axes", ["xy", "yxc", "ctyx", "x"])
def test_version_three_has_a_table_of_axes(axes: str) -> None:
    with pytest.raises(ValueError, match=r"0\.3"):
        Axes(axes, fmt=FormatV03())


def test_one_axis_may_be_of_no_known_type() -> None:
    assert Axes(["foo", "y", "x"]).to_list()[0] == {"name": "foo"}


def test_the_callers_axes_stay_as_they_are() -> None:
    axes = [{"name": "y", "type": "space"}, {"name": "x"}]
    assert Axes(axes, {"y": "micrometer"}).to_list() == [
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space"},
    ]
    assert axes == [{"name": "y", "type": "space"}, {"name": "x"}]


def test_an_unknown_unit_is_kept_with_a_warning() -> None:
    with pytest.warns(OmeZarrWarning, match="'smoot'"):
        assert Axes("yx", {"y": "smoot"}).to_list()[0]["unit"] == "smoot"
