"""One array: its document, and the bytes of its chunks and shards, in every codec and dtype."""

from collections.abc import Iterator, Mapping
from functools import cache
from random import Random

import numcodecs
import numpy as np
import zarr
import zarr.codecs
from tests.fuzz.explore import MOST_BLOCK_BYTES, tolerate
from tests.fuzz.mutation import StoreMutator
from tests.fuzz.packing import pack, unpack
from tests.fuzz.stores import contents, memory_store
from tests.fuzz.target import MOST_INPUT_BYTES, Target
from zarr.storage import MemoryStore

from ome_zarr.chunks.keys import object_bytes
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.chunks.zarr_arrays import SyncStore
from ome_zarr.geometry.region import Region
from ome_zarr.storage.documents import parse_array, parse_json

__all__ = ["TARGET"]

_PIXELS = np.arange(60).reshape(6, 10)
_DTYPES = ("bool", "i1", "<u2", ">u2", "<i4", "<u8", ">f4", "<f8", "<f2", "<c8")


def _prepare(data: bytes) -> dict[str, bytes]:
    return unpack(data)


def _run(entries: Mapping[str, bytes]) -> None:
    zarr_format, name = (3, "zarr.json") if "zarr.json" in entries else (2, ".zarray")
    document = parse_array(parse_json(entries.get(name, b""), name), zarr_format, name)
    if not document.is_regular or object_bytes(document) > MOST_BLOCK_BYTES:
        return
    objects = ArrayObjects.of_document(document, SyncStore(memory_store(entries)), "")
    origin = tuple(min(1, n) for n in document.shape)
    tolerate(lambda: objects.read_region(Region(origin, tuple(min(n, 4) for n in document.shape))))
    tolerate(lambda: objects.read((0,) * len(document.shape)))


@cache
def _seeds() -> tuple[bytes, ...]:
    return tuple(packed for array in _arrays() if len(packed := pack(array)) <= MOST_INPUT_BYTES)


def _arrays() -> Iterator[dict[str, bytes]]:
    for dtype in _DTYPES:
        yield _stored(2, dtype, compressors=None)
        yield _stored(3, dtype.strip("<>"), compressors=None)
    for compressor in _compressors_v2():
        yield _stored(2, "<u2", compressors=compressor, order="F")
    for codec in _compressors_v3():
        yield _stored(3, "u2", compressors=codec)
        yield _stored(3, "u2", compressors=codec, shards=(8, 8))
    yield _stored(3, "u2", filters=zarr.codecs.TransposeCodec(order=(1, 0)), shards=(8, 8))
    yield _stored(3, "u2", compressors=None, serializer=_shard(location="start"), shards=None, chunks=(4, 4))
    yield _stored(3, "u2", compressors=None, serializer=_shard(codecs=(_shard(),)), shards=None, chunks=(4, 4))
    yield _stored(2, "<i4", filters=[numcodecs.Delta("<i4")], compressors=None)


def _compressors_v2() -> Iterator[object]:
    for name in ("lz4", "zstd", "zlib", "blosclz"):
        yield numcodecs.Blosc(name, shuffle=numcodecs.Blosc.BITSHUFFLE if name == "zstd" else 1)
    yield from (
        numcodecs.Zstd(),
        numcodecs.GZip(),
        numcodecs.Zlib(),
        numcodecs.LZ4(),
        numcodecs.BZ2(),
        numcodecs.LZMA(),
    )


def _compressors_v3() -> Iterator[object]:
    yield from (zarr.codecs.ZstdCodec(checksum=True), zarr.codecs.GzipCodec(), zarr.codecs.BloscCodec())
    yield (zarr.codecs.BloscCodec(cname="lz4", shuffle="noshuffle"), zarr.codecs.Crc32cCodec())


def _shard(**wishes: object) -> zarr.codecs.ShardingCodec:
    location = wishes.pop("location", "end")
    return zarr.codecs.ShardingCodec(chunk_shape=(2, 2), index_location=location, **wishes)


def _stored(zarr_format: int, dtype: str, **wishes: object) -> dict[str, bytes]:
    store = MemoryStore()
    kept = {"chunks": (4, 4), **wishes}
    array = zarr.create_array(store, shape=_PIXELS.shape, dtype=dtype, zarr_format=zarr_format, fill_value=0, **kept)
    array[...] = _PIXELS.astype(dtype)
    return {key: value for key, value in contents(store).items() if key != ".zattrs"}


@cache
def _mutator() -> StoreMutator:
    return StoreMutator(_seeds())


def _mutate(data: bytes, random: Random) -> bytes:
    return _mutator().mutate(data, random)


TARGET = Target("arrays", _prepare, _run, _seeds, _mutate)
