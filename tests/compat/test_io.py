"""`ome_zarr.io`: places by any name, and what is said there."""

import logging
import shutil
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import fsspec
import numpy as np
import pytest
import zarr
from tests.compat.collect_reading import AXES, make_image, make_labels
from zarr.storage import FsspecStore, LocalStore, MemoryStore, StorePath, ZipStore

import ome_zarr.format
from ome_zarr.errors import DocumentError, ExistsError, MissingChunkError, NotFoundError, RecipeError, UnreachableError
from ome_zarr.format import FormatV04, FormatV05, FormatV06
from ome_zarr.io import ZarrLocation, parse_url
from ome_zarr.reader import Reader


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An image with labels."""
    group = zarr.create_group(tmp_path / "image.zarr", zarr_format=3)
    make_image(group, "0.5", (2, 16, 12), axes=AXES)
    make_labels(group, "0.5")
    return tmp_path / "image.zarr"


def in_memory(path: Path) -> MemoryStore:
    """The same in another store, below ``a/b``."""
    files = [file for file in path.rglob("*") if file.is_file()]
    buffers = {f"a/b/{file.relative_to(path).as_posix()}": file.read_bytes() for file in files}
    prototype = zarr.core.buffer.default_buffer_prototype()
    return MemoryStore({key: prototype.buffer.from_bytes(data) for key, data in buffers.items()})


def zipped(path: Path) -> Path:
    return Path(shutil.make_archive(str(path.with_name("packed")), "zip", path))


@pytest.fixture
def url(path: Path) -> Iterator[str]:
    """The same on a web server."""

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(path.parent))

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{path.name}"
        server.shutdown()
        thread.join()


NAMES = {
    "path": lambda path: path,
    "text": str,
    "file url": lambda path: f"file://{path}",
    "text with a slash": lambda path: f"{path}/",
    "store": LocalStore,
    "store path": lambda path: StorePath(LocalStore(path.parent), path.name),
    "group": lambda path: zarr.open_group(path, mode="r"),
    "zip file": zipped,
    "zip store": lambda path: ZipStore(zipped(path), mode="r"),
    "memory": lambda path: StorePath(in_memory(path), "a/b"),
    "group in memory": lambda path: zarr.open_group(in_memory(path), path="a/b", mode="r"),
    "file system": lambda path: FsspecStore.from_url(f"file://{path}"),
}


@pytest.mark.parametrize("name", NAMES)
def test_an_image_is_found_by_any_name(name: str, path: Path) -> None:
    location = parse_url(NAMES[name](path))
    assert location is not None
    assert location.exists()
    assert (location.fmt, location.version, location.mode) == (FormatV05(), "0.5", "r")
    assert location.root_attrs["multiscales"][0]["axes"] == AXES
    assert np.array_equal(location.load("1").compute(), zarr.open_array(path / "1")[...])
    child = location.create("labels/cells")
    assert (child.exists(), child.basename()) == (True, "cells")
    assert child.load("0").shape == (16, 12)
    assert child.create("../../") == location
    assert [node.zarr.basename() for node in Reader(location)()][1:] == ["labels", "cells", "spots"]


def test_an_image_is_found_on_the_web(url: str) -> None:
    location = parse_url(url)
    assert location is not None
    child = location.create("labels/cells")
    assert child.path == f"{url}/labels/cells"
    assert child.create("../../").root_attrs == location.root_attrs
    assert len(list(Reader(location)())) == 4
    assert location.parts()[-1] == location.basename() == "image.zarr"
    assert parse_url(f"{url}/missing") is None


def test_a_server_that_is_not_there_is_told_from_an_image_that_is_not_there() -> None:
    with pytest.raises(UnreachableError):
        parse_url("http://127.0.0.1:9/image.zarr")


def test_a_home_directory_may_be_abbreviated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(path.parent))
    location = ZarrLocation("~/image.zarr")
    assert location.exists()
    assert location.path == str(path)


@pytest.mark.parametrize("mode", ["r", "r+"])
def test_what_is_to_be_read_must_be_there(mode: str, tmp_path: Path) -> None:
    assert parse_url(tmp_path / "missing.zarr", mode) is None
    assert not ZarrLocation(tmp_path / "missing.zarr", mode).exists()
    assert not (tmp_path / "missing.zarr").exists()
    with pytest.raises(NotFoundError):
        _ = ZarrLocation(tmp_path / "missing.zarr", mode).document


def test_an_array_is_no_group(path: Path) -> None:
    assert parse_url(path / "0") is None


def test_damaged_metadata_are_no_group_and_are_logged(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (path / "zarr.json").write_text('{"zarr_format": 3')
    assert parse_url(path) is None
    assert "zarr.json" in caplog.text


@pytest.mark.parametrize("fmt", [FormatV04(), FormatV05(), FormatV06()])
def test_writing_makes_a_group(fmt: FormatV04, tmp_path: Path) -> None:
    location = parse_url(tmp_path / "new.zarr", "w", fmt)
    assert location is not None
    assert location.exists()
    assert zarr.open_group(location.store).metadata.zarr_format == fmt.zarr_format
    assert zarr.group(store=location.store).attrs.asdict() == location.zgroup == {}


def test_writing_makes_a_group_within_a_store() -> None:
    store = MemoryStore()
    ZarrLocation(StorePath(store, "a"), "w").create("b")
    assert sorted(store._store_dict) == ["a/b/zarr.json", "a/zarr.json", "zarr.json"]


def test_writing_leaves_what_is_there(path: Path) -> None:
    (path.parent / "folder").mkdir()
    (path.parent / "folder" / "file").touch()
    assert ZarrLocation(path, "w").root_attrs["multiscales"]
    assert ZarrLocation(path.parent / "folder", "w").exists()
    assert (path.parent / "folder" / "file").exists()


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_a_group_is_not_made_over_an_array(zarr_format: int, tmp_path: Path) -> None:
    zarr.create_array(tmp_path / "array.zarr", shape=(2, 2), dtype="uint8", zarr_format=zarr_format)
    with pytest.raises(ExistsError, match="something else than a group"):
        ZarrLocation(tmp_path / "array.zarr", "w")
    assert zarr.open_array(tmp_path / "array.zarr").shape == (2, 2)


def test_a_group_is_not_made_over_damaged_metadata(path: Path) -> None:
    (path / "zarr.json").write_text('{"zarr_format": 3')
    with pytest.raises(ExistsError, match="something else than a group"):
        ZarrLocation(path, "w")
    assert (path / "0" / "zarr.json").exists()


def test_appending_makes_nothing(tmp_path: Path) -> None:
    location = parse_url(tmp_path / "new.zarr", "a")
    assert location is not None
    assert not location.exists()
    assert not (tmp_path / "new.zarr").exists()
    assert zarr.group(store=location.store).attrs.asdict() == {}


def test_the_version_that_is_there_counts(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    location = ZarrLocation(path, fmt=FormatV04())
    assert location.fmt == FormatV05()
    assert "which was asked for" in caplog.text


def test_a_version_that_other_packages_name_is_found(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Draft(FormatV05):
        @property
        def version(self) -> str:
            return "0.5-dev-mine"

    monkeypatch.setattr(ome_zarr.format, "format_implementations", lambda: iter([Draft(), FormatV05()]))
    group = zarr.open_group(path)
    group.attrs["ome"] = {**group.attrs["ome"], "version": "0.5-dev-mine"}
    location = ZarrLocation(path, fmt=Draft())
    assert location.fmt == Draft() == location.create("labels/spots/0").fmt
    node, *_ = Reader(location)()
    assert node.metadata["axes"] == AXES


def test_metadata_are_given_as_a_copy(path: Path) -> None:
    location = ZarrLocation(path)
    location.root_attrs.clear()
    assert location.root_attrs == location.zgroup
    assert location.zarray == {}


def test_places_are_equal_where_they_are_the_same(path: Path) -> None:
    store = in_memory(path)
    here, there = ZarrLocation(StorePath(store, "a/b")), ZarrLocation(StorePath(store, "a/b/labels"))
    assert ZarrLocation(path) == ZarrLocation(f"{path}/") != ZarrLocation(path / "labels")
    assert here == there.create("..") != there
    assert here != ZarrLocation(StorePath(in_memory(path), "a/b"))
    assert here != str(path)
    assert len({ZarrLocation(path), ZarrLocation(f"{path}/")}) == 1


def test_no_place_is_outside_a_store(path: Path) -> None:
    with pytest.raises(RecipeError, match="out of the store"):
        ZarrLocation(in_memory(path)).create("..")


@pytest.mark.parametrize("error", [ValueError, TypeError])
@pytest.mark.parametrize("place", [7, None, b"image.zarr", ["image.zarr"]])
def test_what_is_no_name_is_refused(place: object, error: type) -> None:
    with pytest.raises(error, match="give a path, a URL"):
        parse_url(place)


@pytest.mark.parametrize("place", ["", "nowhere://image.zarr", "a\0b"])
def test_what_leads_nowhere_is_refused(place: str) -> None:
    with pytest.raises(RecipeError, match="give"):
        parse_url(place)


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_an_array_by_itself_is_loaded(zarr_format: int, tmp_path: Path) -> None:
    array = zarr.create_array(tmp_path / "a.zarr", shape=(3, 4), chunks=(2, 2), dtype=">u2", zarr_format=zarr_format)
    array[...] = np.arange(12).reshape(3, 4)
    loaded = ZarrLocation(tmp_path / "a.zarr").load()
    assert loaded.chunks == ((2, 1), (2, 2))
    assert np.array_equal(loaded.compute(), np.arange(12).reshape(3, 4))


def test_an_array_that_zarr_cannot_read_is_told(path: Path) -> None:
    document = path / "0" / "zarr.json"
    document.write_text(document.read_text().replace('"bytes"', '"unheard-of"'))
    with pytest.raises(DocumentError, match="unheard-of"):
        ZarrLocation(path).load("0")


def test_a_missing_array_is_told(path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"image\.zarr/9"):
        ZarrLocation(path).load("9")


@pytest.mark.parametrize(
    ("place", "subpath", "expected"),
    [
        ("s3://bucket/image.zarr", "labels/cells", "s3://bucket/image.zarr/labels/cells"),
        ("s3://bucket/image.zarr/labels/cells", "../../", "s3://bucket/image.zarr"),
        ("https://host/image.zarr", "labels", "https://host/image.zarr/labels"),
        ("https://host/image.zarr/labels/cells", "../../", "https://host/image.zarr/"),
    ],
)
def test_paths_below_are_spelt_as_the_store_has_them(place: str, subpath: str, expected: str) -> None:
    store = FsspecStore(fsspec.filesystem(place.partition(":")[0], asynchronous=True), path=place)
    assert ome_zarr._doors.stores.below(place, subpath, store) == expected


def test_the_logger_is_that_of_the_module(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ZarrLocation(path, fmt=FormatV04())
    assert {record.name for record in caplog.records if record.name.startswith("ome_zarr")} == {"ome_zarr.io"}


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_chunk_that_is_gone_is_an_error_and_not_black_pixels(tmp_path: Path, version: str) -> None:
    pixels = np.ones((64, 64), "u2")
    ome_zarr.write(pixels, tmp_path / "a.zarr", axes="yx", scale_factors=[], chunks=32, version=version)
    (gone,) = [path for path in (tmp_path / "a.zarr").rglob("1/1") if path.is_file()]
    gone.unlink()
    (node,) = Reader(ZarrLocation(tmp_path / "a.zarr"))()
    assert node.data[0][:32].compute().all()
    with pytest.raises(MissingChunkError, match="is gone"):
        node.data[0].compute()


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_pixels_are_in_native_byte_order(tmp_path: Path, zarr_format: int) -> None:
    group = zarr.create_group(tmp_path / "a.zarr", zarr_format=zarr_format)
    array = group.create_array("0", shape=(6, 7), chunks=(4, 4), dtype=">u2")
    array[...] = np.arange(42).reshape(6, 7)
    pixels = ZarrLocation(group).load("0")
    assert pixels.dtype == pixels.compute().dtype == np.dtype("uint16")
    assert np.array_equal(pixels.compute(), array[...])
