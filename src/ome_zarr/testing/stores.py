"""Stores that watch or fail, and the contract that every sink must keep."""

import os
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Literal, Self

import numpy as np
import zarr
from zarr.abc.store import ByteRequest, Store
from zarr.core.buffer import Buffer, BufferPrototype
from zarr.storage import WrapperStore

from ome_zarr.geometry.region import Region
from ome_zarr.storage.backends.zarr import ZarrSink, open_sink
from ome_zarr.storage.keys import get_key, keys_under
from ome_zarr.storage.locate import Location, Target, locate
from ome_zarr.storage.node_path import join
from ome_zarr.storage.protocol import Documents, LevelSpec

__all__ = ["CountingStore", "FaultyStore", "Operation", "SinkTests", "StoreCounts", "StoreFault", "snapshot"]


type StoreFault = Literal["raise", "tear", "late", "drop", "kill"]
"""How an operation of a store goes wrong; see `FaultyStore`."""

_DONE_BY: Mapping[StoreFault, float] = MappingProxyType({"raise": 0, "tear": 0.5, "late": 1, "drop": 0, "kill": 0})
"""How much of the operation is done."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing asked of a store: ``"get"``, ``"set"``, ``"delete"``, ``"exists"`` or ``"list"``."""

    kind: str
    key: str


@dataclass
class StoreCounts:
    """How often each key was got, set and deleted, and how many bytes went each way."""

    gets: Counter[str] = field(default_factory=Counter)
    sets: Counter[str] = field(default_factory=Counter)
    deletes: Counter[str] = field(default_factory=Counter)
    bytes_read: Counter[str] = field(default_factory=Counter)
    bytes_written: Counter[str] = field(default_factory=Counter)


class _HookedStore(WrapperStore[Store]):
    """Calls `_before` with every operation, and `_after` with what a get or set moved."""

    def _before(self, operation: Operation) -> float:
        """How much of an operation that changes something is to be done: all, a part of what is set, or nothing."""
        del operation
        return 1

    def _after(self, operation: Operation, moved: Buffer | None) -> None: ...

    async def get(self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None) -> Buffer | None:
        operation = Operation("get", key)
        self._before(operation)
        value = await super().get(key, prototype, byte_range)
        self._after(operation, value)
        return value

    async def set(self, key: str, value: Buffer) -> None:
        operation = Operation("set", key)
        if part := self._before(operation):
            await super().set(key, _part(value, part))
        self._after(operation, value)

    async def set_if_not_exists(self, key: str, value: Buffer) -> None:
        operation = Operation("set", key)
        if part := self._before(operation):
            await super().set_if_not_exists(key, _part(value, part))
        self._after(operation, value)

    async def delete(self, key: str) -> None:
        operation = Operation("delete", key)
        if self._before(operation):
            await super().delete(key)
        self._after(operation, None)

    async def delete_dir(self, prefix: str) -> None:
        operation = Operation("delete", prefix)
        if self._before(operation):
            await super().delete_dir(prefix)
        self._after(operation, None)

    async def exists(self, key: str) -> bool:
        self._before(Operation("exists", key))
        return await super().exists(key)

    def list_prefix(self, prefix: str) -> AsyncIterator[str]:
        self._before(Operation("list", prefix))
        return super().list_prefix(prefix)

    def get_sync(
        self,
        key: str,
        *,
        prototype: BufferPrototype | None = None,
        byte_range: ByteRequest | None = None,
    ) -> Buffer | None:
        operation = Operation("get", key)
        self._before(operation)
        value = super().get_sync(key, prototype=prototype, byte_range=byte_range)
        self._after(operation, value)
        return value

    def set_sync(self, key: str, value: Buffer) -> None:
        operation = Operation("set", key)
        if part := self._before(operation):
            super().set_sync(key, _part(value, part))
        self._after(operation, value)

    def delete_sync(self, key: str) -> None:
        operation = Operation("delete", key)
        if self._before(operation):
            super().delete_sync(key)
        self._after(operation, None)


def _part(value: Buffer, part: float) -> Buffer:
    return value if part == 1 else value[: int(len(value) * part)]


class CountingStore(_HookedStore):
    """Counts what is asked of a store, by key; from any number of threads.

    Parameters
    ----------
    store
        Does the work.
    counts
        Where to count; by default a new one.
    """

    def __init__(self, store: Store, counts: StoreCounts | None = None) -> None:
        super().__init__(store)
        self.counts = StoreCounts() if counts is None else counts
        self._lock = threading.Lock()

    def reset(self) -> None:
        """Begin again at zero."""
        with self._lock:
            self.counts = StoreCounts()

    def _with_store(self, store: Store) -> Self:
        return type(self)(store, self.counts)

    def _after(self, operation: Operation, moved: Buffer | None) -> None:
        size = 0 if moved is None else len(moved)
        with self._lock:
            match operation.kind:
                case "get":
                    self.counts.gets[operation.key] += 1
                    self.counts.bytes_read[operation.key] += size
                case "set":
                    self.counts.sets[operation.key] += 1
                    self.counts.bytes_written[operation.key] += size
                case _:
                    self.counts.deletes[operation.key] += 1


