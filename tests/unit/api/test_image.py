"""Images and levels: metadata at hand, pixels on demand."""

import numpy as np
import pytest
import zarr
from zarr.storage import LocalStore, MemoryStore

import ome_zarr
from ome_zarr.errors import DocumentError, NotFoundError

PIXELS = np.random.default_rng(0).integers(1, 999, (2, 40, 36)).astype("u2")


@pytest.fixture(params=["0.4", "0.5"])
def image(request, tmp_path):
    return ome_zarr.write(
        PIXELS,
        tmp_path / "cells.ome.zarr",
        axes="cyx",
        version=request.param,
        scale_factors=[2, 4],
        scale={"y": 0.5, "x": 0.25},
        translation={"x": 10},
        units={"y": "micrometer", "x": "micrometer"},
        channel_names=["DAPI", "GFP"],
        chunks=16,
    )


def test_an_image_says_what_it_is(image):
    assert image.name == "cells"
    assert image.axes.names == ("c", "y", "x")
    assert [channel.label for channel in image.channels] == ["DAPI", "GFP"]
    assert image.image_label is None
    assert image.multiscale.type == "resize"
    assert image.multiscale.metadata["method"] == "resize"
    assert len(image) == 3


def test_levels_know_their_shape_and_place(image):
    level = image[1]
    assert (level.path, level.shape, level.dtype, level.chunks) == ("s1", (2, 20, 18), np.uint16, (2, 16, 16))
    assert level.scale == (1.0, 1.0, 0.5)
    assert level.translation == (0.0, 0.25, 10.125)
    assert level.units == (None, "micrometer", "micrometer")
    assert level.shards is None


def test_pixels_are_read_as_numpy_parts_and_dask(image):
    level = image[0]
    np.testing.assert_array_equal(level, PIXELS)
    np.testing.assert_array_equal(level[1, 3:9], PIXELS[1, 3:9])
    np.testing.assert_array_equal(level.dask.compute(scheduler="synchronous"), PIXELS)
    assert np.asarray(level, dtype="f4").dtype == np.float32


def test_levels_cannot_be_had_without_a_copy(image):
    with pytest.raises(ValueError, match="cannot be had without a copy"):
        np.array(image[0], copy=False)


def test_levels_are_iterated_and_counted_from_the_end(image):
    assert [level.path for level in image] == ["s0", "s1", "s2"]
    assert image[-1] is image.levels[2]


def test_an_image_prints_as_a_table(image):
    lines = repr(image).splitlines()
    assert lines[0].startswith(f"OME-Zarr {image.version} image ")
    assert lines[0].endswith("cells.ome.zarr', axes cyx")
    assert "scale (micrometer)" in lines[1]
    assert lines[3].startswith("s0     2 × 40 × 36  uint16")
    assert repr(image[2]) == "<Level s2 cyx 2×10×9 uint16, pixels of 1×2×1>"


def test_an_image_is_opened_from_whatever_names_its_place(image, tmp_path):
    place = tmp_path / "cells.ome.zarr"
    for target in (place, str(place), LocalStore(place), zarr.open_group(place, mode="r")):
        np.testing.assert_array_equal(ome_zarr.open(target)[2], image[2])


def test_labels_belong_to_their_image(image, tmp_path):
    mask = (PIXELS[0] > 500).astype("u4")
    assert image.label_names == ()
    ome_zarr.write_labels(mask, image, "bright", axes="yx", scale_factors=[2])
    ome_zarr.write_labels(mask + np.uint32(1), tmp_path / "cells.ome.zarr", "all", axes="yx", scale_factors=[])
    again = ome_zarr.open(tmp_path / "cells.ome.zarr")
    assert again.label_names == ("bright", "all")
    assert again.labels["bright"].version == image.version
    assert again.labels["bright"].image_label is not None
    np.testing.assert_array_equal(again.labels["bright"][0], mask)
    assert repr(again).endswith("labels: bright, all")


def test_what_is_said_of_all_levels_together_is_taken_into_each(tmp_path):
    ome_zarr.write(np.ones((8, 8), "uint8"), tmp_path / "a.zarr", axes="yx", scale_factors=[2], method="nearest")
    group = zarr.open_group(tmp_path / "a.zarr", mode="r+")
    ome = group.attrs["ome"]
    ome["multiscales"][0]["coordinateTransformations"] = [{"type": "scale", "scale": [10.0, 10.0]}]
    group.update_attributes({"ome": ome})
    found = ome_zarr.open(group)
    assert [dataset.scale for dataset in found.multiscale.datasets] == [(1.0, 1.0), (2.0, 2.0)]
    assert [dataset.scale for dataset in found.placed.datasets] == [(10.0, 10.0), (20.0, 20.0)]
    assert [level.scale for level in found] == [(10.0, 10.0), (20.0, 20.0)]


def test_a_level_that_is_not_there_is_named(image, tmp_path):
    group = zarr.open_group(tmp_path / "cells.ome.zarr", mode="a")
    del group["s1"]
    with pytest.raises(NotFoundError, match=r"lists a level that is not there: .*s1.*; the image is incomplete"):
        list(ome_zarr.open(group))


def test_arrays_that_do_not_fit_the_axes_are_named(image, tmp_path):
    group = zarr.open_group(tmp_path / "cells.ome.zarr", mode="a")
    del group["s1"]
    group.create_array("s1", shape=(4, 4), dtype="u2")
    with pytest.raises(DocumentError, match=r"level 's1' .* has 2 axes, and the image 3"):
        list(ome_zarr.open(group))


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(NotFoundError, match=r"there is no zarr group at .*nowhere"):
        ome_zarr.open(tmp_path / "nowhere")


def test_an_array_is_no_image(tmp_path):
    zarr.save_array(tmp_path / "a.zarr", np.ones(3))
    with pytest.raises(NotFoundError, match="is a zarr array, not a group"):
        ome_zarr.open(tmp_path / "a.zarr")


def test_a_group_without_a_document_is_no_image():
    store = MemoryStore()
    zarr.create_group(store)
    with pytest.raises(NotFoundError, match="nothing of OME-Zarr"):
        ome_zarr.open(store)
