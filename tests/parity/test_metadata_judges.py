"""What is written is accepted by other implementations of the specification: ome-zarr-models and yaozarrs."""

import json

import numpy as np
import ome_zarr_models.v04
import ome_zarr_models.v05
import ome_zarr_models.v06
import pytest
import yaozarrs
import zarr

from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.labels import ImageLabel, parse_image_label
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.omero import channels_for, parse_omero
from ome_zarr.metadata.transforms import Scale, Translation
from ome_zarr.metadata.versions import WRITABLE_VERSIONS

MODELS = {"0.4": ome_zarr_models.v04, "0.5": ome_zarr_models.v05, "0.6": ome_zarr_models.v06}
YAO = {"0.4": yaozarrs.v04, "0.5": yaozarrs.v05}

EVERY_VERSION = pytest.mark.parametrize("version", WRITABLE_VERSIONS.values(), ids=WRITABLE_VERSIONS)
# yaozarrs knows no 0.6 yet.
CLASSIC = pytest.mark.parametrize("version", [WRITABLE_VERSIONS[name] for name in YAO], ids=YAO)
EVERY_AXES = pytest.mark.parametrize("axes", ["yx", "zyx", "cyx", "tyx", "czyx", "tczyx"])

SHAPES = {"t": 2, "c": 3, "z": 4, "y": 8, "x": 8}
LABEL = parse_image_label(
    {"colors": {1: "red", 2: (1, 2, 3, 4)}, "properties": {1: {"area": 10}, 2: {"class": "nucleus"}}}
)


def pyramid(axes, **members):
    """A pyramid of two levels, the second half as large along y and x."""
    scale = [0.5] * len(axes)
    coarse = [1.0 if name in "yx" else 0.5 for name in axes]
    shift = [(b - a) / 2 for a, b in zip(scale, coarse, strict=True)]
    return Multiscale(
        Axes.parse(axes, len(axes), dict.fromkeys(set(axes) & set("zyx"), "um")),
        (Dataset("s0", scale, [0] * len(axes)), Dataset("s1", coarse, shift)),
        "cells",
        "local_mean",
        {"version": "1.0.0"},
        **members,
    )


def put(group, path, attributes, multiscale):
    """Store an image of zeros with these attributes."""
    image = group if path is None else group.create_group(path)
    image.attrs.update(attributes)
    names = multiscale.axes.names
    of_format = {2: {"chunk_key_encoding": {"name": "v2", "separator": "/"}}, 3: {"dimension_names": names}}
    for k, dataset in enumerate(multiscale.datasets):
        shape = tuple(SHAPES[name] >> (k if name in "yx" else 0) for name in names)
        image.create_array(dataset.path, shape=shape, dtype=np.uint16, **of_format[group.metadata.zarr_format])
    return image


def image_with_labels(store, version, axes):
    """Store an image with channels and one labels image, all with attributes of this version."""
    multiscale = pyramid(axes)
    omero = channels_for(count=SHAPES["c"] if "c" in axes else 1, dtype="uint16")
    group = zarr.create_group(store, zarr_format=version.zarr_format)
    put(group, None, version.image_attributes(multiscale, omero), multiscale)
    labels = group.create_group("labels")
    labels.attrs.update(version.labels_group_attributes(["nuclei"]))
    put(labels, "nuclei", version.image_label_attributes(multiscale, LABEL), multiscale)
    return group


@EVERY_AXES
@EVERY_VERSION
def test_ome_zarr_models_accepts_images_and_their_labels(version, axes):
    group = image_with_labels(zarr.storage.MemoryStore(), version, axes)
    models = MODELS[version.name]
    image = models.Image.from_zarr(group)
    assert image.labels is not None
    assert models.Labels.from_zarr(group["labels"]) is not None
    label = models.ImageLabel.from_zarr(group["labels/nuclei"])
    assert [color.label_value for color in label.ome_attributes.image_label.colors] == [1, 2]
    assert image.ome_attributes.multiscales[0].datasets[1].path == "s1"


@EVERY_AXES
@CLASSIC
def test_yaozarrs_accepts_images_and_their_labels(version, axes, tmp_path):
    image_with_labels(tmp_path / "image.zarr", version, axes)
    yaozarrs.validate_zarr_store(str(tmp_path / "image.zarr"))


@CLASSIC
def test_yaozarrs_reads_the_documents_as_what_they_are(version):
    multiscale = pyramid("cyx")
    yao = YAO[version.name]

    def read(attributes, kind):
        return yaozarrs.validate_ome_object(attributes.get("ome", attributes), kind)

    image = read(version.image_attributes(multiscale, channels_for(count=3, dtype="uint8")), yao.Image)
    assert [channel.window.max for channel in image.omero.channels] == [255, 255, 255]
    label = read(version.image_label_attributes(multiscale, LABEL), yao.LabelImage)
    assert label.image_label.source.image == "../../"
    assert read(version.labels_group_attributes(["nuclei"]), yao.LabelsGroup).labels == ["nuclei"]


@CLASSIC
def test_an_image_of_the_least_is_accepted(version):
    multiscale = Multiscale(Axes.parse("yx", 2), (Dataset("0", (1, 1)),))
    for attributes, kind in (
        (version.image_attributes(multiscale), "Image"),
        (version.image_label_attributes(multiscale, ImageLabel()), "LabelImage"),
    ):
        yaozarrs.validate_ome_object(attributes.get("ome", attributes), getattr(YAO[version.name], kind))


@CLASSIC
def test_transformations_of_the_whole_image_are_accepted(version):
    multiscale = pyramid("zyx", coordinate_transformations=(Scale((1, 2, 2)), Translation((0, 1, 1))))
    group = zarr.create_group(zarr.storage.MemoryStore(), zarr_format=version.zarr_format)
    put(group, None, version.image_attributes(multiscale), multiscale)
    image = MODELS[version.name].Image.from_zarr(group)
    assert len(image.ome_attributes.multiscales[0].coordinateTransformations) == 2


@EVERY_VERSION
def test_documents_of_ome_zarr_models_are_read(version):
    attributes = version.image_attributes(pyramid("zyx"), channels_for(count=1, dtype="uint8"))
    document = attributes.get("ome", attributes)
    kind = MODELS[version.name].image.ImageAttrs
    dumped = json.loads(kind.model_validate(document).model_dump_json())
    assert version.parse_image({"ome": dumped, **dumped}) == version.parse_image(attributes)


def test_models_of_ome_zarr_models_are_accepted_as_wishes():
    omero = channels_for(["a"], ["red"], [(1, 2)], count=1, dtype="uint8")
    model = ome_zarr_models.v04.image.Omero.model_validate(omero.to_json())
    assert parse_omero(model, count=1) == omero
    label = ome_zarr_models.v05.image_label_types.Label.model_validate(LABEL.to_json())
    assert parse_image_label(label) == LABEL
    axes = [ome_zarr_models.v04.axes.Axis(name="y", type="space", unit="micrometer"), "x"]
    assert Axes.parse(axes, 2) == Axes.parse("yx", 2, {"y": "um"})
