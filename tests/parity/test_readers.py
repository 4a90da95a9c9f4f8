"""What was written is read back equal by zarr-python, TensorStore and zarrs; its metadata by two other packages."""

import json

import numcodecs
import numpy as np
import ome_zarr_models.v04
import ome_zarr_models.v05
import pytest
import tensorstore
import yaozarrs
import zarr
import zarr.codecs
from tests.laws.reference import pyramid

import ome_zarr

PIXELS = np.random.default_rng(0).integers(0, 60_000, (9, 70, 45)).astype("u2")
FACTORS = [{"y": 2, "x": 2}, {"z": 2, "y": 4, "x": 4}]

LAYOUTS = {
    "0.4, default codec": {"version": "0.4", "chunks": (4, 32, 32)},
    "0.4, no codec": {"version": "0.4", "chunks": (4, 32, 32), "compressors": None},
    "0.4, gzip": {"version": "0.4", "chunks": (4, 32, 32), "compressors": numcodecs.GZip(3)},
    "0.4, dots": {"version": "0.4", "chunks": 16, "storage_options": {"dimension_separator": "."}},
    "0.5, default codec": {"chunks": (4, 32, 32)},
    "0.5, no checksum": {"chunks": (4, 32, 32), "checksum": False},
    "0.5, no codec": {"chunks": (4, 32, 32), "compressors": None},
    "0.5, zstd": {"chunks": (4, 32, 32), "compressors": zarr.codecs.ZstdCodec(level=3)},
    "0.5, zstd with a checksum": {"chunks": 16, "compressors": zarr.codecs.ZstdCodec(level=1, checksum=True)},
    "0.5, shards, zstd with a checksum": {
        "chunks": 16,
        "shards": 32,
        "compressors": zarr.codecs.ZstdCodec(level=1, checksum=True),
    },
    "0.5, gzip": {"chunks": 16, "compressors": zarr.codecs.GzipCodec(level=3)},
    "0.5, blosc": {"chunks": 16, "compressors": zarr.codecs.BloscCodec(cname="lz4", shuffle="bitshuffle")},
    "0.5, big-endian": {"chunks": 16, "storage_options": {"serializer": zarr.codecs.BytesCodec(endian="big")}},
    "0.5, shards": {"chunks": 16, "shards": 32},
    "0.5, shards, no codec": {"chunks": (3, 16, 16), "shards": (9, 32, 48), "compressors": None},
    "0.5, shards larger than the image": {"chunks": 32, "shards": 128},
}
EVERY_LAYOUT = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)

DTYPES = ["?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", "c8", "c16"]


def with_zarr(folder):
    return zarr.open_array(folder, mode="r")[...]


def with_tensorstore(folder):
    driver = "zarr" if (folder / ".zarray").exists() else "zarr3"
    return tensorstore.open({"driver": driver, "kvstore": f"file://{folder}/"}).result().read().result()


def with_zarrs(folder):
    pipeline = {"codec_pipeline.path": "zarrs.ZarrsCodecPipeline"}
    with zarr.config.set(pipeline):
        return zarr.open_array(folder, mode="r")[...]


READERS = pytest.mark.parametrize("read", [with_zarr, with_tensorstore, with_zarrs])


@READERS
@EVERY_LAYOUT
def test_every_layout_is_read_back_equal(tmp_path, read, layout):
    target = tmp_path / "a.ome.zarr"
    image = ome_zarr.write(PIXELS, target, axes="zyx", scale_factors=FACTORS, method="local_mean", **layout)
    expected = pyramid(PIXELS, "zyx", "local_mean", FACTORS)
    for level, pixels in zip(image, expected, strict=True):
        np.testing.assert_array_equal(read(target / level.path), pixels)


@READERS
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", [{"version": "0.4"}, {}, {"shards": 32}], ids=str)
def test_every_dtype_is_read_back_equal(tmp_path, read, dtype, layout):
    target = tmp_path / "a.ome.zarr"
    pixels = (PIXELS[0] % 251).astype(dtype)
    image = ome_zarr.write(pixels, target, axes="yx", scale_factors=[2], method="nearest", chunks=16, **layout)
    for level, expected in zip(image, pyramid(pixels, "yx", "nearest", [{"y": 2, "x": 2}]), strict=True):
        np.testing.assert_array_equal(read(target / level.path), expected)


def test_zarrs_does_read_it(tmp_path):
    ome_zarr.write(PIXELS, tmp_path / "a.ome.zarr", axes="zyx", scale_factors=[], chunks=16, shards=32)
    with zarr.config.set({"codec_pipeline.path": "zarrs.ZarrsCodecPipeline"}):
        array = zarr.open_array(tmp_path / "a.ome.zarr" / "s0", mode="r")
        assert type(array._async_array.codec_pipeline).__module__.startswith("zarrs")


def image_with_labels(target, version, axes):
    """An image with channels, units and an own origin, and labels with colours."""
    shape = {"t": 2, "c": 3, "z": 5, "y": 40, "x": 30}
    pixels = np.ones([shape[axis] for axis in axes], "u2")
    spatial = [axis for axis in axes if axis in "zyx"]
    ome_zarr.write(
        pixels,
        target,
        axes=axes,
        version=version,
        scale_factors=[2, 4],
        scale=dict.fromkeys(spatial, 0.25),
        translation=dict.fromkeys(spatial, 10.0),
        units=dict.fromkeys(spatial, "micrometer"),
        channel_names=["a", "b", "c"][: pixels.shape[axes.index("c")] if "c" in axes else 1],
        metadata={"note": "made for the judges"},
    )
    label = {"colors": {1: "red", 2: (0, 255, 0, 128)}, "properties": {1: {"area": 10}, 2: {"area": 20}}}
    ome_zarr.write_labels(pixels.astype("u4"), target, "cells", scale_factors=[2, 4], image_label=label)


@pytest.mark.parametrize("axes", ["yx", "zyx", "cyx", "tyx", "czyx", "tczyx"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_ome_zarr_models_accepts_images_and_labels(tmp_path, version, axes):
    image_with_labels(tmp_path / "a.ome.zarr", version, axes)
    group = zarr.open_group(tmp_path / "a.ome.zarr", mode="r")
    models = {"0.4": ome_zarr_models.v04, "0.5": ome_zarr_models.v05}[version]
    image = models.Image.from_zarr(group)
    assert [dataset.path for dataset in image.ome_attributes.multiscales[0].datasets] == ["s0", "s1", "s2"]
    assert models.Labels.from_zarr(group["labels"]).ome_attributes.labels == ["cells"]
    cells = models.ImageLabel.from_zarr(group["labels/cells"])
    assert [color.label_value for color in cells.ome_attributes.image_label.colors] == [1, 2]


@pytest.mark.parametrize("axes", ["yx", "zyx", "cyx", "tyx", "czyx", "tczyx"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_yaozarrs_accepts_images_and_labels(tmp_path, version, axes):
    target = tmp_path / "a.ome.zarr"
    image_with_labels(target, version, axes)
    name, wrapped = {"0.4": (".zattrs", lambda document: document), "0.5": ("zarr.json", lambda d: d["attributes"])}[
        version
    ]
    for folder in (target, target / "labels", target / "labels" / "cells"):
        attributes = wrapped(json.loads((folder / name).read_text()))
        yaozarrs.validate_ome_object(attributes.get("ome", attributes))
    yaozarrs.validate_zarr_store(str(target))
