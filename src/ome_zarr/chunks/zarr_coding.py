"""Encodings that only zarr-python knows: its codecs, bound to a chain that runs on the calling thread."""

from collections.abc import Iterable
from dataclasses import replace
from math import prod
from typing import Protocol, Self, cast, runtime_checkable

import numpy as np
from zarr.abc.codec import ArrayArrayCodec, ArrayBytesCodec, BytesBytesCodec
from zarr.codecs import BytesCodec, ShardingCodec
from zarr.codecs._v2 import V2Codec
from zarr.core.array_spec import ArrayConfig, ArraySpec, parse_array_config
from zarr.core.buffer import Buffer, NDBuffer, numpy_buffer_prototype
from zarr.core.common import JSON
from zarr.core.dtype import UInt64
from zarr.core.metadata.v2 import ArrayV2Metadata
from zarr.core.metadata.v3 import ArrayV3Metadata, RegularChunkGridMetadata
from zarr.core.sync import sync

from ome_zarr.chunks.chain import CodecChain, Stage, Step
from ome_zarr.chunks.compressors import Room, compressor_step
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.encoding import Blosc, Gzip, Zstd, parse_codec, parse_codec_v2
from ome_zarr.chunks.shard import MISSING, ShardLayout, ShardStep
from ome_zarr.errors import DocumentError

__all__ = ["ZarrCoding"]

type Codec = ArrayArrayCodec | ArrayBytesCodec | BytesBytesCodec
type _Metadata = ArrayV2Metadata | ArrayV3Metadata

_PROTOTYPE = numpy_buffer_prototype()

_MOST_FILTERED_BYTES = 16
"""Of a pixel: filters change its type, and the largest is a complex number of 16 bytes."""


class ZarrCoding:
    """How the objects of an array are encoded, in the words of zarr-python.

    Parameters
    ----------
    metadata
        Of a zarr array, version 2 or 3, with a regular grid of chunks.
    config
        Of the same array.

    Raises
    ------
    DocumentError
        The grid has chunks of several shapes.
    """

    def __init__(self, metadata: _Metadata, config: ArrayConfig) -> None:
        self._metadata = metadata
        self._config = config
        self._spec, self._codecs = _spec_and_codecs(metadata, config)

    @classmethod
    def of_document(cls, document: ArrayDocument) -> Self:
        """The coding that an array's document describes.

        Raises
        ------
        DocumentError
            zarr-python does not know it either.
        """
        content = dict(document.document)
        try:
            metadata: _Metadata = (
                ArrayV2Metadata.from_dict(content)
                if document.zarr_format == 2
                else ArrayV3Metadata.from_dict(cast("dict[str, JSON]", content))
            )
        except Exception as error:  # each codec and data type of the registry has errors of its own
            raise _unknown(error) from error
        return cls(metadata, parse_array_config(None))

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the block that one object holds."""
        return self._spec.shape

    @property
    def fill_pixel(self) -> np.generic:
        """The pixel that stands for what is not stored; where format 2 says ``null``, the default of the dtype."""
        return _fill(self._spec)

    def chain(self) -> CodecChain:
        """What encodes and decodes.

        Raises
        ------
        DocumentError
            The codecs do not fit each other, or the data type.
        """
        try:
            if isinstance(self._metadata, ArrayV2Metadata):
                return CodecChain([_bind_v2(self._metadata, self._spec)])
            return _bind_chain(self._codecs, self._spec)
        except Exception as error:  # each codec has errors of its own
            raise _unknown(error) from error

    def __reduce__(self) -> tuple[type[Self], tuple[_Metadata, ArrayConfig]]:
        return type(self), (self._metadata, self._config)


def _unknown(error: Exception) -> DocumentError:
    """What an error of zarr-python means for the array; to be raised."""
    return DocumentError(
        f"the array cannot be read: {' '.join(str(error).split())}; see whether the package that registers its codecs "
        "and data type is installed"
    )


@runtime_checkable
class _SyncCodec(Protocol):
    """A codec that runs without an event loop."""

    def _encode_sync(self, value: NDBuffer | Buffer, spec: ArraySpec) -> NDBuffer | Buffer | None: ...
    def _decode_sync(self, value: NDBuffer | Buffer, spec: ArraySpec) -> NDBuffer | Buffer: ...


class _SyncStep:
    """A codec that is called directly."""

    __slots__ = ("_codec", "_spec")

    def __init__(self, codec: _SyncCodec, spec: ArraySpec) -> None:
        self._codec = codec
        self._spec = spec

    def encode(self, value: Stage) -> Stage | None:
        return _plain(self._codec._encode_sync(_wrapped(value), self._spec))

    def decode(self, value: Stage) -> Stage:
        return cast(Stage, _plain(self._codec._decode_sync(_wrapped(value), self._spec)))


class _AsyncStep:
    """A codec that only has coroutines: they run in zarr's event loop while the caller waits."""

    __slots__ = ("_codec", "_spec")

    def __init__(self, codec: Codec, spec: ArraySpec) -> None:
        self._codec = codec
        self._spec = spec

    def encode(self, value: Stage) -> Stage | None:
        (encoded,) = sync(self._codec.encode([(_wrapped(value), self._spec)]))  # type: ignore[list-item]
        return _plain(encoded)

    def decode(self, value: Stage) -> Stage:
        (decoded,) = sync(self._codec.decode([(_wrapped(value), self._spec)]))  # type: ignore[list-item]
        return cast(Stage, _plain(decoded))


