"""The harness notices what it is there to notice."""

import pickle
import socket
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="the memory of an execution is measured as POSIX tells it")

from tests.fuzz import contract
from tests.fuzz.contract import BreachError, execute
from tests.fuzz.sentry import root
from tests.fuzz.target import Target

from ome_zarr.errors import DocumentError, DocumentWarning


def doing(run: Callable[[], object]) -> Target[bytes]:
    """A target that does something, whatever the input."""
    return Target("x", bytes, lambda _: run(), tuple, lambda data, _: data)


def failing(error: BaseException) -> Callable[[], object]:
    def fail() -> object:
        raise error

    return fail


def swallowing(run: Callable[[], object]) -> Callable[[], object]:
    """As code does it that tries something and goes on without it."""

    def swallow() -> object:
        try:
            return run()
        except OSError:
            return None

    return swallow


def test_our_errors_and_warnings_are_how_an_execution_ends():
    execute(doing(failing(DocumentError("x"))), b"")
    execute(doing(partial(warnings.warn, "x", DocumentWarning, stacklevel=1)), b"")


@pytest.mark.parametrize("error", [KeyError("x"), MemoryError(), RecursionError(), OSError("x"), AssertionError()])
def test_any_other_error_comes_out(error):
    with pytest.raises(type(error)):
        execute(doing(failing(error)), b"")


def test_any_other_warning_comes_out():
    with pytest.raises(RuntimeWarning):
        execute(doing(partial(warnings.warn, "x", RuntimeWarning, stacklevel=1)), b"")


def test_a_file_inside_the_root_may_be_read():
    path = root() / "x"
    path.write_bytes(b"1")
    execute(doing(path.read_bytes), b"")


def test_a_file_outside_the_root_must_not_be_opened_even_where_that_fails(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x").write_bytes(b"1")
    for name in (tmp_path / "x", tmp_path / "nothing", root() / ".." / "x", "relative"):
        with pytest.raises(BreachError, match="open"):
            execute(doing(swallowing(Path(name).read_bytes)), b"")


def test_nothing_must_be_written_or_removed_inside_the_root_either():
    path = root() / "kept"
    path.write_bytes(b"1")
    for change in (partial(path.write_bytes, b"2"), path.unlink):
        with pytest.raises(BreachError, match="kept"):
            execute(doing(change), b"")
        path.write_bytes(b"1")


def test_no_socket_is_made():
    with pytest.raises(BreachError, match="socket"):
        execute(doing(lambda: socket.socket().close()), b"")


def test_no_pickle_is_read():
    with pytest.raises(BreachError, match="pickle"):
        execute(doing(partial(pickle.loads, pickle.dumps(Path("x")))), b"")


def test_an_execution_that_takes_long_comes_out(monkeypatch):
    monkeypatch.setattr(contract, "_MOST_CPU_SECONDS", 0.01)
    with pytest.raises(BreachError, match="processor"):
        execute(doing(lambda: sum(range(3_000_000))), b"")


def test_an_execution_that_takes_much_memory_comes_out(monkeypatch):
    peaks = iter([1 << 30, 3 << 30])
    monkeypatch.setattr(contract, "_peak_bytes", lambda: next(peaks))
    with pytest.raises(BreachError, match=r"\d{4} MiB"):
        execute(doing(tuple), b"")
