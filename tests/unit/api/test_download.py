"""Downloads: everything arrives as it is, or nothing does."""

import json
import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import zarr
from tests.unit.api.stored import KINDS, PIXELS, files, group, image, plate
from zarr.errors import ZarrUserWarning
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.api.download import DownloadEvent, DownloadStarted, ObjectCopied, download
from ome_zarr.api.inventory import take_inventory
from ome_zarr.errors import DocumentError, ExistsError, NotFoundError, RecipeError, TargetError, UnreachableError
from ome_zarr.storage.locate import locate
from ome_zarr.viewer.files import FileServer

EVERY_KIND = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


@EVERY_KIND
def test_a_folder_is_copied_byte_for_byte(make: Callable[[Path], Path], tmp_path: Path) -> None:
    source = make(tmp_path / "some.zarr")
    target = download(source, tmp_path / "copies")
    assert target == tmp_path / "copies" / "some.zarr"
    assert files(target) == files(source)


@EVERY_KIND
def test_what_a_server_has_is_copied_byte_for_byte(make: Callable[[Path], Path], tmp_path: Path) -> None:
    source = make(tmp_path / "some image.zarr")
    with FileServer(source).running() as server:
        target = download(server.url, tmp_path / "copies")
    assert target.name == "some image.zarr"
    assert files(target) == files(source)


