"""The same place has one name."""

from pathlib import Path

import zarr
from zarr.storage import FsspecStore, LocalStore, LoggingStore, MemoryStore, ZipStore

from ome_zarr.chunks.identity import array_identity, store_identity
from ome_zarr.chunks.path import path_identity


def test_local_store_is_named_by_its_resolved_path(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert store_identity(LocalStore(tmp_path / "link"), "a/0") == f"{tmp_path.resolve()}/real/a/0"
    assert path_identity(tmp_path / "link" / ".." / "x") == f"{tmp_path.resolve()}/x"


def test_memory_stores_on_one_dictionary_are_the_same_place() -> None:
    store = MemoryStore()
    array = zarr.create_array(store, name="x", shape=(2,), dtype="uint8")
    assert array_identity(array) == store_identity(store.with_read_only(True), "x")
    assert array_identity(array) != store_identity(MemoryStore(), "x")


def test_wrapper_has_the_name_of_the_wrapped_store() -> None:
    store = MemoryStore()
    assert store_identity(LoggingStore(store)) == store_identity(store)


def test_zip_store_is_named_by_its_file(tmp_path: Path) -> None:
    store = ZipStore(tmp_path / "a.zip", mode="w")
    assert store_identity(store, "0") == f"{tmp_path.resolve()}/a.zip/0"


def test_remote_store_is_named_by_its_url() -> None:
    assert store_identity(FsspecStore.from_url("memory://bucket/image.zarr"), "0") == "memory://bucket/image.zarr/0"


def test_local_file_through_fsspec_is_the_same_place(tmp_path: Path) -> None:
    store = FsspecStore.from_url(f"file://{tmp_path}/x", storage_options={"auto_mkdir": False})
    assert store_identity(store) == path_identity(tmp_path / "x")
