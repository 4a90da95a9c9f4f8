import os
from pathlib import Path

import numpy as np
import obstore.store
import pytest
import zarr
from zarr.storage import FsspecStore, LocalStore, MemoryStore, ObjectStore, StorePath, ZipStore

from ome_zarr.chunks.identity import array_identity
from ome_zarr.errors import RecipeError
from ome_zarr.storage.locate import check_not_source, locate
from ome_zarr.storage.retrying import RetryingStore


def test_a_path_is_a_directory_on_the_local_disk(tmp_path):
    for target in (tmp_path / "a.zarr", str(tmp_path / "a.zarr"), (tmp_path / "a.zarr").as_uri()):
        place = locate(target)
        assert isinstance(place.store, LocalStore)
        assert (place.path, place.directory, place.archive) == ("", tmp_path / "a.zarr", None)
        assert place.identity == str(tmp_path / "a.zarr")
    assert list(tmp_path.iterdir()) == []


def test_a_tilde_is_the_home_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert locate("~/a.zarr").directory == tmp_path / "a.zarr"


@pytest.mark.parametrize("name", ["a.zip", "a.ozx", "A.OZX"])
def test_a_zip_name_is_an_archive(tmp_path, name):
    place = locate(tmp_path / name)
    assert isinstance(place.store, ZipStore)
    assert (place.directory, place.archive) == (None, tmp_path / name)
    assert place.identity == str(tmp_path / name)


def test_a_directory_with_a_zip_name_is_a_directory(tmp_path):
    (tmp_path / "a.zip").mkdir()
    assert locate(tmp_path / "a.zip").directory == tmp_path / "a.zip"


def test_stores_and_store_paths_and_groups_are_taken_as_they_are(tmp_path):
    memory = MemoryStore()
    assert locate(memory).store is memory
    below = locate(StorePath(memory, "a/b"))
    assert (below.store, below.path, below.in_group) == (memory, "a/b", False)
    group = locate(zarr.open_group(memory).create_group("g"))
    assert (group.path, group.in_group) == ("g", True)
    local = locate(StorePath(LocalStore(tmp_path), "a/b"))
    assert local.directory == tmp_path / "a" / "b"


def test_a_url_is_a_remote_store_and_its_name_keeps_no_secrets():
    place = locate("memory://bucket/a.zarr")
    assert isinstance(place.store, RetryingStore)
    assert place.name == "memory://bucket/a.zarr"
    assert place.directory is None


def test_secrets_in_a_url_do_not_appear_in_messages():
    with pytest.raises(RecipeError) as caught:
        locate("nosuch://user:hunter2@host/a.zarr?token=hunter3")
    assert "hunter" not in str(caught.value)
    assert "nosuch://host/a.zarr" in str(caught.value)


def test_a_location_has_locations_below_it(tmp_path):
    place = locate(tmp_path / "a.zarr") / "labels/cells"
    assert (place.path, place.directory) == ("labels/cells", tmp_path / "a.zarr" / "labels" / "cells")
    group = locate(zarr.open_group(MemoryStore())) / "s0"
    assert (group.path, group.in_group) == ("s0", False)


@pytest.mark.parametrize("target", ["", "a\0b", 3, None, ["a.zarr"]])
def test_what_names_no_place_is_refused(target):
    with pytest.raises(RecipeError, match="give"):
        locate(target)


def test_storage_options_are_for_urls(tmp_path):
    with pytest.raises(RecipeError, match="storage_options are for URLs"):
        locate(tmp_path, storage_options={"anon": True})
    assert locate("memory://bucket/a.zarr", storage_options={"use_listings_cache": False}).path == ""


def test_a_target_that_is_contains_or_lies_in_a_source_is_refused(tmp_path):
    source = zarr.create_array(tmp_path / "a.zarr", name="s0", shape=(4,), dtype="u1")
    origins = {array_identity(source)}
    for target in ("a.zarr", "a.zarr/s0", "a.zarr/s0/x", "b/../a.zarr"):
        with pytest.raises(RecipeError, match="overlaps the source"):
            check_not_source(locate(tmp_path / target), origins)
    for target in ("a.zarr/s00", "a.zar", "a.zarr/labels/x"):
        check_not_source(locate(tmp_path / target), origins)


def test_a_source_is_recognised_through_a_symbolic_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(RecipeError, match="overlaps the source"):
        check_not_source(locate(tmp_path / "link" / "a.zarr"), {str(tmp_path / "real" / "a.zarr")})


@pytest.mark.parametrize(
    "store",
    [MemoryStore(), FsspecStore.from_url("memory://here/a.zarr"), ObjectStore(obstore.store.MemoryStore())],
    ids=lambda store: type(store).__name__,
)
def test_a_source_is_recognised_in_any_store(store):
    origins = {array_identity(zarr.create_array(store, name="img/s0", shape=(4,), dtype="u1", overwrite=True))}
    with pytest.raises(RecipeError, match="overlaps the source"):
        check_not_source(locate(store), origins)
    with pytest.raises(RecipeError, match="overlaps the source"):
        check_not_source(locate(zarr.open_group(store, path="img")) / "s0", origins)
    check_not_source(locate(StorePath(store, "other")), origins)
    check_not_source(locate(MemoryStore()), origins)


def test_a_memory_mapped_file_in_the_target_is_a_source(tmp_path):
    np.save(tmp_path / "pixels.npy", np.zeros(4))
    with pytest.raises(RecipeError, match="overlaps the source"):
        check_not_source(locate(tmp_path), {str(tmp_path / "pixels.npy")})
    assert Path(os.fspath(tmp_path / "pixels.npy")).exists()
