"""What the documents of a zarr hierarchy say of its groups and arrays, parsed without zarr-python."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Never, cast

import numpy as np

from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import DocumentError
from ome_zarr.storage.protocol import Json, ZarrFormat

__all__ = ["GroupDocument", "parse_array", "parse_group", "parse_json"]

MAX_DEPTH = 64
"""Lists and objects within each other; the deepest document of the specification has 12."""

_MAX_EXTENT = 2**63 - 1
"""Pixels along an axis: what an index can hold."""

_V3_TYPES = frozenset(
    {"bool"}
    | {f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)}
    | {"float16", "float32", "float64", "complex64", "complex128"}
)
"""The core data types of format 3, which are called as NumPy calls them."""

_V2_TYPE = re.compile("[<>|][biufc][0-9]{1,2}")
"""Data types of format 2 that are plain numbers: byte order, kind, bytes."""


@dataclass(frozen=True, slots=True)
class GroupDocument:
    """What the documents of a group say.

    Parameters
    ----------
    zarr_format
        2 or 3.
    attributes
        All of them, as they are.
    """

    zarr_format: ZarrFormat
    attributes: Mapping[str, Json]


def parse_json(data: bytes, place: str) -> dict[str, Json]:
    """The JSON object that a document holds.

    Parameters
    ----------
    data
        Its bytes.
    place
        Where it is, for messages.

    Raises
    ------
    DocumentError
        It is no JSON, no object, or nested too deeply.
    """
    try:
        value: Json = json.loads(data)
    except RecursionError as error:
        raise _too_deep(place) from error
    except ValueError as error:  # also what is not UTF-8
        raise DocumentError(f"{place} is not JSON: {error}; it is damaged or was cut off: write it again") from error
    if not isinstance(value, dict):
        raise DocumentError(f"{place} holds {_shown(value)}; it must be a JSON object")
    _check_depth(value, place)
    return value


def parse_group(document: Mapping[str, Json], place: str) -> GroupDocument:
    """What the ``zarr.json`` of a group says.

    Raises
    ------
    DocumentError
        It is not that of a group, or malformed.
    """
    _check_kind(document, "group", place)
    attributes = document.get("attributes", {})
    if not isinstance(attributes, dict):
        raise DocumentError(f"{place}: attributes are {_shown(attributes)}; they must be a JSON object")
    return GroupDocument(3, attributes)


def parse_array(document: Mapping[str, Json], zarr_format: ZarrFormat, place: str) -> ArrayDocument:
    """What the ``zarr.json`` or ``.zarray`` of an array says.

    Raises
    ------
    DocumentError
        It is not that of an array, or malformed.
    """
    return _parse_v3(document, place) if zarr_format == 3 else _parse_v2(document, place)


def _parse_v3(document: Mapping[str, Json], place: str) -> ArrayDocument:
    _check_kind(document, "array", place)
    shape = _extents(document, "shape", place, least=0)
    outer = _grid(_object(document, "chunk_grid", place), place)
    inner = _inner_chunks(document, place)
    _check_lengths(place, shape=shape, chunk_grid=outer, codecs=inner or outer)
    return ArrayDocument(
        3,
        shape,
        _dtype_v3(document.get("data_type"), place),
        inner or outer,
        outer if inner else None,
        _dimension_names(document, len(shape), place),
        document,
    )


def _parse_v2(document: Mapping[str, Json], place: str) -> ArrayDocument:
    if document.get("zarr_format") != 2:
        raise DocumentError(f"{place}: zarr_format is {_shown(document.get('zarr_format'))}; it must be 2")
    shape = _extents(document, "shape", place, least=0)
    chunks = _extents(document, "chunks", place, least=1)
    _check_lengths(place, shape=shape, chunks=chunks)
    return ArrayDocument(2, shape, _dtype_v2(document.get("dtype"), place), chunks, None, None, document)


def _check_kind(document: Mapping[str, Json], kind: str, place: str) -> None:
    found = document.get("zarr_format"), document.get("node_type")
    if found != (3, kind):
        raise DocumentError(
            f"{place}: zarr_format is {_shown(found[0])} and node_type {_shown(found[1])}; there must be 3 and {kind!r}"
        )


def _grid(grid: Mapping[str, Json], place: str) -> tuple[int, ...]:
    """Shape of the largest object of a chunk grid."""
    where = f"{place}: chunk_grid"
    name = grid.get("name")
    configuration = _object(grid, "configuration", where)
    if name == "regular":
        return _extents(configuration, "chunk_shape", where, least=1)
    if name == "rectilinear":
        return _largest(configuration, where)
    raise DocumentError(f"{where} is {_shown(name)}; only 'regular' and 'rectilinear' can be read")


def _largest(configuration: Mapping[str, Json], where: str) -> tuple[int, ...]:
    """The largest extents of a rectilinear grid: per axis one extent for all, or a list of extents and runs."""
    axes = configuration.get("chunk_shapes")
    if not isinstance(axes, list):
        raise DocumentError(f"{where}: chunk_shapes are {_shown(axes)}; they must be a list")
    extents = [axis if isinstance(axis, list) else [axis] for axis in axes]
    firsts = [[run[0] if isinstance(run, list) and run else run for run in runs] for runs in extents]
    return tuple(max((_extent(n, where, 1) for n in axis), default=1) for axis in firsts)


def _inner_chunks(document: Mapping[str, Json], place: str) -> tuple[int, ...] | None:
    """Shape of the chunks in a shard, where the array is sharded."""
    codecs = document.get("codecs")
    if not isinstance(codecs, list) or not codecs:
        raise DocumentError(f"{place}: codecs are {_shown(codecs)}; they must be a list of at least one codec")
    if len(codecs) != 1 or not isinstance(codecs[0], dict) or codecs[0].get("name") != "sharding_indexed":
        return None
    where = f"{place}: codecs/0"
    return _extents(_object(codecs[0], "configuration", where), "chunk_shape", where, least=1)


def _dtype_v3(data_type: Json, place: str) -> np.dtype:
    if isinstance(data_type, str) and data_type in _V3_TYPES:
        return np.dtype(data_type)
    return _dtype_of_zarr(data_type, 3, place)


def _dtype_v2(dtype: Json, place: str) -> np.dtype:
    if isinstance(dtype, str) and _V2_TYPE.fullmatch(dtype):  # numpy would evaluate what other names say
        try:
            return np.dtype(dtype).newbyteorder("=")
        except TypeError as error:
            _no_dtype(dtype, place, error)
    return _dtype_of_zarr({"name": dtype, "object_codec_id": None}, 2, place)


def _dtype_of_zarr(data_type: Json, zarr_format: ZarrFormat, place: str) -> np.dtype:
    """A data type beyond the core ones, as zarr's registry knows it."""
    from zarr.core.dtype import get_data_type_from_json  # noqa: PLC0415 - slow to import, and rarely wanted
    from zarr.core.dtype.common import DTypeJSON  # noqa: PLC0415 - likewise

    try:
        return np.dtype(get_data_type_from_json(cast(DTypeJSON, data_type), zarr_format=zarr_format).to_native_dtype())
    except Exception as error:  # noqa: BLE001 - each data type of the registry has errors of its own
        _no_dtype(data_type, place, error)


