"""Encodings are equal where objects can be shared, whatever format spells them."""

from dataclasses import replace

import numcodecs
import numpy as np
import pytest
import zarr
from tests.unit.chunks.chains import CHAINS
from zarr.storage import MemoryStore

from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.encoding import Blosc, Crc32c, Encoding, Pixels, Sharding, Zstd
from ome_zarr.chunks.zarr_arrays import codec_of, document_of

LEFT_TO_ZARR = {
    "complex64",  # its fill value is a pair of numbers
    "complex128",
    "delta",
    "nan fill",  # spelled as a string
    "v2 delta",
    "shards lexicographic",  # an order that documents do not name
    "shards colexicographic",
}


LITTLE = {"name": "bytes", "configuration": {"endian": "little"}}


def array(**options: object) -> zarr.Array:
    settings = {"shape": (20, 30), "chunks": (8, 16), "dtype": "uint16", "fill_value": 0, "compressors": None}
    return zarr.create_array(MemoryStore(), **(settings | options))


def encoding(**options: object) -> Encoding | None:
    return Encoding.of(document_of(array(**options)))


def changed(document: ArrayDocument, **members: object) -> Encoding | None:
    return Encoding.of(replace(document, document={**document.document, **members}))


@pytest.mark.parametrize("chain", CHAINS)
def test_all_but_rare_chains_run_without_zarr_python(chain: str) -> None:
    assert (codec_of(CHAINS[chain]()).encoding is None) == (chain in LEFT_TO_ZARR)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(
    "codec",
    [
        numcodecs.Blosc("zstd", 1, numcodecs.Blosc.SHUFFLE),
        numcodecs.Blosc("lz4", 5, numcodecs.Blosc.BITSHUFFLE),
        numcodecs.Blosc("zstd", 1, numcodecs.Blosc.AUTOSHUFFLE),
        numcodecs.Zstd(3),
        numcodecs.GZip(1),
        None,
    ],
    ids=str,
)
def test_both_formats_of_one_chunk_have_one_encoding(codec: object, dtype: str) -> None:
    from ome_zarr.storage.codecs import to_json_codecs

    older = encoding(zarr_format=2, compressors=codec, dtype=dtype)
    newer = encoding(compressors=to_json_codecs(codec, 3), dtype=dtype)
    assert older is not None
    assert older == newer


@pytest.mark.parametrize(
    "other",
    [
        {"dtype": "int16"},
        {"chunks": (8, 8)},
        {"fill_value": 1},
        {"serializer": zarr.codecs.BytesCodec(endian="big")},
        {"compressors": zarr.codecs.ZstdCodec(level=2)},
        {"compressors": zarr.codecs.ZstdCodec(level=1, checksum=True)},
        {"compressors": [zarr.codecs.ZstdCodec(level=1), zarr.codecs.Crc32cCodec()]},
        {"shards": (16, 32), "compressors": zarr.codecs.ZstdCodec(level=1)},
    ],
    ids=str,
)
def test_what_is_encoded_differently_differs(other: dict[str, object]) -> None:
    plain = {"compressors": zarr.codecs.ZstdCodec(level=1)}
    assert encoding(**plain) == encoding(**plain)
    assert encoding(**plain | other) not in (None, encoding(**plain))


def test_a_shard_is_told_with_what_is_in_it() -> None:
    found = encoding(shards=(16, 32), compressors=zarr.codecs.BloscCodec(cname="zstd", clevel=1, shuffle="shuffle"))
    chunk = (Pixels("little"), Blosc("zstd", 1, "shuffle", 0, 2))
    index = (Pixels("little"), Crc32c())
    assert found == Encoding((16, 32), np.dtype("u2"), b"\0\0", (Sharding((8, 16), chunk, index, index_at_end=True),))
    assert found.chunk_shape == (8, 16)
    assert found.compressors == chunk[1:]
    assert found.is_compressed


def test_compressors_are_named_only_of_what_usual_chains_say() -> None:
    assert encoding(compressors=zarr.codecs.ZstdCodec(level=1)).compressors == (Zstd(1, checksum=False),)
    assert encoding().compressors == ()
    assert not encoding().is_compressed
    assert encoding(serializer=zarr.codecs.BytesCodec(endian="big")).compressors is None
    assert encoding(filters=zarr.codecs.TransposeCodec(order=(1, 0))).compressors is None
    unusual = zarr.codecs.ShardingCodec(chunk_shape=(4, 4), index_location="start")
    assert encoding(serializer=unusual).compressors is None


@pytest.mark.parametrize(
    "codecs",
    [
        [],
        {},
        [{"name": "zstd", "configuration": {"level": 1, "checksum": False}}],
        [LITTLE, LITTLE],
        [{"name": "bytes"}],
        [{"name": "bytes", "configuration": {"endian": "middle"}}],
        [{"name": ["bytes"], "configuration": {"endian": "little"}}],
        [{"name": "bytes", "configuration": {"endian": "little"}, "must_understand": False}],
        [LITTLE, {"name": "zstd", "configuration": {"level": "1"}}],
        [LITTLE, {"name": "of_somebody"}],
        [{"name": "transpose", "configuration": {"order": [0, 0]}}, LITTLE],
        [7],
    ],
    ids=str,
)  # fmt: skip
def test_a_chain_that_is_not_known_has_no_encoding(codecs: object) -> None:
    assert changed(document_of(array()), codecs=codecs) is None


@pytest.mark.parametrize(
    "compressor",
    [
        {"id": "zlib", "level": 1, "more": 2},
        {"id": "lzma", "filters": [{"id": 3}]},
        {"id": "blosc", "cname": "zstd", "clevel": 1, "shuffle": 7},
        {"id": ["blosc"]},
        "blosc",
    ],
    ids=str,
)
def test_a_compressor_of_format_2_that_is_not_known_has_no_encoding(compressor: object) -> None:
    assert changed(document_of(array(zarr_format=2)), compressor=compressor) is None


@pytest.mark.parametrize("fill", ["NaN", [0, 0], 70000, True, {}, None], ids=str)
def test_a_fill_value_that_is_no_number_of_the_dtype_has_no_encoding(fill: object) -> None:
    assert changed(document_of(array()), fill_value=fill) is None
