"""The codecs that are known here, called directly: numcodecs compress, NumPy does the rest."""

import struct
import sys
from collections.abc import Buffer, Sequence
from dataclasses import asdict
from math import prod
from typing import Protocol, cast

import google_crc32c
import numcodecs.blosc
import numcodecs.zstd
import numpy as np
from numcodecs.gzip import GZip
from numcodecs.registry import get_codec

from ome_zarr.chunks.chain import Bytes, CodecChain, Stage, Step
from ome_zarr.chunks.encoding import (
    Blosc,
    Codec,
    Crc32c,
    Encoding,
    Gzip,
    Numcodec,
    Pixels,
    Sharding,
    Transpose,
    Zstd,
)
from ome_zarr.chunks.scratch import Scratch
from ome_zarr.chunks.shard import MISSING, ShardLayout, ShardStep
from ome_zarr.errors import DocumentError

__all__ = ["bind_encoding"]

numcodecs.blosc.use_threads = False  # as zarr-python sets it: the threads are ours

_SHUFFLES = {"noshuffle": 0, "shuffle": 1, "bitshuffle": 2}
_ZSTD_MAGIC = 0xFD2FB528
_CHECKSUM = struct.Struct("<I")


def bind_encoding(encoding: Encoding, *, keep_empty: bool = False) -> CodecChain:
    """The chain that encodes and decodes what an encoding describes.

    Parameters
    ----------
    encoding
        What is stored how.
    keep_empty
        Whether chunks of a shard that hold nothing but the fill value are stored.
    """
    return _bind(encoding.codecs, encoding.shape, encoding.dtype, encoding.fill_pixel, keep_empty=keep_empty)


def _bind(
    codecs: Sequence[Codec], shape: tuple[int, ...], dtype: np.dtype, fill: np.generic, *, keep_empty: bool
) -> CodecChain:
    steps: list[Step] = []
    for codec in codecs:
        if isinstance(codec, Sharding):
            steps.append(_shard(codec, shape, dtype, fill, keep_empty=keep_empty))
        elif isinstance(codec, Transpose):
            steps.append(_TransposeStep(codec.order))
            shape = tuple(shape[axis] for axis in codec.order)
        elif isinstance(codec, Pixels):
            steps.append(_PixelsStep(shape, dtype.newbyteorder(codec.endian), passing=codec is not codecs[-1]))
        else:
            steps.append(_step(codec))
    first = codecs[0]
    return CodecChain(
        steps, in_place=isinstance(first, Pixels) and (dtype.itemsize == 1 or first.endian == sys.byteorder)
    )


def _step(codec: Blosc | Zstd | Gzip | Crc32c | Numcodec) -> Step:
    match codec:
        case Blosc():
            return _BloscStep(numcodecs.blosc.Blosc(**{**asdict(codec), "shuffle": _SHUFFLES[codec.shuffle]}))
        case Zstd():
            return _ZstdStep(numcodecs.zstd.Zstd(codec.level, codec.checksum))
        case Gzip():
            return _CompressorStep(GZip(codec.level))
        case Crc32c():
            return _ChecksumStep()
        case Numcodec():
            return _CompressorStep(get_codec({"id": codec.name, **dict(codec.parameters)}))


