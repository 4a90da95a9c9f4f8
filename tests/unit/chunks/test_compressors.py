"""No compressor gives more bytes than belong in a chunk, or takes the memory for them."""

import bz2
import gzip
import lzma
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from numcodecs import LZ4
from numcodecs import Blosc as NumcodecsBlosc
from numcodecs import Zstd as NumcodecsZstd
from tests.unit.chunks.chains import CHAINS

from ome_zarr.chunks.compressors import Room, compressor_step
from ome_zarr.chunks.encoding import Blosc, Crc32c, Encoding, Gzip, Numcodec, Pixels, Sharding, Zstd
from ome_zarr.chunks.steps import bind_encoding
from ome_zarr.chunks.zarr_arrays import objects_of
from ome_zarr.errors import DocumentError

ROOM = Room(1 << 10, exact=True)
PIXELS = bytes(range(256)) * 4
BOMB = bytes(32 << 20)


def zstd_of_unknown_size(blocks: int) -> bytes:
    """A frame that does not say how much it holds: blocks of 128 KiB of zeros, four bytes each (RFC 8878, 3.1.1)."""
    header = struct.pack("<I", 0xFD2FB528) + bytes([0, 0x38])
    bodies = [(131072 << 3 | 1 << 1 | (i == blocks - 1)).to_bytes(3, "little") + b"\0" for i in range(blocks)]
    return header + b"".join(bodies)


def zstd_that_promises(nbytes: int) -> bytes:
    return struct.pack("<IBQ", 0xFD2FB528, 0xE0, nbytes) + b"\1\0\0"


CODECS = {
    "zstd": (Zstd(1, checksum=False), NumcodecsZstd(1).encode),
    "blosc": (Blosc("zstd", 1, "noshuffle", 0, 1), NumcodecsBlosc("zstd", 1, 0).encode),
    "gzip": (Gzip(5), gzip.compress),
    "zlib": (Numcodec("zlib", (("level", 1),)), zlib.compress),
    "bz2": (Numcodec("bz2", (("level", 1),)), bz2.compress),
    "lzma": (Numcodec("lzma", ()), lzma.compress),
    "lz4": (Numcodec("lz4", ()), LZ4().encode),
}
STREAMS = ["gzip", "bz2", "lzma"]


@pytest.mark.parametrize("name", CODECS)
def test_what_was_encoded_is_decoded(name):
    codec, compress = CODECS[name]
    step = compressor_step(codec, ROOM)
    assert bytes(step.decode(step.encode(PIXELS))) == PIXELS
    assert bytes(step.decode(compress(PIXELS))) == PIXELS
    assert bytes(step.decode(memoryview(compress(PIXELS[:7])))) == PIXELS[:7]


@pytest.mark.parametrize("name", CODECS)
def test_one_byte_too_many_is_refused(name):
    codec, compress = CODECS[name]
    with pytest.raises(DocumentError, match="1025 bytes or more where 1024 belong"):
        compressor_step(codec, ROOM).decode(compress(PIXELS + b"x"))


@pytest.mark.parametrize("name", CODECS)
def test_a_bomb_takes_no_memory(name):
    codec, compress = CODECS[name]
    step, bomb = compressor_step(codec, ROOM), compress(BOMB)
    tracemalloc.start()
    with pytest.raises(DocumentError, match="where 1024 belong"):
        step.decode(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20  # xz has a window of 8 MiB


def test_a_bomb_of_zstd_that_does_not_say_its_size_takes_no_memory():
    step = compressor_step(Zstd(1, checksum=False), Room(131072, exact=True))
    assert bytes(step.decode(zstd_of_unknown_size(1))) == bytes(131072)
    tracemalloc.start()
    with pytest.raises(RuntimeError, match="too small"):
        step.decode(zstd_of_unknown_size(8000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 20


def test_a_frame_of_zstd_that_promises_too_much_is_refused():
    with pytest.raises(DocumentError, match=f"{2**62} bytes or more"):
        compressor_step(Zstd(1, checksum=False), ROOM).decode(zstd_that_promises(2**62))


def test_a_frame_of_unknown_size_is_refused_where_nothing_else_says_it():
    with pytest.raises(DocumentError, match="does not say how many bytes"):
        compressor_step(Zstd(1, checksum=False), Room(1 << 20, exact=False)).decode(zstd_of_unknown_size(1))


@pytest.mark.parametrize("name", STREAMS)
def test_streams_that_follow_each_other_are_one(name):
    codec, compress = CODECS[name]
    step = compressor_step(codec, ROOM)
    assert bytes(step.decode(compress(PIXELS[:100]) + compress(PIXELS[100:]))) == PIXELS
    with pytest.raises(DocumentError, match="where 1024 belong"):
        step.decode(compress(PIXELS) + compress(b"x"))


@pytest.mark.parametrize("name", [*STREAMS, "zlib"])
def test_a_stream_that_was_cut_off_is_an_error_and_zeros_behind_it_are_not(name):
    codec, compress = CODECS[name]
    step = compressor_step(codec, ROOM)
    with pytest.raises(DocumentError, match="before its last one"):
        step.decode(compress(PIXELS)[:-3])
    assert bytes(step.decode(compress(PIXELS) + bytes(16))) == PIXELS


def test_a_compressor_of_what_another_compressed_has_room_for_what_that_may_add():
    noise = np.random.default_rng(0).integers(0, 256, (32, 32), np.uint8)
    for first in (Gzip(5), Zstd(1, checksum=True), Blosc("lz4", 1, "noshuffle", 0, 1)):
        chain = bind_encoding(Encoding((32, 32), noise.dtype, b"\0", (Pixels("little"), first, Crc32c(), Gzip(1))))
        assert np.array_equal(chain.decode(chain.encode(noise)), noise)


def test_an_index_of_a_shard_that_claims_too_much_is_refused_before_anything_is_read():
    codecs = (Sharding((4, 4), (Pixels("little"),), (Pixels("little"),), index_at_end=True),)
    chain = bind_encoding(Encoding((8, 8), np.dtype("u1"), b"\0", codecs))
    shard = bytearray(chain.encode(np.arange(64, dtype="u1").reshape(8, 8)))
    shard[-8:] = struct.pack("<Q", 2**40)
    with pytest.raises(DocumentError, match=f"has {2**40} bytes by the shard's index"):
        chain.decode(bytes(shard))


def test_a_bomb_behind_a_codec_that_only_zarr_knows_takes_no_memory():
    codec = objects_of(CHAINS["delta"]()).codec
    tracemalloc.start()
    with pytest.raises(RuntimeError, match="too small"):
        codec.decode(zstd_of_unknown_size(8000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codec.encoding is None
    assert peak < 16 << 20