def test_a_zip_file_becomes_a_folder(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")
    with zipfile.ZipFile(tmp_path / "some.ozx", "w") as archive:
        for name, content in files(source).items():
            archive.writestr(name, content)
    target = download(tmp_path / "some.ozx", tmp_path / "copies")
    assert target.name == "some.zarr"
    assert files(target) == files(source)


@pytest.mark.parametrize("path", ["labels", "labels/cells"])
def test_a_part_of_an_image_is_copied_alone(path: str, tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr") / path
    with FileServer(source.parent).running() as server:
        target = download(f"{server.url}/{source.name}", tmp_path / "copies")
    assert files(target) == files(source)


def test_a_store_and_a_group_in_it_are_copied(tmp_path: Path) -> None:
    store = MemoryStore()
    root = zarr.create_group(store)
    ome_zarr.write(PIXELS, root.create_group("some.zarr"), axes="cyx", levels=1)
    target = download(zarr.open_group(store, path="some.zarr"), tmp_path)
    assert target == tmp_path / "some.zarr"
    assert np.array_equal(ome_zarr.open(target)[0], PIXELS)


def test_consolidated_metadata_name_what_ome_zarr_does_not(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")
    zarr.create_array(source / "tables" / "x", shape=(3,), dtype="f8")[...] = 1
    zarr.create_group(source / "tables", overwrite=False)
    with pytest.warns(ZarrUserWarning, match="Consolidated"):
        zarr.consolidate_metadata(source)
    with FileServer(source).running() as server:
        target = download(server.url, tmp_path / "copies")
    assert files(target) == files(source)


def test_a_relative_path_is_copied_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image(tmp_path / "data" / "some.zarr")
    monkeypatch.chdir(tmp_path)
    assert download("data/some.zarr") == Path("some.zarr")
    assert files(tmp_path / "some.zarr") == files(tmp_path / "data" / "some.zarr")


def test_the_listener_hears_of_every_object(tmp_path: Path) -> None:
    events: list[DownloadEvent] = []
    with FileServer(image(tmp_path / "some.zarr")).running() as server:
        target = download(server.url, tmp_path / "copies", on_event=events.append)
    started, *copied = events
    assert isinstance(started, DownloadStarted)
    assert (started.target, started.groups, started.missing) == (target, ("", "labels", "labels/cells"), ())
    assert len(copied) == started.objects
    there = {
        event.key: event.nbytes for event in copied if isinstance(event, ObjectCopied) and event.nbytes is not None
    }
    assert there == {name: len(content) for name, content in files(target).items()}
    assert len(there) < len(copied)  # chunks of zeros are not stored


def test_what_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    events: list[DownloadEvent] = []
    download(plate(tmp_path / "some.zarr"), tmp_path / "copies", on_event=events.append)
    assert events[0].missing == ("A/3",)


def test_an_existing_target_is_left_alone(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")
    (tmp_path / "copies" / "some.zarr").mkdir(parents=True)
    with pytest.raises(ExistsError, match="exists already"):
        download(source, tmp_path / "copies")
    with pytest.raises(ExistsError, match="exists already"):
        download(source, tmp_path)


def test_nothing_is_copied_into_itself(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")
    before = files(source)
    with pytest.raises(RecipeError, match="overlaps"):
        download(source, source / "copies")
    assert files(source) == before


@pytest.mark.parametrize("document", [{}, {"attributes": {"other": 1}}])
def test_what_is_nothing_of_ome_zarr_is_refused(document: dict, tmp_path: Path) -> None:
    (tmp_path / "some.zarr").mkdir()
    (tmp_path / "some.zarr" / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group", **document}))
    with pytest.raises(NotFoundError, match="nothing of OME-Zarr"):
        download(tmp_path / "some.zarr", tmp_path / "copies")


def test_an_array_and_an_empty_place_are_refused(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")
    for place in (source / "s0", tmp_path / "none.zarr"):
        with pytest.raises(NotFoundError, match=r"no zarr group|is a zarr array"):
            download(place, tmp_path / "copies")
    assert not (tmp_path / "copies").exists()


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")

    def fail(event: DownloadEvent) -> None:
        assert getattr(event, "key", "") != "labels/cells/s1/zarr.json"

    with pytest.raises(AssertionError, match="labels/cells/s1"):
        download(source, tmp_path / "new" / "copies", on_event=fail)
    assert not (tmp_path / "new").exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ome-zarr-")]


def test_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    with FileServer(image(tmp_path / "some.zarr")).running() as server:
        url = server.url
    with pytest.raises(UnreachableError):
        download(url, tmp_path / "copies")
    assert not (tmp_path / "copies").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError):
        download(source, tmp_path / "file" / "copies")


ESCAPES = ["../secret", "/etc", "a/../../b", "..", "a\\b", ""]


@pytest.mark.parametrize("path", ESCAPES)
def test_paths_that_lead_out_are_not_followed(path: str, tmp_path: Path) -> None:
    image(tmp_path / "data" / "secret")
    body = {"version": "0.5", "plate": {"wells": [{"path": path}], "rows": [], "columns": []}, "labels": [path]}
    (tmp_path / "data" / "some.zarr").mkdir()
    (tmp_path / "data" / "some.zarr" / "zarr.json").write_text(json.dumps(group(body)))
    with FileServer(tmp_path / "data").running() as server:
        target = download(f"{server.url}/some.zarr", tmp_path / "copies")
    assert list(files(tmp_path / "copies")) == ["some.zarr/zarr.json"]
    assert target.parent == tmp_path / "copies"


def test_the_document_of_an_escape_names_it_as_missing(tmp_path: Path) -> None:
    (tmp_path / "some.zarr").mkdir()
    body = {"version": "0.5", "labels": ["../other", "cells"]}
    (tmp_path / "some.zarr" / "zarr.json").write_text(json.dumps(group(body)))
    assert take_inventory(locate(tmp_path / "some.zarr")).missing == ("../other", "cells")


def test_groups_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.zarr"
    for _ in range(30):
        path.mkdir()
        (path / "zarr.json").write_text(json.dumps(group({"version": "0.5", "labels": ["deeper"]})))
        path = path / "deeper"
    with pytest.raises(DocumentError, match="more than 16 deep"):
        take_inventory(locate(tmp_path / "some.zarr"))


STRANGE = [
    {"multiscales": 3},
    {"multiscales": [{"datasets": "s0"}]},
    {"multiscales": [{"datasets": [{"path": 4}]}]},
    {"plate": [], "labels": {}},
    {"labels": [1, None, {}]},
    {"scene": {"coordinateTransformations": [[[{"path": []}]]]}},
]


@pytest.mark.parametrize("body", STRANGE)
def test_strange_documents_are_no_crash(body: dict, tmp_path: Path) -> None:
    (tmp_path / "some.zarr").mkdir()
    (tmp_path / "some.zarr" / "zarr.json").write_text(json.dumps(group({"version": "0.5", **body})))
    inventory = take_inventory(locate(tmp_path / "some.zarr"))
    assert list(inventory.groups) == [""]
    assert not inventory.arrays


def test_hidden_files_stay_behind(tmp_path: Path) -> None:
    source = image(tmp_path / "some.zarr")
    before = files(source)
    shutil.copy(source / "zarr.json", source / ".hidden")
    assert files(download(source, tmp_path / "copies")) == before


@pytest.mark.parametrize("served", [False, True])
@pytest.mark.parametrize("name", ["CON", "ab:c", "cells."])
def test_on_windows_a_name_that_it_does_not_take_is_told_before_anything_is_written(
    name: str, served: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = image(tmp_path / "some.zarr")
    ome_zarr.write_labels(np.ones(PIXELS.shape[1:], "u1"), source, name)
    with FileServer(source).running() as server:
        monkeypatch.setattr("ome_zarr.api.download.os", SimpleNamespace(**vars(os) | {"name": "nt"}))
        with pytest.raises(TargetError, match=f"labels/{name}.*on Windows.*the name '{name}'"):
            download(server.url if served else source, tmp_path / "copies")
        assert not (tmp_path / "copies").exists()
        shutil.rmtree(source / "labels" / name)
        (source / "labels/zarr.json").write_text((source / "labels/zarr.json").read_text().replace(name, "nuclei"))
        assert download(server.url if served else source, tmp_path / "copies").is_dir()


def test_names_that_would_be_one_are_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = image(tmp_path / "some.zarr")
    ome_zarr.write_labels(np.ones(PIXELS.shape[1:], "u1"), source, "CELLS")
    (tmp_path / "COPIES").mkdir()
    (tmp_path / "copies").symlink_to(tmp_path / "COPIES")  # as if case did not matter
    with pytest.raises(TargetError, match=r"'labels/cells' and 'labels/CELLS' would be one"):
        download(source, tmp_path / "COPIES")
    assert list((tmp_path / "COPIES").iterdir()) == []
    (tmp_path / "copies").unlink()
    assert files(download(source, tmp_path / "COPIES")) == files(source)


def test_an_array_that_claims_more_objects_than_anybody_could_copy_is_refused(tmp_path):
    store = MemoryStore()
    ome_zarr.write(np.zeros((16, 16), "u1"), store, axes="yx", levels=1)
    zarr.open_array(store, path="s0", mode="r+").resize((2**40, 2**22))
    with pytest.raises(DocumentError, match="chunks or shards, and no store holds more"):
        download(store, tmp_path)
    assert not list(tmp_path.iterdir())
