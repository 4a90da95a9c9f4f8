"""OME-Zarr images as sources."""

from pathlib import Path

import numpy as np
import pytest
import zarr

from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region
from ome_zarr.sources import as_source

IMAGE = {
    "name": "cells",
    "axes": [
        {"name": "c", "type": "channel"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space"},
    ],
    "datasets": [
        {"path": "deep/0", "coordinateTransformations": [{"type": "scale", "scale": [1, 0.5, 0.25]}]},
        {"path": "1", "coordinateTransformations": [{"type": "scale", "scale": [1, 1, 0.5]}]},
    ],
    "coordinateTransformations": [{"type": "scale", "scale": [1, 2, 2]}],
}
OMERO = {"channels": [{"label": "a", "color": "FF0000"}, {"label": "b", "color": "00FF00"}]}


def write(path: Path, attributes: dict[str, object], zarr_format: int) -> None:
    group = zarr.create_group(path, attributes=attributes, zarr_format=zarr_format)
    group.create_array("deep/0", data=np.arange(2 * 8 * 6, dtype="uint8").reshape(2, 8, 6))


@pytest.mark.parametrize(
    ("attributes", "zarr_format"),
    [
        ({"ome": {"version": "0.5", "multiscales": [IMAGE], "omero": OMERO}}, 3),
        ({"multiscales": [IMAGE | {"version": "0.4"}], "omero": OMERO}, 2),
    ],
)
def test_level_0_is_read_with_its_metadata_as_hints(
    attributes: dict[str, object], zarr_format: int, tmp_path: Path
) -> None:
    write(tmp_path / "image.zarr", attributes, zarr_format)
    source = as_source(tmp_path / "image.zarr")
    hints = source.spec.hints
    assert source.read(Region.whole((2, 8, 6))).sum() == sum(range(96))
    assert hints.axes == ("c", "y", "x")
    assert hints.scale == {"c": 1.0, "y": 1.0, "x": 0.5}
    assert hints.units == {"y": "micrometer"}
    assert hints.channel_names == ("a", "b")
    assert hints.channel_colors == ("FF0000", "00FF00")
    assert hints.name == "cells"
    assert source.spec.origins == {str(tmp_path.resolve() / "image.zarr/deep/0")}


@pytest.mark.parametrize(
    "image",
    [{"axes": "no list"}, {"axes": [1, 2, 3]}, {"axes": [{"name": "y"}]}, {"name": 7, "axes": None}],
)
def test_metadata_that_make_no_sense_are_left_out(image: dict[str, object], tmp_path: Path) -> None:
    write(tmp_path / "image.zarr", {"ome": {"multiscales": [IMAGE | image]}}, 3)
    assert as_source(tmp_path / "image.zarr").spec.hints.axes is None


def test_axes_of_version_0_3_are_names_alone(tmp_path: Path) -> None:
    write(tmp_path / "image.zarr", {"multiscales": [IMAGE | {"axes": ["c", "y", "x"]}]}, 2)
    assert as_source(tmp_path / "image.zarr").spec.hints.axes == ("c", "y", "x")


@pytest.mark.parametrize(
    "attributes",
    [{}, {"ome": {"multiscales": []}}, {"ome": {"multiscales": [IMAGE | {"datasets": [{"path": "none"}]}]}}],
)
def test_group_that_is_no_image_is_refused(attributes: dict[str, object], tmp_path: Path) -> None:
    write(tmp_path / "image.zarr", attributes, 3)
    with pytest.raises(DocumentError, match="no OME-Zarr image with a level 0"):
        as_source(tmp_path / "image.zarr")
