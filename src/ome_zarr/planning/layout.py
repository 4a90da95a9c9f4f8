"""In what boxes, and with which codecs, every level is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal, Self

import numpy as np

from ome_zarr.chunks.encoding import Encoding, Zstd
from ome_zarr.chunks.shard import MOST_CHUNKS
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.planning.recipe import BoxWish, Recipe, StorageOptions
from ome_zarr.sources.protocol import SourceSpec
from ome_zarr.storage.codecs import codecs_json, preset, to_json_codec, to_json_codecs
from ome_zarr.storage.plain import plain_document
from ome_zarr.storage.protocol import CodecJson, CodecsJson, Json, LevelSpec, ZarrFormat

__all__ = [
    "Layout",
    "default_chunks",
    "keeps_objects",
    "kept_chunks",
    "level_specs",
    "sensible_chunks",
]

type Box = tuple[int, ...]

_SPATIAL = ("z", "y", "x")
_PIXELS = 2**18
"""Pixels of a default chunk: 512 x 512 or 64 x 64 x 64, half a megabyte of 16 bits."""
_EDGE_3D = 64
_SENSIBLE_BYTES = (2**15, 2**24)
"""Chunks of a source between 32 KiB and 16 MiB are taken over as they are."""
_SENSIBLE_COUNT = 2**12
"""... and so are those of an image that has no more than so many of them."""
_SENSIBLE_SHARD_BYTES = 2**26
"""Shards of a source are taken over if they hold up to 64 MiB of pixels: those of coarser levels are in memory
as long as they are not whole."""
_MOST_SHARD_BYTES = 2**40
"""No memory holds one of 1 TiB, and sums of more would not fit the numbers that they are counted with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The arrays of an image, as far as storage goes: what all levels have in common."""

    axes: tuple[str, ...]
    dtype: np.dtype
    zarr_format: ZarrFormat
    source_chunks: Box | None
    encoding: Encoding | None = None
    """How the source's objects are encoded, where a copy may keep that."""

    @classmethod
    def of(cls, source: SourceSpec, axes: tuple[str, ...], dtype: np.dtype, zarr_format: ZarrFormat) -> Self:
        """The layout of a copy of a source, with what it keeps of that."""
        encoding = _kept_encoding(source, dtype, zarr_format)
        return cls(axes, dtype, zarr_format, kept_chunks(source, dtype), encoding)


def default_chunks(shape: Box, axes: Sequence[str], dtype: np.dtype) -> Box:
    """A chunk of about 2^18 pixels over the spatial axes (2^17 where a pixel has 8 bytes or more), one elsewhere.

    Along three spatial axes 64 each; where one is shorter, x and y grow in its stead.
    """
    pixels = _PIXELS // 2 if dtype.itemsize >= 8 else _PIXELS
    spatial = [a for a, name in enumerate(axes) if name in _SPATIAL]
    chunk = [min(_EDGE_3D, n) if a in spatial else 1 for a, n in enumerate(shape)]
    turn = [a for a in reversed(spatial) if axes[a] != "z"]
    while turn and 2 * prod(chunk) <= pixels:
        axis = turn.pop(0)
        if chunk[axis] < shape[axis]:
            chunk[axis] = min(2 * chunk[axis], shape[axis])
            turn.append(axis)
    return tuple(chunk)


