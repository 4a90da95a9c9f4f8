"""Decompression straight into the memory where the pixels are wanted.

A codec that hands over bytes of its own costs more than a copy: fresh memory is given by the operating system
page by page. Where the chain is the common one (pixels, then blosc or zstd), the compressor can write into a
block that is there already.
"""

import struct
import sys
import threading
from collections.abc import Callable, Sequence

import numcodecs.blosc
import numcodecs.zstd
import numpy as np
from zarr.codecs import BloscCodec, BytesCodec, ZstdCodec
from zarr.codecs._v2 import V2Codec
from zarr.core.array_spec import ArraySpec
from zarr.core.buffer import Buffer

__all__ = ["Inflate", "Scratch", "find_inflate"]

type Inflate = Callable[[Buffer, np.ndarray], bool]
"""Fills a C-contiguous block from its bytes; False, and nothing done, where these are not just for it."""

_ZSTD_MAGIC = 0xFD2FB528


class Scratch:
    """A block for every thread, used again and again."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype) -> None:
        self._shape = shape
        self._dtype = dtype
        self._local = threading.local()

    @property
    def block(self) -> np.ndarray:
        """The calling thread's; its pixels are valid until that thread asks again."""
        block: np.ndarray | None = getattr(self._local, "block", None)
        if block is None:
            block = self._local.block = np.empty(self._shape, self._dtype)
        return block


def find_inflate(codecs: Sequence[object], spec: ArraySpec) -> Inflate | None:
    """How the chain of `codecs` fills a block of its shape and dtype straight away; None: it cannot."""
    dtype = spec.dtype.to_native_dtype()
    if dtype.kind not in "biufc" or not dtype.isnative:
        return None
    match codecs:
        case [BytesCodec() as pixels, BloscCodec()] if _is_native(pixels, dtype):
            return _blosc
        case [BytesCodec() as pixels, ZstdCodec()] if _is_native(pixels, dtype):
            return _zstd
        case [V2Codec(filters=None | [] | (), compressor=numcodecs.blosc.Blosc())] if spec.config.order == "C":
            return _blosc
        case [V2Codec(filters=None | [] | (), compressor=numcodecs.zstd.Zstd())] if spec.config.order == "C":
            return _zstd
    return None


def _is_native(codec: BytesCodec, dtype: np.dtype) -> bool:
    endian = getattr(codec.endian, "value", codec.endian)
    return dtype.itemsize == 1 or endian == sys.byteorder


def _blosc(data: Buffer, out: np.ndarray) -> bool:
    content = memoryview(data.as_numpy_array())
    # blosc 1, header: version, version of the format, flags, type size, then the number of bytes, little-endian
    if len(content) < 16 or struct.unpack_from("<I", content, 4)[0] != out.nbytes:
        return False
    numcodecs.blosc.decompress(content, out)
    return True


def _zstd(data: Buffer, out: np.ndarray) -> bool:
    content = memoryview(data.as_numpy_array())
    if _zstd_bytes(content) != out.nbytes:
        return False
    numcodecs.zstd.decompress(content, out)
    return True


def _zstd_bytes(content: memoryview) -> int | None:
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
