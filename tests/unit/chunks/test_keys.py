"""Keys made from a document alone are those that zarr uses."""

import json

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.keys import count_objects, object_bytes, object_keys
from ome_zarr.errors import DocumentError
from ome_zarr.storage.documents import parse_array

ARRAYS = {
    "3": {"shape": (7, 5), "chunks": (2, 3)},
    "3, without axes": {"shape": (), "chunks": ()},
    "3, periods": {"shape": (7, 5), "chunks": (2, 3), "chunk_key_encoding": {"name": "default", "separator": "."}},
    "3, keys of 2": {"shape": (7, 5), "chunks": (2, 3), "chunk_key_encoding": {"name": "v2", "separator": "/"}},
    "3, shards": {"shape": (7, 5), "chunks": (2, 3), "shards": (4, 3)},
    "3, empty": {"shape": (0, 5), "chunks": (2, 3)},
    "2": {"shape": (7, 5), "chunks": (2, 3), "zarr_format": 2},
    "2, without axes": {"shape": (), "chunks": (), "zarr_format": 2},
    "2, slashes": {
        "shape": (7, 5),
        "chunks": (2, 3),
        "zarr_format": 2,
        "chunk_key_encoding": {"name": "v2", "separator": "/"},
    },
}
UNEVEN = [[[2, 2, 3], [5, 5]], [[2, 2, 3], [4, 3, 3]], [[7], [10]]]


def stored(**how: object) -> tuple[ArrayDocument, set[str]]:
    """The document of an array, and the keys of all its chunks."""
    store = MemoryStore()
    array = zarr.create_array(store, dtype="u2", fill_value=1, config={"write_empty_chunks": True}, **how)
    array[...] = np.zeros(array.shape, "u2")
    name = "zarr.json" if array.metadata.zarr_format == 3 else ".zarray"
    document = json.loads(store._store_dict[name].to_bytes())
    keys = set(store._store_dict) - {"zarr.json", ".zarray", ".zattrs"}
    return parse_array(document, array.metadata.zarr_format, name), keys


@pytest.mark.parametrize("how", ARRAYS.values(), ids=ARRAYS)
def test_keys_are_those_of_zarr(how: dict) -> None:
    document, keys = stored(**how)
    assert set(object_keys(document)) == keys
    assert count_objects(document) == len(keys)


@pytest.mark.parametrize("chunks", UNEVEN)
def test_keys_of_uneven_chunks_are_those_of_zarr(chunks: list) -> None:
    with zarr.config.set({"array.rectilinear_chunks": True}):
        document, keys = stored(shape=(7, 10), chunks=chunks)
    assert set(object_keys(document)) == keys
    assert count_objects(document) == len(keys)


def test_an_object_is_as_large_as_a_shard() -> None:
    assert object_bytes(stored(**ARRAYS["3, shards"])[0]) == 4 * 3 * 2
    assert object_bytes(stored(**ARRAYS["3"])[0]) == 2 * 3 * 2


UNKNOWN = [
    {"chunk_key_encoding": {"name": "hashed"}},
    {"chunk_key_encoding": None},
    {"chunk_key_encoding": {"name": "default", "configuration": 5}},
    {"chunk_key_encoding": {"name": "default", "configuration": {"separator": ".."}}},
]


@pytest.mark.parametrize("changed", UNKNOWN)
def test_keys_made_in_unknown_ways_are_refused(changed: dict) -> None:
    document, _ = stored(shape=(7, 5), chunks=(2, 3))
    strange = parse_array({**document.document, **changed}, 3, "zarr.json")
    with pytest.raises(DocumentError):
        list(object_keys(strange))


@pytest.mark.parametrize("runs", [[[2]], [[2, -1]], [[2, "a"]]])
def test_malformed_runs_of_chunks_are_refused(runs: list) -> None:
    document, _ = stored(shape=(7,), chunks=(2,))
    grid = {"name": "rectilinear", "configuration": {"kind": "inline", "chunk_shapes": [runs]}}
    strange = parse_array({**document.document, "chunk_grid": grid}, 3, "zarr.json")
    with pytest.raises(DocumentError, match="run"):
        count_objects(strange)
