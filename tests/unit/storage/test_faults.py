"""What is left when something fails: nothing of ours, and what was there before."""

import errno
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zarr
from zarr.storage import LocalStore, MemoryStore

from ome_zarr.chunks import store as chunk_store
from ome_zarr.errors import TargetError
from ome_zarr.geometry.region import Region
from ome_zarr.storage import commit, staging, store_undo, undo
from ome_zarr.storage.backends.zarr import open_sink
from ome_zarr.storage.locate import locate
from ome_zarr.storage.protocol import LevelSpec
from ome_zarr.testing.stores import CountingStore, FaultyStore, snapshot

LEVELS = (
    LevelSpec("s0", (8, 8), np.dtype("u2"), (4, 4), None, ("y", "x")),
    LevelSpec("s1", (4, 4), np.dtype("u2"), (4, 4), None, ("y", "x")),
)
DOCUMENTS = {"": {"ome": {"version": "0.5"}}, "labels": {"labels": []}}


def write(target, seed=1, **options):
    with open_sink(locate(target), LEVELS, **options) as sink:
        for number, level in enumerate(LEVELS):
            sink.write(number, Region.whole(level.shape), np.full(level.shape, seed, level.dtype))
        sink.commit({options.get("within", ""): {"ome": seed}, "labels": {"labels": ["x"] * seed}})


def files(folder):
    """Every file below, with its content, and every directory."""
    found = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*")}
    return {name: path.read_bytes() if path.is_file() else None for name, path in found.items()}


def operations(target, make, **options):
    """How many changes of the store one undisturbed write makes."""
    store = FaultyStore(target)
    write(make(store), **options)
    return len(store.seen)


def as_store(store):
    return store


def as_group(store):
    return zarr.open_group(store, mode="a")


ERRORS = [
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: RuntimeError("bang"),
    KeyboardInterrupt,
]


@pytest.mark.parametrize("error", ERRORS[:2], ids=["no-space", "any"])
@pytest.mark.parametrize("make", [as_store, as_group])
def test_whichever_operation_fails_a_store_is_as_it_was(make, error):
    begun = MemoryStore()
    make(begun)
    for number in range(operations(MemoryStore(begun._store_dict.copy()), make)):
        inner = MemoryStore(begun._store_dict.copy())
        store = FaultyStore(inner, error=error)
        target = make(store)
        store.fail_at = len(store.seen) + number
        with pytest.raises((TargetError, RuntimeError)):
            write(target)
        assert snapshot(inner) == snapshot(begun)


@pytest.mark.parametrize("make", [as_store, as_group])
def test_whichever_operation_of_an_overwrite_fails_the_old_or_the_new_image_is_whole(make):
    begun = MemoryStore()
    write(make(begun))
    total = operations(MemoryStore(begun._store_dict.copy()), make, seed=2, overwrite=True)
    outcomes = []
    for number in range(total):
        inner = MemoryStore(begun._store_dict.copy())
        store = FaultyStore(inner)
        target = make(store)
        store.fail_at = len(store.seen) + number
        try:
            write(target, seed=2, overwrite=True)
        except TargetError:
            assert snapshot(inner) == snapshot(begun)
            outcomes.append("old")
        else:  # only what was to be deleted afterwards could not be
            assert zarr.open_group(inner, mode="r").attrs["ome"] == 2
            outcomes.append("new")
    assert outcomes == sorted(outcomes, reverse=True)
    assert set(outcomes) == {"old", "new"}


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["a.zarr", "a.ozx"])
@pytest.mark.parametrize("number", range(5))
def test_a_disk_that_is_full_at_any_chunk_leaves_the_folder_as_it_was(tmp_path, monkeypatch, name, overwrite, number):
    write(tmp_path / ("" if overwrite else "other") / name)
    before = files(tmp_path)
    original, calls = chunk_store.write_pieces, []

    def full(path, value):
        calls.append(path)
        if len(calls) > number:
            raise OSError(errno.ENOSPC, "No space left on device")
        original(path, value)

    monkeypatch.setattr(chunk_store, "write_pieces", full)
    with pytest.raises(TargetError, match=r"level 's[01]', pixels .* No space left on device") as caught:
        write(tmp_path / name, seed=2, overwrite=overwrite)
    assert caught.value.errno == errno.ENOSPC
    assert files(tmp_path) == before


COMMIT_STEPS = [
    (commit, "write_file"),
    (commit, "pack"),
    (commit, "group_documents"),
    (undo, "exchange"),
    (undo, "rename_new"),
]


