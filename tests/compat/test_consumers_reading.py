"""Reading as packages do it that use ome-zarr: what they look at, name by name. Each test passes with 0.21.0 too."""

import shutil
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import zarr
from tests.compat.groups import noise
from zarr.errors import ArrayNotFoundError

from ome_zarr.format import FormatV04, FormatV05
from ome_zarr.io import ZarrLocation, parse_url
from ome_zarr.reader import OMERO, Multiscales, Reader
from ome_zarr.writer import (
    write_image,
    write_labels,
    write_multiscale,
    write_plate_metadata,
    write_well_metadata,
)

AXES = (
    {"name": "c", "type": "channel"},
    {"name": "y", "type": "space", "unit": "micrometer"},
    {"name": "x", "type": "space", "unit": "micrometer"},
)
RGB = [
    {"label": label, "color": color, "active": True, "window": {"min": 0, "max": 255, "start": 0, "end": 255}}
    for label, color in (("Red", "FF0000"), ("Green", "00FF00"), ("Blue", "0000FF"))
]
SCALES = [[{"type": "scale", "scale": [1.0, step, step]}] for step in (0.5, 1.0)]

FORMATS = pytest.mark.parametrize("fmt", [FormatV04(), FormatV05()], ids=["0.4", "0.5"])


@pytest.fixture
def path(fmt: FormatV04, tmp_path: Path) -> Path:
    """An image of three channels with labels and two levels."""
    path = tmp_path / "image.zarr"
    root = zarr.open_group(path, mode="w", zarr_format=fmt.zarr_format)
    base = noise((3, 32, 32), "uint8")
    with pytest.warns(DeprecationWarning, match="coordinate_transformations"):
        write_multiscale(
            [base, base[:, ::2, ::2]],
            root,
            axes=list(AXES),
            axes_units={"y": "micrometer", "x": "micrometer"},
            coordinate_transformations=SCALES,
            name="mine",
            metadata={"omero": {"channels": RGB}},
        )
    write_labels(noise((3, 32, 32), "int32"), root, "cells", axes="cyx", scale_factors=[2])
    return path


@FORMATS
class TestTrackastra:
    """trackastra-galaxy, and scripts like it: the first node is the image."""

    def test_nodes_are_the_image_then_its_labels(self, path: Path) -> None:
        image, *others = list(Reader(parse_url(str(path)))())
        assert [level.shape for level in image.data] == [(3, 32, 32), (3, 16, 16)]
        assert np.array_equal(image.data[0].compute(), noise((3, 32, 32), "uint8"))
        assert [axis["name"] for axis in image.metadata["axes"]] == ["c", "y", "x"]
        assert [node.zarr.basename() for node in others] == ["labels", "cells"]

    def test_nothing_at_a_path_is_none(self, path: Path) -> None:
        assert parse_url(str(path.with_name("missing.zarr"))) is None


@FORMATS
class TestBiomero:
    """biomero-converter: metadata of a node, attributes of its group."""

    def test_a_node_has_scales_units_channels_and_a_name(self, path: Path) -> None:
        reader = Reader(parse_url(str(path)))
        image, *_ = list(reader())
        metadata = image.metadata
        assert "bioformats2raw.layout" not in reader.zarr.root_attrs
        assert {axis["name"]: axis["unit"] for axis in metadata["axes"] if "unit" in axis} == dict.fromkeys(
            "yx", "micrometer"
        )
        transforms = [transform for level in metadata["coordinateTransformations"] for transform in level]
        assert [transform["scale"] for transform in transforms] == [[1.0, 0.5, 0.5], [1.0, 1.0, 1.0]]
        assert (metadata["name"], metadata["channel_names"]) == ("mine", ["Red", "Green", "Blue"])
        assert [colors[-1] for colors in metadata["colormap"]] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        assert image.zarr.root_attrs["multiscales"][0]["name"] == "mine"
        assert Path(image.zarr.subpath("OME/METADATA.ome.xml")) == path / "OME" / "METADATA.ome.xml"

    def test_a_plate_is_one_mosaic_and_keeps_its_metadata(self, fmt: FormatV04, tmp_path: Path) -> None:
        root = zarr.open_group(tmp_path / "plate.zarr", mode="w", zarr_format=fmt.zarr_format)
        write_plate_metadata(root, ["A", "B"], ["1", "2"], ["A/1", "B/2"], name="mine", field_count=1)
        for value, name in enumerate(("A/1", "B/2"), start=1):
            well = root.require_group(name)
            write_well_metadata(well, ["0"])
            pixels = np.full((1, 8, 8), value, "uint8")
            write_image(pixels, well.require_group("0"), axes=list(AXES), scale_factors=[2])
        (plate, *_) = list(Reader(parse_url(str(tmp_path / "plate.zarr")))())
        assert [level.shape for level in plate.data] == [(1, 16, 16), (1, 8, 8)]
        mosaic = plate.data[0].compute()[0]
        assert [mosaic[y, x] for y in (0, 8) for x in (0, 8)] == [1, 0, 0, 2]
        said = plate.metadata["metadata"]["plate"]
        assert (said["name"], [well["path"] for well in said["wells"]]) == ("mine", ["A/1", "B/2"])
        assert [axis["name"] for axis in plate.metadata["axes"]] == ["c", "y", "x"]


