"""Objects arrive as files with every byte, from folders, zip files and stores that fail now and then."""

import os
import sys
import zipfile
from pathlib import Path
from typing import Self

import pytest
from zarr.abc.store import ByteRequest
from zarr.core.buffer import Buffer, BufferPrototype, cpu
from zarr.storage import MemoryStore, WrapperStore

from ome_zarr.errors import DocumentError, UnreachableError
from ome_zarr.storage import copy
from ome_zarr.storage.copy import PIECE_BYTES, open_origin
from ome_zarr.storage.locate import locate

OBJECTS = {"zarr.json": b"{}", "s0/c/0/0": b"pixels", "s0/c/0/1": b""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "image.zarr"
    for key, value in OBJECTS.items():
        (path / key).parent.mkdir(parents=True, exist_ok=True)
        (path / key).write_bytes(value)
    return path


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy, "_WAITS_S", (0, 0, 0))


def store_of(objects: dict[str, bytes]) -> MemoryStore:
    return MemoryStore({key: cpu.Buffer.from_bytes(value) for key, value in objects.items()})


def zipped(path: Path, objects: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for key, value in objects.items():
            archive.writestr(key, value)
    return path


def copied(place: object, target: Path, *, large: bool = False, keys: object = OBJECTS) -> dict[str, bytes | None]:
    """What arrives of some objects, None where they are not there."""
    origin = open_origin(locate(place))
    found = {key: origin.copy(key, target / key, large=large) for key in keys}
    origin.close()
    values = {key: None if size is None else (target / key).read_bytes() for key, size in found.items()}
    assert all(size is None or size == len(values[key]) for key, size in found.items())
    return values


@pytest.mark.parametrize("large", [False, True])
def test_every_kind_of_place_is_copied_byte_for_byte(folder: Path, tmp_path: Path, large: bool) -> None:
    archive = zipped(tmp_path / "image.ozx", OBJECTS)
    for name, place in {"a": folder, "b": archive, "c": store_of(OBJECTS)}.items():
        assert copied(place, tmp_path / name, large=large) == OBJECTS


def test_what_is_not_there_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    for place in (folder, zipped(tmp_path / "image.ozx", OBJECTS), store_of(OBJECTS)):
        assert copied(place, tmp_path / "out", keys=["s1/c/0"]) == {"s1/c/0": None}
        assert not (tmp_path / "out").exists()


def test_folders_and_zip_files_list_their_objects(folder: Path, tmp_path: Path) -> None:
    sizes = {key: len(value) for key, value in OBJECTS.items()}
    for place in (folder, zipped(tmp_path / "image.ozx", OBJECTS)):
        assert dict(open_origin(locate(place)).keys()) == sizes
    assert open_origin(locate(store_of(OBJECTS))).keys() is None


def test_hidden_files_are_not_listed_but_documents_are(folder: Path) -> None:
    for name in (".DS_Store", ".image.1234.partial", ".zattrs"):
        (folder / name).write_bytes(b"{}")
    keys = dict(open_origin(locate(folder)).keys())
    assert set(keys) == {*OBJECTS, ".zattrs"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_followed_but_not_in_circles_nor_into_the_void(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "0").write_bytes(b"far")
    (folder / "s1").symlink_to(tmp_path / "elsewhere")
    (folder / "again").symlink_to(folder)
    (folder / "void").symlink_to(tmp_path / "none")
    os.mkfifo(folder / "pipe")
    keys = dict(open_origin(locate(folder)).keys())
    assert set(keys) == {*OBJECTS, "s1/0"}


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "a\\b", "C:evil"])
def test_a_zip_file_whose_names_lead_out_is_refused(tmp_path: Path, name: str) -> None:
    origin = open_origin(locate(zipped(tmp_path / "image.zip", {name: b""})))
    with pytest.raises(DocumentError, match="lead to a node below"):
        list(origin.keys())
    origin.close()


class Flaky(WrapperStore[MemoryStore]):
    """A store that answers an object only after some failures."""

    def __init__(self, store: MemoryStore, errors: list[Exception]) -> None:
        super().__init__(store)
        self.errors = errors
        self.asked = 0

    _supports_sync_io = False

    def _with_store(self, store: MemoryStore) -> Self:
        return type(self)(store, self.errors)

    async def get(
        self, key: str, prototype: BufferPrototype | None = None, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop()
        return await super().get(key, prototype, byte_range)


class RefusedError(Exception):
    """As aiohttp tells an answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), RefusedError(503), RefusedError(429)])
def test_a_store_that_fails_is_asked_again(tmp_path: Path, error: Exception) -> None:
    assert copied(Flaky(store_of(OBJECTS), [error] * 3), tmp_path / "out") == OBJECTS


@pytest.mark.parametrize(
    ("error", "times"),
    [(ConnectionResetError(), 4), (RefusedError(403), 1), (PermissionError(), 1), (RefusedError(500), 4)],
)
def test_a_store_that_goes_on_failing_is_told(tmp_path: Path, error: Exception, times: int) -> None:
    store = Flaky(store_of(OBJECTS), [error] * 9)
    with pytest.raises(UnreachableError, match=r"zarr\.json.* cannot be read"):
        copied(store, tmp_path / "out")
    assert store.asked == times


def test_a_large_object_comes_in_pieces(tmp_path: Path) -> None:
    value = bytes(2 * PIECE_BYTES + 5)
    store = Flaky(store_of({"c/0": value}), [])
    assert copied(store, tmp_path / "out", large=True, keys=["c/0"]) == {"c/0": value}
    assert store.asked == 1 + 3  # the size first


class Whole(Flaky):
    """A store that gives the whole object, whatever part was asked for."""

    async def get(
        self, key: str, prototype: BufferPrototype | None = None, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        return await super().get(key, prototype)


def test_a_server_that_gives_no_parts_is_told(tmp_path: Path) -> None:
    store = Whole(store_of({"c/0": bytes(PIECE_BYTES + 5)}), [])
    with pytest.raises(UnreachableError, match="does not give parts"):
        copied(store, tmp_path / "out", large=True, keys=["c/0"])
