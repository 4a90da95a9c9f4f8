"""Arguments of ome-zarr-py's functions in this library's words."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple, Protocol, cast

from ome_zarr._doors.axes import as_axes
from ome_zarr._doors.formats import Format, Transformations
from ome_zarr._doors.notices import deprecated, notice
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.omero import Omero, parse_omero
from ome_zarr.planning.factors import FactorWish
from ome_zarr.planning.recipe import StorageOptions
from ome_zarr.sources.protocol import Source, SourceSpec

__all__ = [
    "AxesWish",
    "Origin",
    "Said",
    "Storage",
    "find_axes",
    "find_factors",
    "find_method_name",
    "find_omero",
    "find_origin",
    "find_said",
]

type AxesWish = str | Sequence[str | Mapping[str, object]] | None

_DEFAULT_FACTORS = (2, 4, 8, 16)

_SMOOTH = ("gaussian", "laplacian", "resize_image", "resize")
"""Methods of a `Scaler` that only `resize` can stand for."""


class ScalerLike(Protocol):
    """What counts of a `Scaler`."""

    downscale: int
    max_layer: int
    method: str
    order: int


class Storage(NamedTuple):
    """How levels are stored, and whether those that are there are replaced."""

    options: StorageOptions | Sequence[StorageOptions]
    overwrite: bool

    @classmethod
    def parse(cls, wish: StorageOptions | Sequence[StorageOptions] | None, fmt: Format) -> "Storage":
        """What `storage_options` asks for; the caller's own mappings are not changed."""
        if isinstance(wish, Mapping):
            return cls(_option(wish, fmt), bool(wish.get("overwrite", False)))
        if wish is None:
            return cls(_option({}, fmt), False)
        if not isinstance(wish, list | tuple) or not all(isinstance(option, Mapping) for option in wish):
            raise RecipeError(
                f"storage_options is {shown(wish)}; give one mapping for all levels, or a list of one per level"
            )
        return cls([_option(option, fmt) for option in wish], any(o.get("overwrite", False) for o in wish))

    def for_levels(self, sources: Sequence[Source]) -> StorageOptions | Sequence[StorageOptions]:
        """The options of levels; those of dask arrays keep their chunks unless chunks or shards are wished for.

        A list of one source stands for all levels that are made of it.
        """
        if len(sources) == 1:
            if isinstance(self.options, Mapping):
                return _with_chunks(self.options, sources[0])
            return [_with_chunks(option, sources[0]) for option in self.options]
        options = [self.options] * len(sources) if isinstance(self.options, Mapping) else self.options
        return [_with_chunks(option, source) for option, source in zip(options, sources, strict=False)]


def _option(option: StorageOptions, fmt: Format) -> StorageOptions:
    keyed = {"chunk_key_encoding", "dimension_separator"} & option.keys()
    encoding: StorageOptions = {} if keyed else {"chunk_key_encoding": fmt.chunk_key_encoding}
    return {**encoding, **{key: value for key, value in option.items() if key != "overwrite"}}


def _with_chunks(option: StorageOptions, source: Source) -> StorageOptions:
    """The option with the chunks of a dask array, unless it wishes for others."""
    said = option.get("chunks")
    unsaid = said is None or (isinstance(said, str) and said == "auto")
    array = getattr(source, "array", None)
    if not unsaid or option.get("shards") is not None or array is None or not hasattr(array, "chunksize"):
        return option
    chunks = tuple(int(n) for n in array.chunksize)
    if any(size != chunks[axis] for axis, sizes in enumerate(array.chunks) for size in sizes[:-1]):
        notice(f"the dask array has irregular chunk sizes; it is stored in chunks of {chunks}, see storage_options")
    return {**option, "chunks": chunks}


class Said(NamedTuple):
    """What the further keywords of a function say."""

    omero: object | None
    image_label: object | None
    metadata: dict[str, object]

    def with_label(self, label_metadata: Mapping[str, object] | None) -> Mapping[str, object]:
        """What is said of label values, in either way."""
        if self.omero is not None:
            notice("omero says how the channels of an image are shown, and labels have none; it is left out")
        given: object = label_metadata  # a caller's, to be judged
        if not isinstance(given, Mapping | None):
            raise RecipeError(f"label_metadata is {shown(given)}; give a mapping, such as {{'colors': [...]}}")
        known = {} if self.image_label is None else Node(self.image_label, "image-label", RecipeError).fields()
        return {**known, **(label_metadata or {})}


