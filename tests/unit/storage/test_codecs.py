import json

import numcodecs
import numpy as np
import pytest
import zarr
from zarr import codecs as zarr_codecs

from ome_zarr.errors import RecipeError
from ome_zarr.storage.codecs import preset, to_json_codec, to_json_codecs

BLOSC_V3 = {"cname": "zstd", "clevel": 1, "shuffle": "shuffle", "typesize": 2, "blocksize": 0}


def written_codecs(codecs, dtype="u2", zarr_format=3):
    """What zarr puts into the metadata of an array that is made with these compressors."""
    array = zarr.create_array({}, shape=(4,), dtype=dtype, compressors=codecs, zarr_format=zarr_format)
    document = array.metadata.to_dict()
    return document["codecs"][1:] if zarr_format == 3 else document["compressor"]


def test_images_of_more_than_one_byte_get_shuffled_blosc_and_a_checksum():
    blosc, checksum = preset(np.dtype("u2"), "image")
    assert blosc == {"name": "blosc", "configuration": BLOSC_V3}
    assert checksum == {"name": "crc32c"}
    assert preset(np.dtype("u2"), "image", checksum=False) == (blosc,)
    v2 = {"id": "blosc", "cname": "zstd", "clevel": 1, "shuffle": 1, "blocksize": 0}
    assert preset(np.dtype("u2"), "image", 2) == (v2,)


@pytest.mark.parametrize(("dtype", "kind"), [("u4", "labels"), ("i8", "labels"), ("u1", "image"), ("?", "image")])
def test_labels_and_pixels_of_one_byte_get_zstd_with_its_own_checksum(dtype, kind):
    for checksum in (True, False):
        v3 = {"name": "zstd", "configuration": {"level": 1, "checksum": checksum}}
        assert preset(np.dtype(dtype), kind, checksum=checksum) == (v3,)
    assert preset(np.dtype(dtype), kind, 2) == ({"id": "zstd", "level": 1, "checksum": False},)


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("kind", ["image", "labels"])
@pytest.mark.parametrize("dtype", ["?", "u1", "u2", "f4", "f8", "c8"])
@pytest.mark.parametrize("checksum", [False, True])
def test_every_preset_is_json_and_zarr_takes_it(dtype, kind, zarr_format, checksum):
    codecs = preset(np.dtype(dtype), kind, zarr_format, checksum=checksum)
    assert json.loads(json.dumps(codecs)) == list(codecs)
    array = zarr.create_array({}, shape=(8, 8), chunks=(4, 4), dtype=dtype, compressors=codecs, zarr_format=zarr_format)
    pixels = np.arange(64).reshape(8, 8).astype(dtype)
    array[:] = pixels
    np.testing.assert_array_equal(array[:], pixels)


@pytest.mark.parametrize("checksum", [True, False])
@pytest.mark.parametrize(("dtype", "kind"), [("u2", "image"), ("u1", "image"), ("u4", "labels")])
def test_zarr_2_has_no_checksum_for_not_all_readers_know_it(dtype, kind, checksum):
    assert preset(np.dtype(dtype), kind, 2, checksum=checksum) == preset(np.dtype(dtype), kind, 2)


@pytest.mark.parametrize("dtype", ["u2", "u1"])
def test_by_default_every_flipped_byte_is_noticed(dtype):
    store = {}
    codecs = preset(np.dtype(dtype), "image")
    array = zarr.create_array(store, shape=(64, 64), chunks=(64, 64), dtype=dtype, compressors=codecs)
    array[:] = np.random.default_rng(0).integers(0, 9, (64, 64)).astype(dtype)
    key = "c/0/0"
    whole = store[key].to_bytes()
    for position in range(0, len(whole), 97):
        damaged = bytearray(whole)
        damaged[position] ^= 0x10
        store[key] = type(store[key]).from_bytes(bytes(damaged))
        with pytest.raises(Exception):  # noqa: B017, PT011  every codec has an error of its own
            array[:]


@pytest.mark.parametrize(
    "codec",
    [
        zarr_codecs.BloscCodec(),
        zarr_codecs.BloscCodec(cname="lz4", clevel=3, shuffle="bitshuffle"),
        zarr_codecs.BloscCodec(shuffle="noshuffle", typesize=4),
        zarr_codecs.ZstdCodec(level=5, checksum=True),
        zarr_codecs.GzipCodec(level=2),
    ],
)
@pytest.mark.parametrize("dtype", ["u1", "u2", "f8"])
def test_the_json_of_a_zarr_codec_means_what_the_codec_means(codec, dtype):
    as_json = to_json_codec(codec, 3)
    assert json.loads(json.dumps(as_json)) == as_json
    assert written_codecs([as_json], dtype) == written_codecs([codec], dtype)


@pytest.mark.parametrize(
    ("given", "equal"),
    [
        (
            numcodecs.Blosc("zstd", 2, numcodecs.Blosc.BITSHUFFLE),
            zarr_codecs.BloscCodec(clevel=2, shuffle="bitshuffle"),
        ),
        (numcodecs.Blosc("lz4", 5, numcodecs.Blosc.AUTOSHUFFLE), zarr_codecs.BloscCodec(cname="lz4")),
        (numcodecs.Zstd(level=7, checksum=True), zarr_codecs.ZstdCodec(level=7, checksum=True)),
        (numcodecs.GZip(level=3), zarr_codecs.GzipCodec(level=3)),
    ],
)
def test_blosc_zstd_and_gzip_are_translated_between_the_formats(given, equal):
    assert written_codecs([to_json_codec(given, 3)]) == written_codecs([equal])
    assert written_codecs([to_json_codec(equal, 2)], zarr_format=2) == written_codecs([given], zarr_format=2)


def test_codecs_of_the_wanted_format_stay_as_they_are():
    delta = numcodecs.Delta("u2")
    assert to_json_codec(delta, 2) == delta.get_config()
    transpose = {"name": "transpose", "configuration": {"order": [1, 0]}}
    assert to_json_codec(zarr_codecs.TransposeCodec(order=(1, 0)), 3) == transpose
    assert to_json_codec(transpose, 3) == transpose


def test_a_chain_is_one_codec_or_several_or_none():
    zstd = numcodecs.Zstd(1)
    assert to_json_codecs(None, 2) is None
    assert to_json_codecs("auto", 2) == "auto"
    assert to_json_codecs(zstd, 2) == (zstd.get_config(),)
    assert to_json_codecs(zstd.get_config(), 2) == (zstd.get_config(),)
    assert to_json_codecs([zstd, zstd], 2) == (zstd.get_config(), zstd.get_config())
    assert to_json_codecs([], 3) == ()


@pytest.mark.parametrize(
    ("codec", "zarr_format", "message"),
    [
        (numcodecs.LZMA(), 3, "'lzma' is one of zarr 2, .* zarr 3; blosc, zstd, gzip exist in both"),
        (
            zarr_codecs.Crc32cCodec(),
            2,
            "'crc32c' is one of zarr 3, .* zarr 2; blosc, zstd, gzip exist in both",
        ),
        ("zstd", 3, "'zstd' is not a codec; give a zarr.codecs or numcodecs object"),
        ({"level": 1}, 3, "is not a codec"),
        ({"id": "zstd", "name": "zstd"}, 2, "is not a codec"),
        ({"name": "x", "configuration": {"a": object()}}, 3, "is not JSON"),
    ],
)
def test_what_is_no_codec_of_the_format_is_refused(codec, zarr_format, message):
    with pytest.raises(RecipeError, match=message):
        to_json_codec(codec, zarr_format)
