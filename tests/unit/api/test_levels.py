"""Levels know where they lie, which one is good enough, and how xarray has them."""

import sys

import numpy as np
import pytest
import zarr

import ome_zarr
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import BudgetError, MissingChunkError, MissingDependencyError, NotFoundError, RecipeError

PIXELS = np.random.default_rng(0).integers(1, 999, (2, 16, 64, 64)).astype("u2")


@pytest.fixture
def image(tmp_path):
    image = ome_zarr.write(
        PIXELS,
        tmp_path / "cells.zarr",
        axes="czyx",
        scale_factors=[2, 4, 8],
        scale={"z": 1.0, "y": 0.25, "x": 0.25},
        units={"z": "um", "y": "um", "x": "um"},
        channel_names=["DAPI", "GFP"],
        method="local_mean",
    )
    ome_zarr.write_labels(PIXELS[0] // 100, image, "cells", scale_factors=[2, 4, 8])
    return image


@pytest.mark.parametrize(("um", "path"), [(0.2, "s0"), (0.25, "s0"), (0.9, "s1"), (1.0, "s2"), (50, "s3")])
def test_the_coarsest_level_that_is_fine_enough_is_taken(image, um, path):
    assert image.level_for(pixel_size={"y": um}).path == path
    assert image.level_for(pixel_size={"y": um, "x": um}).path == path


def test_pixel_sizes_have_units(image):
    assert image.at(um=1).path == image.at(nm=1000).path == image.at(mm=0.001).path == "s2"
    assert image.at(um=0.5).path == "s0"  # pixels are 1 um along z already


@pytest.mark.parametrize(("most", "path"), [(64, "s0"), (63, "s1"), (16, "s2"), (1, "s3"), ({"x": 8}, "s3")])
def test_the_finest_level_that_is_small_enough_is_taken(image, most, path):
    assert image.level_for(max_shape=most).path == path


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"pixel_size": 1, "max_shape": 2},
        {"pixel_size": 0},
        {"pixel_size": "1"},
        {"max_shape": {"q": 3}},
        {"max_shape": {}},
    ],
)
def test_an_impossible_wish_for_a_level_is_refused(image, wish):
    with pytest.raises(RecipeError):
        image.level_for(**wish)


@pytest.mark.parametrize("wish", [{}, {"um": 1, "nm": 1}, {"um": -1}, {"um": float("nan")}])
def test_an_impossible_pixel_size_is_refused(image, wish):
    with pytest.raises(RecipeError):
        image.at(**wish)


def test_without_units_a_pixel_size_in_micrometers_means_nothing(tmp_path):
    image = ome_zarr.write(PIXELS[0, 0], tmp_path / "i.zarr", axes="yx")
    with pytest.raises(RecipeError, match=r"no axis .* has a unit of length"):
        image.at(um=1)


def test_points_go_from_pixels_to_the_world_and_back(image):
    np.testing.assert_allclose(image.to_world([1, 2, 4, 8]), [1, 2, 1, 2])
    np.testing.assert_allclose(image.to_world([0, 0, 0, 0], level=1), [0, 0, 0.125, 0.125])
    points = np.random.default_rng(1).random((5, 3, 4))
    np.testing.assert_allclose(image.to_pixels(image.to_world(points, 2), 2), points)


@pytest.mark.parametrize("points", [1.0, [1, 2, 3]])
def test_points_have_a_number_for_every_axis(image, points):
    with pytest.raises(RecipeError, match="last extent must be 4"):
        image.to_world(points)


def test_the_same_place_is_the_same_at_every_level(image):
    corner = np.full(4, -0.5)
    np.testing.assert_allclose(image.to_world(corner)[1:], image.to_world(corner, 3)[1:])


