"""Documents of groups and arrays are understood as zarr understands them, and faults are named."""

import json

import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st
from zarr.storage import MemoryStore

from ome_zarr.errors import DocumentError
from ome_zarr.storage.documents import MAX_DEPTH, parse_array, parse_group, parse_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)

ARRAY = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [4, 6],
    "data_type": "uint16",
    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 3]}},
    "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
    "fill_value": 0,
    "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    "attributes": {},
}

V2 = {
    "zarr_format": 2,
    "shape": [4, 6],
    "chunks": [2, 3],
    "dtype": "<u2",
    "compressor": None,
    "fill_value": 0,
    "order": "C",
    "filters": None,
}


def stored(zarr_format, **keywords):
    store = {}
    array = zarr.create_array(MemoryStore(store), zarr_format=zarr_format, **keywords)
    (name,) = [key for key in store if key in ("zarr.json", ".zarray")]
    return array, json.loads(store[name].to_bytes())


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint16", "int32", "uint64", "float16", "float64", "complex64", ">u2", "M8[s]"]
)
@pytest.mark.filterwarnings("ignore:The data type:zarr.errors.UnstableSpecificationWarning")
def test_an_array_document_is_read_as_zarr_reads_it(zarr_format, dtype):
    array, document = stored(zarr_format, shape=(5, 7), chunks=(2, 3), dtype=dtype)
    parsed = parse_array(document, zarr_format, "here")
    assert (parsed.shape, parsed.chunks, parsed.shards) == (array.shape, array.chunks, None)
    assert parsed.dtype == np.dtype(array.dtype).newbyteorder("=")
    assert parsed.nbytes == array.nbytes


def test_shards_and_dimension_names_are_read():
    _, document = stored(3, shape=(8, 8), chunks=(2, 2), shards=(4, 8), dtype="u1", dimension_names=["y", None])
    parsed = parse_array(document, 3, "here")
    assert (parsed.chunks, parsed.shards, parsed.dimension_names) == ((2, 2), (4, 8), ("y", None))


def test_of_chunks_of_several_shapes_the_largest_extents_are_told():
    grid = {"name": "rectilinear", "configuration": {"kind": "inline", "chunk_shapes": [4, [[3, 2], 1]]}}
    assert parse_array(ARRAY | {"chunk_grid": grid, "shape": [8, 7]}, 3, "here").chunks == (4, 3)


def test_a_group_document_is_read():
    assert parse_group({"zarr_format": 3, "node_type": "group", "attributes": {"a": 1}}, "here").attributes == {"a": 1}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b'{"a": ', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[1]", "JSON object"),
        (b"null", "JSON object"),
        (b'{"a":' * 100_000, "nested"),
        (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "nested"),
        (b'{"a": 1' + b"0" * 10_000 + b"}", "not JSON"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_place(data, said):
    with pytest.raises(DocumentError, match=f"'there'.*{said}"):
        parse_json(data, "'there'")


@pytest.mark.parametrize(
    "change",
    [
        {"node_type": "group"},
        {"zarr_format": 2},
        {"shape": None},
        {"shape": [4, -1]},
        {"shape": [4, 2**64]},
        {"shape": [4, True]},
        {"shape": [4, "6"]},
        {"shape": [4]},
        {"data_type": "uint17"},
        {"data_type": {"name": 7}},
        {"data_type": None},
        {"chunk_grid": []},
        {"chunk_grid": {"name": "hexagonal", "configuration": {}}},
        {"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [0, 3]}}},
        {"chunk_grid": {"name": "rectilinear", "configuration": {"chunk_shapes": 3}}},
        {"codecs": []},
        {"codecs": {}},
        {"codecs": [{"name": "sharding_indexed"}]},
        {"codecs": [{"name": "sharding_indexed", "configuration": {"chunk_shape": [1]}}]},
        {"dimension_names": ["y"]},
        {"dimension_names": ["y", 3]},
    ],
)
def test_a_malformed_array_document_is_refused_with_its_place(change):
    with pytest.raises(DocumentError, match=r"^there"):
        parse_array(ARRAY | change, 3, "there")


@pytest.mark.parametrize(
    "change",
    [
        {"zarr_format": 3},
        {"chunks": [2]},
        {"chunks": None},
        {"dtype": "<u3"},
        {"dtype": "<u2,<u2"},
        {"dtype": "<u2,(1"},
        {"dtype": "<uint, or so"},
        {"dtype": 5},
        {"dtype": "|O"},
        {"shape": {}},
    ],
)
def test_a_malformed_array_document_of_format_2_is_refused_with_its_place(change):
    with pytest.raises(DocumentError, match=r"^there"):
        parse_array(V2 | change, 2, "there")


@given(JSON, st.sampled_from(sorted(ARRAY)))
def test_whatever_stands_in_an_array_document_only_document_errors_come_of_it(value, key):
    try:
        parsed = parse_array(ARRAY | {key: value}, 3, "there")
    except DocumentError:
        return
    assert len(parsed.shape) == len(parsed.chunks)


@given(JSON, st.sampled_from(sorted(V2)))
def test_whatever_stands_in_an_array_document_of_format_2_only_document_errors_come_of_it(value, key):
    try:
        parsed = parse_array(V2 | {key: value}, 2, "there")
    except DocumentError:
        return
    assert len(parsed.shape) == len(parsed.chunks)
