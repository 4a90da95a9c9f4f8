import errno

import pytest

from ome_zarr.storage import rename
from ome_zarr.storage.rename import exchange, file_id, hidden_sibling, rename_new


@pytest.fixture
def pair(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(name)
    return tmp_path / "first", tmp_path / "second"


def without_exchange(*arguments):
    """A kernel that cannot."""
    rename.ctypes.set_errno(errno.ENOSYS)
    return -1


@pytest.mark.parametrize("function", [rename._renameat2(), without_exchange, None])
def test_two_directories_swap_their_names(pair, monkeypatch, function):
    monkeypatch.setattr(rename, "_renameat2", lambda: function)
    exchange(*pair)
    assert [(path / "name").read_text() for path in pair] == ["second", "first"]
    assert sorted(path.name for path in pair[0].parent.iterdir()) == ["first", "second"]


@pytest.mark.parametrize("function", [rename._renameat2(), None])
def test_an_exchange_with_nothing_changes_nothing(pair, monkeypatch, function):
    monkeypatch.setattr(rename, "_renameat2", lambda: function)
    for arguments in ((pair[0], pair[0].parent / "none"), (pair[0].parent / "none", pair[1])):
        with pytest.raises(FileNotFoundError):
            exchange(*arguments)
    assert [(path / "name").read_text() for path in pair] == ["first", "second"]
    assert sorted(path.name for path in pair[0].parent.iterdir()) == ["first", "second"]


def test_a_new_name_must_be_free(pair):
    with pytest.raises(OSError, match="not empty"):
        rename_new(*pair)
    with pytest.raises(FileExistsError):
        rename_new(pair[0] / "name", pair[1] / "name")
    (pair[1] / "name").unlink()
    rename_new(pair[0] / "name", pair[1] / "name")
    assert (pair[1] / "name").read_text() == "first"
    assert not (pair[0] / "name").exists()


def test_a_file_gets_its_name_where_there_are_no_hard_links(pair, monkeypatch):
    def no_links(source, target):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(rename.os, "link", no_links)
    with pytest.raises(OSError, match="no links"):
        rename_new(pair[0] / "name", pair[1] / "name")
    rename_new(pair[0] / "name", pair[1] / "other")
    assert (pair[1] / "other").read_text() == "first"


def test_an_identity_moves_with_the_name(pair):
    before = file_id(pair[0])
    pair[0].rename(pair[0].parent / "third")
    assert file_id(pair[0].parent / "third") == before
    assert file_id(pair[0]) is None


def test_hidden_names_are_never_too_long_and_never_the_same(tmp_path):
    path = tmp_path / ("é" * 127)
    first, second = hidden_sibling(path), hidden_sibling(path)
    assert first != second
    first.mkdir()
    assert first.name.startswith(".é")