def _no_dtype(data_type: Json, place: str, error: Exception) -> Never:
    raise DocumentError(
        f"{place}: the data type is {_shown(data_type)}; it must be one that zarr knows, such as 'uint16'"
    ) from error


def _dimension_names(document: Mapping[str, Json], ndim: int, place: str) -> tuple[str | None, ...] | None:
    names = document.get("dimension_names")
    if names is None:
        return None
    if (
        not isinstance(names, list)
        or len(names) != ndim
        or not all(name is None or isinstance(name, str) for name in names)
    ):
        raise DocumentError(f"{place}: dimension_names are {_shown(names)}; there must be a name or null for each axis")
    return tuple(cast("list[str | None]", names))


def _object(document: Mapping[str, Json], key: str, place: str) -> Mapping[str, Json]:
    value = document.get(key)
    if not isinstance(value, dict):
        raise DocumentError(f"{place}: {key} is {_shown(value)}; it must be a JSON object")
    return value


def _extents(document: Mapping[str, Json], key: str, place: str, *, least: int) -> tuple[int, ...]:
    values = document.get(key)
    if not isinstance(values, list):
        raise DocumentError(f"{place}: {key} is {_shown(values)}; it must be a list of whole numbers")
    return tuple(_extent(value, f"{place}: {key}", least) for value in values)


def _extent(value: Json, where: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MAX_EXTENT:
        raise DocumentError(f"{where} has the extent {_shown(value)}; it must be a whole number of {least} or more")
    return value


def _check_lengths(place: str, **extents: Sequence[int]) -> None:
    lengths = {key: len(values) for key, values in extents.items()}
    if len(set(lengths.values())) != 1:
        raise DocumentError(f"{place}: numbers of axes differ: {lengths}; they must be the same")


def _check_depth(value: dict[str, Json], place: str) -> None:
    """Refuse what is nested so deeply that walking through it could exhaust the stack."""
    layer: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else cast("list[Json]", outer))
            if isinstance(inner, dict | list)
        ]
        if not layer:
            return
    raise _too_deep(place)


def _too_deep(place: str) -> DocumentError:
    return DocumentError(f"{place} is nested more than {MAX_DEPTH} deep; no document of a zarr hierarchy is")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]} ..."
