"""Metadata that ome-zarr-py 0.21.0 gets wrong. Every test here fails with that release."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
import zarr
from ome_zarr_models.v06.coordinate_transforms import CoordinateSystemIdentifier
from tests.compat.groups import document, noise

from ome_zarr import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader
from ome_zarr.writer import write_image, write_multiscale, write_plate_metadata, write_well_metadata

pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")


def labels(count: int) -> OMEZarrLabels:
    """Labels with that many values, the background included."""
    pixels = np.arange(count).reshape(10, -1)
    return OMEZarrLabels(OMEZarrImage(pixels, axes="yx", name="cells"), scale_factors=[2])


@pytest.mark.parametrize(("dtype", "lowest", "highest"), [("uint16", 0, 65535), ("float32", 0, 1)])
def test_a_channel_has_the_range_of_its_dtype(dtype: str, lowest: int, highest: int) -> None:
    multiscale = OMEZarrMultiscale(OMEZarrImage(noise((64, 64), dtype), axes="yx"), scale_factors=[2])
    window = multiscale.omero.channels[0].window
    assert (window.min, window.max) == (lowest, highest)


def test_labels_find_their_coordinate_system() -> None:
    cells = labels(100)
    system = cells._get_descendant_coordinate_system(CoordinateSystemIdentifier(name="physical", path=None))
    assert system == cells.get_local_coordinate_system("physical")


def test_labels_have_the_same_colors_every_time() -> None:
    assert labels(100).image_label.colors == labels(100).image_label.colors


def test_many_labels_do_not_swell_the_document(tmp_path: Path) -> None:
    labels(5000).to_ome_zarr(str(tmp_path / "labels.zarr"), version="0.5")
    assert (tmp_path / "labels.zarr" / "zarr.json").stat().st_size < 300_000


def test_the_reader_knows_the_axes_and_the_places_of_0_6(tmp_path: Path) -> None:
    image = OMEZarrImage(noise((4, 16, 16)), axes="zyx", scale={"z": 2.0, "y": 0.5, "x": 0.5}, name="image")
    OMEZarrMultiscale(image, scale_factors=[2]).to_ome_zarr(str(tmp_path / "image.zarr"), version="0.6")
    node = next(iter(Reader(parse_url(tmp_path / "image.zarr"))()))
    assert [axis["name"] for axis in node.metadata["axes"]] == ["z", "y", "x"]
    scales = [level[0]["scale"] for level in node.metadata["coordinateTransformations"]]
    assert scales == [[2.0, 0.5, 0.5], [2.0, 1.0, 1.0]]


def test_a_plate_and_a_well_keep_what_their_groups_say_besides(tmp_path: Path) -> None:
    group = zarr.create_group(tmp_path / "plate.zarr", zarr_format=3)
    well = group.create_group("A/1")
    for node in (group, well):
        node.attrs["ome"] = {"version": "0.5", "mine": 1}
    write_plate_metadata(group, ["A"], ["1"], ["A/1"])
    write_well_metadata(well, ["0"])
    assert (document(group)["mine"], document(well)["mine"]) == (1, 1)


def test_axes_of_ready_levels_keep_their_units_and_types(tmp_path: Path) -> None:
    group = zarr.create_group(tmp_path / "image.zarr", zarr_format=3)
    axes = [
        {"name": "w", "type": "wavelength"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ]
    write_multiscale([noise((2, 8, 8))], group, axes=axes, scale={"w": 1.0, "y": 0.5, "x": 0.5})
    assert document(group)["multiscales"][0]["axes"] == axes


def test_a_wrong_omero_leaves_nothing_behind(tmp_path: Path) -> None:
    with contextlib.suppress(ValueError, TypeError):
        write_image(noise((8, 8)), str(tmp_path / "image.zarr"), axes="yx", scale_factors=[], omero={"channels": "red"})
    assert list(tmp_path.iterdir()) == []
