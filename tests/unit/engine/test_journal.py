"""The journal of a write."""

import numpy as np
import pytest

from ome_zarr.engine import journal as journal_module
from ome_zarr.engine.journal import Journal, read_lines
from ome_zarr.engine.states import Piece, TileState
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region


class Units:
    """A ledger: what is stored is a dict."""

    def __init__(self):
        self.stored = {}
        self.damaged = set()
        self.checked = []

    def noted(self, level, index):
        return self.stored.get((level, index))

    def note(self, level, index, size, mark):
        if level > 1:
            raise IndexError(level)
        self.stored[level, index] = size, mark

    def check(self, level, index):
        self.checked.append((level, index))
        if (level, index) in self.damaged:
            del self.stored[level, index]
            return False
        return True


@pytest.fixture
def ledger():
    return Units()


def journal(folder, ledger):
    """A journal of four tiles in a row, of which two make a unit of level 1."""
    (folder / "states").mkdir(exist_ok=True)
    made = Journal(folder / "journal", folder / "states", [(4,)], ledger)
    made.load()
    return made


def part(tile):
    """What a tile has of its unit of level 1."""
    return Piece(1, (tile // 2,), Region((tile,), (tile + 1,)), np.array([tile], "u1"))


def slab(tile):
    """What a tile hands on."""
    return Piece(0, 0, Region((tile,), (tile + 1,)), np.array([10 + tile], "u1"))


def do(made, ledger, tile, *, slabs=True):
    """Finish a tile: it stores its unit of level 0, and if its neighbour has been, that of level 1."""
    units = [(0, (tile,))] + [(1, (tile // 2,))] * (tile % 2)
    for level, index in units:
        ledger.note(level, index, 5, 7 + tile)
    left = TileState([part(tile)] * (tile % 2 == 0), [slab(tile)] * (slabs and tile < 3))
    made.finish(0, (tile,), units, left)


def left_files(folder):
    """How many files there are for what tiles left."""
    return len(list((folder / "states").iterdir()))


def kept(made):
    return {tile: (len(state.parts), len(state.slabs)) for tile, state in made.states()}


def test_what_is_done_is_known_to_the_next_process(tmp_path, ledger):
    made = journal(tmp_path, ledger)
    do(made, ledger, 0)
    made.close()
    later = Units()
    again = journal(tmp_path, later)
    assert again.done == 1
    assert again.is_done(0, (0,))
    assert not again.is_done(0, (1,))
    assert later.stored == ledger.stored
    assert kept(again) == {(0,): (1, 1)}
    assert kept(again) == {}


def test_what_nobody_needs_any_more_is_written_over(tmp_path, ledger):
    made = journal(tmp_path, ledger)
    counts = []
    for tile in range(4):
        do(made, ledger, tile)
        counts.append(left_files(tmp_path))
    assert counts == [1, 2, 2, 2]  # tile 1 leaves its slab before what tile 0 left is free


def test_what_is_not_needed_when_it_comes_is_written_over_at_once(tmp_path, ledger):
    made = journal(tmp_path, ledger)
    do(made, ledger, 1)
    ledger.note(1, (0,), 5, 7)
    do(made, ledger, 0)
    assert left_files(tmp_path) == 2
    do(made, ledger, 2, slabs=False)
    assert left_files(tmp_path) == 2


def test_a_line_that_was_cut_off_does_not_count_and_is_written_over(tmp_path, ledger):
    made = journal(tmp_path, ledger)
    do(made, ledger, 0)
    do(made, ledger, 2)
    made.close()
    whole = (tmp_path / "journal").read_bytes()
    (tmp_path / "journal").write_bytes(whole[:-4])
    again = journal(tmp_path, ledger)
    assert again.done == 1
    do(again, ledger, 2)
    again.close()
    assert [document.get("tile") for _, _, document in read_lines(tmp_path / "journal")] == [None, [0], None, [2]]


@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_a_tile_whose_pieces_are_gone_is_made_again(tmp_path, ledger, harm):
    made = journal(tmp_path, ledger)
    do(made, ledger, 0)
    made.close()
    (tmp_path / "states" / "0").write_bytes(b"x" * 100)
    [(tmp_path / "states" / "0").unlink() for _ in range(harm == "removed")]
    again = journal(tmp_path, Units())
    assert again.done == 0
    assert again.is_stored(0, (0,))


def test_tiles_below_one_that_is_made_again_are_made_again_where_their_slabs_are_gone(tmp_path, ledger):
    made = journal(tmp_path, ledger)
    for tile in range(3):
        do(made, ledger, tile)
    made.close()
    later = Units()
    later.damaged = {(0, (2,))}
    again = journal(tmp_path, later)
    assert [again.is_done(0, (tile,)) for tile in range(4)] == [True, True, False, False]
    assert kept(again) == {(1,): (0, 1)}
    (tmp_path / "states" / "1").write_bytes(b"of another tile")
    again = journal(tmp_path, later)
    assert [again.is_done(0, (tile,)) for tile in range(4)] == [False, False, False, False]


def test_the_last_objects_are_compared_and_all_after_a_new_start_of_the_computer(tmp_path, ledger, monkeypatch):
    monkeypatch.setattr(journal_module, "_CHECKED", 1)
    made = journal(tmp_path, ledger)
    for tile in range(2):
        do(made, ledger, tile)
    made.close()
    later = Units()
    journal(tmp_path, later)
    assert later.checked == [(0, (1,)), (1, (0,))]
    monkeypatch.setattr(journal_module, "boot_id", lambda: "another")
    later = Units()
    journal(tmp_path, later)
    assert sorted(later.checked) == [(0, (0,)), (0, (1,)), (1, (0,))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"tile":[0]', b'"tile":[9]'),
        (b'"tile":[0]', b'"tile":[0,0]'),
        (b'"tile":[0]', b'"tile":[-1]'),
        (b'"tile":[0]', b'"tile":null'),
        (b'"pass":0', b'"pass":3'),
        (b'"pass":0', b'"pass":"0"'),
        (b'"stored":[[0,', b'"stored":[[7,'),
        (b'"stored":[[0,', b'"stored":[[[],'),
        (b'"parts"', b'"pieces"'),
        (b'"left":[0,', b'"left":['),
    ],
)
def test_a_journal_of_something_else_is_a_clear_error(tmp_path, ledger, old, new):
    made = journal(tmp_path, ledger)
    do(made, ledger, 0)
    made.close()
    first, line = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
    text = line.partition(b" ")[2].rstrip().replace(old, new)
    (tmp_path / "journal").write_bytes(first + b"%08x %s\n" % (journal_module.zlib.crc32(text), text))
    with pytest.raises(DocumentError, match="journal"):
        journal(tmp_path, Units())
