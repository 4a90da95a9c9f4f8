"""What tiles leave to others."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.engine.states import Piece, TileState
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region


def state():
    block = np.arange(24, dtype="u2").reshape(4, 6)
    parts = [Piece(1, (0, 2), Region((0, 0), (2, 3)), block[::2, ::2])]
    slabs = [Piece(0, 1, Region((1, 0), (2, 6)), block[1:2]), Piece(2, 0, Region((0, 0), (0, 6)), block[:0])]
    return TileState(parts, slabs)


def same(first, second):
    return (first.level, first.of, first.region) == (second.level, second.of, second.region) and np.array_equal(
        first.block, second.block
    )


def test_a_state_comes_back_as_it_was():
    written = b"".join(state().to_pieces())
    found = TileState.of_bytes(written)
    assert list(map(same, found.parts + found.slabs, state().parts + state().slabs)) == [True] * 3


def test_a_state_of_nothing_is_false():
    assert not TileState()
    assert state()


@given(st.integers(0), st.integers(0, 7))
def test_a_flipped_bit_gives_pixels_or_a_clear_error(at, bit):
    written = bytearray(b"".join(state().to_pieces()))
    written[at % len(written)] ^= 1 << bit
    with suppress(DocumentError):
        TileState.of_bytes(written)


@pytest.mark.parametrize("length", range(0, 400, 7))
def test_one_that_was_cut_off_is_an_error(length):
    written = b"".join(state().to_pieces())
    with pytest.raises(DocumentError, match="what a tile left behind"):
        TileState.of_bytes(written[: min(length, len(written) - 1)])


def test_objects_are_no_pixels():
    head = b'{"parts": [[0, [0], [0], [1], "|O"]], "slabs": []}\n'
    with pytest.raises(DocumentError, match="no pixels"):
        TileState.of_bytes(head + bytes(8))
