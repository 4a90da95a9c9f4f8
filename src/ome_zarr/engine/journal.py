"""What is done of a plan, written down so that another process can go on with the rest.

One line is added for every tile or box when all that it makes whole is stored; data come first, their record second. A
line holds its own checksum, and what follows the first one that is cut off or damaged does not count.

A tile also leaves something to others: parts of coarser write units, and slabs of pixels for the tiles above it. That
is kept in a file until everybody who needs it has a line of their own; then the file is written over for another tile,
which costs a fraction of a new one. On the next start what is still needed is read back; a tile whose pieces are needed
and not there any more is made again.
"""

import json
import os
import threading
import zlib
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from ome_zarr.chunks.files import write_pieces
from ome_zarr.chunks.fingerprint import Fingerprint, fingerprint
from ome_zarr.engine.states import TileState
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.sweep import Tile
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.lock import boot_id
from ome_zarr.storage.protocol import Json, Ledger

__all__ = ["Journal", "Record", "Unit", "read_lines"]

type Unit = tuple[int, tuple[int, ...]]
"""A write unit: level, and index in its grid."""

type _Need = Unit | Tile
"""Who needs what a tile left: a write unit, or another tile."""

_NOT_DONE = -1

_CHECKED = 8
"""Last records whose objects are compared with what was noted; all of them after a new start of the computer, which
may have lost what was not on the disk yet."""


@dataclass(frozen=True, slots=True)
class Record:
    """One tile or box that is done.

    Attributes
    ----------
    number
        Of the pass.
    tile
        Its index in the grid of the pass.
    stored
        Every write unit that it stored, with its size and fingerprint.
    parts, slabs
        What it left: the units it has parts of, and the levels and axes of its slabs.
    left
        Where that is: number of the file, number of bytes, and their fingerprint; None: it left nothing.
    """

    number: int
    tile: Tile
    stored: tuple[tuple[Unit, int, int], ...]
    parts: tuple[Unit, ...] = ()
    slabs: tuple[tuple[int, int], ...] = ()
    left: tuple[int, int, int] | None = None

    def to_json(self) -> dict[str, Json]:
        """The record as JSON."""
        return {
            "pass": self.number,
            "tile": self.tile,
            "stored": [[*unit, size, mark] for unit, size, mark in self.stored],
            "parts": self.parts,
            "slabs": self.slabs,
            "left": self.left,
        }

    @classmethod
    def of_json(cls, document: Mapping[str, Json]) -> "Record":
        """The record that :meth:`to_json` wrote.

        Raises
        ------
        DocumentError
            It is none of a record.
        """
        try:
            stored = [_stored(entry) for entry in cast("Sequence[Sequence[Json]]", document["stored"])]
            parts = [_unit(level, index) for level, index in cast("Sequence[Sequence[Json]]", document["parts"])]
            slabs = [_index([level, axis]) for level, axis in cast("Sequence[Sequence[Json]]", document["slabs"])]
            (number,) = _index([document["pass"]])
            left = None if document["left"] is None else _index(document["left"])
            if left is not None and len(left) != 3:
                raise ValueError(f"{left!r} is no file, size and fingerprint")  # noqa: TRY301 - told as the others
            tile = _index(document["tile"])
        except (KeyError, TypeError, ValueError) as error:
            raise DocumentError(f"{document!r} is no record of a journal: {error!r}") from error
        return cls(
            number,
            tile,
            tuple(stored),
            tuple(parts),
            cast("tuple[tuple[int, int], ...]", tuple(slabs)),
            left,
        )


