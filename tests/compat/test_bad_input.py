"""Bad input gets a clear error and leaves nothing behind, through every way to write."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.compat.groups import everything_in, noise

import ome_zarr
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


def test_labels_are_no_floats(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="integers"):
        by_write_labels(noise((8, 8), "float32"), tmp_path / "image.zarr")
    assert everything_in(tmp_path) == []


def test_a_name_of_labels_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="label name 'a/b' contains a slash"):
        write_labels(PIXELS, tmp_path / "image.zarr", "a/b", axes="yx")
    assert everything_in(tmp_path) == []


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
