"""Small images, and what holds images, of several versions; the pixels written by this package."""

import json
from collections.abc import Iterator
from functools import cache

import numpy as np
from tests.fuzz.packing import pack
from tests.fuzz.stores import contents
from tests.fuzz.target import MOST_INPUT_BYTES
from zarr.storage import MemoryStore

import ome_zarr

__all__ = ["packed_samples", "samples"]

_PIXELS = np.arange(48, dtype="u2").reshape(6, 8)
_HOLDERS: dict[str, dict[str, dict[str, object]]] = {
    "A/1/0": {
        "": {"plate": {"rows": [{"name": "A"}], "columns": [{"name": "1"}], "wells": [{"path": "A/1"}]}},
        "A/1": {"well": {"images": [{"path": "0"}]}},
    },
    "0": {"": {"bioformats2raw.layout": 3}},
    "a": {"": {"bioformats2raw.layout": 3}, "OME": {"series": ["a"]}},
    "b": {"": {"scene": {"coordinateTransformations": [{"type": "identity", "input": {"path": "b"}}]}}},
    "n": {"": {"labels": ["n"]}},
}
"""Where an image lies in what holds it, and what the groups above say."""


@cache
def packed_samples() -> tuple[bytes, ...]:
    """Those of the samples that fit into an input."""
    return tuple(packed for sample in samples() if len(packed := pack(sample)) <= MOST_INPUT_BYTES)


@cache
def samples() -> tuple[dict[str, bytes], ...]:
    """Stores, as their keys and values."""
    return tuple(_samples())


def _samples() -> Iterator[dict[str, bytes]]:
    for version in ("0.4", "0.5", "0.6"):
        yield _image(version, levels=2)
        yield _with_labels(version)
        for path, groups in _HOLDERS.items():
            yield _held(path, groups, version)
    yield _image("0.5", shards=8, chunks=4)
    yield _image("0.5", compressors={"name": "gzip", "configuration": {"level": 5}})
    yield _image("0.4", compressors=None, chunks=4)


def _image(version: str, **wishes: object) -> dict[str, bytes]:
    store = MemoryStore()
    ome_zarr.write(_PIXELS, store, **{"axes": "yx", "version": version, "levels": 1, "name": "i", **wishes})
    return contents(store)


def _with_labels(version: str) -> dict[str, bytes]:
    store = MemoryStore()
    image = ome_zarr.write(_PIXELS, store, axes="yx", version=version, levels=1, name="i")
    ome_zarr.write_labels((_PIXELS > 9).astype("u1"), image, "n", levels=1)
    return contents(store)


def _held(path: str, groups: dict[str, dict[str, object]], version: str) -> dict[str, bytes]:
    """An image at a path, below groups that say what they are."""
    entries = {f"{path}/{key}": value for key, value in _image(version).items()}
    for place, body in groups.items():
        entries |= {f"{place}/{name}".lstrip("/"): value for name, value in _group(body, version).items()}
    return entries


def _group(body: dict[str, object], version: str) -> dict[str, bytes]:
    if version == "0.4":
        return {".zgroup": b'{"zarr_format":2}', ".zattrs": _json(body)}
    attributes = {"ome": {"version": version, **body}}
    return {"zarr.json": _json({"zarr_format": 3, "node_type": "group", "attributes": attributes})}


def _json(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
