"""Writing that ome-zarr-py 0.21.0 gets wrong. Every test here fails with that release."""

import contextlib
import warnings
import zipfile
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import zarr
from ome_zarr_models.v06.coordinate_transforms import CoordinateSystemIdentifier, Translation
from tests.compat.groups import levels, noise
from zarr.storage import ZipStore

from ome_zarr import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale, OMEZarrScene
from ome_zarr.writer import write_image, write_labels


def multiscale(pixels: np.ndarray, name: str = "image") -> OMEZarrMultiscale:
    """An image of two levels."""
    return OMEZarrMultiscale(OMEZarrImage(pixels, axes="yx", name=name), scale_factors=[2])


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_an_image_survives_being_written_over_itself(version: str, tmp_path: Path) -> None:
    path = str(tmp_path / "image.zarr")
    multiscale(noise((64, 64))).to_ome_zarr(path, version=version)
    with contextlib.suppress(OSError, ValueError):
        OMEZarrMultiscale.from_ome_zarr(path).to_ome_zarr(path, version=version, overwrite=True)
    assert np.array_equal(zarr.open_group(path, mode="r")["s0"], noise((64, 64)))


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_labels_survive_being_written_over_themselves(tmp_path: Path) -> None:
    path = str(tmp_path / "labels.zarr")
    OMEZarrLabels(OMEZarrImage(noise((16, 16)), axes="yx", name="cells"), scale_factors=[2]).to_ome_zarr(path)
    with contextlib.suppress(OSError, ValueError):
        OMEZarrLabels.from_ome_zarr(path).to_ome_zarr(path, overwrite=True)
    assert np.array_equal(zarr.open_group(path, mode="r")["s0"], noise((16, 16)))


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_a_scene_survives_being_written_over_itself(tmp_path: Path) -> None:
    path = str(tmp_path / "scene.zarr")
    move = Translation(
        translation=(0, 8),
        input=CoordinateSystemIdentifier(name="physical", path="b"),
        output=CoordinateSystemIdentifier(name="physical", path="a"),
    )
    images = [multiscale(noise((16, 16)), name) for name in "ab"]
    OMEZarrScene(images=images, coordinate_transformations=[move]).to_ome_zarr(path, overwrite=True)
    with contextlib.suppress(OSError, ValueError):
        OMEZarrScene.from_ome_zarr(path).to_ome_zarr(path, overwrite=True)
    assert [np.array_equal(zarr.open_group(path, mode="r")[f"{name}/s0"], noise((16, 16))) for name in "ab"] == [
        True
    ] * 2


def test_the_classes_write_without_a_warning(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        multiscale(noise((64, 64))).to_ome_zarr(str(tmp_path / "image.zarr"), version="0.6")


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_document_is_written_once(tmp_path: Path) -> None:
    with ZipStore(tmp_path / "image.zip", mode="w") as store:
        group = zarr.create_group(store, zarr_format=3)
        write_image(noise((32, 32)), group, axes="yx", scale_factors=[2])
    with zipfile.ZipFile(tmp_path / "image.zip") as packed:
        documents = [name for name in packed.namelist() if name.endswith("zarr.json")]
    assert sorted(documents) == ["s0/zarr.json", "s1/zarr.json", "zarr.json", "zarr.json"]  # one by create_group


def test_labels_of_a_lazy_array_are_not_read_before_they_are_computed() -> None:
    def broken(block: np.ndarray) -> np.ndarray:
        raise OSError("read too early")

    group = zarr.create_group({}, zarr_format=3)
    lazy = da.map_blocks(
        broken, da.zeros((32, 32), chunks=16, dtype="int32"), dtype="int32", meta=np.empty((0, 0), "int32")
    )
    assert len(write_labels(lazy, group, "cells", axes="yx", scale_factors=[2], compute=False)) == 2


def test_an_xarray_names_its_own_axes() -> None:
    xarray = pytest.importorskip("xarray")
    group = zarr.create_group({}, zarr_format=3)
    pixels = xarray.DataArray(noise((3, 16, 16)), dims=("z", "y", "x"))
    write_image(pixels, group, axes=None, scale_factors=[2])
    assert [axis["name"] for axis in group.attrs["ome"]["multiscales"][0]["axes"]] == ["z", "y", "x"]


@pytest.mark.parametrize(
    "factors", [({"y": 2, "x": 2},), [np.int64(2)], ({"y": np.int64(2), "x": np.int64(2)},)], ids=str
)
def test_factors_come_in_any_sequence_and_integer(factors: object) -> None:
    group = zarr.create_group({}, zarr_format=3)
    write_image(noise((16, 16)), group, axes="yx", scale_factors=factors)
    assert [level.shape for level in levels(group)] == [(16, 16), (8, 8)]
