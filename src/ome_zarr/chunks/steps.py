"""The codecs that are known here, called directly; the compressors have a module of their own."""

import struct
import sys
from collections.abc import Sequence
from math import prod
from typing import cast

import google_crc32c
import numpy as np

from ome_zarr.chunks.chain import Bytes, CodecChain, Stage, Step
from ome_zarr.chunks.compressors import Room, compressor_step
from ome_zarr.chunks.encoding import Codec, Crc32c, Encoding, Pixels, Sharding, Transpose
from ome_zarr.chunks.scratch import Scratch
from ome_zarr.chunks.shard import MISSING, ShardLayout, ShardStep
from ome_zarr.errors import DocumentError

__all__ = ["bind_encoding"]

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
    room = Room(prod(shape) * dtype.itemsize, exact=True)
    for number, codec in enumerate(codecs):
        if isinstance(codec, Sharding):
            steps.append(shard := _shard(codec, shape, dtype, fill, keep_empty=keep_empty))
            room = Room(shard.most_bytes, exact=False)
        elif isinstance(codec, Transpose):
            steps.append(_TransposeStep(codec.order))
            shape = tuple(shape[axis] for axis in codec.order)
        elif isinstance(codec, Pixels):
            passing = not all(isinstance(later, Crc32c) for later in codecs[number + 1 :])
            steps.append(_PixelsStep(shape, dtype.newbyteorder(codec.endian), passing=passing))
        elif isinstance(codec, Crc32c):
            steps.append(_ChecksumStep())
            room = Room(room.nbytes + _CHECKSUM.size, room.exact)
        else:
            steps.append(compressor_step(codec, room))
            room = room.compressed()
    first = codecs[0]
    return CodecChain(
        steps, in_place=isinstance(first, Pixels) and (dtype.itemsize == 1 or first.endian == sys.byteorder)
    )


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


class _ChecksumStep:
    """CRC-32C (RFC 3720) of the bytes, little-endian behind them."""

    def encode(self, value: Stage) -> bytes:
        data = cast(Bytes, value)
        return b"".join((data, self.checksum(data)))

    def checksum(self, data: Bytes) -> bytes:
        return _CHECKSUM.pack(google_crc32c.value(_exported(data)))

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
