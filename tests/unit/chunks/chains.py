"""Arrays of every kind of codec chain that zarr can configure."""

import warnings
from collections.abc import Callable

import numcodecs
import numpy as np
import zarr
from zarr.codecs import (
    BloscCodec,
    BytesCodec,
    Crc32cCodec,
    GzipCodec,
    ShardingCodec,
    TransposeCodec,
    ZstdCodec,
)
from zarr.codecs.numcodecs import Delta
from zarr.storage import MemoryStore

SHAPE = (11, 37, 23)
CHUNKS = (4, 16, 8)
SHARDS = (8, 32, 16)


def _array(**options: object) -> zarr.Array:
    settings = {"shape": SHAPE, "chunks": CHUNKS, "dtype": "uint16", "fill_value": 0, "compressors": None}
    return zarr.create_array(store=MemoryStore(), **(settings | options))


def _sharding(**options: object) -> ShardingCodec:
    return ShardingCodec(chunk_shape=CHUNKS, **options)


def _checksum_around_shards() -> zarr.Array:
    with warnings.catch_warnings():
        # zarr warns that such shards are never read in part; that is what is tested.
        warnings.simplefilter("ignore")
        return _array(
            chunks=SHARDS,
            serializer=_sharding(codecs=[BytesCodec(), ZstdCodec()]),
            compressors=Crc32cCodec(),
        )


CHAINS: dict[str, Callable[[], zarr.Array]] = {
    "plain": _array,
    "big endian": lambda: _array(serializer=BytesCodec(endian="big")),
    "uint8": lambda: _array(dtype="uint8"),
    "bool": lambda: _array(dtype="bool"),
    "float32": lambda: _array(dtype="float32", compressors=ZstdCodec(level=1)),
    "complex64": lambda: _array(dtype="complex64", compressors=ZstdCodec(level=1)),
    "complex128": lambda: _array(dtype="complex128", compressors=ZstdCodec(level=1)),
    "blosc": lambda: _array(compressors=BloscCodec(cname="zstd", clevel=1, shuffle="shuffle")),
    "blosc lz4": lambda: _array(compressors=BloscCodec(cname="lz4", clevel=5, shuffle="bitshuffle")),
    "zstd": lambda: _array(compressors=ZstdCodec(level=3, checksum=True)),
    "gzip": lambda: _array(compressors=GzipCodec(level=1)),
    "crc32c": lambda: _array(compressors=[ZstdCodec(), Crc32cCodec()]),
    "transpose": lambda: _array(filters=TransposeCodec(order=(2, 0, 1)), compressors=ZstdCodec()),
    "delta": lambda: _array(filters=Delta(dtype="uint16"), compressors=ZstdCodec()),
    "fill 7": lambda: _array(fill_value=7),
    "nan fill": lambda: _array(dtype="float64", fill_value=float("nan")),
    "empty chunks kept": lambda: _array(config={"write_empty_chunks": True}),
    "shards": lambda: _array(shards=SHARDS, compressors=ZstdCodec(level=1)),
    "shards uncompressed": lambda: _array(shards=SHARDS),
    "shards empty chunks kept": lambda: _array(shards=SHARDS, config={"write_empty_chunks": True}),
    "shards transpose inside": lambda: _array(
        shards=SHARDS, filters=TransposeCodec(order=(1, 2, 0)), compressors=GzipCodec()
    ),
    "shards index at start": lambda: _array(
        chunks=SHARDS, serializer=_sharding(index_location="start", codecs=[BytesCodec(), ZstdCodec()])
    ),
    "shards lexicographic": lambda: _array(chunks=SHARDS, serializer=_sharding(subchunk_write_order="lexicographic")),
    "shards colexicographic": lambda: _array(
        chunks=SHARDS, serializer=_sharding(subchunk_write_order="colexicographic")
    ),
    "shards index without checksum": lambda: _array(chunks=SHARDS, serializer=_sharding(index_codecs=[BytesCodec()])),
    "shards with checksum outside": _checksum_around_shards,
    "shards in shards, empty chunks kept": lambda: _array(
        chunks=SHARDS,
        serializer=_sharding(codecs=[ShardingCodec(chunk_shape=(2, 8, 8))]),
        config={"write_empty_chunks": True},
    ),
    "shards in shards": lambda: _array(
        chunks=SHARDS,
        serializer=_sharding(codecs=[ShardingCodec(chunk_shape=(2, 8, 8), codecs=[BytesCodec(), GzipCodec()])]),
    ),
    "shards uneven": lambda: _array(shards=(12, 48, 8), compressors=ZstdCodec()),
    "shards fill 7": lambda: _array(shards=SHARDS, fill_value=7, compressors=ZstdCodec()),
    "v2 plain": lambda: _array(zarr_format=2),
    "v2 blosc": lambda: _array(zarr_format=2, compressors=numcodecs.Blosc(cname="zstd", clevel=1)),
    "v2 zstd": lambda: _array(zarr_format=2, compressors=numcodecs.Zstd(level=1)),
    "v2 gzip": lambda: _array(zarr_format=2, compressors=numcodecs.GZip(level=1)),
    "v2 lzma": lambda: _array(zarr_format=2, compressors=numcodecs.LZMA()),
    "v2 delta": lambda: _array(zarr_format=2, filters=[numcodecs.Delta(dtype="<u2")], compressors=numcodecs.Zlib()),
    "v2 order F": lambda: _array(zarr_format=2, order="F", compressors=numcodecs.Blosc()),
    "v2 big endian": lambda: _array(zarr_format=2, dtype=">u2", compressors=numcodecs.Blosc()),
    "v2 slash": lambda: _array(zarr_format=2, chunk_key_encoding={"name": "v2", "separator": "/"}),
    "v2 fill null": lambda: _array(zarr_format=2, fill_value=None),
}
"""An array in memory for every chain, none of its extents a multiple of its chunks."""


def pixels(array: zarr.Array) -> np.ndarray:
    """A picture of noise with a dark and a constant part, so that some chunks are empty."""
    rng = np.random.default_rng(7)
    data = rng.integers(0, 200, array.shape).astype(array.dtype.newbyteorder("="))
    data[:, 16:, :16] = array.fill_value if array.fill_value is not None else 0
    data[:, :16, 8:16] = 0
    return data
