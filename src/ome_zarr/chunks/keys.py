"""The keys under which the objects (chunks or shards) of an array are stored, by its document alone."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self, cast

from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.grid import indices

__all__ = ["KeyEncoding", "count_objects", "object_bytes", "object_keys"]

_SEPARATORS = {"default": "/", "v2": "."}
"""Encodings of keys in format 3, and what separates numbers in them if nothing is said."""


@dataclass(frozen=True, slots=True)
class KeyEncoding:
    """How the place of an object in the grid becomes its key, relative to the array.

    Attributes
    ----------
    prefix
        What keys begin with.
    separator
        Between that and the numbers, and between those.
    """

    prefix: tuple[str, ...]
    separator: str

    @classmethod
    def of(cls, document: ArrayDocument) -> Self:
        """The one that an array's document names.

        Raises
        ------
        DocumentError
            It is not known here.
        """
        if document.zarr_format == 2:
            return cls((), _separator(document.document.get("dimension_separator") or "."))
        encoding = document.document.get("chunk_key_encoding")
        named = encoding if isinstance(encoding, Mapping) else {"name": encoding}
        name, configuration = named.get("name"), named.get("configuration") or {}
        if not isinstance(name, str) or name not in _SEPARATORS or not isinstance(configuration, Mapping):
            raise DocumentError(
                f"the array has the chunk_key_encoding {encoding!r}; only {tuple(_SEPARATORS)} are known, without "
                "which its chunks cannot be found"
            )
        separator = _separator(configuration.get("separator", _SEPARATORS[name]))
        return cls(("c",) if name == "default" else (), separator)

    def key(self, index: tuple[int, ...]) -> str:
        """The key of object `index`."""
        return self.separator.join([*self.prefix, *map(str, index)]) or "0"


def object_keys(document: ArrayDocument) -> Iterator[str]:
    """The key of every object that the array may have, relative to the array.

    An object that holds the fill value only may be missing.

    Raises
    ------
    DocumentError
        The keys are made in a way that is not known here.
    """
    keys = KeyEncoding.of(document)
    for index in indices([range(count) for count in _grid_shape(document)]):
        yield keys.key(index)


def count_objects(document: ArrayDocument) -> int:
    """How many keys `object_keys` gives."""
    return math.prod(_grid_shape(document))


def object_bytes(document: ArrayDocument) -> int:
    """Bytes of pixels in the largest object, before compression."""
    return math.prod(document.object_shape) * document.dtype.itemsize


def _separator(separator: object) -> str:
    if separator not in ("/", "."):
        raise DocumentError(f"the numbers in the keys of an array are separated by {separator!r}; only '/' and '.' are")
    return str(separator)


def _grid_shape(document: ArrayDocument) -> tuple[int, ...]:
    """Number of objects along every axis."""
    if not document.is_regular:
        grid = cast("Mapping[str, Mapping[str, object]]", document.document["chunk_grid"])
        shapes = cast("list[object]", grid["configuration"]["chunk_shapes"])
        return tuple(_count(n, sizes) for n, sizes in zip(document.shape, shapes, strict=True))
    return tuple(-(-n // size) for n, size in zip(document.shape, document.object_shape, strict=True))


def _count(extent: int, sizes: object) -> int:
    """Chunks along an axis of a rectilinear grid: all of one size, or a list of sizes and of (size, count)."""
    if isinstance(sizes, int):
        return -(-extent // sizes)
    return sum(_run_length(run) for run in cast("list[object]", sizes))


def _run_length(run: object) -> int:
    if not isinstance(run, list):
        return 1
    if len(run) != 2 or not isinstance(run[1], int) or run[1] < 0:
        raise DocumentError(f"a grid of chunks has the run {run!r}; it must be a size and how often it comes")
    return int(run[1])
