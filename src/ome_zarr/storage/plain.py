"""The documents of arrays that need nothing but well-known codecs, made without zarr-python."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.storage.protocol import Json, LevelSpec, ZarrFormat

__all__ = ["array_files", "group_files", "plain_document"]

_CHECKSUM: Mapping[str, Json] = {"name": "crc32c"}

_V3_MEMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "blosc": ("typesize", "cname", "clevel", "shuffle", "blocksize"),
        "zstd": ("level", "checksum"),
        "gzip": ("level",),
    }
)
"""Compressors of format 3 by name: the members of their configuration in zarr's order."""

_V2_MEMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "blosc": ("cname", "clevel", "shuffle", "blocksize"),
        "zstd": ("level", "checksum"),
        "gzip": ("level",),
    }
)
"""The same of format 2, where they stand beside the name."""


def plain_document(spec: LevelSpec, zarr_format: ZarrFormat) -> ArrayDocument | None:
    """The document of an array, member by member as zarr-python writes it.

    None: the array has something that is left to zarr-python.
    """
    if not _has_plain_pixels(spec):
        return None
    document = _document_v3(spec) if zarr_format == 3 else _document_v2(spec)
    if document is None:
        return None
    return ArrayDocument(zarr_format, spec.shape, spec.dtype, spec.chunks, spec.shards, spec.dimension_names, document)


def array_files(document: ArrayDocument) -> dict[str, bytes]:
    """The documents of an array by their name."""
    if document.zarr_format == 2:
        return {".zarray": _bytes(document.document), ".zattrs": _bytes({})}
    return {"zarr.json": _bytes(document.document)}


def group_files(attributes: Mapping[str, Json], zarr_format: ZarrFormat) -> dict[str, bytes]:
    """The documents of a group by their name."""
    if zarr_format == 2:
        return {".zgroup": _bytes({"zarr_format": 2}), ".zattrs": _bytes(attributes)}
    return {"zarr.json": _bytes({"attributes": attributes, "zarr_format": 3, "node_type": "group"})}


def _has_plain_pixels(spec: LevelSpec) -> bool:
    if spec.dtype.kind not in "biuf" or not spec.dtype.isnative or spec.extra or spec.serializer != "auto":
        return False
    return spec.filters == "auto" and spec.fill_value is not None and not np.asarray(spec.fill_value).any()


def _document_v3(spec: LevelSpec) -> Mapping[str, Json] | None:
    """The ``zarr.json`` of an array (Zarr specification, version 3: array metadata)."""
    compressors = _compressors_v3(spec)
    if compressors is None or spec.separator != "/" or spec.dimension_names is None:
        return None
    codecs: list[Json] = [_serializer(spec.dtype), *compressors]
    if spec.shards is not None:
        configuration: dict[str, Json] = {
            "chunk_shape": list(spec.chunks),
            "codecs": codecs,
            "index_codecs": [_serializer(np.dtype(np.uint64)), _CHECKSUM],
            "index_location": "end",
        }
        codecs = [{"name": "sharding_indexed", "configuration": configuration}]
    return {
        "shape": list(spec.shape),
        "data_type": spec.dtype.name,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(spec.write_unit)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": spec.dtype.type(0).item(),
        "codecs": codecs,
        "attributes": {},
        "dimension_names": list(spec.dimension_names),
        "zarr_format": 3,
        "node_type": "array",
        "storage_transformers": [],
    }


def _serializer(dtype: np.dtype) -> Mapping[str, Json]:
    if dtype.itemsize == 1:
        return {"name": "bytes"}
    return {"name": "bytes", "configuration": {"endian": "little"}}


def _compressors_v3(spec: LevelSpec) -> Sequence[Mapping[str, Json]] | None:
    """The compressor, if there is one, and a checksum, if there is one; None: something else is among them."""
    if isinstance(spec.compressors, str):
        return None
    given = list(spec.compressors or ())
    checksum = [_CHECKSUM] if given and dict(given[-1]) == _CHECKSUM else []
    codecs = given[: len(given) - len(checksum)]
    if len(codecs) > 1:
        return None
    named = [_compressor_v3(codec, spec.dtype) for codec in codecs]
    return None if None in named else [*(codec for codec in named if codec is not None), *checksum]


def _compressor_v3(codec: Mapping[str, Json], dtype: np.dtype) -> Mapping[str, Json] | None:
    name, configuration = str(codec.get("name")), codec.get("configuration")
    members = _V3_MEMBERS.get(name)
    if members is None or not isinstance(configuration, Mapping) or set(configuration) != set(members):
        return None
    if configuration.get("typesize", dtype.itemsize) != dtype.itemsize:
        return None
    return {"name": name, "configuration": {key: configuration[key] for key in members}}


def _document_v2(spec: LevelSpec) -> Mapping[str, Json] | None:
    """The ``.zarray`` of an array (Zarr specification, version 2)."""
    codecs = spec.compressors or ()
    if isinstance(codecs, str) or len(codecs) > 1 or spec.shards is not None:
        return None
    compressor = _compressor_v2(codecs[0]) if codecs else None
    if codecs and compressor is None:
        return None
    return {
        "shape": list(spec.shape),
        "chunks": list(spec.chunks),
        "dtype": spec.dtype.newbyteorder("<").str,
        "fill_value": spec.dtype.type(0).item(),
        "order": "C",
        "filters": None,
        "dimension_separator": spec.separator,
        "compressor": compressor,
        "zarr_format": 2,
    }


def _compressor_v2(codec: Mapping[str, Json]) -> Mapping[str, Json] | None:
    members = _V2_MEMBERS.get(str(codec.get("id")))
    given = {key for key in codec if key != "checksum" or codec[key]}  # zarr-python writes it where it is wanted
    if members is None or given - {"checksum"} != {"id", *members} - {"checksum"}:
        return None
    return {key: codec[key] for key in ("id", *members) if key in given}


def _bytes(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, indent=2).encode()
