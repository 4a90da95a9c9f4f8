"""The metadata documents of arrays and groups, made in memory before the target is touched."""

from collections.abc import Iterable, Mapping

import numcodecs
import zarr
from zarr.core.buffer import Buffer
from zarr.storage import MemoryStore

from ome_zarr.errors import RecipeError
from ome_zarr.storage.keys import ancestors
from ome_zarr.storage.plain import array_files, group_files, plain_document
from ome_zarr.storage.protocol import CodecsJson, Documents, Json, LevelSpec, ZarrFormat

__all__ = ["array_documents", "complete_documents", "group_documents"]

_EXTRA = ("attributes", "chunk_key_encoding", "config", "order")
"""Keywords of `zarr.create_array` that a `LevelSpec` has no field for."""


def array_documents(spec: LevelSpec, zarr_format: ZarrFormat) -> dict[str, bytes]:
    """The documents of one array by their key relative to it, as zarr itself writes them.

    Raises
    ------
    RecipeError
        The spec has an unknown keyword in `extra`, or zarr refuses it.
    """
    plain = plain_document(spec, zarr_format)
    if plain is not None:
        return array_files(plain)
    _check_extra(spec)
    scratch: dict[str, Buffer] = {}
    try:
        zarr.create_array(MemoryStore(scratch), **_keywords(spec, zarr_format))  # type: ignore[arg-type]
    except Exception as error:  # zarr and numcodecs share no base class
        raise RecipeError(
            f"level {spec.path!r} cannot be a zarr {zarr_format} array with shape {spec.shape!r}, "
            f"dtype {str(spec.dtype)!r}, chunks {spec.chunks!r}, shards {spec.shards!r}, "
            f"filters {spec.filters!r}, serializer {spec.serializer!r}, compressors {spec.compressors!r}: "
            f"{error}; change what it names"
        ) from error
    return {key: value.to_bytes() for key, value in scratch.items()}


def group_documents(attributes: Mapping[str, Json], zarr_format: ZarrFormat) -> dict[str, bytes]:
    """The documents of one group by their key relative to it.

    Raises
    ------
    RecipeError
        The attributes cannot be written as JSON.
    """
    try:
        return group_files(attributes, zarr_format)
    except (TypeError, ValueError) as error:
        raise RecipeError(f"attributes {attributes!r} cannot be written as JSON: {error}") from error


def complete_documents(documents: Documents, array_paths: Iterable[str]) -> dict[str, Mapping[str, Json]]:
    """`documents`, with an entry for the root and for every group on the way to a group or an array.

    The deepest come first: a reader that finds a group finds everything in it.
    """
    paths = {"", *documents}
    for path in (*documents, *array_paths):
        paths.update(ancestors(path))
    ordered = sorted(paths, key=lambda path: (-path.count("/") if path else 1, path))
    return {path: documents.get(path, {}) for path in ordered}


def _check_extra(spec: LevelSpec) -> None:
    unknown = [name for name in spec.extra if name not in _EXTRA]
    if unknown:
        raise RecipeError(
            f"level {spec.path!r} has the unknown option {unknown[0]!r}; "
            f"besides the fields of a level there are {', '.join(map(repr, _EXTRA))}; leave it out"
        )


def _keywords(spec: LevelSpec, zarr_format: ZarrFormat) -> dict[str, object]:
    keywords: dict[str, object] = {
        "shape": spec.shape,
        "dtype": spec.dtype,
        "chunks": spec.chunks,
        "shards": spec.shards,
        "filters": _filters(spec.filters, zarr_format),
        "serializer": spec.serializer,
        "compressors": spec.compressors,
        "fill_value": spec.fill_value,
        "zarr_format": zarr_format,
        "chunk_key_encoding": {"name": "default" if zarr_format == 3 else "v2", "separator": spec.separator},
    }
    if zarr_format == 3:  # zarr 2 has no place for them
        keywords["dimension_names"] = spec.dimension_names
    return keywords | dict(spec.extra)


def _filters(filters: CodecsJson, zarr_format: ZarrFormat) -> object:
    """Filters as zarr takes them: of zarr 2 it wants codec objects, where JSON will do for all others."""
    if zarr_format == 3 or filters is None or filters == "auto":
        return filters
    return [numcodecs.get_codec(dict(codec)) for codec in filters]
