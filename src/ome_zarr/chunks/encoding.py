"""How the objects of an array are encoded, as a value.

Arrays with equal encodings can share objects: the bytes of one are right in the other. Formats 2 and 3 spell
codecs differently; here they are spelled in one way.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

import numpy as np

from ome_zarr.chunks.document import ArrayDocument

__all__ = [
    "Blosc",
    "Codec",
    "Crc32c",
    "Encoding",
    "Gzip",
    "Numcodec",
    "Pixels",
    "Sharding",
    "Transpose",
    "Zstd",
    "parse_codec",
    "parse_codec_v2",
]


@dataclass(frozen=True, slots=True)
class Transpose:
    """Axes in another order."""

    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pixels:
    """Pixels one after the other, the last axis fastest; those of one byte count as ``"little"``."""

    endian: Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class Blosc:
    """Blosc 1."""

    cname: str
    clevel: int
    shuffle: Literal["noshuffle", "shuffle", "bitshuffle"]
    blocksize: int
    typesize: int


@dataclass(frozen=True, slots=True)
class Zstd:
    """Zstandard."""

    level: int
    checksum: bool


@dataclass(frozen=True, slots=True)
class Gzip:
    """Deflate with the header of gzip."""

    level: int


@dataclass(frozen=True, slots=True)
class Crc32c:
    """Four bytes at the end, by which damage is noticed."""


@dataclass(frozen=True, slots=True)
class Numcodec:
    """A compressor that only format 2 has, with its parameters in the order of their names."""

    name: str
    parameters: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Sharding:
    """Chunks, each encoded by itself, and an index of where they are."""

    chunk_shape: tuple[int, ...]
    codecs: tuple["Codec", ...]
    index_codecs: tuple["Codec", ...]
    index_at_end: bool


type Codec = Transpose | Pixels | Blosc | Zstd | Gzip | Crc32c | Numcodec | Sharding

_USUAL_INDEX: tuple[Codec, ...] = (Pixels("little"), Crc32c())
_FIXED_SIZE = (Transpose, Pixels, Crc32c)
_NUMCODECS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "zlib": frozenset({"level"}),
        "lz4": frozenset({"acceleration"}),
        "bz2": frozenset({"level"}),
        "lzma": frozenset({"format", "check", "preset", "filters"}),
    }
)
"""Compressors that only format 2 has, with the names of their parameters."""

_SHUFFLES: tuple[Literal["noshuffle", "shuffle", "bitshuffle"], ...] = ("noshuffle", "shuffle", "bitshuffle")
_AUTOSHUFFLE = -1
_BLOSC_NAMES = ("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the objects of an array are encoded.

    Attributes
    ----------
    shape
        Of the block that one object holds: of a shard where there are shards, else of a chunk.
    dtype
        Of the pixels, in native byte order.
    fill
        The bytes of the pixel that stands for what is not stored.
    codecs
        In the order in which they encode.
    """

    shape: tuple[int, ...]
    dtype: np.dtype
    fill: bytes
    codecs: tuple[Codec, ...]

    @classmethod
    def of(cls, document: ArrayDocument) -> "Encoding | None":
        """The encoding that an array's document describes; None: something in it is not known here.

        zarr-python may know it, or say what is wrong with it.
        """
        if document.dtype.kind not in "biufc" or not document.is_regular:
            return None
        fill = _fill(document)
        codecs = _codecs_v2(document) if document.zarr_format == 2 else _codecs_v3(document)
        if fill is None or codecs is None or not _is_chain(codecs, document.object_shape):
            return None
        return cls(document.object_shape, document.dtype, fill, codecs)

    @property
    def fill_pixel(self) -> np.generic:
        """The pixel that stands for what is not stored."""
        pixel: np.generic = np.frombuffer(self.fill, self.dtype)[0]
        return pixel

    @property
    def chunk_shape(self) -> tuple[int, ...]:
        """Shape of what is compressed as one: of a chunk in the shard, where that is all there is."""
        first = self.codecs[0]
        return first.chunk_shape if isinstance(first, Sharding) and len(self.codecs) == 1 else self.shape

    @property
    def compressors(self) -> tuple[Codec, ...] | None:
        """What follows the pixels of a chunk, where these are little-endian and a shard is laid out as usual.

        None: the encoding is another one, and few programs write such.
        """
        codecs = self.codecs
        if isinstance(codecs[0], Sharding):
            shard = codecs[0]
            if len(codecs) > 1 or shard.index_codecs != _USUAL_INDEX or not shard.index_at_end:
                return None
            codecs = shard.codecs
        return codecs[1:] if codecs[0] == Pixels("little") else None

    @property
    def is_compressed(self) -> bool:
        """Whether pixels take less room than they have bytes."""
        return any(_compresses(codec) for codec in self.codecs)


