"""Writing images and labels: what comes out, what is left alone, what is refused."""

import numpy as np
import pytest
import zarr
from hypothesis import given
from zarr.storage import LocalStore, MemoryStore

import ome_zarr
from ome_zarr import Recipe
from ome_zarr.errors import ExistsError, NotFoundError, OmeZarrWarning, RecipeError, TargetError
from ome_zarr.testing.strategies import pyramids

PIXELS = np.random.default_rng(0).integers(1, 999, (40, 36)).astype("u2")
WISHES = {"axes": "yx", "scale_factors": [2], "chunks": 16}


@pytest.mark.filterwarnings(f"ignore::{OmeZarrWarning.__module__}.{OmeZarrWarning.__name__}")
@given(pyramids(sources=["numpy", "arraylike"]))
def test_the_source_is_never_changed(case):
    before = case.pixels.tobytes()
    ome_zarr.write(case.source(), MemoryStore(), axes=case.axes, **case.wishes)
    assert case.pixels.tobytes() == before


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("method", ["resize", "zoom", "local_mean", "nearest"])
@pytest.mark.filterwarnings("ignore:factor 2 at level 1")
def test_nans_with_bits_of_their_own_stay_in_the_source_also_where_no_axis_changes(dtype, method):
    part = np.dtype(dtype) if dtype[0] == "f" else np.dtype(f"f{int(dtype[1:]) // 2}")
    pixels = np.full(8, -np.nan, part).view(dtype)[None]
    before = pixels.tobytes()
    ome_zarr.write(pixels, MemoryStore(), axes="yx", scale_factors=[{"y": 2}], method=method)
    assert pixels.tobytes() == before


def test_a_read_only_source_is_written():
    pixels = PIXELS.copy()
    pixels.setflags(write=False)
    np.testing.assert_array_equal(ome_zarr.write(pixels, MemoryStore(), **WISHES)[0], pixels)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: folder / "a.zarr",
        lambda folder: str(folder / "a.zarr"),
        lambda folder: LocalStore(folder / "a.zarr"),
        lambda folder: zarr.create_group(folder / "a.zarr"),
        lambda folder: folder / "a.ozx",
        lambda folder: MemoryStore(),
    ],
    ids=["path", "text", "store", "group", "zip", "memory"],
)
def test_every_kind_of_target_is_written(tmp_path, make):
    image = ome_zarr.write(PIXELS, make(tmp_path), **WISHES)
    np.testing.assert_array_equal(image[0], PIXELS)
    assert image[1].shape == (20, 18)


def test_an_image_is_named_after_its_target(tmp_path):
    assert ome_zarr.write(PIXELS, tmp_path / "cells.ome.zarr", **WISHES).name == "cells"
    assert ome_zarr.write(PIXELS, tmp_path / "b.zarr", name="nuclei", **WISHES).name == "nuclei"


def test_wishes_come_on_top_of_a_recipe():
    recipe = Recipe(scale_factors=[2, 4], method="nearest", chunks=8)
    image = ome_zarr.write(PIXELS, MemoryStore(), axes="yx", recipe=recipe, method="mode")
    assert (len(image), image.multiscale.type, image[0].chunks) == (3, "mode", (8, 8))


def test_two_axes_are_yx_and_five_tczyx():
    assert ome_zarr.write(PIXELS, MemoryStore(), scale_factors=[]).axes.names == ("y", "x")
    assert ome_zarr.plan(np.zeros((1, 1, 2, 8, 8), "u1")).axes == ("t", "c", "z", "y", "x")


def test_what_is_there_is_replaced_only_if_asked_for(tmp_path):
    ome_zarr.write(PIXELS, tmp_path / "a.zarr", **WISHES)
    with pytest.raises(ExistsError, match="overwrite=True"):
        ome_zarr.write(PIXELS + np.uint16(1), tmp_path / "a.zarr", **WISHES)
    np.testing.assert_array_equal(ome_zarr.open(tmp_path / "a.zarr")[0], PIXELS)
    image = ome_zarr.write(PIXELS + np.uint16(1), tmp_path / "a.zarr", overwrite=True, **WISHES)
    np.testing.assert_array_equal(image[0], PIXELS + 1)


def test_an_image_is_never_written_over_its_own_source(tmp_path):
    image = ome_zarr.write(PIXELS, tmp_path / "a.zarr", **WISHES)
    for source in (image[0].zarr, image[0].dask, image.group, tmp_path / "a.zarr"):
        with pytest.raises(RecipeError):
            ome_zarr.write(source, tmp_path / "a.zarr", overwrite=True, **WISHES)
        np.testing.assert_array_equal(ome_zarr.open(tmp_path / "a.zarr")[0], PIXELS)


def test_a_file_is_no_place_for_an_image(tmp_path):
    (tmp_path / "a.zarr").write_text("mine")
    with pytest.raises((TargetError, ExistsError)):
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", overwrite=True, **WISHES)
    assert (tmp_path / "a.zarr").read_text() == "mine"


@pytest.mark.parametrize("name", ["", "a/b", "..", ".", "/x"])
def test_labels_have_names_that_are_names(name):
    store = MemoryStore()
    ome_zarr.write(PIXELS, store, **WISHES)
    with pytest.raises(RecipeError):
        ome_zarr.write_labels(PIXELS, store, name, scale_factors=[2])
    assert ome_zarr.open(store).label_names == ()


def test_labels_need_an_image():
    with pytest.raises(NotFoundError):
        ome_zarr.write_labels(PIXELS, MemoryStore(), "cells")


def test_labels_are_replaced_only_if_asked_for_and_listed_once():
    store = MemoryStore()
    ome_zarr.write(PIXELS, store, **WISHES)
    ome_zarr.write_labels(PIXELS, store, "cells", scale_factors=[2])
    with pytest.raises(ExistsError):
        ome_zarr.write_labels(PIXELS, store, "cells", scale_factors=[2])
    labels = ome_zarr.write_labels(PIXELS + np.uint16(1), store, "cells", scale_factors=[2], overwrite=True)
    np.testing.assert_array_equal(labels[0], PIXELS + 1)
    assert ome_zarr.open(store).label_names == ("cells",)


def test_nothing_of_the_source_is_read_before_the_target_is_accepted(tmp_path):
    class Unreadable:
        shape, dtype = (16, 16), np.dtype("u1")

        def __getitem__(self, index):
            raise AssertionError("read")

    ome_zarr.write(PIXELS, tmp_path / "a.zarr", **WISHES)
    with pytest.raises(ExistsError):
        ome_zarr.write(Unreadable(), tmp_path / "a.zarr", **WISHES)
    assert ome_zarr.plan(Unreadable(), **WISHES).shape == (16, 16)