@FORMATS
class TestTileDbBioImg:
    """tiledb-bioimg: the specifications of the first node."""

    def test_specifications_are_loaded_by_their_class(self, path: Path) -> None:
        root = next(iter(Reader(ZarrLocation(parse_url(str(path)).store))()))
        multiscales, omero = root.load(Multiscales), root.load(OMERO)
        assert [axis["name"].upper() for axis in multiscales.node.metadata["axes"]] == ["C", "Y", "X"]
        assert multiscales.datasets == ["s0", "s1"]
        assert [level.dtype for level in multiscales.node.data] == [np.dtype("uint8")] * 2
        assert tuple(omero.node.metadata.get("channel_names", ())) == ("Red", "Green", "Blue")
        assert tuple(channel["color"] for channel in omero.image_data["channels"]) == ("FF0000", "00FF00", "0000FF")
        assert multiscales.lookup("multiscales", [])[0]["datasets"][1]["coordinateTransformations"] == SCALES[1]
        assert multiscales.lookup("omero", {})["channels"] == omero.image_data["channels"]
        assert set(root.root.zarr.root_attrs) >= {"multiscales", "omero"}
        assert multiscales.zarr.subpath("s0").endswith("s0")


@FORMATS
class TestSpatialData:
    """spatialdata: one node of several levels, by its location."""

    def test_the_one_image_is_found_among_the_nodes(self, path: Path, fmt: FormatV04) -> None:
        location = ZarrLocation(zarr.open_group(path, mode="r").store, fmt=fmt)
        nodes = list(Reader(location)())
        images = [
            node
            for node in nodes
            if node.specs and any(isinstance(spec, Multiscales) for spec in node.specs) and "labels" not in str(node)
        ]
        (image,) = images
        (multiscales,) = [spec for spec in image.specs if isinstance(spec, Multiscales)]
        stored = image.load(Multiscales).array(resolution=multiscales.datasets[1])
        assert isinstance(stored, da.Array)
        assert stored.shape == (3, 16, 16)
        assert image.zarr.root_attrs["multiscales"][0]["datasets"][0]["path"] == "s0"

    def test_a_level_that_is_missing_is_an_error_of_zarr_by_its_name(self, path: Path, fmt: FormatV04) -> None:
        shutil.rmtree(path / "s1")
        with pytest.raises(ArrayNotFoundError) as caught:
            list(Reader(ZarrLocation(path, fmt=fmt))())
        assert caught.type.__name__ == "ArrayNotFoundError"


@FORMATS
class TestNavigator:
    """napari-ome-zarr-navigator, brainglobe and others: places, and arrays in them."""

    def test_a_location_loads_its_arrays(self, path: Path) -> None:
        location = parse_url(path)
        assert location.exists()
        assert location.basename() == "image.zarr"
        assert np.array_equal(location.load("s0").compute(), noise((3, 32, 32), "uint8"))
        assert location.root_attrs["omero"]["channels"] == RGB
        assert zarr.open_group(location.store, mode="r")["s1"].shape == (3, 16, 16)