class Journal:
    """The record of one plan's work.

    Any number of threads may use one; each tile is finished once. What it keeps in memory is some bytes for a tile.

    Parameters
    ----------
    file
        The journal; there if the work was begun by another process.
    states
        The folder of what tiles leave to others.
    grids
        Number of tiles or boxes along every axis, for each pass.
    ledger
        Of the sink; learns what was stored earlier.
    """

    def __init__(self, file: Path, states: Path, grids: Sequence[tuple[int, ...]], ledger: Ledger) -> None:
        self._file = file
        self._states = states
        self._ledger = ledger
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._lines = [np.full(grid, _NOT_DONE, np.int64) for grid in grids]  # where the record of each tile begins
        self._end = 0
        self._kept: dict[Tile, TileState] = {}
        self._needed: dict[_Need, list[Tile]] = defaultdict(list)
        self._needs: dict[Tile, int] = {}
        self._files: dict[Tile, int] = {}  # what each tile left that is still needed
        self._free: list[int] = []
        self._count = 0

    def load(self) -> None:
        """Learn what earlier processes did; call it once, before anything else."""
        boots, last = set[str](), deque[Record](maxlen=_CHECKED)
        for at, end, document in read_lines(self._file):
            self._end = end
            if "boot" in document:
                boots.add(str(document["boot"]))
            else:
                last.append(Record.of_json(document))
                self._learn(last[-1], at)
        if self._end:
            with self._file.open("rb") as file:
                self._check(last if boots <= {boot_id()} else self._records(file))
                self._take_up(file)

    @property
    def done(self) -> int:
        """How many tiles and boxes are done."""
        return sum(int(np.count_nonzero(lines != _NOT_DONE)) for lines in self._lines)

    def is_done(self, number: int, tile: Tile) -> bool:
        """Whether a tile or box of a pass has nothing left to do."""
        return bool(self._lines[number][tile] != _NOT_DONE)

    def is_stored(self, level: int, index: tuple[int, ...]) -> bool:
        """Whether a write unit has been stored."""
        return self._ledger.noted(level, index) is not None

    def states(self) -> Iterator[tuple[Tile, TileState]]:
        """What tiles that are done left to others that are not; given out once."""
        while self._kept:
            yield self._kept.popitem()

    def finish(self, number: int, tile: Tile, stored: Sequence[Unit], state: TileState | None = None) -> None:
        """Write down that a tile or box is done: all that it makes whole is stored.

        Parameters
        ----------
        number, tile
            Of the pass, and the index in its grid.
        stored
            The write units that it stored, all of which the ledger knows.
        state
            What it leaves to others.

        Raises
        ------
        TargetError
            The disk is full, and so on.
        """
        with as_target_errors(lambda: f"the journal {str(self._file)!r}"):
            left = self._leave(tile, state) if state else ((), (), None)
            record = Record(number, tile, tuple(self._noted(unit) for unit in stored), *left)
            with self._lock:
                self._lines[number][tile] = self._append(record.to_json())
                self._free.extend(self._files.pop(other) for other in self._released(record))

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _noted(self, unit: Unit) -> tuple[Unit, int, int]:
        size, mark = cast("tuple[int, int]", self._ledger.noted(*unit))
        return unit, size, mark

    def _leave(
        self, tile: Tile, state: TileState
    ) -> tuple[tuple[Unit, ...], tuple[tuple[int, int], ...], tuple[int, int, int]]:
        """Keep what a tile leaves; what the record says about it."""
        with self._lock:
            is_new = not self._free
            file = self._free.pop() if self._free else self._count
            self._files[tile] = file
            self._count += is_new
        mark = Fingerprint()
        write_pieces(self._state_file(file), mark.following(state.to_pieces()), over=not is_new)
        parts = tuple((piece.level, cast("tuple[int, ...]", piece.of)) for piece in state.parts)
        slabs = tuple((piece.level, cast("int", piece.of)) for piece in state.slabs)
        return parts, slabs, (file, mark.size, mark.value)

    def _released(self, record: Record) -> Iterator[Tile]:
        """The tiles whose pieces nobody needs any more, now that a record is there."""
        if record.left is not None and not self._expect(record):
            yield record.tile
        done: list[_Need] = [unit for unit, _, _ in record.stored]
        if record.number == 0:
            done.append(record.tile)
        for need in done:
            for tile in self._needed.pop(need, ()):
                self._needs[tile] -= 1
                if self._needs[tile] == 0:
                    del self._needs[tile]
                    yield tile

    def _expect(self, record: Record) -> set[_Need]:
        """Know who needs what a tile left."""
        needs = self._open_needs(record)
        for need in needs:
            self._needed[need].append(record.tile)
        if needs:
            self._needs[record.tile] = len(needs)
        return needs

    def _open_needs(self, record: Record) -> set[_Need]:
        """The units and tiles that are not done and need what a tile left."""
        units = {unit for unit in record.parts if not self.is_stored(*unit)}
        tiles = {_next(record.tile, axis) for _, axis in record.slabs}
        return units | {tile for tile in tiles if not self.is_done(0, tile)}

    def _learn(self, record: Record, at: int) -> None:
        """Take in a record of another process."""
        try:
            lines = self._lines[record.number]
            # a shorter index would be that of many tiles
            lines[tuple(i for i, _ in zip(record.tile, lines.shape, strict=True))] = at
            for (level, index), size, mark in record.stored:
                self._ledger.note(level, index, size, mark)
            self._open_needs(record)
        except (IndexError, TypeError, ValueError, OverflowError) as error:
            raise DocumentError(
                f"the journal {str(self._file)!r} speaks of a tile or write unit that the plan does not have: "
                f"{record!r}; remove it with ome_zarr.clean and begin anew"
            ) from error

    def _check(self, records: Iterable[Record]) -> None:
        """Compare what the records say was stored with what is there."""
        for record in records:
            for (level, index), _, _ in record.stored:
                if self.is_stored(level, index):
                    self._ledger.check(level, index)

    def _records(self, file: BinaryIO) -> Iterator[Record]:
        """Of all that is done, later passes first, and of one pass higher tiles before those below them."""
        for lines in reversed(self._lines):
            done = np.argwhere(lines != _NOT_DONE)
            for tile in done[np.argsort(-done.sum(axis=1), kind="stable")].tolist():
                file.seek(int(lines[tuple(tile)]))
                yield Record.of_json(cast("Mapping[str, Json]", _document(file.readline())))

    def _take_up(self, file: BinaryIO) -> None:
        """Read what is still needed of what tiles left; tiles of which that is not there are not done.

        A tile that must be made again needs its lower neighbours' slabs again, so the highest tiles come first.
        """
        for record in self._records(file):
            needs = self._open_needs(record)
            whole = all(self.is_stored(*unit) for unit, _, _ in record.stored)
            state = self._state(record) if whole and needs else None
            if not whole or (needs and state is None):
                self._lines[record.number][record.tile] = _NOT_DONE
            elif state is not None:
                self._kept[record.tile] = _only(state, record.tile, needs)
                self._expect(record)
                self._files[record.tile] = cast("tuple[int, int, int]", record.left)[0]
        self._count = 1 + max(self._files.values(), default=-1)
        self._free = sorted(set(range(self._count)) - set(self._files.values()))

    def _state(self, record: Record) -> TileState | None:
        """What a tile left, if it is there as it was."""
        if record.left is None:
            return None
        file, size, mark = record.left
        with suppress(OSError, DocumentError), self._state_file(file).open("rb") as opened:
            data = opened.read(min(size, os.fstat(opened.fileno()).st_size))
            if fingerprint(data) == mark:
                return TileState.of_bytes(data)
        return None

    def _state_file(self, number: int) -> Path:
        return self._states / str(number)

    def _append(self, document: Mapping[str, Json]) -> int:
        """Add a line; where it begins."""
        if self._descriptor is None:
            self._descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
            os.ftruncate(self._descriptor, self._end)  # behind that lies what was cut off
            os.lseek(self._descriptor, self._end, os.SEEK_SET)
            self._append({"boot": boot_id()})
        at, line = self._end, _line(document)
        if os.write(self._descriptor, line) < len(line):
            raise OSError(f"only a part of {len(line)} bytes could be written")
        self._end += len(line)
        return at


