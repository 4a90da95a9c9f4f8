"""Locks on files."""

import errno
import json
import os
import socket
import subprocess
import sys

import pytest

from ome_zarr.storage import lock as lock_module
from ome_zarr.storage.lock import FileLock, boot_id


def test_a_lock_is_held_by_one(tmp_path):
    held = FileLock.take(tmp_path / "lock")
    assert held is not None
    assert FileLock.take(tmp_path / "lock") is None
    held.release()
    again = FileLock.take(tmp_path / "lock")
    assert again is not None
    again.release()


def test_the_end_of_a_process_lets_go(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from ome_zarr.storage.lock import FileLock\n"
        "held = FileLock.take(Path(sys.argv[1])); print('held', flush=True); os.abort()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, os.fspath(tmp_path / "lock")], check=False, capture_output=True
    )
    assert ended.stdout == b"held\n"
    held = FileLock.take(tmp_path / "lock")
    assert held is not None
    held.release()


def test_a_lock_says_what_it_was_told(tmp_path):
    held = FileLock.take(tmp_path / "lock")
    held.write(b"something long")
    held.write(b"short")
    held.release()
    assert (tmp_path / "lock").read_bytes() == b"short"


def test_a_file_that_is_being_removed_is_not_locked(tmp_path, monkeypatch):
    monkeypatch.setattr(lock_module, "_locked", lambda file: (tmp_path / "lock").unlink() or True)
    assert FileLock.take(tmp_path / "lock") is None


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        FileLock.take(tmp_path / "nowhere" / "lock")


@pytest.fixture
def without_locks(monkeypatch):
    """A file system that knows no locks."""
    import fcntl

    def refuse(*_):
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.mark.usefixtures("without_locks")
def test_without_locks_a_second_file_names_the_holder(tmp_path):
    held = FileLock.take(tmp_path / "lock")
    assert json.loads((tmp_path / "lock.owner").read_text())["process"] == os.getpid()
    assert FileLock.take(tmp_path / "lock") is None
    held.release()
    assert not (tmp_path / "lock.owner").exists()


@pytest.mark.usefixtures("without_locks")
@pytest.mark.parametrize(
    ("holder", "is_free"),
    [
        ({"host": socket.gethostname(), "boot": boot_id(), "process": 2**22 + 1}, True),
        ({"host": socket.gethostname(), "boot": "another", "process": 1}, True),
        ({"host": socket.gethostname(), "boot": boot_id(), "process": 1}, False),
        ({"host": "elsewhere", "boot": boot_id(), "process": 2**22 + 1}, False),
        ({"host": socket.gethostname()}, False),
    ],
)
def test_without_locks_a_holder_that_is_gone_is_replaced(tmp_path, holder, is_free):
    (tmp_path / "lock.owner").write_text(json.dumps(holder))
    held = FileLock.take(tmp_path / "lock")
    assert (held is not None) == is_free


def test_another_failure_is_told_as_it_is(tmp_path, monkeypatch):
    import fcntl

    def fail(*_):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(OSError, match="broken"):
        FileLock.take(tmp_path / "lock")