def _compresses(codec: Codec) -> bool:
    if isinstance(codec, Sharding):
        return any(map(_compresses, codec.codecs))
    return not isinstance(codec, _FIXED_SIZE)


def _fill(document: ArrayDocument) -> bytes | None:
    """The bytes of a fill value that is a number; None where it is spelled in another way."""
    value = document.document.get("fill_value")
    dtype = document.dtype
    if value is None:
        return bytes(dtype.itemsize) if document.zarr_format == 2 else None
    if isinstance(value, bool) != (dtype.kind == "b") or not isinstance(value, int | float):
        return None
    try:
        return np.array(value, dtype).tobytes()
    except (OverflowError, ValueError):
        return None


def _codecs_v2(document: ArrayDocument) -> tuple[Codec, ...] | None:
    """Zarr specification, version 2: the chunk in C or Fortran order, filters, one compressor."""
    content = document.document
    dtype, order, compressor = content.get("dtype"), content.get("order"), content.get("compressor")
    if content.get("filters") or not isinstance(dtype, str) or order not in ("C", "F"):
        return None
    ndim = len(document.shape)
    turned: tuple[Codec, ...] = (Transpose(tuple(reversed(range(ndim)))),) if order == "F" and ndim > 1 else ()
    pixels = Pixels("big" if dtype.startswith(">") and document.dtype.itemsize > 1 else "little")
    if compressor is None:
        return (*turned, pixels)
    codec = parse_codec_v2(compressor, document.dtype) if isinstance(compressor, Mapping) else None
    return None if codec is None else (*turned, pixels, codec)


def parse_codec_v2(document: Mapping[str, object], dtype: np.dtype) -> Blosc | Zstd | Gzip | Numcodec | None:
    """What a compressor is as format 2 spells it; None: it is not known here."""
    parameters = {key: value for key, value in document.items() if key != "id"}
    match document.get("id"):
        case "blosc":
            shuffle = parameters.get("shuffle", _AUTOSHUFFLE)
            if shuffle == _AUTOSHUFFLE:
                shuffle = 2 if dtype.itemsize == 1 else 1
            if not isinstance(shuffle, int) or not 0 <= shuffle < len(_SHUFFLES):
                return None
            defaults = {"cname": "lz4", "clevel": 5, "blocksize": 0, "typesize": dtype.itemsize}
            if parameters.get("typesize", 0) is None:
                del parameters["typesize"]
            return _blosc({**defaults, **parameters, "shuffle": _SHUFFLES[shuffle]})
        case "zstd":
            return _zstd({"level": 0, "checksum": False, **parameters})
        case "gzip":
            return _gzip({"level": 1, **parameters})
        case str(name) if set(parameters) <= _NUMCODECS.get(name, frozenset()):
            numbers = all(isinstance(value, int | None) for value in parameters.values())
            return Numcodec(name, tuple(sorted(parameters.items()))) if numbers and name in _NUMCODECS else None
    return None


def _codecs_v3(document: ArrayDocument) -> tuple[Codec, ...] | None:
    if document.document.get("storage_transformers"):
        return None
    return _chain(document.document.get("codecs"), document.dtype)


def _chain(documents: object, dtype: np.dtype) -> tuple[Codec, ...] | None:
    if not isinstance(documents, Sequence):
        return None
    codecs = [parse_codec(document, dtype) for document in documents]
    return None if None in codecs else tuple(cast("list[Codec]", codecs))


def parse_codec(document: object, dtype: np.dtype) -> Codec | None:
    """What a codec is as format 3 spells it; None: it is not known here."""
    if not isinstance(document, Mapping) or set(document) - {"name", "configuration"}:
        return None
    configuration, name = document.get("configuration", {}), str(document.get("name"))
    if not isinstance(configuration, Mapping):
        return None
    if name.startswith(_OF_FORMAT_2):
        found = parse_codec_v2({**configuration, "id": name.removeprefix(_OF_FORMAT_2)}, dtype)
        return found if isinstance(found, Numcodec) else None
    parse = _PARSERS.get(name)
    return None if parse is None else parse({**configuration, _DTYPE: dtype})


_OF_FORMAT_2 = "numcodecs."
"""So zarr-python calls compressors of format 2 in format 3."""

_DTYPE = "dtype of the pixels"
"""Under this name parsers find what is written beside a codec."""