def read_lines(file: Path) -> Iterator[tuple[int, int, Mapping[str, Json]]]:
    """Every line of a journal with the bytes at which it begins and ends, up to one that was cut off or is damaged."""
    at = 0
    with suppress(FileNotFoundError, IsADirectoryError), file.open("rb") as lines:
        for line in lines:
            document = _document(line)
            if document is None:
                return
            yield at, at + len(line), document
            at += len(line)


def _line(document: Mapping[str, Json]) -> bytes:
    text = json.dumps(document, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _document(line: bytes) -> Mapping[str, Json] | None:
    """What a line says; None: it was cut off or is damaged."""
    mark, _, text = line.partition(b" ")
    if not text.endswith(b"\n") or mark != b"%08x" % zlib.crc32(text[:-1]):
        return None
    with suppress(ValueError, RecursionError):
        document = json.loads(text)
        if isinstance(document, dict):
            return document
    return None


def _only(state: TileState, tile: Tile, needs: set[_Need]) -> TileState:
    """The pieces of a state that somebody needs."""
    return TileState(
        [piece for piece in state.parts if (piece.level, piece.of) in needs],
        [piece for piece in state.slabs if _next(tile, cast("int", piece.of)) in needs],
    )


def _next(tile: Tile, axis: int) -> Tile:
    return (*tile[:axis], tile[axis] + 1, *tile[axis + 1 :])


def _stored(entry: Sequence[Json]) -> tuple[Unit, int, int]:
    level, index, size, mark = entry
    size, mark = _index([size, mark])
    return _unit(level, index), size, mark


def _unit(level: Json, index: Json) -> Unit:
    return _index([level])[0], _index(index)


def _index(values: Json) -> tuple[int, ...]:
    if not isinstance(values, list | tuple) or not all(type(value) is int and value >= 0 for value in values):
        raise ValueError(f"{values!r} are no indices")
    return tuple(cast("Sequence[int]", values))
