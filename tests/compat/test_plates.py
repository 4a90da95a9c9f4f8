"""`write_plate_metadata` and `write_well_metadata`."""

from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.compat.groups import document, new_group, noise, reopened

import ome_zarr
from ome_zarr.format import Format, FormatV01, FormatV02, FormatV03, FormatV04, FormatV05, FormatV06
from ome_zarr.io import parse_url
from ome_zarr.reader import Plate, Reader
from ome_zarr.writer import write_image, write_plate_metadata, write_well_metadata

WRITTEN = [FormatV04(), FormatV05(), FormatV06()]
OLD = [FormatV01(), FormatV02(), FormatV03()]

A1 = {"path": "A/1", "rowIndex": 0, "columnIndex": 0}
B2 = {"path": "B/2", "rowIndex": 1, "columnIndex": 1}


def group_for(fmt: Format, path: Path) -> zarr.Group:
    return new_group(path, fmt.zarr_format)


@pytest.mark.parametrize("fmt", WRITTEN)
def test_a_plate_says_what_it_has(fmt: Format, tmp_path: Path) -> None:
    group = group_for(fmt, tmp_path)
    acquisitions = [{"id": 1, "name": "first", "maximumfieldcount": 2, "starttime": 5, "mine": True}]
    write_plate_metadata(
        group, ["A", "B"], ["1", "2"], ["A/1", "B/2"], fmt, acquisitions=acquisitions, field_count=2, name="screen"
    )
    plate = document(group)["plate"]
    assert plate.pop("version", fmt.version) == fmt.version
    assert plate == {
        "name": "screen",
        "rows": [{"name": "A"}, {"name": "B"}],
        "columns": [{"name": "1"}, {"name": "2"}],
        "wells": [A1, B2],
        "acquisitions": acquisitions,
        "field_count": 2,
    }


@pytest.mark.parametrize(
    ("fmt", "group_version", "plate_version", "well_version"),
    [
        *((fmt, None, fmt.version, fmt.version) for fmt in (*OLD, FormatV04())),
        (FormatV05(), "0.5", "0.5", None),
        (FormatV06(), "0.6", None, None),
    ],
)
def test_the_version_is_where_readers_look_for_it(
    fmt: Format, group_version: str | None, plate_version: str | None, well_version: str | None, tmp_path: Path
) -> None:
    plate, well = group_for(fmt, tmp_path / "plate"), group_for(fmt, tmp_path / "well")
    write_plate_metadata(plate, ["A"], ["1"], ["A/1"], fmt)
    write_well_metadata(well, ["0"], fmt)
    assert [document(group).get("version") for group in (plate, well)] == [group_version] * 2
    assert document(plate)["plate"].get("version") == plate_version
    assert document(well)["well"].get("version") == well_version


@pytest.mark.parametrize("fmt", OLD)
def test_before_four_a_well_is_only_a_path(fmt: Format, tmp_path: Path) -> None:
    group = group_for(fmt, tmp_path)
    write_plate_metadata(group, ["A", "B"], ["1", "2"], ["A/1", {"path": "B/2"}], fmt)
    assert document(group)["plate"]["wells"] == [{"path": "A/1"}, {"path": "B/2"}]


@pytest.mark.parametrize("fmt", WRITTEN)
def test_what_is_not_known_is_kept(fmt: Format, tmp_path: Path) -> None:
    group = group_for(fmt, tmp_path)
    write_plate_metadata(group, ["A"], ["1"], [{**A1, "mine": 1}], fmt)
    assert document(group)["plate"]["wells"] == [{**A1, "mine": 1}]
    write_well_metadata(group, [{"path": "0", "acquisition": 2, "mine": [1]}, "1"], fmt)
    assert document(group)["well"]["images"] == [{"path": "0", "acquisition": 2, "mine": [1]}, {"path": "1"}]


@pytest.mark.parametrize("fmt", WRITTEN)
def test_what_is_not_said_is_not_written(fmt: Format, tmp_path: Path) -> None:
    group = group_for(fmt, tmp_path)
    write_plate_metadata(group, ["A"], ["1"], ["A/1"], fmt)
    assert set(document(group)["plate"]) - {"version"} == {"rows", "columns", "wells"}


@pytest.mark.parametrize("fmt", WRITTEN)
def test_what_the_group_says_besides_stays(fmt: Format, tmp_path: Path) -> None:
    group = group_for(fmt, tmp_path)
    group.attrs["mine"] = 1
    write_plate_metadata(group, ["A"], ["1"], ["A/1"], fmt)
    write_well_metadata(group, ["0"], fmt)
    assert {"plate", "well"} <= set(document(group))
    assert reopened(group).attrs["mine"] == group.attrs["mine"] == 1


@pytest.mark.parametrize(("zarr_format", "version"), [(2, "0.4"), (3, "0.5")])
def test_the_version_follows_from_the_group(zarr_format: int, version: str, tmp_path: Path) -> None:
    group = new_group(tmp_path, zarr_format)
    write_plate_metadata(group, ["A"], ["1"], ["A/1"])
    assert document(group)["plate"]["version"] == version


