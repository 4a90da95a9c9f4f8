"""A plugin of pytest: stand-ins for what the suites take from the network, or need a screen for.

What they say of a package stays the same. Samples that scikit-image would fetch are drawn here, in their shape
and dtype; a collection of images is written instead of one on a server; and napari's viewer has its model, which
reads files and holds layers, and no window.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

_COLLECTION = """<?xml version="1.0" encoding="UTF-8"?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"/><Image ID="Image:1"/></OME>
"""


def pytest_configure() -> None:
    """Put the drawn samples into the place of those that are fetched."""
    import skimage.data

    skimage.data.cells3d = lambda: _waves((60, 2, 256, 256), np.uint16)
    skimage.data.human_mitosis = lambda: _waves((512, 512), np.uint8)


@pytest.fixture
def make_napari_viewer() -> Callable[[], object]:
    """What makes a viewer that finds the plugins that are installed."""
    from napari.components import ViewerModel
    from npe2 import PluginManager

    PluginManager.instance().discover()
    return ViewerModel


@pytest.fixture(autouse=True)
def _collection_at_hand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A function that names the address of a collection names a path."""
    if hasattr(request.module, "bioformats2raw"):
        monkeypatch.setattr(request.module, "bioformats2raw", lambda: _collection(tmp_path / "collection.zarr"))


def _waves(shape: tuple[int, ...], dtype: type[np.integer]) -> np.ndarray:
    """Round spots in a row, brighter towards the end, in the whole range of the dtype."""
    places = np.meshgrid(*(np.linspace(0, 6 * np.pi, extent) for extent in shape), indexing="ij", sparse=True)
    spots = np.sin(places[-2]) ** 2 * np.sin(places[-1]) ** 2
    ramp = sum(place / place.max() for place in places) / len(places)
    return (spots * ramp * np.iinfo(dtype).max).astype(dtype)


def _collection(path: Path) -> Path:
    """Two images in the layout of bioformats2raw."""
    import zarr

    from ome_zarr.format import FormatV04
    from ome_zarr.writer import write_image

    root = zarr.open_group(path, mode="w", zarr_format=2)
    root.attrs["bioformats2raw.layout"] = 3
    for name in ("0", "1"):
        image = _waves((2, 64, 64), np.uint16)
        write_image(image, root.create_group(name), axes="cyx", scale_factors=[2], fmt=FormatV04())
    described = path / "OME" / "METADATA.ome.xml"
    described.parent.mkdir()
    described.write_text(_COLLECTION, "utf-8")
    return path