def _shard(
    codec: Sharding, shape: tuple[int, ...], dtype: np.dtype, fill: np.generic, *, keep_empty: bool
) -> ShardStep:
    count = tuple(n // c for n, c in zip(shape, codec.chunk_shape, strict=True))
    offsets = np.dtype(np.uint64)
    return ShardStep(
        ShardLayout(codec.chunk_shape, count, codec.index_at_end),
        fill=fill,
        keep_empty=keep_empty,
        chunks=_bind(codec.codecs, codec.chunk_shape, dtype, fill, keep_empty=keep_empty),
        index=_bind(codec.index_codecs, (*count, 2), offsets, np.uint64(MISSING), keep_empty=True),
    )


class _TransposeStep:
    """Axes in another order."""

    def __init__(self, order: tuple[int, ...]) -> None:
        self._order = order
        self._back = tuple(sorted(range(len(order)), key=order.__getitem__))

    def encode(self, value: Stage) -> np.ndarray:
        return cast(np.ndarray, value).transpose(self._order)

    def decode(self, value: Stage) -> np.ndarray:
        return cast(np.ndarray, value).transpose(self._back)


class _PixelsStep:
    """Between a block and its bytes."""

    def __init__(self, shape: tuple[int, ...], stored: np.dtype, *, passing: bool) -> None:
        self._shape = shape
        self._stored = stored
        self._bytes = prod(shape) * stored.itemsize
        self._scratch = Scratch(stored) if passing else None

    def encode(self, value: Stage) -> memoryview:
        pixels = cast(np.ndarray, value)
        if pixels.dtype != self._stored or not pixels.flags.c_contiguous:
            # Bytes that the next codec consumes at once may lie in memory that is used again.
            block = np.empty(self._shape, self._stored) if self._scratch is None else self._scratch.block(self._shape)
            np.copyto(block, pixels)
            pixels = block
        return memoryview(pixels.reshape(-1).view(np.uint8))

    def decode(self, value: Stage) -> np.ndarray:
        if memoryview(cast(Bytes, value)).nbytes != self._bytes:
            raise DocumentError(f"it holds {len(value)} bytes of pixels where {self._bytes} belong")
        return np.frombuffer(cast(Bytes, value), self._stored).reshape(self._shape)


class _Compressor(Protocol):
    def encode(self, buf: Buffer) -> Bytes: ...
    def decode(self, buf: Buffer) -> Bytes: ...


class _CompressorStep:
    """Bytes to fewer bytes."""

    def __init__(self, codec: _Compressor) -> None:
        self._codec = codec

    def encode(self, value: Stage) -> Bytes:
        return self._codec.encode(cast(Bytes, value))

    def decode(self, value: Stage) -> Bytes:
        return self._codec.decode(cast(Bytes, value))


class _BloscStep(_CompressorStep):
    """Blosc 1, which can also write into memory that is there."""

    def inflate(self, data: Bytes, out: Buffer) -> bool:
        # The header: version, version of the format, flags, type size, then the number of bytes, little-endian.
        if len(data) < 16 or struct.unpack_from("<I", data, 4)[0] != memoryview(out).nbytes:
            return False
        numcodecs.blosc.decompress(data, out)
        return True


class _ZstdStep(_CompressorStep):
    """Zstandard, which can also write into memory that is there."""

    def inflate(self, data: Bytes, out: Buffer) -> bool:
        if _zstd_bytes(data) != memoryview(out).nbytes:
            return False
        numcodecs.zstd.decompress(data, out)
        return True


class _ChecksumStep:
    """CRC-32C (RFC 3720) of the bytes, little-endian behind them."""

    def encode(self, value: Stage) -> bytes:
        data = cast(Bytes, value)
        return b"".join((data, _CHECKSUM.pack(google_crc32c.value(_exported(data)))))

    def decode(self, value: Stage) -> memoryview:
        data = memoryview(cast(Bytes, value))
        if len(data) < _CHECKSUM.size:
            raise DocumentError(f"it has {len(data)} bytes, fewer than its checksum")
        content, (stored,) = data[: -_CHECKSUM.size], _CHECKSUM.unpack(data[-_CHECKSUM.size :])
        computed = google_crc32c.value(_exported(content))
        if computed != stored:
            raise DocumentError(f"its checksum is {computed:#010x}, and {stored:#010x} was written")
        return content


def _exported(data: Bytes) -> np.ndarray:
    """The bytes as google_crc32c takes them, without a copy."""
    return np.frombuffer(data, np.uint8)


def _zstd_bytes(content: Bytes) -> int | None:
    """The number of bytes that the header of a zstd frame promises (RFC 8878, 3.1.1.1); None: it does not say."""
    if len(content) < 18 or struct.unpack_from("<I", content)[0] != _ZSTD_MAGIC:
        return None
    flags = content[4]
    single, field = flags >> 5 & 1, flags >> 6
    if field == 0 and not single:
        return None
    at = 5 + (not single) + (0, 1, 2, 4)[flags & 3]  # behind the window and the dictionary's number
    size: int = struct.unpack_from(("<B", "<H", "<I", "<Q")[field], content, at)[0]
    return size + 256 if field == 1 else size