def sensible_chunks(chunks: Box | None, shape: Box, dtype: np.dtype) -> bool:
    """Whether an image is well stored in `chunks`: neither crumbs nor boulders."""
    if chunks is None:
        return False
    least, most = _SENSIBLE_BYTES
    size = prod(chunks) * dtype.itemsize
    count = prod(-(-n // c) for n, c in zip(shape, chunks, strict=True))
    return size <= most and (size >= least or count <= _SENSIBLE_COUNT)


def kept_chunks(source: SourceSpec, dtype: np.dtype) -> Box | None:
    """The chunks that a copy keeps: those of the source, if somebody chose them and they are sensible."""
    keep = source.keep_chunks and sensible_chunks(source.chunks, source.shape, dtype)
    return source.chunks if keep else None


def _kept_encoding(source: SourceSpec, dtype: np.dtype, zarr_format: ZarrFormat) -> Encoding | None:
    """The encoding that a copy keeps: that of the source, if it compresses and `zarr_format` can say it.

    A copy in other chunks, or one whose caller chose the codecs, keeps none of it.
    """
    encoding = source.encoding
    if encoding is None or encoding.dtype != dtype or not encoding.is_compressed or not kept_chunks(source, dtype):
        return None
    sharded = encoding.chunk_shape != encoding.shape
    if sharded and (zarr_format == 2 or prod(encoding.shape) * dtype.itemsize > _SENSIBLE_SHARD_BYTES):
        return None
    return encoding if _compressors_kept(encoding, zarr_format) is not None else None


def _compressors_kept(encoding: Encoding, zarr_format: ZarrFormat) -> CodecsJson:
    """The compressors of an encoding; None where the format, or a usual chain, does not have them.

    Checksums of zstd are none of format 2: not all readers open what says that it has them.
    """
    if encoding.compressors is None:
        return None
    if zarr_format == 2 and any(isinstance(codec, Zstd) and codec.checksum for codec in encoding.compressors):
        return None
    try:
        return codecs_json(encoding.compressors, zarr_format)
    except RecipeError:
        return None


def keeps_objects(source: SourceSpec, spec: LevelSpec, zarr_format: ZarrFormat) -> bool:
    """Whether an array can take the objects of a source as they are: it encodes the same pixels in the same way."""
    document = plain_document(spec, zarr_format)
    return (
        source.encoding is not None
        and document is not None
        and source.shape == spec.shape
        and source.encoding == Encoding.of(document)
    )


def parse_box(wish: BoxWish, shape: Box, axes: Sequence[str], what: str) -> Box:
    """A chunk or shard shape: a number for all axes, the last axes of a shorter sequence, or by name.

    Axes that are not named get their whole extent.

    Raises
    ------
    RecipeError
        Not whole numbers of at least 1, too many of them, or an unknown axis.
    """
    if isinstance(wish, Mapping):
        unknown = [name for name in wish if name not in axes]
        if unknown:
            raise RecipeError(f"{what} name axis {shown(unknown[0])}; the image has the axes {list(axes)}")
        box: list[object] = [wish.get(name, n) for name, n in zip(axes, shape, strict=True)]
    elif isinstance(wish, int | np.integer) and not isinstance(wish, bool):
        box = [wish] * len(shape)
    elif isinstance(wish, Sequence | np.ndarray) and not isinstance(wish, str | bytes) and len(wish) <= len(shape):
        box = [*shape[: len(shape) - len(wish)], *wish]
    else:
        raise RecipeError(
            f"{what} is {shown(wish)}; give one whole number, up to {len(shape)} of them in the order of the axes "
            f"{list(axes)}, or a mapping from axis names"
        )
    for name, extent in zip(axes, box, strict=True):
        if isinstance(extent, bool) or not isinstance(extent, int | np.integer) or extent < 1:
            raise RecipeError(
                f"{what} have extent {shown(extent)} along axis {name!r}; give a whole number of at least 1"
            )
    return tuple(int(extent) for extent in box if isinstance(extent, int | np.integer))


def level_specs(recipe: Recipe, layout: Layout, shapes: Sequence[Box], paths: Sequence[str]) -> tuple[LevelSpec, ...]:
    """The array of every level.

    Raises
    ------
    RecipeError
        Options that do not fit the levels, chunks that do not divide shards, shards in zarr 2,
        codecs of the other format.
    """
    options = _per_level(recipe, len(shapes))
    return tuple(
        _level_spec(recipe, layout, shapes, level, dict(option), path)
        for level, (option, path) in enumerate(zip(options, paths, strict=True))
    )


def _per_level(recipe: Recipe, levels: int) -> Sequence[StorageOptions]:
    options = recipe.storage_options
    if options is None:
        return [{}] * levels
    if isinstance(options, Mapping):
        return [options] * levels
    listed = isinstance(options, Sequence)  # mypy believes the annotation; callers may not
    if not listed or not all(isinstance(option, Mapping) for option in options):
        raise RecipeError(
            f"storage_options is {shown(options)}; give one mapping for all levels, or a list of one per level"
        )
    if len(options) < levels:
        raise RecipeError(
            f"storage_options has {len(options)} entries and the pyramid {levels} levels, level 0 included; "
            "give one mapping for all levels, or one per level"
        )
    return options[:levels]


def _level_spec(
    recipe: Recipe, layout: Layout, shapes: Sequence[Box], level: int, options: dict[str, object], path: str
) -> LevelSpec:
    shape = shapes[level]
    shard_wish = options.pop("shards", recipe.shards)
    chunk_wish = options.pop("chunks", recipe.chunks)
    kept = layout.encoding if _is_default(chunk_wish) else None
    if kept is not None and shard_wish is None and kept.shape != kept.chunk_shape:
        shard_wish = kept.shape
    chunks = _chunks(layout, shapes, level, chunk_wish)
    if shard_wish is None:
        chunks = tuple(min(c, n) for c, n in zip(chunks, shape, strict=True))
    elif _is_default(chunk_wish):
        chunks = _dividing(chunks, parse_box(shard_wish, shape, layout.axes, "shards"))  # type: ignore[arg-type] # it judges
    shards = _shards(layout, shape, chunks, shard_wish)
    return LevelSpec(
        path=path,
        shape=shape,
        dtype=layout.dtype,
        chunks=chunks,
        shards=shards,
        dimension_names=layout.axes,
        compressors=_compressors(recipe, layout, options, kept),
        filters=_codecs(options.pop("filters", "auto"), layout.zarr_format),
        serializer=_serializer(options.pop("serializer", "auto"), layout.zarr_format),
        fill_value=_fill_value(options.pop("fill_value", 0), layout.dtype),
        separator=_separator(options),
        extra=_extra(options),
    )


def _is_default(wish: object) -> bool:
    """Whether nobody wishes for a shape of chunks."""
    return wish is None or (isinstance(wish, str) and wish == "auto")


def _chunks(layout: Layout, shapes: Sequence[Box], level: int, wish: object) -> Box:
    if _is_default(wish):
        return layout.source_chunks or default_chunks(shapes[0], layout.axes, layout.dtype)
    return parse_box(wish, shapes[level], layout.axes, "chunks")  # type: ignore[arg-type] # parse_box judges it


def _dividing(chunks: Box, shards: Box) -> Box:
    """Chunks near those of the default that divide the shards; the whole shard where only slivers would."""
    divisors = (next(d for d in range(min(c, s), 0, -1) if s % d == 0) for c, s in zip(chunks, shards, strict=True))
    return tuple(d if 4 * d >= min(c, s) else s for d, c, s in zip(divisors, chunks, shards, strict=True))


def _shards(layout: Layout, shape: Box, chunks: Box, wish: object) -> Box | None:
    if wish is None:
        return None
    if layout.zarr_format == 2:
        raise RecipeError(f"shards {shown(wish)} need zarr 3; write version='0.5' or leave shards out")
    shards = parse_box(wish, shape, layout.axes, "shards")  # type: ignore[arg-type] # parse_box judges it
    for name, shard, chunk in zip(layout.axes, shards, chunks, strict=True):
        if shard % chunk:
            raise RecipeError(
                f"shards have extent {shard} along axis {name!r}, no multiple of the chunks' {chunk}; "
                f"give shards such as {tuple(max(1, round(s / c)) * c for s, c in zip(shards, chunks, strict=True))}, "
                "or chunks that divide them"
            )
    count = prod(shard // chunk for shard, chunk in zip(shards, chunks, strict=True))
    if count > MOST_CHUNKS or prod(shards) * layout.dtype.itemsize > _MOST_SHARD_BYTES:
        raise RecipeError(
            f"shards {shown(shards)} hold {shown(count)} chunks of {shown(chunks)}; a shard has at most {MOST_CHUNKS} "
            f"chunks and {_MOST_SHARD_BYTES >> 40} TiB: give smaller shards"
        )
    return shards


def _compressors(recipe: Recipe, layout: Layout, options: dict[str, object], kept: Encoding | None) -> CodecsJson:
    both = [key for key in ("compressor", "compressors") if key in options]
    if len(both) > 1:
        raise RecipeError("storage_options has both 'compressor' and 'compressors'; give one of them")
    wish = options.pop(both[0]) if both else recipe.compressors
    if isinstance(wish, str) and wish == "auto" and kept is not None:
        return _compressors_kept(kept, layout.zarr_format)
    if isinstance(wish, str) and wish == "auto":
        return preset(layout.dtype, recipe.kind, layout.zarr_format, checksum=recipe.checksum)
    return _codecs(wish, layout.zarr_format)


def _codecs(wish: object, zarr_format: ZarrFormat) -> CodecsJson:
    return to_json_codecs(wish, zarr_format)


def _serializer(wish: object, zarr_format: ZarrFormat) -> CodecJson | Literal["auto"]:
    return "auto" if _is_default(wish) else to_json_codec(wish, zarr_format)


def _fill_value(wish: object, dtype: np.dtype) -> bool | int | float | str | None:
    if wish is None:
        return None
    unfit = RecipeError(f"fill_value {shown(wish)} is no value of dtype {dtype.name!r}; give a number, such as 0")
    try:
        with np.errstate(invalid="ignore"):  # NaN as an integer, which is no equal of itself
            value = np.asarray(wish).astype(dtype).item()
        if dtype.kind in "biu" and value != wish:
            raise unfit
    except (TypeError, ValueError, OverflowError) as error:
        raise unfit from error
    return str(value) if isinstance(value, complex) else value


def _separator(options: dict[str, object]) -> Literal["/", "."]:
    separator = options.pop("dimension_separator", "/")
    encoding = options.pop("chunk_key_encoding", None)
    if isinstance(encoding, Mapping):
        separator = encoding.get("separator", separator)
    elif encoding is not None:
        separator = getattr(encoding, "separator", encoding)
    if separator == "/":
        return "/"
    if separator == ".":
        return "."
    raise RecipeError(f"dimension separator {shown(separator)} is unknown; OME-Zarr wants '/', and '.' is possible")


def _extra(options: Mapping[str, object]) -> Mapping[str, Json]:
    return options  # type: ignore[return-value] # the sink names a keyword that zarr does not know