class FaultyStore(_HookedStore):
    """Goes wrong once, at the operation of a given number; works before and after.

    Parameters
    ----------
    store
        Does the work.
    fail_at
        Number of the operation that goes wrong, 0 being the first; None: none does.
    error
        Makes what is raised.
    matching
        Which operations are numbered; by default those that change something.
    what
        How it goes wrong: ``"raise"``, an error and nothing done; ``"tear"``, an error after half of what was to be
        stored; ``"late"``, an error after all was done, as when an answer is lost; ``"drop"``, nothing done and no
        error; ``"kill"``, the end of the process, before anything is done.

    Attributes
    ----------
    seen
        The operations, those that went wrong included.
    """

    def __init__(
        self,
        store: Store,
        fail_at: int | None = None,
        error: Callable[[], BaseException] = lambda: OSError(28, "No space left on device"),
        matching: Callable[[Operation], bool] = lambda operation: operation.kind in ("set", "delete"),
        *,
        what: StoreFault = "raise",
    ) -> None:
        super().__init__(store)
        self.fail_at = fail_at
        self.seen: list[Operation] = []
        self._error = error
        self._matching = matching
        self._what = what
        self._struck: Operation | None = None
        self._lock = threading.Lock()

    def _with_store(self, store: Store) -> Self:
        return type(self)(store, self.fail_at, self._error, self._matching, what=self._what)

    def _before(self, operation: Operation) -> float:
        if not self._matching(operation):
            return 1
        with self._lock:
            number = len(self.seen)
            self.seen.append(operation)
        if number != self.fail_at:
            return 1
        match self._what:
            case "raise":
                raise self._error()
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "tear" | "late":
                self._struck = operation
        return _DONE_BY[self._what]

    def _after(self, operation: Operation, moved: Buffer | None) -> None:
        del moved
        if operation is self._struck:
            raise self._error()


def snapshot(store: Store, path: str = "") -> dict[str, bytes]:
    """Every key below `path` with its value."""
    values = {key: get_key(store, key) for key in keys_under(store, path)}
    return {key: value for key, value in values.items() if value is not None}


class SinkTests:
    """What every sink must do; a subclass names the place, and may change the levels.

    Subclass it in a test module as ``class TestMine(SinkTests)`` and give it a `target` fixture (or
    override `open`).
    """

    levels: ClassVar[tuple[LevelSpec, ...]] = (
        LevelSpec("s0", (50, 70), np.dtype("u2"), (16, 16), (32, 32), ("y", "x")),
        LevelSpec("s1", (25, 35), np.dtype("u2"), (16, 16), None, ("y", "x")),
    )
    documents: ClassVar[Documents] = {"": {"ome": {"version": "0.5"}}}

    def open(self, target: Target, *, overwrite: bool = False) -> ZarrSink:
        """A sink at `target`."""
        return open_sink(self.place(target), self.levels, overwrite=overwrite)

    def place(self, target: Target) -> Location:
        """The location of `target`."""
        return locate(target)

    def block(self, level: int, seed: int = 0) -> np.ndarray:
        """Pixels for a whole level."""
        spec = self.levels[level]
        return np.random.default_rng(seed + level).integers(1, 999, spec.shape).astype(spec.dtype)

    def fill(self, sink: ZarrSink, seed: int = 0) -> int:
        """Write every level, unit by unit; the number of stored bytes."""
        stored = 0
        for level, spec in enumerate(self.levels):
            block = self.block(level, seed)
            for unit in Region.whole(spec.shape).split(spec.write_unit):
                stored += sink.write(level, unit, block[unit.slices])
        return stored

    def pixels(self, target: Target, names: tuple[str, ...]) -> list[np.ndarray]:
        """Every level, as zarr reads it."""
        place = self.place(target)
        paths = [join(place.path, name) for name in names]
        return [np.asarray(zarr.open_array(place.store, path=path, mode="r+")[:]) for path in paths]

    def image(self, target: Target) -> dict[str, bytes]:
        """Everything at `target`, byte for byte."""
        place = self.place(target)
        return snapshot(place.store, place.path)

    def test_what_is_written_is_read_back(self, target: Target) -> None:
        with self.open(target) as sink:
            assert self.fill(sink) > 0
            sink.commit(self.documents)
        for level, pixels in enumerate(self.pixels(target, sink.paths)):
            np.testing.assert_array_equal(pixels, self.block(level))

    def test_an_abort_leaves_nothing(self, target: Target) -> None:
        before = self.image(target)
        sink = self.open(target)
        self.fill(sink)
        sink.abort()
        assert self.image(target) == before

    def test_leaving_without_a_commit_is_an_abort(self, target: Target) -> None:
        before = self.image(target)
        with self.open(target) as sink:
            self.fill(sink)
        assert self.image(target) == before

    def test_the_old_image_stays_until_the_commit(self, target: Target) -> None:
        with self.open(target) as sink:
            self.fill(sink)
            sink.commit(self.documents)
        old = self.pixels(target, sink.paths)
        with self.open(target, overwrite=True) as newer:
            self.fill(newer, seed=10)
            for before, now in zip(old, self.pixels(target, sink.paths), strict=True):
                np.testing.assert_array_equal(now, before)
            newer.commit(self.documents)
        for level, pixels in enumerate(self.pixels(target, newer.paths)):
            np.testing.assert_array_equal(pixels, self.block(level, seed=10))

    def test_an_aborted_overwrite_leaves_the_old_image_byte_for_byte(self, target: Target) -> None:
        with self.open(target) as sink:
            self.fill(sink)
            sink.commit(self.documents)
        before = self.image(target)
        with self.open(target, overwrite=True) as newer:
            self.fill(newer, seed=10)
        assert self.image(target) == before
