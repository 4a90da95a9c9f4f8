"""Requests that are sent again: which ones, how often, how long, and what is said in the end."""

import pytest
from zarr.core.buffer import default_buffer_prototype
from zarr.core.sync import sync
from zarr.storage import MemoryStore

from ome_zarr.errors import UnreachableError
from ome_zarr.storage import retrying
from ome_zarr.storage.keys import create_key, get_key, keys_under, names_under, set_key
from ome_zarr.storage.retrying import LONGEST_S, TRIES, RetryingStore, is_passing
from ome_zarr.testing.stores import FaultyStore, Operation


class RefusedError(Exception):
    """What libraries raise for a status of HTTP."""

    def __init__(self, status, headers=None):
        super().__init__(f"status {status}")
        self.status = status
        self.headers = headers or {}


class Failing(FaultyStore):
    """Fails with every operation until it has failed so often."""

    def __init__(self, store, times, error=lambda: ConnectionResetError("reset by peer")):
        super().__init__(store, None, error)
        self.left = times
        self.asked = 0

    def _before(self, operation):
        self.asked += 1
        self.left -= 1
        if self.left >= 0:
            raise self._error()
        return super()._before(operation)

    async def list_dir(self, prefix):
        self._before(Operation("list", prefix))
        async for name in super().list_dir(prefix):
            yield name


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """All pauses, which take no time."""
    found = []

    async def pause(seconds):
        found.append(seconds)

    monkeypatch.setattr(retrying, "sleep", pause)
    return found


def holding(**values):
    """A store in memory with these keys."""
    store = MemoryStore()
    for key, value in values.items():
        set_key(store, key, value)
    return store


REQUESTS = {
    "get": (lambda store: get_key(store, "a"), b"1"),
    "set": (lambda store: set_key(store, "b", b"2"), None),
    "create": (lambda store: create_key(store, "b", b"2"), True),
    "exists": (lambda store: sync(store.exists("a")), True),
    "delete": (lambda store: sync(store.delete("a")), None),
    "delete_dir": (lambda store: sync(store.delete_dir("a")), None),
    "list": (lambda store: keys_under(store, ""), ["a"]),
    "list_dir": (lambda store: names_under(store, ""), ["a"]),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_kind_of_request_succeeds_at_the_last_try_and_fails_after_it(name):
    ask, answer = REQUESTS[name]
    assert ask(RetryingStore(Failing(holding(a=b"1"), TRIES - 1))) == answer
    inner = Failing(holding(a=b"1"), TRIES)
    with pytest.raises(UnreachableError, match=f"asked for {TRIES} times: ConnectionResetError: reset by peer"):
        ask(RetryingStore(inner))
    assert inner.asked == TRIES


def test_pauses_grow_and_are_random(pauses):
    with pytest.raises(UnreachableError):
        get_key(RetryingStore(Failing(MemoryStore(), TRIES)), "a")
    assert len(pauses) == TRIES - 1
    for number, pause in enumerate(pauses):
        assert 0.5 <= pause / (retrying._FIRST_PAUSE_S * 2**number) <= 1.5
    assert len({pause / 2**number for number, pause in enumerate(pauses)}) > 1


def test_a_server_says_how_long_to_wait(pauses):
    inner = Failing(holding(a=b"1"), 1, lambda: RefusedError(429, {"Retry-After": "3"}))
    assert get_key(RetryingStore(inner), "a") == b"1"
    assert pauses == [3.0]


def test_nothing_is_asked_for_after_the_longest_time(pauses):
    inner = Failing(holding(a=b"1"), 1, lambda: RefusedError(503, {"Retry-After": str(int(LONGEST_S) + 1)}))
    with pytest.raises(UnreachableError, match=r"'a' in .* was asked for: RefusedError"):
        get_key(RetryingStore(inner), "a")
    assert pauses == []


@pytest.mark.parametrize("status", [400, 401, 403, 409, 412])
def test_a_refusal_is_asked_once_and_is_no_absence(status):
    inner = Failing(holding(a=b"1"), 1, lambda: RefusedError(status))
    with pytest.raises(UnreachableError, match=f"status {status}"):
        get_key(RetryingStore(inner), "a")
    assert inner.asked == 1


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (OSError(), True),
        (RefusedError(408), True),
        (RefusedError(429), True),
        (RefusedError(500), True),
        (RefusedError(503), True),
        (RefusedError(403), False),
        (PermissionError(), False),
        (FileExistsError(), False),
    ],
    ids=repr,
)
def test_what_a_moment_may_mend(error, passes):
    assert is_passing(error) is passes


@pytest.mark.parametrize("error", [ValueError, TypeError, KeyError, NotImplementedError])
def test_what_is_not_the_servers_doing_comes_as_it_is(error):
    inner = Failing(MemoryStore(), 1, error)
    with pytest.raises(error):
        get_key(RetryingStore(inner), "a")
    assert inner.asked == 1


def test_an_absent_key_is_asked_for_once():
    inner = Failing(MemoryStore(), 0)
    assert get_key(RetryingStore(inner), "a") is None
    assert inner.asked == 1


def test_parts_of_a_value_are_asked_for_one_by_one():
    store = RetryingStore(Failing(holding(a=b"12"), 2))
    values = sync(store.get_partial_values(default_buffer_prototype(), [("a", None), ("b", None)]))
    assert [value and value.to_bytes() for value in values] == [b"12", None]


def test_what_was_created_meanwhile_stays():
    store = RetryingStore(holding(a=b"1"))
    assert not create_key(store, "a", b"2")
    assert get_key(store, "a") == b"1"


def test_messages_have_no_secrets():
    error = OSError("GET https://who:hunter2@host/a?X-Amz-Signature=hunter2 failed\nrust debug hunter2")
    with pytest.raises(UnreachableError) as caught:
        get_key(RetryingStore(Failing(MemoryStore(), TRIES, lambda: error)), "a")
    assert "hunter2" not in str(caught.value)
