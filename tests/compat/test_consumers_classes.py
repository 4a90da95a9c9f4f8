"""The classes as packages use them that use ome-zarr. Each test passes with 0.21.0 too."""

from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from tests.compat.groups import document, levels, noise, scales
from zarr.codecs import Zstd

from ome_zarr import OMEZarrImage, OMEZarrMultiscale, OMEZarrScene
from ome_zarr.data import astronaut, create_zarr
from ome_zarr.format import CurrentFormat
from ome_zarr.writer import add_metadata

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")

MICROMETERS = {"z": "micrometer", "y": "micrometer", "x": "micrometer"}
CHANNELS = [{"label": "DNA", "color": "0000FF", "active": True, "window": {"min": 0, "max": 9, "start": 0, "end": 9}}]


class TestCziTools:
    """czitools: everything delayed, and channels added afterwards."""

    def test_the_classes_schedule_an_image(self, tmp_path: Path) -> None:
        image = OMEZarrImage(
            data=noise((1, 2, 4, 64, 64)),
            axes="tczyx",
            scale={"t": 1.0, "c": 1.0, "z": 2.0, "y": 0.5, "x": 0.5},
            axes_units=MICROMETERS,
            name="image.czi",
        )
        multiscale = OMEZarrMultiscale(image=image, scale_factors=[2, 4], method="nearest")
        options = {"chunks": (1, 1, 1, 32, 32), "shards": None, "compressors": Zstd()}
        delayed = multiscale.to_ome_zarr(
            str(tmp_path / "image.zarr"), storage_options=options, version="0.5", compute=False, overwrite=True
        )
        with dask.config.set(scheduler="threads", num_workers=2):
            dask.compute(*delayed)
        root = zarr.open_group(tmp_path / "image.zarr", mode="r+")
        add_metadata(root, {"omero": {"name": "image.czi", "channels": CHANNELS}}, fmt=CurrentFormat())
        assert np.array_equal(levels(root)[0], noise((1, 2, 4, 64, 64)))
        assert scales(root)[1] == [1.0, 1.0, 2.0, 1.0, 1.0]
        assert document(root)["omero"]["channels"][0]["label"] == "DNA"


class TestNapariOmeZarr:
    """napari-ome-zarr: the classes, and the transformations of a scene as transformnd has them."""

    def test_an_image_says_what_a_layer_needs(self, tmp_path: Path) -> None:
        image = OMEZarrImage(
            noise((2, 16, 16)), axes="cyx", scale={"c": 1, "y": 0.5, "x": 0.5}, axes_units={"y": "micrometer"}, name="i"
        )
        OMEZarrMultiscale(
            image, scale_factors=[2], channel_names=["a", "b"], channel_colors=["FF0000", "00FF00"]
        ).to_ome_zarr(str(tmp_path / "image.zarr"))
        read = OMEZarrMultiscale.from_ome_zarr(zarr.open_group(tmp_path / "image.zarr", mode="r"))
        level = read.images[0]
        assert isinstance(level.data, da.Array)
        assert (list(level.scale.values()), list(level.axes)) == ([1, 0.5, 0.5], ["c", "y", "x"])
        assert tuple(level.axes_types.values()) == ("channel", "space", "space")
        assert level.axes_units == {"y": "micrometer"}
        assert (read.name, read.labels) == ("i", None)
        assert read.metadata.intrinsic_coordinate_system.name == "physical"
        assert [channel["label"] for channel in read.omero.model_dump()["channels"]] == ["a", "b"]

    def test_a_scene_knows_the_way_between_its_images(self, tmp_path: Path) -> None:
        models = pytest.importorskip("ome_zarr_models.v06.coordinate_transforms")
        space = [models.Axis(name=name, type="space", unit="micrometer") for name in "yx"]
        world = models.CoordinateSystem(name="world", axes=space)
        moves = [
            models.Translation(
                translation=(0, x),
                input=models.CoordinateSystemIdentifier(name="physical", path=f"tile{x}"),
                output=models.CoordinateSystemIdentifier(name="world"),
            )
            for x in (0, 8)
        ]
        tiles = [
            OMEZarrMultiscale(OMEZarrImage(noise((8, 8)), axes="yx", name=f"tile{x}"), scale_factors=[2])
            for x in (0, 8)
        ]
        scene = OMEZarrScene(images=tiles, coordinate_systems=(world,), coordinate_transformations=moves)
        scene.to_ome_zarr(str(tmp_path / "scene.zarr"), overwrite=True)
        read = OMEZarrScene.from_ome_zarr(zarr.open_group(tmp_path / "scene.zarr", mode="r"))
        assert list(read.images) == ["tile0", "tile8"]
        assert set(read.get_coordinate_system()) == {("", "world"), ("tile0", "physical"), ("tile8", "physical")}
        way = read._graph.get_sequence(("tile8", "physical"), ("tile0", "physical"), full=True)
        assert way.simplify().to_affine().matrix.tolist() == [[1, 0, 0], [0, 1, 8], [0, 0, 1]]

    def test_the_sample_labels_are_named_after_their_image(self, tmp_path: Path) -> None:
        create_zarr(str(tmp_path / "image.zarr"), method=astronaut, label_name="astronaut")
        assert list(OMEZarrMultiscale.from_ome_zarr(str(tmp_path / "image.zarr")).labels) == ["astronaut_labels"]
