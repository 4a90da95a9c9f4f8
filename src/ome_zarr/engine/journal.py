"""What is done of a plan, written down so that another process can go on with the rest.

A write unit that is stored is noted with its size and fingerprint; a tile is done when all units that it has a share in
are, for then nobody needs it any more. What is needed of a finished tile meanwhile, its parts of begun units and the
slabs that it hands on, is kept in a file, which is written over for another tile later: that costs a fraction of a new
one. On the next start those files are read back, and a tile whose pieces are needed and not there is made again.

Lines are added from time to time, see `ome_zarr.engine.pace`: the data come first and their record second. What is
needed for a moment only, because the unit is whole soon after, is never written. A line holds its own checksum, and
what follows the first one that is cut off or damaged does not count.
"""

import json
import os
import threading
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np

from ome_zarr.chunks.files import write_pieces
from ome_zarr.chunks.fingerprint import Fingerprint, fingerprint
from ome_zarr.engine.needs import Needs
from ome_zarr.engine.pace import Pace
from ome_zarr.engine.states import Piece, TileState
from ome_zarr.engine.units import Part
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.sweep import Tile
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.lock import boot_id
from ome_zarr.storage.protocol import Json, Ledger, Unit

__all__ = ["Journal", "Left", "read_lines"]

type _Need = tuple[int, tuple[int, ...] | int]
"""A piece that somebody needs of a tile: its level, and where it goes, as of `Piece`."""

type _Needer = Unit | Tile
"""Who needs it: a write unit, or another tile."""

_CHECKED = 8
"""Last units that are compared with what was noted; all of them after a new start of the computer, which may have lost
what was not on the disk yet."""

_MOST_BYTES = 1 << 24
"""Of slabs that wait to be written down."""


@dataclass(slots=True)
class Left:
    """What a tile leaves to others.

    Attributes
    ----------
    parts
        Of write units that were not whole when it came.
    slabs
        For its upper neighbours.
    """

    parts: list[Part] = field(default_factory=list)
    slabs: list[Piece] = field(default_factory=list)