def test_a_well_of_a_plate_of_six_is_of_six(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_plate_metadata(group, ["A"], ["1"], ["A/1"], FormatV06())
    write_well_metadata(group, ["0"])
    assert document(group)["version"] == "0.6"


def test_a_path_is_made_into_a_group(tmp_path: Path) -> None:
    write_plate_metadata(str(tmp_path / "plate.zarr"), ["A"], ["1"], ["A/1"], FormatV04())
    write_well_metadata(str(tmp_path / "plate.zarr" / "A" / "1"), ["0"], FormatV04())
    assert zarr.open_group(tmp_path / "plate.zarr", mode="r").attrs["plate"]["wells"] == [A1]


def test_a_wrong_plate_makes_no_group(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'C'"):
        write_plate_metadata(str(tmp_path / "plate.zarr"), ["A"], ["1"], ["C/1"])
    with pytest.raises(ValueError, match="''"):
        write_well_metadata(str(tmp_path / "plate.zarr"), [""])
    assert list(tmp_path.iterdir()) == []


WRONG_PLATES = {
    "a row twice": {"rows": ["A", "A"]},
    "a column twice": {"columns": ["1", "1"]},
    "a name that is no word": {"rows": ["A", "B_"]},
    "an empty name": {"columns": ["", "1"]},
    "no rows": {"rows": []},
    "no wells": {"wells": []},
    "nothing": {"wells": None},
    "no list": {"wells": "A/1"},
    "a number": {"wells": [1]},
    "a path of one name": {"wells": ["A1"]},
    "a path of three names": {"wells": ["plate/A/1"]},
    "an unknown row": {"wells": ["C/1"]},
    "an unknown column": {"wells": ["A/3"]},
    "a well twice": {"wells": ["A/1", "A/1"]},
    "no path": {"wells": [{"rowIndex": 0, "columnIndex": 0}]},
    "no row": {"wells": [{"path": "A/1", "columnIndex": 0}]},
    "no column": {"wells": [{"path": "A/1", "rowIndex": 0}]},
    "a row that is text": {"wells": [{**A1, "rowIndex": "0"}]},
    "another row": {"wells": [{**A1, "rowIndex": 1}]},
    "an acquisition without id": {"acquisitions": [{"name": "first"}]},
    "an id that is text": {"acquisitions": [{"id": "0"}]},
    "an id twice": {"acquisitions": [{"id": 0}, {"id": 0}]},
    "an acquisition that is no mapping": {"acquisitions": [0]},
    "a field count that is text": {"field_count": "two"},
    "a name that is a number": {"name": 7},
}


@pytest.mark.parametrize("error", [ValueError, TypeError])
@pytest.mark.parametrize("wrong", WRONG_PLATES)
def test_a_wrong_plate_is_refused_and_nothing_written(wrong: str, error: type, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.raises(error):
        write_plate_metadata(
            group, **{"rows": ["A", "B"], "columns": ["1", "2"], "wells": ["A/1"], **WRONG_PLATES[wrong]}
        )
    assert document(group) == {}


@pytest.mark.parametrize("error", [ValueError, TypeError])
@pytest.mark.parametrize(
    "images",
    [[], None, "0", [0], [{}], [{"path": 0}], ["0", "0"], ["a/b"], [""], ["../0"], [{"path": "0", "acquisition": "x"}]],
)
def test_a_wrong_well_is_refused_and_nothing_written(images: object, error: type, tmp_path: Path) -> None:
    group = new_group(tmp_path)
    with pytest.raises(error):
        write_well_metadata(group, images)
    assert document(group) == {}


@pytest.mark.parametrize("fmt", WRITTEN)
def test_other_packages_accept_plates_and_wells(fmt: Format, tmp_path: Path) -> None:
    models = pytest.importorskip(f"ome_zarr_models.v{fmt.version.replace('.', '')}.hcs")
    group = plate_with_images(fmt, tmp_path)
    assert models.HCS.from_zarr(group).well_groups is not None


@pytest.mark.parametrize("fmt", WRITTEN)
def test_what_was_written_is_read_here(fmt: Format, tmp_path: Path) -> None:
    group = plate_with_images(fmt, tmp_path)
    location = parse_url(Path(group.store.root))
    assert location is not None
    (node,) = Reader(location)()
    assert node.load(Plate).row_names == ["A", "B"]
    whole = np.zeros((32, 24), "uint16")
    whole[16:, 12:] = group["B/2/0/s0"][...]
    assert np.array_equal(node.data[0].compute(), whole)
    assert np.array_equal(ome_zarr.open(group).mosaic().compute(), whole)


def plate_with_images(fmt: Format, path: Path) -> zarr.Group:
    """Two rows, two columns, one well, one image."""
    group = group_for(fmt, path)
    write_plate_metadata(group, ["A", "B"], ["1", "2"], ["B/2"], fmt, acquisitions=[{"id": 0}])
    well = group.require_group("B/2")
    write_well_metadata(well, [{"path": "0", "acquisition": 0}], fmt)
    write_image(noise((16, 12)), well.require_group("0"), axes="yx", scale_factors=[2], fmt=fmt)
    return group
