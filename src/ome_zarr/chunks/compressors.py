"""Compressors, called directly, none of which gives more bytes than belong in a chunk.

A file of 32 KB can stand for a gigabyte of zeros. What a chunk holds is known before it is read, so nothing is
decompressed beyond that.
"""

import bz2
import lzma
import struct
import zlib
from collections.abc import Buffer, Callable
from dataclasses import asdict, dataclass
from typing import Protocol, Self, cast

import numcodecs.blosc
import numcodecs.zstd
import numpy as np
from numcodecs.gzip import GZip
from numcodecs.registry import get_codec

from ome_zarr.chunks.chain import Bytes, Stage, Step
from ome_zarr.chunks.encoding import Blosc, Gzip, Numcodec, Zstd
from ome_zarr.errors import DocumentError

__all__ = ["Room", "compressor_step"]

numcodecs.blosc.use_threads = False  # as zarr-python sets it: the threads are ours

_SHUFFLES = {"noshuffle": 0, "shuffle": 1, "bitshuffle": 2}
_ZSTD_MAGIC = 0xFD2FB528
_ZSTD_HEADER_BYTES = 18
_GZIP_BITS = 31
"""To zlib: the header and the checksum are those of gzip."""
_MOST_OVERHEAD = 1 << 16
_LZMA_BYTES = 256 << 20
"""Memory that a header of xz may ask for; its strongest preset takes 65 MiB."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes a codec is given when a chunk is encoded, and gives back when it is decoded.

    Attributes
    ----------
    nbytes
        At most so many.
    exact
        Just so many.
    """

    nbytes: int
    exact: bool

    def compressed(self) -> Self:
        """What a compressor makes of so many bytes at most: what cannot be compressed becomes a little more."""
        return type(self)(self.nbytes + self.nbytes // 16 + _MOST_OVERHEAD, exact=False)

    def check(self, nbytes: int) -> None:
        """Refuse bytes that do not belong in a chunk.

        Raises
        ------
        DocumentError
            There are more.
        """
        if nbytes > self.nbytes:
            raise DocumentError(f"it decompresses to {nbytes} bytes or more where {self.nbytes} belong")


class _Compressor(Protocol):
    def encode(self, buf: Buffer) -> Bytes: ...
    def decode(self, buf: Buffer) -> Bytes: ...


class _Stream(Protocol):
    """A decompressor of the standard library."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: Bytes, max_length: int, /) -> bytes: ...


def compressor_step(codec: Blosc | Zstd | Gzip | Numcodec, room: Room) -> Step:
    """A compressor that gets `room` bytes to encode, and decodes no more."""
    match codec:
        case Blosc():
            return _BloscStep(numcodecs.blosc.Blosc(**{**asdict(codec), "shuffle": _SHUFFLES[codec.shuffle]}), room)
        case Zstd():
            return _ZstdStep(numcodecs.zstd.Zstd(codec.level, codec.checksum), room)
        case Gzip():
            return _StreamStep(GZip(codec.level), room, lambda: zlib.decompressobj(_GZIP_BITS))
    if codec.name == "lz4":
        return _Lz4Step(_numcodec(codec), room)
    return _StreamStep(_numcodec(codec), room, _stream_of(codec))


def _stream_of(codec: Numcodec) -> Callable[[], _Stream]:
    """What decompresses one stream of zlib, bz2 or lzma."""
    if codec.name == "zlib":
        return zlib.decompressobj
    if codec.name == "bz2":
        return bz2.BZ2Decompressor
    kind = cast(int, dict(codec.parameters).get("format", lzma.FORMAT_XZ))
    return lambda: lzma.LZMADecompressor(kind, _LZMA_BYTES)


def _numcodec(codec: Numcodec) -> _Compressor:
    return cast(_Compressor, get_codec({"id": codec.name, **dict(codec.parameters)}))


class _CompressorStep:
    """Bytes to fewer bytes."""

    def __init__(self, codec: _Compressor, room: Room) -> None:
        self._codec = codec
        self._room = room

    def encode(self, value: Stage) -> Bytes:
        return self._codec.encode(cast(Bytes, value))

    def decode(self, value: Stage) -> Bytes:
        return self._codec.decode(cast(Bytes, value))


class _Lz4Step(_CompressorStep):
    """LZ4 as numcodecs stores it: the number of bytes, little-endian, precedes it."""

    def decode(self, value: Stage) -> Bytes:
        self._room.check(_number(cast(Bytes, value), 0))
        return super().decode(value)


class _BloscStep(_CompressorStep):
    """Blosc 1, which can also write into memory that is there."""

    # The header: version, version of the format, flags, type size, then the number of bytes, little-endian.
    _AT = 4

    def decode(self, value: Stage) -> Bytes:
        self._room.check(_number(cast(Bytes, value), self._AT))
        return super().decode(value)

    def inflate(self, data: Bytes, out: Buffer) -> bool:
        if len(data) < 16 or _number(data, self._AT) != memoryview(out).nbytes:
            return False
        numcodecs.blosc.decompress(data, out)
        return True


class _ZstdStep(_CompressorStep):
    """Zstandard, which can also write into memory that is there."""

    def decode(self, value: Stage) -> Bytes:
        data = cast(Bytes, value)
        promised = _zstd_bytes(data)
        if promised is not None:
            self._room.check(promised)
            return super().decode(data)
        if not self._room.exact:
            raise DocumentError("a zstd frame does not say how many bytes it holds, and nothing else does")
        out = np.empty(self._room.nbytes, np.uint8)
        numcodecs.zstd.decompress(data, out)  # no more than fits
        return memoryview(out)

    def inflate(self, data: Bytes, out: Buffer) -> bool:
        if _zstd_bytes(data) != memoryview(out).nbytes:
            return False
        numcodecs.zstd.decompress(data, out)
        return True


class _StreamStep(_CompressorStep):
    """A compressor of the standard library: streams of which several may follow each other."""

    def __init__(self, codec: _Compressor, room: Room, stream: Callable[[], _Stream]) -> None:
        super().__init__(codec, room)
        self._stream = stream

    def decode(self, value: Stage) -> Bytes:
        parts: list[bytes] = []
        rest, size = cast(Bytes, value), 0
        while rest or not parts:
            stream = self._stream()
            try:
                parts.append(stream.decompress(rest, self._room.nbytes - size + 1))
            except (OSError, lzma.LZMAError, zlib.error):
                if not parts:
                    raise
                break  # what follows is no stream: padding, as the standard library has it
            size += len(parts[-1])
            self._room.check(size)
            if not stream.eof:
                raise DocumentError(f"it ends after {size} bytes, before its last one")
            rest = stream.unused_data
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _number(data: Bytes, at: int) -> int:
    """A number of four bytes, little-endian; 0 where there are not so many."""
    return int.from_bytes(data[at : at + 4], "little")


def _zstd_bytes(content: Bytes) -> int | None:
    """The number of bytes that the header of a zstd frame promises (RFC 8878, 3.1.1.1); None: it does not say."""
    header = bytes(content[:_ZSTD_HEADER_BYTES]).ljust(_ZSTD_HEADER_BYTES, b"\0")
    if struct.unpack_from("<I", header)[0] != _ZSTD_MAGIC:
        return None
    flags = header[4]
    single, field = flags >> 5 & 1, flags >> 6
    if field == 0 and not single:
        return None
    at = 5 + (not single) + (0, 1, 2, 4)[flags & 3]  # behind the window and the dictionary's number
    size: int = struct.unpack_from(("<B", "<H", "<I", "<Q")[field], header, at)[0]
    return size + 256 if field == 1 else size
