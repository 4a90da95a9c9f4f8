"""Faults: each kind goes wrong in just the way it says, and nothing else does."""

import errno
import os
import random
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest
from tests.faults.leftovers import files

from ome_zarr.storage.durable import sync_file_system, sync_folder
from ome_zarr.storage.rename import exchange
from ome_zarr.testing.faults import Faults, PowerLoss, killed_at, operations

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the names of open files are asked of Linux")

TEXT = b"0123456789" * 1000


def work(root):
    """One operation of every kind."""
    (root / "a").mkdir()
    (root / "a" / "f").write_bytes(TEXT)
    (root / "a" / "g").write_text("g")
    (root / "a" / "f").rename(root / "a" / "h")
    os.link(root / "a" / "g", root / "a" / "i")
    file = os.open(root / "a" / "j", os.O_WRONLY | os.O_CREAT)
    os.write(file, TEXT)
    os.ftruncate(file, 10)
    os.fsync(file)
    os.close(file)
    (root / "a" / "j").chmod(0o600)
    exchange(root / "a" / "g", root / "a" / "h")
    sync_file_system(root)
    (root / "a" / "i").unlink()
    (root / "b" / "c").mkdir(parents=True)
    shutil.rmtree(root / "b")


def test_every_kind_of_operation_is_seen(tmp_path):
    (tmp_path / "b").mkdir()
    shutil.rmtree(tmp_path / "b")
    seen = [
        (operation.kind, operation.path, operation.other) for operation in operations(tmp_path, partial(work, tmp_path))
    ]
    assert seen == [
        ("mkdir", "a", ""),
        ("create", "a/f", ""),
        ("write", "a/f", ""),
        ("create", "a/g", ""),
        ("write", "a/g", ""),
        ("rename", "a/f", "a/h"),
        ("link", "a/g", "a/i"),
        ("create", "a/j", ""),
        ("write", "a/j", ""),
        ("truncate", "a/j", ""),
        ("sync", "a/j", ""),
        ("chmod", "a/j", ""),
        ("exchange", "a/g", "a/h"),
        ("sync all", "", ""),
        ("unlink", "a/i", ""),
        ("mkdir", "b/c", ""),
        ("mkdir", "b", ""),
        ("mkdir", "b/c", ""),
        ("rmdir", "b/c", ""),
        ("rmdir", "b", ""),
    ]


def test_what_is_watched_works_as_ever(tmp_path):
    (tmp_path / "plain").mkdir()
    (tmp_path / "watched").mkdir()
    work(tmp_path / "plain")
    operations(tmp_path / "watched", partial(work, tmp_path / "watched"))
    assert files(tmp_path / "watched") == files(tmp_path / "plain")


def test_elsewhere_and_afterwards_nothing_is_seen(tmp_path):
    (tmp_path / "root").mkdir()
    with Faults(tmp_path / "root", 0) as watch:
        (tmp_path / "beside").write_bytes(TEXT)
        (tmp_path / "beside").rename(tmp_path / "elsewhere")
    (tmp_path / "root" / "f").write_bytes(TEXT)
    assert watch.seen == []


@pytest.mark.parametrize("number", range(16))
def test_an_error_comes_at_its_number_and_before_anything_is_done(tmp_path, number):
    watch = Faults(tmp_path, number, error=errno.EIO)
    with pytest.raises(OSError, match="Input/output error") as caught, watch:
        work(tmp_path)
    assert caught.value.errno == errno.EIO
    assert str(tmp_path) in caught.value.filename
    (tmp_path / "again").mkdir()
    expected = operations(tmp_path / "again", partial(work, tmp_path / "again"))
    assert watch.seen[: number + 1] == list(expected[: number + 1])


def test_a_short_write_is_half_there(tmp_path):
    with pytest.raises(OSError, match="No space left"), Faults(tmp_path, 1, "short"):
        (tmp_path / "f").write_bytes(TEXT)
    assert (tmp_path / "f").read_bytes() == TEXT[: len(TEXT) // 2]


def test_a_full_disk_stays_full_and_lets_things_be_removed(tmp_path):
    (tmp_path / "old").write_bytes(TEXT)
    with Faults(tmp_path, 0, lasts=True):
        for _ in range(3):
            with pytest.raises(OSError, match="No space left"):
                (tmp_path / "f").write_bytes(TEXT)
        (tmp_path / "old").unlink()
    assert files(tmp_path) == {}


@pytest.mark.parametrize(("tear", "left"), [(False, b""), (True, TEXT[: len(TEXT) // 2])])
def test_a_process_is_killed_at_its_number(tmp_path, tear, left):
    assert killed_at(tmp_path, 2, partial(work, tmp_path), tear=tear)
    assert files(tmp_path) == {"a": None, "a/f": left}


def test_a_process_with_fewer_operations_ends_by_itself(tmp_path):
    assert not killed_at(tmp_path, 1000, partial(work, tmp_path))
    assert (tmp_path / "a" / "h").exists()


def test_a_process_that_fails_otherwise_is_told(tmp_path):
    with pytest.raises(RuntimeError, match="ended with 1 before"):
        killed_at(tmp_path, 1000, partial(os.rmdir, tmp_path / "missing"))


@pytest.fixture
def lost(tmp_path):
    """States after two files, of which the first is synchronised, and a third name for it."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "old").write_bytes(TEXT)
    with PowerLoss(root) as power:
        (root / "first").write_bytes(TEXT)
        sync_file_system(root)
        (root / "second").write_bytes(TEXT)
        (root / "first").rename(root / "third")
        sync_folder(root)
        (root / "third").rename(root / "fourth")
        (root / "old").unlink()

    def states(moment):
        for seed in range(64):
            power.state(tmp_path / str(seed), moment, random.Random(seed))
            yield files(tmp_path / str(seed))

    return power, states


def test_what_was_synchronised_is_there(lost):
    power, states = lost
    folder = [operation.path for operation in power.log].index("", 3)
    for state in states(folder + 1):
        assert state["third"] == state["old"] == TEXT
        assert "first" not in state
        assert "second" in state


def test_what_was_not_may_be_there_in_part(lost):
    _, states = lost
    sizes = {len(state.get("second", b"")) for state in states(6)}
    assert {0, len(TEXT)} < sizes
    assert all(size % 512 == 0 for size in sizes - {len(TEXT)})


def test_names_reach_the_disk_in_order(lost):
    power, states = lost
    kept = [set(state) for state in states(len(power.log))]
    assert {frozenset(names) for names in kept} == {
        frozenset({"third", "second", "old"}),
        frozenset({"fourth", "second", "old"}),
        frozenset({"fourth", "second"}),
    }


def test_a_state_before_everything_is_what_was_there(lost):
    _, states = lost
    assert all(state == {"old": TEXT} for state in states(0))


def test_folders_change_places_with_all_that_is_in_them(tmp_path):
    for name in ("root", "root/a", "root/b"):
        (tmp_path / name).mkdir()
    (tmp_path / "root" / "a" / "f").write_bytes(TEXT)
    with PowerLoss(tmp_path / "root") as power:
        exchange(tmp_path / "root" / "a", tmp_path / "root" / "b")
        sync_folder(tmp_path / "root")
    power.state(tmp_path / "state", len(power.log), random.Random(0))
    assert files(tmp_path / "state") == files(tmp_path / "root") == {"a": None, "b": None, "b/f": TEXT}


def test_nothing_is_patched_afterwards(tmp_path):
    before = os.mkdir, os.open, open, Path.open
    with Faults(tmp_path):
        pass
    assert (os.mkdir, os.open, open, Path.open) == before
