"""What a group says already, and keeps."""

from pathlib import Path

import pytest
import zarr

from ome_zarr.api.kept import attributes_at, on_top
from ome_zarr.errors import DocumentError
from ome_zarr.storage.locate import locate


@pytest.fixture(params=[2, 3])
def group(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A group of either format with attributes of its owner."""
    zarr.create_group(tmp_path / "image.zarr", zarr_format=request.param, attributes={"mine": [1], "ome": {"plate": 1}})
    return tmp_path / "image.zarr"


def test_a_group_that_is_there_has_its_attributes(group: Path) -> None:
    assert attributes_at(locate(group)) == {"mine": [1], "ome": {"plate": 1}}


def test_where_nothing_is_there_are_no_attributes(tmp_path: Path) -> None:
    assert attributes_at(locate(tmp_path / "image.zarr")) == {}


def test_an_array_says_nothing_that_a_group_keeps(tmp_path: Path) -> None:
    zarr.create_array(tmp_path / "array.zarr", shape=(2,), dtype="uint8", attributes={"mine": 1})
    assert attributes_at(locate(tmp_path / "array.zarr")) == {}


def test_new_attributes_leave_those_of_others_alone(group: Path) -> None:
    merged = on_top(locate(group), {"ome": {"version": "0.5"}})
    assert merged == {"mine": [1], "ome": {"plate": 1, "version": "0.5"}}


def test_nothing_is_put_on_top_of_a_damaged_document(group: Path) -> None:
    for name in ("zarr.json", ".zgroup"):
        (group / name).write_text("{")
    with pytest.raises(DocumentError, match="JSON"):
        on_top(locate(group), {})
