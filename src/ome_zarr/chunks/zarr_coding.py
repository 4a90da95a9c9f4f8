"""From the codecs that an array names to a chain that runs on the calling thread."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, cast, runtime_checkable

import numpy as np
from zarr.abc.codec import ArrayArrayCodec, ArrayBytesCodec, BytesBytesCodec
from zarr.codecs import ShardingCodec
from zarr.core.array_spec import ArrayConfig, ArraySpec
from zarr.core.buffer import numpy_buffer_prototype
from zarr.core.dtype import UInt64
from zarr.core.sync import sync

from ome_zarr.chunks.chain import CodecChain, Stage, Step
from ome_zarr.chunks.shard import MISSING, ShardStep
from ome_zarr.chunks.straight import find_inflate

__all__ = ["Codec", "bind_chain"]

type Codec = ArrayArrayCodec | ArrayBytesCodec | BytesBytesCodec


@runtime_checkable
class _SyncCodec(Protocol):
    """A codec that runs without an event loop."""

    def _encode_sync(self, value: Stage, spec: ArraySpec) -> Stage | None: ...
    def _decode_sync(self, value: Stage, spec: ArraySpec) -> Stage: ...


class _SyncStep:
    """A codec that is called directly."""

    __slots__ = ("_codec", "_spec")

    def __init__(self, codec: _SyncCodec, spec: ArraySpec) -> None:
        self._codec = codec
        self._spec = spec

    def encode(self, value: Stage) -> Stage | None:
        return self._codec._encode_sync(value, self._spec)

    def decode(self, value: Stage) -> Stage:
        return self._codec._decode_sync(value, self._spec)


class _AsyncStep:
    """A codec that only has coroutines: they run in zarr's event loop while the caller waits."""

    __slots__ = ("_codec", "_spec")

    def __init__(self, codec: Codec, spec: ArraySpec) -> None:
        self._codec = codec
        self._spec = spec

    def encode(self, value: Stage) -> Stage | None:
        (encoded,) = sync(self._codec.encode([(value, self._spec)]))  # type: ignore[list-item]
        return encoded

    def decode(self, value: Stage) -> Stage:
        (decoded,) = sync(self._codec.decode([(value, self._spec)]))  # type: ignore[list-item]
        return cast(Stage, decoded)


def bind_chain(codecs: Iterable[Codec], spec: ArraySpec) -> CodecChain:
    """The chain of `codecs` for blocks of the shape and dtype of `spec`.

    Every codec is settled against what the codec before it hands over (an array-to-array codec may change
    shape and dtype).
    """
    codecs = tuple(codecs)
    inflate = find_inflate(codecs, spec)
    steps: list[Step] = []
    for codec in codecs:
        settled = codec.evolve_from_array_spec(spec)
        steps.append(_bind_step(settled, spec))
        spec = settled.resolve_metadata(spec)
    return CodecChain(steps, inflate)


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
        prototype=numpy_buffer_prototype(),
    )
    inner_spec = replace(spec, shape=codec.chunk_shape)
    return ShardStep(
        spec=inner_spec,
        count=count,
        chunks=bind_chain(codec.codecs, inner_spec),
        index=bind_chain(codec.index_codecs, index_spec),
        index_at_end=str(codec.index_location) == "end",
        order=codec.subchunk_write_order,
    )
