"""Fingerprints of stored objects."""

import struct

import google_crc32c
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.chunks.fingerprint import Fingerprint, fingerprint


@given(st.lists(st.binary(max_size=9)))
def test_the_fingerprint_does_not_depend_on_the_pieces(pieces):
    found = Fingerprint()
    assert list(found.following(pieces)) == pieces
    assert found.value == fingerprint(b"".join(pieces))
    assert found.size == sum(map(len, pieces))


@given(st.binary(min_size=1, max_size=64), st.integers(0), st.integers(0, 7))
def test_every_single_flipped_bit_changes_it(data, at, bit):
    other = bytearray(data)
    other[at % len(data)] ^= 1 << bit
    assert fingerprint(other) != fingerprint(data)


def test_chunks_that_end_in_their_own_checksum_have_different_ones():
    contents = [np.random.default_rng(seed).bytes(100) for seed in range(50)]
    chunks = [content + struct.pack("<I", google_crc32c.value(content)) for content in contents]
    assert len({google_crc32c.value(chunk) for chunk in chunks}) == 1
    assert len(set(map(fingerprint, chunks))) == 50


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_kind_of_bytes_will_do(kind):
    assert fingerprint(kind(b"some bytes")) == fingerprint(b"some bytes")
