"""Nothing outside an image is opened because of what its metadata say, whoever reads them."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

import ome_zarr
from ome_zarr.api.download import download
from ome_zarr.cli import main
from ome_zarr.errors import OmeZarrError
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader
from ome_zarr.viewer.catalogue import find_images

PIXELS = np.zeros((16, 16), "u1")
HOSTILE = {
    "above": "../secret.zarr",
    "far above": "../../../secret.zarr",
    "down and up": "s0/../../secret.zarr",
    "absolute": "{secret}",
    "a URL": "http://127.0.0.1:9/secret.zarr",
    "a file URL": "file://{secret}",
    "backslashes": "..\\secret.zarr",
    "a drive": "C:secret.zarr",
    "encoded": "%2e%2e/secret.zarr",
    "encoded slashes": "..%2Fsecret.zarr",
    "NUL": "../secret.zarr\0",
    "empty": "",
    "itself": ".",
    "double slashes": "..//secret.zarr",
}

WATCHED: list[str] | None = None


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if WATCHED is not None and event in ("open", "os.listdir", "os.scandir", "socket.connect"):
        WATCHED.append(f"{event} {arguments}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """Everything that is opened, listed or connected to."""
    global WATCHED  # noqa: PLW0603 - audit hooks cannot be taken back
    WATCHED = seen = []
    try:
        yield seen
    finally:
        WATCHED = None


sys.addaudithook(watch)


def document(folder: Path) -> dict:
    return json.loads((folder / "zarr.json").read_text())


def store(folder: Path, attributes: Mapping[str, object]) -> None:
    """Put attributes in place of those that a group has."""
    changed = document(folder) if (folder / "zarr.json").exists() else {"zarr_format": 3, "node_type": "group"}
    folder.mkdir(exist_ok=True)
    (folder / "zarr.json").write_text(json.dumps({**changed, "attributes": attributes}))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image with labels, and others beside it and above it that nobody has asked for."""
    folder = tmp_path_factory.mktemp("hostile")
    for path in ("secret.zarr", "inside/secret.zarr", "inside/image.zarr"):
        written = ome_zarr.write(PIXELS, folder / path, axes="yx", levels=1)
        ome_zarr.write_labels(PIXELS, written, "cells")
    return folder


def a_level(folder: Path, path: str) -> None:
    attributes = document(folder)["attributes"]
    attributes["ome"]["multiscales"][0]["datasets"][0]["path"] = path
    store(folder, attributes)


def labels(folder: Path, path: str) -> None:
    store(folder / "labels", {"ome": {"version": "0.5", "labels": [path]}})


def the_image_of_labels(folder: Path, path: str) -> None:
    attributes = document(folder / "labels" / "cells")["attributes"]
    attributes["ome"]["image-label"]["source"] = {"image": path}
    store(folder / "labels" / "cells", attributes)


def a_well(folder: Path, path: str) -> None:
    names = {"rows": [{"name": "A"}], "columns": [{"name": "1"}]}
    well = {"path": path, "rowIndex": 0, "columnIndex": 0}
    store(folder, {"ome": {"version": "0.5", "plate": {**names, "wells": [well]}}})


def a_field(folder: Path, path: str) -> None:
    store(folder, {"ome": {"version": "0.5", "well": {"images": [{"path": path}]}}})


def a_series(folder: Path, path: str) -> None:
    store(folder, {"ome": {"version": "0.5", "bioformats2raw.layout": 3}})
    store(folder / "OME", {"ome": {"version": "0.5", "series": [path]}})


def an_image_of_a_scene(folder: Path, path: str) -> None:
    transform = {"type": "identity", "input": {"path": path, "name": "a"}, "output": {"name": "world"}}
    systems = [{"name": "world", "axes": [{"name": "y", "type": "space"}, {"name": "x", "type": "space"}]}]
    scene = {"coordinateSystems": systems, "coordinateTransformations": [transform]}
    store(folder, {"ome": {"version": "0.6", "scene": scene}})


def numbers_of_a_transformation(folder: Path, path: str) -> None:
    attributes = document(folder)["attributes"]
    multiscale = attributes["ome"]["multiscales"][0]
    multiscale["coordinateTransformations"] = [{"type": "affine", "path": path}]
    store(folder, attributes)


PLACES: dict[str, Callable[[Path, str], None]] = {
    "a level": a_level,
    "labels": labels,
    "the image of labels": the_image_of_labels,
    "a well": a_well,
    "a field": a_field,
    "a series": a_series,
    "an image of a scene": an_image_of_a_scene,
    "numbers of a transformation": numbers_of_a_transformation,
}


def by_open(folder: Path) -> None:
    found = ome_zarr.open(folder)
    repr(found)
    for inner in ("levels", "labels", "images", "wells"):
        below = getattr(found, inner, ())
        for one in below.values() if isinstance(below, Mapping) else below:
            repr(one)


def by_reader(folder: Path) -> None:
    location = parse_url(str(folder))
    assert location is not None
    for node in Reader(location)():
        repr(node.data)


def by_reader_of_labels(folder: Path) -> None:
    by_reader(folder / "labels" / "cells" if (folder / "labels" / "cells").exists() else folder)


def by_download(folder: Path) -> None:
    download(folder, folder.parent / "copies")


def by_info(folder: Path) -> None:
    main(["info", str(folder), "--stats"])


def by_finder(folder: Path) -> None:
    assert all(found.path.resolve().is_relative_to(folder.resolve()) for found in find_images(folder))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("read", [by_open, by_reader, by_reader_of_labels, by_download, by_info, by_finder])
def test_no_path_in_metadata_leads_out_of_the_image(read, place, hostile, template, tmp_path):
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / "inside" / "image.zarr"
    PLACES[place](folder, HOSTILE[hostile].format(secret=tmp_path / "secret.zarr"))
    with watched() as seen, suppress(OmeZarrError, SystemExit):
        read(folder)
    assert not [what for what in seen if "secret.zarr" in what or what.startswith("socket.connect")]
    assert [what for what in seen if "image.zarr" in what]
