"""Pixels that ome-zarr-py 0.21.0 gets wrong. Every test here fails with that release."""

import dask.array as da
import numpy as np
import pytest
import zarr
from tests.compat.groups import levels, noise, scales, translations

from ome_zarr.writer import write_image

METHODS = ["resize", "nearest", "local_mean", "zoom"]


def written(pixels: np.ndarray | da.Array, method: str, factors: list) -> zarr.Group:
    """The group of an image in memory."""
    group = zarr.create_group({}, zarr_format=3)
    write_image(pixels, group, axes="zyx"[-pixels.ndim :], method=method, scale_factors=factors)
    return group


def displacement(group: zarr.Group, level: int) -> np.ndarray:
    """How far the pixels of a level, which are pictures of their own x, are from where the document puts them."""
    (_, scale), (_, translation) = scales(group)[level], translations(group)[level]
    row = levels(group)[level][5]
    return np.abs(row - (translation + scale * np.arange(row.size)))


def places(extent: int) -> np.ndarray:
    """An image in which every pixel is its own x."""
    return np.tile(np.arange(extent, dtype="float64"), (extent, 1))


@pytest.mark.parametrize("method", METHODS)
def test_fractional_steps_stay_in_place_with_every_method(method: str) -> None:
    group = written(places(90), method, [2, 3])
    assert levels(group)[2].shape == (30, 30)
    assert displacement(group, 2)[3:-3].max() <= 0.5


@pytest.mark.parametrize("method", ["nearest", "local_mean", "zoom"])
def test_levels_of_odd_extents_do_not_drift(method: str) -> None:
    assert displacement(written(places(90), method, [2, 4]), 2)[3:-3].max() <= 0.5


def test_zoom_puts_pixels_where_the_document_says() -> None:
    assert displacement(written(places(64), "zoom", [2]), 1)[1:-1].max() < 1e-9


@pytest.mark.parametrize("extent", [32, 64, 65])
def test_zoom_fills_its_levels_to_the_border(extent: int) -> None:
    group = written(np.full((extent, extent), 7, "uint8"), "zoom", [2, 4])
    assert [set(level.ravel()) for level in levels(group)] == [{7}, {7}, {7}]


@pytest.mark.parametrize("method", METHODS)
def test_a_stack_cut_into_planes_has_all_its_planes_in_every_level(method: str) -> None:
    planes = da.from_array(np.repeat(np.arange(1, 9, dtype="uint8"), 256).reshape(8, 16, 16), chunks=(1, 16, 16))
    deepest = levels(written(planes, method, [{"z": 2, "y": 2, "x": 2}]))[1][-1]
    assert set(deepest.ravel()) <= {7, 8}


@pytest.mark.parametrize("method", ["resize", "zoom"])
def test_chunks_leave_no_seams(method: str) -> None:
    pixels = noise((64, 64), "float32")
    cut = levels(written(da.from_array(pixels, chunks=16), method, [2, 4]))
    whole = levels(written(pixels, method, [2, 4]))
    assert all(np.array_equal(*pair) for pair in zip(cut, whole, strict=True))


@pytest.mark.parametrize("method", ["resize", "local_mean"])
def test_sparse_signal_does_not_fade(method: str) -> None:
    speckles = (np.random.default_rng(0).random((512, 512)) < 0.04) * np.uint8(40)
    means = [level.mean() for level in levels(written(speckles, method, [2, 4, 8, 16]))]
    assert np.allclose(means, means[0], atol=0.2)


def test_half_precision_can_be_zoomed() -> None:
    (_, level) = levels(written(np.ones((16, 16), "float16"), "zoom", [2]))
    assert (level.dtype, set(level.ravel())) == (np.dtype("float16"), {1})


def test_masks_can_be_resized() -> None:
    (_, level) = levels(written(np.ones((16, 16), bool), "resize", [2]))
    assert (level.dtype, level.all()) == (np.dtype(bool), True)


def test_complex_pixels_keep_their_imaginary_part() -> None:
    (_, level) = levels(written(np.full((16, 16), 1 + 2j), "resize", [2]))
    assert np.allclose(level, 1 + 2j)