class _BoundedStep:
    """Filters and a compressor, of which no more is decompressed than filters can have made."""

    __slots__ = ("_compressor", "_filters", "_whole")

    def __init__(self, whole: Step, filters: Step, compressor: Step) -> None:
        self._whole = whole
        self._filters = filters
        self._compressor = compressor

    def encode(self, value: Stage) -> Stage | None:
        return self._whole.encode(value)

    def decode(self, value: Stage) -> Stage:
        return self._filters.decode(self._compressor.decode(value))


def _wrapped(value: Stage) -> NDBuffer | Buffer:
    """A value as zarr's codecs take it, without a copy."""
    if isinstance(value, np.ndarray):
        return _PROTOTYPE.nd_buffer.from_ndarray_like(value)
    return _PROTOTYPE.buffer.from_array_like(np.frombuffer(value, np.uint8))


def _plain(value: NDBuffer | Buffer | None) -> Stage | None:
    """What a codec of zarr's hands over, without a copy."""
    if value is None:
        return None
    array = value.as_numpy_array()
    return array if isinstance(value, NDBuffer) else memoryview(array)


def _bind_chain(codecs: Iterable[Codec], spec: ArraySpec) -> CodecChain:
    """The chain of `codecs` for blocks of the shape and dtype of `spec`.

    Every codec is settled against what the codec before it hands over (an array-to-array codec may change
    shape and dtype).
    """
    steps: list[Step] = []
    room: Room | None = None
    for codec in codecs:
        settled = codec.evolve_from_array_spec(spec)
        known = None if room is None else _compressor(settled)
        if known is not None and room is not None:
            steps.append(compressor_step(known, room))
            room = room.compressed()
        else:
            steps.append(_bind_step(settled, spec))
            room = _room(settled, spec)
        spec = settled.resolve_metadata(spec)
    return CodecChain(steps)


def _bind_v2(metadata: ArrayV2Metadata, spec: ArraySpec) -> Step:
    """Filters and compressor of format 2."""
    compressor = metadata.compressor
    whole = _bind_step(V2Codec(filters=metadata.filters, compressor=compressor), spec)
    known = None if compressor is None else parse_codec_v2(compressor.get_config(), np.dtype(np.uint8))
    if known is None or spec.dtype.to_native_dtype().hasobject:
        return whole
    room = Room(prod(spec.shape) * _MOST_FILTERED_BYTES, exact=False)
    filters = _bind_step(V2Codec(filters=metadata.filters, compressor=None), spec)
    return _BoundedStep(whole, filters, compressor_step(known, room.compressed()))


def _compressor(codec: Codec) -> Blosc | Zstd | Gzip | None:
    """A compressor that is known here, and decodes no more than belongs in a chunk."""
    found = parse_codec(codec.to_dict(), np.dtype(np.uint8)) if isinstance(codec, BytesBytesCodec) else None
    return found if isinstance(found, Blosc | Zstd | Gzip) else None


def _room(codec: Codec, spec: ArraySpec) -> Room | None:
    """How many bytes a codec makes of pixels, where that is known."""
    if not isinstance(codec, BytesCodec):
        return None
    return Room(prod(spec.shape) * spec.dtype.to_native_dtype().itemsize, exact=True)


def _bind_step(codec: Codec, spec: ArraySpec) -> Step:
    if isinstance(codec, ShardingCodec):
        return _bind_shard(codec, spec)
    if isinstance(codec, _SyncCodec) and getattr(codec, "_sync_capable", True):
        return _SyncStep(codec, spec)
    return _AsyncStep(codec, spec)


def _bind_shard(codec: ShardingCodec, spec: ArraySpec) -> ShardStep:
    count = tuple(n // c for n, c in zip(spec.shape, codec.chunk_shape, strict=True))
    index_spec = ArraySpec(
        shape=(*count, 2),
        dtype=UInt64(endianness="little"),
        fill_value=np.uint64(MISSING),
        config=ArrayConfig(order="C", write_empty_chunks=True),
        prototype=_PROTOTYPE,
    )
    inner_spec = replace(spec, shape=codec.chunk_shape)
    return ShardStep(
        ShardLayout(codec.chunk_shape, count, str(codec.index_location) == "end", codec.subchunk_write_order),
        fill=_fill(spec),
        keep_empty=spec.config.write_empty_chunks,
        chunks=_bind_chain(codec.codecs, inner_spec),
        index=_bind_chain(codec.index_codecs, index_spec),
    )


def _spec_and_codecs(
    metadata: ArrayV2Metadata | ArrayV3Metadata, config: ArrayConfig
) -> tuple[ArraySpec, tuple[Codec, ...]]:
    if isinstance(metadata, ArrayV2Metadata):
        # In version 2 the memory order of a chunk is part of the format, not a wish of the reader.
        config = replace(config, order=metadata.order)
        shape = metadata.chunks
        codecs: tuple[Codec, ...] = (V2Codec(filters=metadata.filters, compressor=metadata.compressor),)
    else:
        if not isinstance(metadata.chunk_grid, RegularChunkGridMetadata):
            raise DocumentError(
                f"chunk grid {type(metadata.chunk_grid).__name__} has chunks of several shapes; "
                "only the regular grid can be read and written object by object: store the array again"
            )
        shape = metadata.chunk_grid.chunk_shape
        codecs = metadata.codecs
    spec = ArraySpec(
        shape=shape,
        dtype=metadata.dtype,
        fill_value=metadata.fill_value,
        config=config,
        prototype=_PROTOTYPE,
    )
    return spec, codecs


def _fill(spec: ArraySpec) -> np.generic:
    value = spec.dtype.default_scalar() if spec.fill_value is None else spec.fill_value
    scalar: np.generic = spec.dtype.to_native_dtype().newbyteorder("=").type(value)
    return scalar