@pytest.mark.parametrize("error", ERRORS, ids=["no-space", "any", "interrupt"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", COMMIT_STEPS, ids=lambda step: step[1])
@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["a.zarr", "a.ozx"])
def test_a_commit_that_fails_before_or_after_any_step_leaves_the_folder_as_it_was(
    tmp_path, monkeypatch, name, overwrite, step, after, error
):
    write(tmp_path / ("" if overwrite else "other") / name)
    before = files(tmp_path)
    sink = open_sink(locate(tmp_path / name), LEVELS, overwrite=overwrite)
    original, failed = getattr(*step), []

    def failing(*arguments):
        failing_now = not failed
        failed.append(True)
        result = original(*arguments) if after or not failing_now else None
        if failing_now:
            raise error()
        return result

    monkeypatch.setattr(*step, failing)
    try:
        sink.commit(DOCUMENTS)
    except (TargetError, RuntimeError, KeyboardInterrupt):
        assert files(tmp_path) == before
    else:  # this kind of commit does not take this step
        assert not failed


@pytest.mark.parametrize("target", ["directory", "memory"])
def test_if_the_list_of_labels_cannot_be_updated_the_labels_are_not_there(tmp_path, monkeypatch, target):
    place = {"directory": tmp_path / "a.zarr", "memory": MemoryStore()}[target]
    write(place)
    store = locate(place).store
    before = snapshot(store)
    sink = open_sink(locate(place), LEVELS, within="labels/cells")
    original = store_undo.set_key

    def failing(store, key, value):
        if key == "labels/zarr.json" and b"cells" in value:
            raise OSError(errno.EACCES, "Permission denied")
        original(store, key, value)

    monkeypatch.setattr(store_undo, "set_key", failing)
    with pytest.raises(TargetError, match="Permission denied"):
        sink.commit({"labels/cells": {}, "labels": {"labels": ["cells"]}})
    assert snapshot(store) == before
    assert not (tmp_path / "a.zarr" / "labels" / "cells").exists()


def test_directories_made_for_the_target_go_with_it(tmp_path):
    with open_sink(locate(tmp_path / "x" / "y" / "a.zarr"), LEVELS):
        assert (tmp_path / "x" / "y").is_dir()
    assert list(tmp_path.iterdir()) == []


def test_directories_that_others_use_meanwhile_stay(tmp_path):
    with open_sink(locate(tmp_path / "x" / "y" / "a.zarr"), LEVELS):
        (tmp_path / "x" / "theirs").write_text("hello")
    assert files(tmp_path) == {"x": None, "x/theirs": b"hello"}


def test_an_exception_in_the_body_passes_through_and_leaves_nothing(tmp_path):
    for error in (RuntimeError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error), open_sink(locate(tmp_path / "a.zarr"), LEVELS):
            raise error
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_cleaned_up_is_logged_and_the_first_error_is_raised(tmp_path, monkeypatch, caplog):
    def refuse(path):
        raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(undo, "remove_directory", refuse)
    with pytest.raises(ZeroDivisionError), open_sink(locate(tmp_path / "x" / "a.zarr"), LEVELS):
        raise ZeroDivisionError
    assert [(record.levelno, record.name) for record in caplog.records] == [(logging.WARNING, undo.__name__)]
    assert "busy" in caplog.text


def test_an_old_image_that_cannot_be_deleted_does_not_make_the_write_fail(tmp_path, monkeypatch, caplog):
    def refuse(path):
        raise OSError(errno.EBUSY, "busy")

    write(tmp_path / "a.zarr")
    monkeypatch.setattr(staging, "remove_directory", refuse)
    write(tmp_path / "a.zarr", seed=2, overwrite=True)
    assert zarr.open_group(tmp_path / "a.zarr", mode="r").attrs["ome"] == 2
    assert "could not delete" in caplog.text


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_killed_writer_leaves_the_old_image_or_none(tmp_path, overwrite):
    write(tmp_path / ("" if overwrite else "other") / "a.zarr")
    before = files(tmp_path)
    script = (
        "import os, signal, sys, numpy as np\n"
        "from ome_zarr.storage.backends.zarr import open_sink\n"
        "from ome_zarr.storage.locate import locate\n"
        "from ome_zarr.storage.protocol import LevelSpec\n"
        "from ome_zarr.geometry.region import Region\n"
        "level = LevelSpec('s0', (8, 8), np.dtype('u2'), (4, 4))\n"
        "sink = open_sink(locate(sys.argv[1]), [level], overwrite=True)\n"
        "sink.write(0, Region((0, 0), (4, 8)), np.ones((4, 8), 'u2'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, os.fspath(tmp_path / "a.zarr")], check=False)
    assert ended.returncode == -signal.SIGKILL
    after = files(tmp_path)
    hidden = {name.split("/")[0] for name in after if name.startswith(".a.zarr.")}
    assert hidden == {".a.zarr.job", ".a.zarr.partial"}
    assert {name: content for name, content in after.items() if name.split("/")[0] not in hidden} == before


def test_a_counting_store_counts_every_byte_once():
    store = CountingStore(MemoryStore())
    write(store)
    written = snapshot(store)
    sets, sizes = dict(store.counts.sets), dict(store.counts.bytes_written)
    assert sets.pop(".ome_zarr_claim") == 1
    assert sizes.pop(".ome_zarr_claim") == 32
    assert sets == dict.fromkeys(written, 1)
    assert sizes == {key: len(value) for key, value in written.items()}


def test_a_faulty_store_fails_once():
    store = FaultyStore(MemoryStore(), fail_at=1)
    with pytest.raises(TargetError):
        write(store)
    write(store)
    assert zarr.open_group(store, mode="r").attrs["ome"] == 1


def test_a_store_of_another_kind_that_fails_names_level_pixels_and_key(tmp_path):
    store = FaultyStore(LocalStore(tmp_path), fail_at=0, matching=lambda operation: "/c/1/0" in operation.key)
    with pytest.raises(TargetError, match=r"'s0', pixels \(4, 0\) to \(8, 4\), key 's0/c/1/0' cannot be written"):
        write(store)
