"""Stores in memory, made of keys and bytes as quickly as can be."""

import json
from collections.abc import Mapping

import numpy as np
from zarr.core.buffer import Buffer
from zarr.core.buffer.cpu import Buffer as CpuBuffer
from zarr.storage import MemoryStore

__all__ = ["contents", "memory_store", "store_with_arrays"]


def memory_store(entries: Mapping[str, bytes]) -> MemoryStore:
    """A store that holds these keys and values."""
    return MemoryStore({key: _buffer(value) for key, value in entries.items()})


def store_with_arrays(entries: Mapping[str, bytes], axes: int) -> MemoryStore:
    """The same, with the document of an array of so many axes at every path below the root."""
    arrays = {name: _buffer(json.dumps(_array(name, axes)).encode()) for name in ("zarr.json", ".zarray")}
    return MemoryStore(_Everywhere({key: _buffer(value) for key, value in entries.items()}, arrays))


def contents(store: MemoryStore) -> dict[str, bytes]:
    """What a store holds, documents as short as can be."""
    return {key: _shortened(value.to_bytes()) for key, value in store._store_dict.items()}


class _Everywhere(dict[str, Buffer]):
    """Keys and values; a name such as ``zarr.json`` has a value below every path."""

    def __init__(self, entries: Mapping[str, Buffer], names: Mapping[str, Buffer]) -> None:
        super().__init__(entries)
        self._names = names

    def __missing__(self, key: str) -> Buffer:
        path, _, name = key.rpartition("/")
        if not path:
            raise KeyError(key)
        return self._names[name]


def _array(name: str, axes: int) -> dict[str, object]:
    shape = [8] * axes
    if name == ".zarray":
        kept = {"filters": None, "compressor": None, "order": "C"}
        return {"zarr_format": 2, "shape": shape, "chunks": shape, "dtype": "|u1", "fill_value": 0, **kept}
    grid = {"name": "regular", "configuration": {"chunk_shape": shape}}
    keys = {"name": "default", "configuration": {"separator": "/"}}
    kept = {"chunk_grid": grid, "chunk_key_encoding": keys, "codecs": [{"name": "bytes"}], "fill_value": 0}
    return {"zarr_format": 3, "node_type": "array", "shape": shape, "data_type": "uint8", **kept}


def _buffer(value: bytes) -> Buffer:
    return CpuBuffer(np.frombuffer(value, "B"))


def _shortened(value: bytes) -> bytes:
    try:
        return json.dumps(json.loads(value), separators=(",", ":")).encode()
    except ValueError:
        return value