def test_a_level_becomes_an_array_with_physical_coordinates(image):
    pytest.importorskip("xarray")
    array = image.to_xarray(1)
    assert array.dims == ("c", "z", "y", "x")
    assert array.coords["c"].values.tolist() == ["DAPI", "GFP"]
    np.testing.assert_allclose(array.coords["y"][:3], [0.125, 0.625, 1.125])
    assert array.coords["y"].attrs == {"units": "micrometer"}
    assert array.name == "cells"
    np.testing.assert_array_equal(array.sel(c="GFP").isel(z=3), image[1][1, 3])


def test_an_image_becomes_a_tree_with_its_labels(image):
    pytest.importorskip("xarray")
    tree = image.to_datatree()
    assert set(tree.children) == {"s0", "s1", "s2", "s3", "labels"}
    np.testing.assert_array_equal(tree["s2/image"], image[2])
    np.testing.assert_array_equal(tree["labels/cells/s1/labels"], image.labels["cells"][1])


def test_without_xarray_it_is_said_what_to_install(image, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(MissingDependencyError, match=r"ome-zarr\[xarray\]"):
        image.to_xarray()


@pytest.mark.parametrize(
    "index", [0, -1, (1, 3), (..., 5), (0, slice(2, 9), 7), slice(None, None, 2), (..., slice(5, 60, 17)), (0, [1, 5])]
)
def test_parts_are_indexed_as_in_numpy(image, index):
    np.testing.assert_array_equal(image[0][index], PIXELS[index])


def test_a_level_has_the_attributes_of_an_array(image):
    level = image[0]
    assert (np.asarray(level).dtype, np.asarray(level, "f4").dtype) == (PIXELS.dtype, np.float32)
    assert (level.ndim, len(level), level.nbytes) == (4, 2, PIXELS.nbytes)
    assert level.dask.chunksize == level.chunks
    assert level.zarr.shape == level.shape


@pytest.mark.parametrize("index", [0, (1, 3), (..., 5), (0, slice(2, 9, 3)), slice(None, None, -1), (0, [1, 5, 2])])
def test_parts_of_dask_arrays_are_those_of_numpy(image, index):
    np.testing.assert_array_equal(image[0].dask[index].compute(), PIXELS[index])


def test_blocks_of_dask_are_shards(tmp_path):
    image = ome_zarr.write(PIXELS[0], tmp_path / "i.zarr", axes="zyx", levels=1, chunks=8, shards=16)
    assert image[0].dask.chunksize == image[0].shards == (16, 16, 16)


def test_pixels_beyond_all_memory_are_refused_unread(image, monkeypatch):
    monkeypatch.setattr(ArrayDocument, "shape", (2**40, 2**10, 2**10, 2**10))
    with pytest.raises(BudgetError, match=r"do not fit .* read a part"):
        np.asarray(image[0])


@pytest.mark.parametrize("index", [np.s_[::2], np.s_[16:, 1::30], np.s_[20]])
def test_parts_in_steps_that_touch_a_chunk_which_is_gone_are_an_error(tmp_path, index):
    image = ome_zarr.write(np.ones((32, 32), "u1"), tmp_path / "a.zarr", axes="yx", scale_factors=[], chunks=16)
    (tmp_path / "a.zarr/s0/c/1/1").unlink()
    assert image[0][::32, ::31].shape == (1, 2)
    with pytest.raises(MissingChunkError, match="'s0/c/1/1'"):
        image[0][index]
    assert image[0][:16:2].all()


def test_whoever_told_zarr_python_that_missing_chunks_are_errors_gets_one(tmp_path):
    image = ome_zarr.write(np.ones((32, 32), "u1"), tmp_path / "a.zarr", axes="yx", scale_factors=[], chunks=16)
    for name in ("c/0/1", ".inventory"):
        (tmp_path / "a.zarr/s0" / name).unlink()
    assert image[0][:].sum() == 3 * 16 * 16
    with zarr.config.set({"array.read_missing_chunks": False}), pytest.raises(NotFoundError, match="'s0/c/0/1'"):
        ome_zarr.open(tmp_path / "a.zarr")[0][:]
