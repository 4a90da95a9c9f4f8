"""The keys under which the objects (chunks or shards) of an array are stored, by its document alone."""

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import cast

from ome_zarr.errors import DocumentError
from ome_zarr.storage.documents import ArrayDocument
from ome_zarr.storage.protocol import Json

__all__ = ["count_objects", "object_bytes", "object_keys"]

_SEPARATORS = {"default": "/", "v2": "."}
"""Encodings of keys in format 3, and what separates numbers in them if nothing is said."""


def object_keys(document: ArrayDocument) -> Iterator[str]:
    """The key of every object that the array may have, relative to the array.

    An object that holds the fill value only may be missing.

    Raises
    ------
    DocumentError
        The keys are made in a way that is not known here.
    """
    prefix, separator = _encoding(document)
    for index in product(*map(range, _grid_shape(document))):
        yield separator.join([*prefix, *map(str, index)]) or "0"


def count_objects(document: ArrayDocument) -> int:
    """How many keys `object_keys` gives."""
    return math.prod(_grid_shape(document))


def object_bytes(document: ArrayDocument) -> int:
    """Bytes of pixels in the largest object, before compression."""
    return math.prod(document.shards or document.chunks) * document.dtype.itemsize


def _encoding(document: ArrayDocument) -> tuple[tuple[str, ...], str]:
    """What keys begin with, and what separates the numbers."""
    if document.zarr_format == 2:
        return (), _separator(document.document.get("dimension_separator") or ".")
    encoding = document.document.get("chunk_key_encoding")
    named = encoding if isinstance(encoding, Mapping) else {"name": encoding}
    name, configuration = named.get("name"), named.get("configuration") or {}
    if name not in _SEPARATORS or not isinstance(configuration, Mapping):
        raise DocumentError(
            f"the array has the chunk_key_encoding {encoding!r}; only {tuple(_SEPARATORS)} are known, without which "
            "its chunks cannot be found"
        )
    separator = _separator(cast(Json, configuration.get("separator", _SEPARATORS[str(name)])))
    return (("c",) if name == "default" else ()), separator


def _separator(separator: Json) -> str:
    if separator not in ("/", "."):
        raise DocumentError(f"the numbers in the keys of an array are separated by {separator!r}; only '/' and '.' are")
    return str(separator)


def _grid_shape(document: ArrayDocument) -> tuple[int, ...]:
    """Number of objects along every axis."""
    grid = document.document.get("chunk_grid")
    if isinstance(grid, Mapping) and grid.get("name") == "rectilinear":
        configuration = cast("Mapping[str, Json]", grid["configuration"])
        shapes = cast("list[Json]", configuration["chunk_shapes"])
        return tuple(_count(n, sizes) for n, sizes in zip(document.shape, shapes, strict=True))
    unit = document.shards or document.chunks
    return tuple(-(-n // size) for n, size in zip(document.shape, unit, strict=True))


def _count(extent: int, sizes: Json) -> int:
    """Chunks along an axis of a rectilinear grid: all of one size, or a list of sizes and of (size, count)."""
    if isinstance(sizes, int):
        return -(-extent // sizes)
    return sum(_run_length(run) for run in cast("list[Json]", sizes))


def _run_length(run: Json) -> int:
    if not isinstance(run, list):
        return 1
    if len(run) != 2 or not isinstance(run[1], int) or run[1] < 0:
        raise DocumentError(f"a grid of chunks has the run {run!r}; it must be a size and how often it comes")
    return int(run[1])
