"""Images and levels of OME-Zarr are sources that say what they know."""

from pathlib import Path

import numpy as np
import pytest
import zarr

import ome_zarr
from ome_zarr.api.source import source_of
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
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
    ],
    "coordinateTransformations": [{"type": "scale", "scale": [1, 2, 2]}],
}
WINDOW = {"min": 0, "max": 255, "start": 5, "end": 90}
OMERO = {
    "channels": [
        {"label": "a", "color": "FF0000", "window": WINDOW},
        {"label": "b", "color": "00FF00", "window": WINDOW},
    ]
}
DOCUMENTS = [
    ({"ome": {"version": "0.5", "multiscales": [IMAGE], "omero": OMERO}}, 3),
    ({"multiscales": [IMAGE | {"version": "0.4"}], "omero": OMERO}, 2),
]


def write(path: Path, attributes: dict[str, object], zarr_format: int) -> Path:
    group = zarr.create_group(path, attributes=attributes, zarr_format=zarr_format)
    group.create_array("deep/0", data=np.arange(2 * 8 * 6, dtype="uint8").reshape(2, 8, 6))
    return path


@pytest.mark.parametrize("named", [str, Path, lambda path: zarr.open_group(path, mode="r"), ome_zarr.open])
@pytest.mark.parametrize(("attributes", "zarr_format"), DOCUMENTS)
def test_level_0_is_read_and_the_document_gives_hints(named, attributes, zarr_format, tmp_path):
    source = source_of(named(write(tmp_path / "image.zarr", attributes, zarr_format)))
    hints = source.spec.hints
    assert source.read(Region.whole((2, 8, 6))).sum() == sum(range(96))
    assert hints.axes == ("c", "y", "x")
    assert hints.scale == {"c": 1.0, "y": 1.0, "x": 0.5}
    assert hints.units == {"y": "micrometer"}
    assert hints.channel_names == ("a", "b")
    assert hints.channel_colors == ("FF0000", "00FF00")
    assert hints.channel_windows == ((5, 90), (5, 90))
    assert hints.name == "cells"
    assert source.spec.origins == {str(tmp_path.resolve() / "image.zarr/deep/0")}


def test_a_level_is_a_source_with_its_own_place(tmp_path):
    image = ome_zarr.open(write(tmp_path / "image.zarr", *DOCUMENTS[0]))
    hints = source_of(image[0]).spec.hints
    assert (hints.axes, hints.scale) == (("c", "y", "x"), {"c": 1, "y": 1, "x": 0.5})


@pytest.mark.parametrize("path", ["image.zarr/deep/0", "other.zarr"])
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_arrays_are_sources_by_their_path(path, zarr_format, tmp_path):
    write(tmp_path / "image.zarr", {}, zarr_format)
    zarr.create_array(tmp_path / "other.zarr", data=np.ones((2, 8, 6), "u1"), zarr_format=zarr_format)
    assert source_of(str(tmp_path / path)).spec.shape == (2, 8, 6)


@pytest.mark.parametrize("attributes", [{}, {"ome": {"version": "0.5", "multiscales": []}}])
def test_a_group_that_is_no_image_is_refused(attributes, tmp_path):
    with pytest.raises(DocumentError):
        source_of(write(tmp_path / "image.zarr", attributes, 3))


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(NotFoundError, match="no zarr array or group"):
        source_of(tmp_path / "nothing.zarr")


def test_a_group_is_no_array_where_only_arrays_will_do(tmp_path):
    with pytest.raises(RecipeError, match="is a group, not an array"):
        as_source(zarr.create_group(tmp_path / "g.zarr"))
