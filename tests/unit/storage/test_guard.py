import os
from pathlib import Path

import pytest
import zarr
from zarr.storage import LocalStore, MemoryStore, ZipStore

from ome_zarr.errors import ExistsError, TargetError
from ome_zarr.storage.guard import check_target
from ome_zarr.storage.locate import locate


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with a canary file in it, inside a home."""
    work = tmp_path / "home" / "work"
    work.mkdir(parents=True)
    (work / "canary.txt").write_text("tweet")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(work)
    yield work
    assert (work / "canary.txt").read_text() == "tweet"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("target", [".", "./", "..", "../..", "/", "~", "~/", "../work", "/dev/shm", "/proc"])
def test_a_directory_that_is_more_than_an_image_is_refused(here, target, overwrite):
    with pytest.raises(TargetError, match="give the path of an image in it"):
        check_target(locate(target), (), overwrite=overwrite)


def test_the_working_directory_is_refused_through_a_link(here, tmp_path):
    (tmp_path / "link").symlink_to(here)
    with pytest.raises(TargetError, match="the working directory"):
        check_target(locate(tmp_path / "link"), (), overwrite=True)


def test_a_free_name_and_an_empty_directory_are_taken(here):
    assert not check_target(locate("new/deep/a.zarr"), (), overwrite=False)
    Path("empty").mkdir()
    assert not check_target(locate("empty"), (), overwrite=False)
    Path("dangling").symlink_to("nowhere")
    assert not check_target(locate("dangling"), (), overwrite=False)
    assert not Path("new").exists()


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("target", ["canary.txt", "canary.zip"])
def test_a_file_is_refused(here, target, overwrite):
    Path("canary.zip").write_text("not a zip file")
    with pytest.raises((TargetError, ExistsError), match=target):
        check_target(locate(target), (), overwrite=overwrite)


def test_a_directory_of_other_files_is_never_replaced(here):
    Path("folder").mkdir()
    Path("folder", "thesis.txt").write_text("years of work")
    with pytest.raises(ExistsError, match="holds other files"):
        check_target(locate("folder"), (), overwrite=False)
    with pytest.raises(TargetError, match="no zarr metadata"):
        check_target(locate("folder"), (), overwrite=True)


def test_a_directory_of_images_is_never_replaced(here):
    zarr.create_group("folder/a.zarr")
    with pytest.raises(TargetError, match="no zarr metadata"):
        check_target(locate("folder"), (), overwrite=True)


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_an_image_or_array_is_replaced_only_on_request(here, zarr_format):
    zarr.create_group("a.zarr", zarr_format=zarr_format)
    zarr.create_array("b.zarr", shape=(4,), dtype="u1", zarr_format=zarr_format)
    for target in ("a.zarr", "b.zarr"):
        with pytest.raises(ExistsError, match="overwrite=True"):
            check_target(locate(target), (), overwrite=False)
        assert check_target(locate(target), (), overwrite=True)


def test_a_link_to_an_image_is_not_replaced(here):
    zarr.create_group("a.zarr")
    Path("link").symlink_to("a.zarr")
    with pytest.raises(TargetError, match="symbolic link"):
        check_target(locate("link"), (), overwrite=True)
    with ZipStore("a.zip", mode="w") as store:
        zarr.create_group(store)
    Path("b.zip").symlink_to("a.zip")
    with pytest.raises(TargetError, match="symbolic link"):
        check_target(locate("b.zip"), (), overwrite=True)


def test_a_read_only_target_is_refused(here):
    with pytest.raises(TargetError, match="read-only"):
        check_target(locate(MemoryStore(read_only=True)), (), overwrite=False)
    zarr.create_group("a.zarr")
    with pytest.raises(TargetError, match="read-only"):
        check_target(locate(zarr.open_group("a.zarr", mode="r")), ("s0",), overwrite=True)
    with pytest.raises(TargetError, match="read-only"):
        check_target(locate(LocalStore("b.zarr", read_only=True)), ("s0",), overwrite=True)


def test_a_store_with_a_hierarchy_is_replaced_only_on_request():
    store = MemoryStore()
    zarr.create_group(store)
    with pytest.raises(ExistsError, match="already holds a zarr hierarchy"):
        check_target(locate(store), (), overwrite=False)
    assert check_target(locate(store), (), overwrite=True)


@pytest.mark.parametrize("overwrite", [False, True])
def test_keys_of_nobody_in_a_store_are_left_alone(overwrite):
    store = MemoryStore()
    zarr.create_group(store, path="a.zarr")
    store._store_dict.pop("zarr.json")
    with pytest.raises(TargetError, match="no zarr group"):
        check_target(locate(store), (), overwrite=overwrite)


def test_a_group_refuses_only_the_names_it_holds():
    group = zarr.create_group(MemoryStore())
    group.create_array("s0", shape=(4,), dtype="u1")
    place = locate(group)
    assert not check_target(place, ("s1", "s00"), overwrite=False)
    with pytest.raises(ExistsError, match="already holds 's0'"):
        check_target(place, ("s0", "s1"), overwrite=False)
    assert check_target(place, ("s0", "s1"), overwrite=True)


def test_what_cannot_be_deleted_cannot_be_replaced(tmp_path):
    with ZipStore(tmp_path / "a.zip", mode="w") as store:
        group = zarr.create_group(store)
        group.create_array("s0", shape=(4,), dtype="u1")
        with pytest.raises(TargetError, match="can be replaced"):
            check_target(locate(group), ("s0",), overwrite=True)
        with pytest.raises(TargetError, match="can be replaced"):
            check_target(locate(store), ("s0",), overwrite=True)


def test_a_user_without_a_home_can_write(here, monkeypatch):
    def no_home():
        raise RuntimeError

    monkeypatch.setattr(Path, "home", no_home)
    assert not check_target(locate(os.fspath(here / "a.zarr")), (), overwrite=False)
