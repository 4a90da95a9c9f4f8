"""The journal of a write."""

import zlib
from types import SimpleNamespace

import numpy as np
import pytest
from tests.faults.pacing import at_once

from ome_zarr.engine import journal as journal_module
from ome_zarr.engine import pace
from ome_zarr.engine.journal import Journal, Left, read_lines
from ome_zarr.engine.needs import Needs
from ome_zarr.engine.states import Piece
from ome_zarr.engine.units import Units
from ome_zarr.errors import DocumentError, TargetError
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Support
from ome_zarr.geometry.sweep import Sweep
from ome_zarr.storage.protocol import LevelSpec

SHARED = Support(np.array([0, 2]), np.array([2, 4]))  # of the pixels of level 1, two tiles each
SPECS = tuple(LevelSpec(str(level), (n,), np.dtype("u1"), (1,)) for level, n in enumerate((4, 2)))


class Stored:
    """A ledger: what is stored is a dict."""

    def __init__(self):
        self.units = {}
        self.damaged = set()
        self.checked = []
        self.tell = None

    def noted(self, level, index):
        return self.units.get((level, index))

    def stored(self, level):
        return np.array([(level, (i,)) in self.units for i in range((4, 2)[level])])

    def note(self, level, index, size, mark):
        if level > 1:
            raise IndexError(level)
        self.units[level, index] = size, mark

    def follow(self, listener):
        self.tell = listener

    def check(self, level, index):
        self.checked.append((level, index))
        if (level, index) in self.damaged:
            del self.units[level, index]


