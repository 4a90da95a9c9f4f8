"""Bad input gets a clear error and leaves nothing behind, through every way to write."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.compat.groups import everything_in, noise

import ome_zarr
from ome_zarr.errors import OmeZarrError
from ome_zarr.writer import write_image, write_labels

type Write = Callable[..., object]


def by_write_image(pixels: object, target: Path, **wishes: object) -> object:
    return write_image(pixels, target, **{"axes": "yx", "scale_factors": [2], **wishes})


def by_write_labels(pixels: object, target: Path, **wishes: object) -> object:
    return write_labels(pixels, target, "cells", **{"axes": "yx", "scale_factors": [2], **wishes})


def by_write(pixels: object, target: Path, **wishes: object) -> object:
    return ome_zarr.write(pixels, target, **{"axes": "yx", "scale_factors": [2], **wishes})


WRITERS = [by_write_image, by_write_labels, by_write]
PIXELS = noise((16, 16))
CUBE = noise((4, 16, 16))
NAN = float("nan")

CASES = {
    "too few axes": (CUBE, {"axes": "yx"}, "axes"),
    "too many axes": (PIXELS, {"axes": "zyx"}, "axes"),
    "space before channel": (CUBE, {"axes": "yxc"}, "order"),
    "channel before time": (noise((2, 2, 8, 8)), {"axes": "ctyx"}, "order"),
    "an axis twice": (CUBE, {"axes": "yyx"}, "twice"),
    "an axis of an unknown kind": (CUBE, {"axes": [{"name": "q", "type": 7}, "y", "x"]}, "type"),
    "axes that are no axes": (PIXELS, {"axes": 7}, "axes"),
    "nobody says the axes": (CUBE, {"axes": None}, "axes"),
    "six axes": (noise((1, 1, 1, 1, 8, 8)), {"axes": ["t", "c", "z", "a", "y", "x"]}, "ax"),
    "one axis": (noise((8,)), {"axes": "x"}, "1 axes"),
    "factor zero": (PIXELS, {"scale_factors": [0]}, "factor 0"),
    "negative factor": (PIXELS, {"scale_factors": [-2]}, "factor -2"),
    "factor NaN": (PIXELS, {"scale_factors": [NAN]}, "factor nan"),
    "falling factors": (PIXELS, {"scale_factors": [4, 2]}, "may not fall"),
    "equal factors": (PIXELS, {"scale_factors": [2, 2]}, "did you mean"),
    "factor of an unknown axis": (PIXELS, {"scale_factors": [{"z": 2}]}, "'z'"),
    "factors that are no list": (PIXELS, {"scale_factors": "24"}, "scale_factors"),
    "scale zero": (PIXELS, {"scale": {"y": 0.0}}, "scale"),
    "scale of an unknown axis": (PIXELS, {"scale": {"z": 1.0}}, "'z'"),
    "unknown method": (PIXELS, {"method": "laplacian"}, "laplacian"),
    "objects": (np.full((8, 8), None), {}, "dtype"),
    "structures": (np.zeros((8, 8), [("a", "u1")]), {}, "dtype"),
    "dates": (np.zeros((8, 8), "M8[s]"), {}, "dtype"),
    "no axis at all": (np.uint8(3), {"axes": ""}, "no axis|axes"),
    "an axis without pixels": (np.zeros((0, 8), "uint8"), {}, "extent 0"),
    "chunks below one": (PIXELS, {"storage_options": {"chunks": 0}}, "chunks"),
    "chunks for more axes": (PIXELS, {"storage_options": {"chunks": (1, 2, 3)}}, "chunks"),
    "chunks that do not divide the shards": (PIXELS, {"storage_options": {"chunks": 3, "shards": 8}}, "shards"),
    "an unknown option": (PIXELS, {"storage_options": {"chunkz": 3}}, "chunkz"),
    "options that are no mapping": (PIXELS, {"storage_options": 3}, "storage_options"),
    "options for too few levels": (PIXELS, {"storage_options": [{}]}, "1 entries"),
    "two compressors": (PIXELS, {"storage_options": {"compressor": None, "compressors": None}}, "both"),
}


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@pytest.mark.parametrize("case", CASES)
def test_a_wish_that_cannot_be_fulfilled_leaves_nothing_behind(write: Write, case: str, tmp_path: Path) -> None:
    pixels, wishes, message = CASES[case]
    with pytest.raises(OmeZarrError, match=message) as caught:
        write(pixels, tmp_path / "image.zarr", **wishes)
    assert isinstance(caught.value, ValueError | TypeError)
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("write", [by_write_labels], ids=lambda write: write.__name__)
def test_labels_are_no_floats(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="integers"):
        write(noise((8, 8), "float32"), tmp_path / "image.zarr")
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("name", ["", "a/b", "..", ".", "a\\b", "zarr.json", "__a", 7])
def test_a_name_of_labels_is_no_path(name: object, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="label name"):
        write_labels(PIXELS, tmp_path / "image.zarr", name, axes="yx")
    ome_zarr.write(PIXELS, tmp_path / "image.zarr", axes="yx", scale_factors=[])
    before = everything_in(tmp_path)
    with pytest.raises(ValueError, match="label name"):
        ome_zarr.write_labels(PIXELS, tmp_path / "image.zarr", name, axes="yx")
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_a_file_is_no_place(write: Write, tmp_path: Path) -> None:
    (tmp_path / "image.zarr").write_text("mine")
    with pytest.raises(OSError, match="file"):
        write(PIXELS, tmp_path / "image.zarr")
    assert (tmp_path / "image.zarr").read_text() == "mine"


@pytest.mark.parametrize("write", [by_write_image, by_write_labels], ids=lambda write: write.__name__)
def test_a_group_that_is_open_for_reading_is_no_place(write: Write, tmp_path: Path) -> None:
    zarr.create_group(tmp_path / "image.zarr")
    before = everything_in(tmp_path)
    with pytest.raises(OSError, match="read-only"):
        write(PIXELS, zarr.open_group(tmp_path / "image.zarr", mode="r"))
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_what_is_there_is_not_replaced_unasked(write: Write, tmp_path: Path) -> None:
    write(PIXELS, tmp_path / "image.zarr")
    before = everything_in(tmp_path)
    with pytest.raises(FileExistsError, match="overwrite"):
        write(PIXELS, tmp_path / "image.zarr")
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("write", [by_write_image, by_write], ids=lambda write: write.__name__)
def test_an_image_is_not_written_into_its_source(write: Write, tmp_path: Path) -> None:
    source = zarr.create_array(tmp_path / "image.zarr", name="s0", data=PIXELS)
    before = everything_in(tmp_path)
    replacing = {by_write_image: {"storage_options": {"overwrite": True}}, by_write: {"overwrite": True}}[write]
    with pytest.raises(ValueError, match="overlaps the source"):
        write(source, tmp_path / "image.zarr", **replacing)
    assert everything_in(tmp_path) == before
    assert np.array_equal(zarr.open_array(tmp_path / "image.zarr", path="s0")[...], PIXELS)


@pytest.mark.parametrize("write", [by_write_image, by_write_labels], ids=lambda write: write.__name__)
def test_what_is_no_group_is_refused(write: Write) -> None:
    with pytest.raises(TypeError, match="group is 7"):
        write(PIXELS, 7)


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_a_failing_source_leaves_nothing_behind(write: Write, tmp_path: Path) -> None:
    class Broken:
        shape = (64, 64)
        dtype = np.dtype("uint8")
        ndim = 2

        def __getitem__(self, index: object) -> np.ndarray:
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        write(Broken(), tmp_path / "image.zarr")
    assert everything_in(tmp_path) == []
