"""Matrices of transformations that are stored in arrays of their own."""

from collections.abc import Iterator, Mapping
from math import prod

import numpy as np

from ome_zarr._doors.notices import notice
from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.metadata.jsonvalue import JsonValue
from ome_zarr.storage.hierarchy import Hierarchy

__all__ = ["transforms_in", "with_matrices"]

_MATRICES = ("affine", "rotation")
"""Types of transformations that can have their matrix elsewhere, under a member of the same name here."""

_MOST_NUMBERS = 1024
"""In a matrix: one for 31 axes."""


def transforms_in(value: JsonValue) -> Iterator[Mapping[str, JsonValue]]:
    """Every transformation in a document, those that others are made of included."""
    if isinstance(value, Mapping):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from transforms_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from transforms_in(inner)


def with_matrices(value: JsonValue, hierarchy: Hierarchy) -> JsonValue:
    """Transformations with the matrices that are in arrays of a hierarchy in the document itself.

    So they can be applied, and written elsewhere without what they lie in. What cannot be read stays as it is, with
    a warning.
    """
    if isinstance(value, list | tuple):
        return [with_matrices(inner, hierarchy) for inner in value]
    if not isinstance(value, Mapping):
        return value
    members = {key: with_matrices(inner, hierarchy) for key, inner in value.items()}
    kind, path = members.get("type"), members.get("path")
    if kind not in _MATRICES or kind in members or not isinstance(path, str):
        return members
    try:
        matrix = _read(hierarchy, path)
    except (DocumentError, NotFoundError) as error:
        notice(f"the matrix of a transformation of type {kind!r} cannot be read: {error}")
        return members
    del members["path"]
    return {**members, str(kind): matrix}


def _read(hierarchy: Hierarchy, path: str) -> JsonValue:
    document = hierarchy.array(path, 3)
    if len(document.shape) != 2 or prod(document.shape) > _MOST_NUMBERS:
        raise DocumentError(f"the array {path!r} has shape {document.shape}; a matrix has two small extents")
    numbers = np.asarray(hierarchy.open_array(path, document)[...], np.float64)
    return [[float(number) for number in row] for row in numbers]