def find_said(keywords: Mapping[str, object]) -> Said:
    """The parts of further keywords: ``omero``, ``image-label``, and what ``multiscales[].metadata`` shall say.

    ``metadata`` may hold the first two as well, as in earlier releases.
    """
    rest = dict(keywords)
    nested = rest.pop("metadata", None)
    if nested is not None and not isinstance(nested, Mapping):
        raise RecipeError(f"metadata is {shown(nested)}; give a mapping")
    rest = {**(nested or {}), **rest}
    omero, image_label = rest.pop("omero", None), rest.pop("image-label", None)
    return Said(omero, image_label, rest)


class Origin(NamedTuple):
    """Extent of a pixel of level 0, and place of the first one, by axis or in storage order."""

    scale: Mapping[str, float] | Sequence[float] | None
    translation: Sequence[float] | None


def find_origin(
    scale: Mapping[str, float] | None, transformations: Transformations | None, ndim: int, fmt: Format
) -> Origin:
    """What `scale` says, or the deprecated `coordinate_transformations` of level 0, which win."""
    if transformations is None:
        return Origin(scale, None)
    deprecated(
        "coordinate_transformations is deprecated, and only those of level 0 count; give scale, and for an origin "
        "use ome_zarr.write(..., translation=)"
    )
    levels = len(Node(transformations, "coordinate_transformations", RecipeError).items())
    fmt.validate_coordinate_transformations(ndim, max(levels, 1), transformations)
    found = {str(entry["type"]): entry for entry in transformations[0]}
    translation = found["translation"]["translation"] if "translation" in found else None
    return Origin(cast("Sequence[float]", found["scale"]["scale"]), cast("Sequence[float] | None", translation))


def find_axes(axes: AxesWish, units: Mapping[str, str] | None, source: Source) -> Axes:
    """The axes of a source, as the caller or the source says; of two axes ``yx``, of five ``tczyx``.

    Raises
    ------
    RecipeError
        They cannot be understood, do not fit, or the version does not allow them.
    """
    wish = axes if axes is not None else source.spec.hints.axes
    if wish is None:
        wish = Axes.parse(None, source.spec.ndim).names
    if not isinstance(wish, str | list | tuple):
        raise RecipeError(f"axes is {shown(wish)}; give names such as 'zyx', or a list of names or mappings")
    parsed = as_axes(wish, units)
    if len(parsed) != source.spec.ndim:
        raise RecipeError(
            f"axes {parsed.names} are {len(parsed)} for an image of {source.spec.ndim} dimensions; name every "
            "dimension once, in storage order"
        )
    return parsed


def find_omero(wish: object | None, axes: Axes, spec: SourceSpec) -> Omero | None:
    """How channels are shown, completed for the dtype of the pixels."""
    if wish is None:
        return None
    count = 1 if axes.channel is None else spec.shape[axes.channel]
    return parse_omero(wish, count).completed(spec.dtype)


def find_factors(scale_factors: Iterable[FactorWish] | None, scaler: ScalerLike | None) -> Iterable[FactorWish]:
    """The factors of all levels; those of a deprecated `Scaler` win."""
    if scaler is not None:
        _check_scaler(scaler)
        deprecated("scaler is deprecated; give scale_factors and method")
        return [scaler.downscale**level for level in range(1, scaler.max_layer + 1)]
    return _DEFAULT_FACTORS if scale_factors is None else scale_factors


def _check_scaler(scaler: object) -> None:
    missing = [name for name in ScalerLike.__annotations__ if not hasattr(scaler, name)]
    if missing:
        raise RecipeError(
            f"scaler is {shown(scaler)}, which has no {missing[0]!r}; give scale_factors and method instead"
        )


def find_method_name(method: str | Enum | None, scaler: ScalerLike | None) -> str | None:
    """The name of the method; that of a deprecated `Scaler` wins. None: the default."""
    if scaler is not None:
        if scaler.method == "laplacian":
            notice("method 'laplacian' makes no images of lower resolution; 'resize' is used")
        smooth = "nearest" if scaler.order == 0 and scaler.method == "resize_image" else "resize"
        return smooth if scaler.method in _SMOOTH else scaler.method
    return cast("str | None", getattr(method, "value", method))