class Work:
    """The work on four tiles in a row, of which two make a unit of level 1; each hands a slab to the next."""

    def __init__(self, folder, ledger, begin=None):
        (folder / "states").mkdir(exist_ok=True)
        sweep = Sweep.plan((4,), (1,), [0], [[SHARED]])
        walk = SimpleNamespace(kind="sweep", levels=(0, 1))
        plan = SimpleNamespace(sweep=sweep, passes=[walk], specs=SPECS, base=lambda level: 0)
        self.ledger = ledger
        self.journal = Journal(folder / "journal", folder / "states", Needs(plan), ledger, begin)
        self.journal.load()
        self.units = Units((SPECS[0], LevelSpec("1", (4,), np.dtype("u1"), (2,))))  # what tiles bring of level 1

    def do(self, *tiles):
        for tile in tiles:
            self.store(0, tile)
            left = Left()
            region = Region((tile,), (tile + 1,))
            for _ in self.units.add(1, region, np.array([tile], "u1"), left.parts):
                self.store(1, tile // 2)
            left.slabs += [Piece(0, 0, region, np.array([10 + tile], "u1"))] * (tile < 3)
            self.journal.finish((tile,), left)

    def store(self, level, number):
        self.ledger.note(level, (number,), 5, 7 + number)
        self.ledger.tell((level, (number,)), 5, 7 + number)

    @property
    def done(self):
        return [self.journal.is_done(0, (tile,)) for tile in range(4)]

    @property
    def kept(self):
        return {tile: (len(state.parts), len(state.slabs)) for tile, state in self.journal.states()}


@pytest.fixture
def ledger():
    return Stored()


@pytest.fixture
def always():
    with at_once():
        yield


def left_files(folder):
    """How many files there are for what tiles left."""
    return len(list((folder / "states").iterdir()))


@pytest.mark.usefixtures("always")
def test_what_is_done_is_known_to_the_next_process(tmp_path, ledger):
    Work(tmp_path, ledger).do(0)
    later = Stored()
    again = Work(tmp_path, later)
    assert again.journal.done == 1
    assert again.done == [True, False, False, False]
    assert later.units == ledger.units
    assert again.kept == {(0,): (0, 1)}  # its part of level 1 comes with the next tile, from the slab
    assert again.kept == {}


@pytest.mark.usefixtures("always")
def test_a_unit_that_is_stored_is_known_before_its_tile_is_done(tmp_path, ledger):
    Work(tmp_path, ledger).store(0, 2)
    again = Work(tmp_path, Stored())
    assert again.journal.done == 0
    assert again.journal.is_begun
    assert again.journal.is_stored(0, (2,))


@pytest.mark.usefixtures("always")
def test_what_nobody_needs_any_more_is_written_over(tmp_path, ledger):
    work, counts = Work(tmp_path, ledger), []
    for tile in range(4):
        work.do(tile)
        counts.append(left_files(tmp_path))
    assert counts == [1, 2, 2, 2]  # tile 1 leaves its slab before what tile 0 left is free


def test_what_is_needed_for_a_moment_only_is_never_written(tmp_path, ledger):
    work = Work(tmp_path, ledger)
    work.do(0, 1, 2, 3)
    work.journal.write()
    assert left_files(tmp_path) == 0
    assert Work(tmp_path, Stored()).done == [True] * 4


def test_nothing_is_written_before_it_is_time_and_the_beginning_is_told_once(tmp_path, ledger, monkeypatch):
    now, begun = [100.0], []
    monkeypatch.setattr(pace, "monotonic", lambda: now[0])
    work = Work(tmp_path, ledger, begin=lambda: begun.append(now[0]))
    work.do(0)
    assert not (tmp_path / "journal").exists()
    now[0] += pace.FIRST_S
    work.store(0, 1)
    first = (tmp_path / "journal").stat().st_size
    work.do(2)
    assert (tmp_path / "journal").stat().st_size == first
    now[0] += pace.FIRST_S * pace.SHARE
    work.store(0, 3)
    assert (tmp_path / "journal").stat().st_size > first
    assert begun == [100 + pace.FIRST_S]


def test_many_slabs_do_not_wait_for_their_time(tmp_path, ledger, monkeypatch):
    monkeypatch.setattr(journal_module, "_MOST_BYTES", 1)
    work = Work(tmp_path, ledger)
    work.do(0)
    assert not work.journal.is_begun
    work.do(2)
    assert work.journal.is_begun


@pytest.mark.usefixtures("always")
def test_a_line_that_was_cut_off_does_not_count_and_is_written_over(tmp_path, ledger):
    Work(tmp_path, ledger).do(0, 2)
    whole = (tmp_path / "journal").read_bytes()
    (tmp_path / "journal").write_bytes(whole[:-4])
    again = Work(tmp_path, Stored())
    assert again.done == [True, False, False, False]
    again.do(2)
    told = [next(iter(document)) for _, document in read_lines(tmp_path / "journal")]
    assert told == ["boot", "stored", "left", "stored", "boot", "stored", "left"]


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_a_tile_whose_pieces_are_gone_is_made_again(tmp_path, ledger, harm):
    Work(tmp_path, ledger).do(0)
    (tmp_path / "states" / "0").write_bytes(b"x" * 100)
    [(tmp_path / "states" / "0").unlink() for _ in range(harm == "removed")]
    again = Work(tmp_path, Stored())
    assert again.journal.done == 0
    assert again.journal.is_stored(0, (0,))


@pytest.mark.usefixtures("always")
def test_the_number_of_a_file_costs_nothing(tmp_path, ledger):
    Work(tmp_path, ledger).do(0)
    lines = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
    text = lines[2].partition(b" ")[2].rstrip().replace(b'"left":[[0],0', b'"left":[[0],%d' % 10**15)
    lines[2] = b"%08x %s\n" % (zlib.crc32(text), text)
    (tmp_path / "journal").write_bytes(b"".join(lines))
    again = Work(tmp_path, Stored())
    again.do(0, 1)
    assert again.done == [True, True, False, False]


@pytest.mark.usefixtures("always")
def test_tiles_below_one_that_is_made_again_are_made_again_where_their_slabs_are_gone(tmp_path, ledger):
    Work(tmp_path, ledger).do(0, 1, 2)
    later = Stored()
    later.damaged = {(0, (2,))}
    again = Work(tmp_path, later)
    assert again.done == [True, True, False, False]
    assert again.kept == {(1,): (0, 1)}
    (tmp_path / "states" / "1").write_bytes(b"of another tile")
    later = Stored()
    later.damaged = {(0, (2,))}
    assert Work(tmp_path, later).done == [False, False, False, False]


@pytest.mark.usefixtures("always")
def test_the_last_objects_are_compared_and_all_after_a_new_start_of_the_computer(tmp_path, ledger, monkeypatch):
    monkeypatch.setattr(journal_module, "_CHECKED", 2)
    Work(tmp_path, ledger).do(0, 1)
    later = Stored()
    Work(tmp_path, later)
    assert later.checked == [(0, (1,)), (1, (0,))]
    monkeypatch.setattr(journal_module, "boot_id", lambda: "another")
    later = Stored()
    Work(tmp_path, later)
    assert later.checked == [(0, (0,)), (0, (1,)), (1, (0,))]


def test_a_disk_that_is_full_is_an_error_of_ours(tmp_path, ledger):
    work = Work(tmp_path, ledger)
    work.do(0)
    (tmp_path / "journal").mkdir()
    with pytest.raises(TargetError, match="journal"):
        work.journal.write()


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        (2, b'"left":[[0]', b'"left":[[9]'),
        (2, b'"left":[[0]', b'"left":[[0,0]'),
        (2, b'"left":[[0]', b'"left":[[-1]'),
        (2, b'"left":[[0]', b'"left":[null'),
        (2, b'"left":[[0],0', b'"left":[[0],"0"'),
        (2, b'"left":[[0],0', b'"left":[[0]'),
        (2, b'"left"', b'"right"'),
        (1, b'"stored":[[0,', b'"stored":[[7,'),
        (1, b'"stored":[[0,[0]', b'"stored":[[0,[0,0]'),
        (1, b'"stored":[[0,', b'"stored":[[[],'),
        (1, b'"stored":[[0,', b'"stored":[['),
        (1, b"[[0,[0],5,7]]", b"7"),
    ],
)
def test_a_journal_of_something_else_is_a_clear_error(tmp_path, ledger, line, old, new):
    Work(tmp_path, ledger).do(0)
    lines = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
    text = lines[line].partition(b" ")[2].rstrip()
    assert old in text
    text = text.replace(old, new)
    lines[line] = b"%08x %s\n" % (zlib.crc32(text), text)
    (tmp_path / "journal").write_bytes(b"".join(lines))
    with pytest.raises(DocumentError, match="journal"):
        Work(tmp_path, Stored())