class Journal:
    """The record of one plan's work.

    Any number of threads may use one; each tile is finished once. What it keeps in memory is a byte for a tile, beside
    what was done since it last wrote that down.

    Parameters
    ----------
    file
        The journal; there if the work was begun by another process.
    states
        The folder of what tiles leave to others.
    needs
        What follows from the plan.
    ledger
        Of the sink; tells what is stored, and learns what was stored earlier.
    begin
        Called once before the first line of all.
    """

    def __init__(
        self, file: Path, states: Path, needs: Needs, ledger: Ledger, begin: Callable[[], None] | None = None
    ) -> None:
        self._file = file
        self._states = states
        self._needs = needs
        self._ledger = ledger
        self._begin = begin
        self._lock = threading.Lock()  # of what waits to be written down
        self._writing = threading.Lock()  # of all that follows it
        self._stored: list[tuple[Unit, int, int]] = []
        self._finished: list[tuple[Tile, Left]] = []
        self._bytes = 0
        self._descriptor: int | None = None
        self._end = 0
        self._kept: dict[Tile, TileState] = {}
        self._needed: dict[_Needer, list[Tile]] = defaultdict(list)
        self._counts: dict[Tile, int] = {}  # of those who need what a tile left
        self._files: dict[Tile, int] = {}  # where that is
        self._free: list[int] = []
        self._count = 0
        self._done: list[np.ndarray] = []

    def load(self) -> None:
        """Learn what earlier processes did; call it once, before anything else."""
        boots, last, left = set[str](), deque[Unit](maxlen=_CHECKED), dict[int, tuple[Tile, int, int]]()
        for end, document in read_lines(self._file):
            self._end = end
            with self._told(document):
                if "boot" in document:
                    boots.add(str(document["boot"]))
                elif "stored" in document:
                    last.extend(self._learn(cast("Sequence[Sequence[Json]]", document["stored"])))
                else:
                    tile, *held = cast("Sequence[Json]", document["left"])
                    file, size, mark = _index(held)
                    left[file] = self._tile(tile), size, mark
        self._check(last if boots <= {boot_id()} else self._all_stored())
        self._done = [self._needs.whole(number, self._ledger) for number in range(self._needs.passes)]
        self._take_up({tile: (file, size, mark) for file, (tile, size, mark) in left.items()})
        self._count = 1 + max(left, default=-1)
        self._free = sorted(set(left) - set(self._files.values()))
        self._pace = Pace(goes_on=self._end > 0)
        self._ledger.follow(self._note)

    @property
    def done(self) -> int:
        """How many tiles and boxes are done."""
        return sum(int(np.count_nonzero(done)) for done in self._done)

    def is_done(self, number: int, tile: Tile) -> bool:
        """Whether a tile or box of a pass has nothing left to do."""
        return bool(self._done[number][tile])

    def is_stored(self, level: int, index: tuple[int, ...]) -> bool:
        """Whether a write unit has been stored."""
        return self._ledger.noted(level, index) is not None

    def states(self) -> Iterator[tuple[Tile, TileState]]:
        """What tiles that are done left to others that are not; given out once."""
        while self._kept:
            yield self._kept.popitem()

    def finish(self, tile: Tile, left: Left) -> None:
        """Know that a tile of the sweep is done: all that it has made whole is stored.

        Parameters
        ----------
        tile
            Its index.
        left
            What it leaves to others.

        Raises
        ------
        TargetError
            This could not be written down: the disk is full, and so on.
        """
        with self._lock:
            self._done[0][tile] = True
            self._finished.append((tile, left))
            self._bytes += sum(slab.block.nbytes for slab in left.slabs)
        self._write_in_time()

    def write(self) -> None:
        """Write down all that is done.

        Raises
        ------
        TargetError
            The disk is full, and so on.
        """
        with self._writing, as_target_errors(lambda: f"the journal {str(self._file)!r}"):
            self._write()

    @property
    def is_begun(self) -> bool:
        """Whether anything is written down."""
        return self._end > 0

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _note(self, unit: Unit, size: int, mark: int) -> None:
        """Know that a unit is stored."""
        with self._lock:
            self._stored.append((unit, size, mark))
        self._write_in_time()

    def _write_in_time(self) -> None:
        """Write down what is done, if it is time to and nobody else does."""
        if (self._pace.is_due or self._bytes > _MOST_BYTES) and self._writing.acquire(blocking=False):
            try:
                with as_target_errors(lambda: f"the journal {str(self._file)!r}"):
                    self._write()
            finally:
                self._writing.release()

    def _write(self) -> None:
        with self._lock:
            stored, self._stored = self._stored, []
            finished, self._finished = self._finished, []
            self._bytes = 0
        lines: list[Mapping[str, Json]] = []
        done: list[_Needer] = [unit for unit, _, _ in stored]
        if stored:
            lines.append({"stored": [(*unit, size, mark) for unit, size, mark in stored]})
        for tile, left in finished:
            parts = [part for part in left.parts if not self.is_stored(part.level, part.index)]
            state = TileState(
                [piece for part in parts if (piece := part.piece()) is not None],
                [slab for slab in left.slabs if not self.is_done(0, _upper(tile, cast("int", slab.of)))],
            )
            if len(state.parts) < len(parts):  # the others are just being stored: what is needed is known soon
                with self._lock:
                    self._finished.append((tile, left))
                continue
            if state:
                lines.append({"left": self._keep(tile, state)})
            done.append(tile)
        if lines:
            self._append(lines)
        self._free.extend(self._files.pop(tile) for needer in done for tile in self._released(needer))
        self._pace.kept()

    def _keep(self, tile: Tile, state: TileState) -> tuple[Tile, int, int, int]:
        """Write what others need of a tile into a file: the tile, the file, and that one's size and fingerprint."""
        is_new = not self._free
        file = self._count if is_new else self._free.pop()
        self._count += is_new
        mark = Fingerprint()
        write_pieces(self._state_file(file), mark.following(state.to_pieces()), over=not is_new)
        self._expect(tile, file, state)
        return tile, file, mark.size, mark.value

    def _expect(self, tile: Tile, file: int, state: TileState) -> None:
        """Know who needs what a tile left."""
        needers: set[_Needer] = {(piece.level, cast("tuple[int, ...]", piece.of)) for piece in state.parts}
        needers |= {_upper(tile, cast("int", piece.of)) for piece in state.slabs}
        self._files[tile] = file
        self._counts[tile] = len(needers)
        for needer in needers:
            self._needed[needer].append(tile)

    def _released(self, needer: _Needer) -> Iterator[Tile]:
        """The tiles of which nobody needs anything any more, now that somebody does not."""
        for tile in self._needed.pop(needer, ()):
            self._counts[tile] -= 1
            if self._counts[tile] == 0:
                del self._counts[tile]
                yield tile

    @contextmanager
    def _told(self, document: Mapping[str, Json]) -> Iterator[None]:
        """Say what is wrong with a line, whatever that is."""
        try:
            yield
        except (IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise DocumentError(
                f"the journal {str(self._file)!r} speaks of something that the plan does not have: {shown(document)}; "
                "remove it with ome_zarr.clean and begin anew"
            ) from error

    def _learn(self, entries: Sequence[Sequence[Json]]) -> Iterator[Unit]:
        """Take in the units that another process stored."""
        for said_level, said_index, *held in entries:
            (level, size, mark), index = _index([said_level, *held]), _index(said_index)
            if len(index) != len(self._needs.shape):  # a shorter one would be that of many units
                raise ValueError(f"{index!r} is no index of a write unit")
            self._ledger.note(level, index, size, mark)
            yield level, index

    def _tile(self, said: Json) -> Tile:
        """A tile of the plan."""
        tile, shape = _index(said), self._needs.shape
        if len(tile) != len(shape) or not all(i < n for i, n in zip(tile, shape, strict=True)):
            raise IndexError(f"there is no tile {tile!r} in {shape!r}")
        return tile

    def _check(self, units: Iterable[Unit]) -> None:
        """Compare what was noted with what is there; units that differ are not stored."""
        for unit in units:
            if self.is_stored(*unit):
                self._ledger.check(*unit)

    def _all_stored(self) -> Iterator[Unit]:
        for level in range(self._needs.levels):
            for index in np.argwhere(self._ledger.stored(level)).tolist():
                yield level, tuple(index)

    def _take_up(self, left: Mapping[Tile, tuple[int, int, int]]) -> None:
        """Read what is needed of what tiles left; tiles of which that is not there are not done.

        A tile that must be made again needs its lower neighbours' slabs again, so the highest tiles come first.
        """
        for tile in self._needs.descending() if self._needs.hands_on else left:
            if not self._done[0][tile] and tile not in left:
                continue
            needs = set(self._open_needs(tile))
            state = self._state(*left[tile]) if needs and tile in left else TileState()
            state = TileState(
                [piece for piece in state.parts if (piece.level, piece.of) in needs],
                [piece for piece in state.slabs if (piece.level, piece.of) in needs],
            )
            there = {(piece.level, piece.of) for piece in (*state.parts, *state.slabs)}
            self._done[0][tile] = needs <= there
            if needs and needs <= there:
                self._kept[tile] = state
                self._expect(tile, left[tile][0], state)

    def _open_needs(self, tile: Tile) -> Iterator[_Need]:
        """The pieces of a tile that somebody needs."""
        yield from (unit for unit in self._needs.units(tile) if not self.is_stored(*unit))
        yield from (slab for slab in self._needs.slabs(tile) if not self.is_done(0, _upper(tile, slab[1])))

    def _state(self, file: int, size: int, mark: int) -> TileState:
        """What a tile left, if it is there as it was."""
        with suppress(OSError, DocumentError), self._state_file(file).open("rb") as opened:
            data = opened.read(min(size, os.fstat(opened.fileno()).st_size))
            if fingerprint(data) == mark:
                return TileState.of_bytes(data)
        return TileState()

    def _state_file(self, number: int) -> Path:
        return self._states / str(number)

    def _append(self, documents: Iterable[Mapping[str, Json]]) -> None:
        """Add lines."""
        lines = b"".join(map(_line, documents))
        if self._descriptor is None:
            if self._end == 0 and self._begin is not None:
                self._begin()
            self._descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
            os.ftruncate(self._descriptor, self._end)  # behind that lies what was cut off
            os.lseek(self._descriptor, self._end, os.SEEK_SET)
            lines = _line({"boot": boot_id()}) + lines
        if os.write(self._descriptor, lines) < len(lines):
            raise OSError(f"only a part of {len(lines)} bytes could be written")
        self._end += len(lines)


def read_lines(file: Path) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """Every line of a journal with the byte at which it ends, up to one that was cut off or is damaged."""
    at = 0
    with suppress(FileNotFoundError, IsADirectoryError), file.open("rb") as lines:
        for line in lines:
            document = _document(line)
            if document is None:
                return
            at += len(line)
            yield at, document


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


def _upper(tile: Tile, axis: int) -> Tile:
    """The tile that comes next along an axis."""
    return (*tile[:axis], tile[axis] + 1, *tile[axis + 1 :])


def _index(values: Json) -> tuple[int, ...]:
    if not isinstance(values, list | tuple) or not all(type(value) is int and value >= 0 for value in values):
        raise ValueError(f"{values!r} are no indices")
    return tuple(cast("Sequence[int]", values))