def _transpose(configuration: Mapping[str, object]) -> Codec | None:
    order = _numbers(configuration.get("order"))
    return Transpose(order) if order is not None and _has(configuration, "order") else None


def _pixels(configuration: Mapping[str, object]) -> Codec | None:
    dtype = cast(np.dtype, configuration[_DTYPE])
    endian = configuration.get("endian")
    if dtype.itemsize == 1 and endian in (None, "little", "big"):
        return Pixels("little")
    return Pixels(endian) if endian in ("little", "big") else None


def _blosc(configuration: Mapping[str, object]) -> Blosc | None:
    wanted = {"cname": str, "clevel": int, "shuffle": str, "blocksize": int, "typesize": int}
    if not _has(configuration, *wanted) or not _are(configuration, wanted) or configuration["shuffle"] not in _SHUFFLES:
        return None
    blosc = Blosc(**{key: configuration[key] for key in wanted})  # type: ignore[arg-type] # seen above
    return blosc if blosc.cname in _BLOSC_NAMES and blosc.blocksize >= 0 and blosc.typesize > 0 else None


def _zstd(configuration: Mapping[str, object]) -> Zstd | None:
    configuration = {"checksum": False, **configuration}
    wanted = {"level": int, "checksum": bool}
    if not _has(configuration, *wanted) or not _are(configuration, wanted):
        return None
    return Zstd(**{key: configuration[key] for key in wanted})  # type: ignore[arg-type] # seen above


def _gzip(configuration: Mapping[str, object]) -> Gzip | None:
    if not _has(configuration, "level") or not _are(configuration, {"level": int}):
        return None
    return Gzip(cast(int, configuration["level"]))


def _crc32c(configuration: Mapping[str, object]) -> Codec | None:
    return Crc32c() if _has(configuration) else None


def _sharding(configuration: Mapping[str, object]) -> Codec | None:
    dtype = cast(np.dtype, configuration[_DTYPE])
    configuration = {"index_location": "end", **configuration}
    location = configuration["index_location"]
    shape = _numbers(configuration.get("chunk_shape"))
    codecs = _chain(configuration.get("codecs"), dtype)
    index = _chain(configuration.get("index_codecs"), np.dtype(np.uint64))
    known = _has(configuration, "chunk_shape", "codecs", "index_codecs", "index_location")
    if not known or shape is None or codecs is None or index is None or location not in ("start", "end"):
        return None
    return Sharding(shape, codecs, index, location == "end") if all(n > 0 for n in shape) else None


_PARSERS: Mapping[str, Callable[[Mapping[str, object]], Codec | None]] = MappingProxyType(
    {
        "transpose": _transpose,
        "bytes": _pixels,
        "blosc": _blosc,
        "zstd": _zstd,
        "gzip": _gzip,
        "crc32c": _crc32c,
        "sharding_indexed": _sharding,
    }
)


def _is_chain(codecs: Sequence[Codec], shape: tuple[int, ...]) -> bool:
    """Whether codecs follow each other as they must: arrays to arrays, one to bytes, bytes to bytes."""
    turns = [codec for codec in codecs if isinstance(codec, Transpose)]
    rest = codecs[len(turns) :]
    if any(sorted(turn.order) != list(range(len(shape))) for turn in turns) or not rest:
        return False
    first, *others = rest
    if any(isinstance(codec, Transpose | Pixels | Sharding) for codec in others):
        return False
    if isinstance(first, Pixels):
        return True
    for turn in turns:
        shape = tuple(shape[axis] for axis in turn.order)
    return isinstance(first, Sharding) and _is_shard(first, shape)


def _is_shard(sharding: Sharding, shape: tuple[int, ...]) -> bool:
    if len(sharding.chunk_shape) != len(shape) or any(n % c for n, c in zip(shape, sharding.chunk_shape, strict=True)):
        return False
    fixed = all(isinstance(codec, _FIXED_SIZE) for codec in sharding.index_codecs)
    return fixed and _is_chain(sharding.codecs, sharding.chunk_shape) and _is_chain(sharding.index_codecs, (*shape, 2))


def _has(configuration: Mapping[str, object], *names: str) -> bool:
    return set(configuration) - {_DTYPE} == set(names)


def _are(configuration: Mapping[str, object], types: Mapping[str, type]) -> bool:
    return all(type(configuration[name]) is wanted for name, wanted in types.items())


def _numbers(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, Sequence) or isinstance(value, str) or any(type(n) is not int for n in value):
        return None
    return tuple(value)
