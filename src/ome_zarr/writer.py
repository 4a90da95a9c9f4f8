"""Writing images and labels, as ome-zarr-py has it.

Names, parameters and meanings are those of ome-zarr-py 0.21; `docs/compat.md` lists every difference. What is
written, and how, is this library's: :func:`ome_zarr.write` is the short way to it.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ome_zarr._doors.formats import Transformations
from ome_zarr._doors.groups import add_metadata, check_format, check_group_fmt, get_metadata
from ome_zarr._doors.image_metadata import name_of, write_label_metadata, write_multiscales_metadata
from ome_zarr._doors.levels import closing, write_pyramid
from ome_zarr._doors.place import GroupLike, find_place, refuse_old
from ome_zarr._doors.plates import write_plate_metadata, write_well_metadata
from ome_zarr._doors.ready import Ready
from ome_zarr._doors.wishes import (
    AxesWish,
    Storage,
    find_axes,
    find_factors,
    find_method_name,
    find_origin,
    find_said,
)
from ome_zarr.axes import Axes
from ome_zarr.format import CurrentFormat, Format, FormatV01, FormatV02, FormatV03, FormatV04
from ome_zarr.planning.factors import FactorWish
from ome_zarr.planning.recipe import Recipe, StorageOptions
from ome_zarr.scale import Methods, Scaler
from ome_zarr.types import JSONDict

if TYPE_CHECKING:  # dask takes longer to import than writing many an image
    import dask.array as da
    import numpy as np
    from dask.delayed import Delayed
    from numcodecs import Blosc

    from ome_zarr._doors.pyramids import ListOfArrayLike

__all__ = [
    "SPATIAL_DIMS",
    "ArrayLike",
    "Axes",
    "AxesType",
    "Blosc",
    "CurrentFormat",
    "Format",
    "FormatV01",
    "FormatV02",
    "FormatV03",
    "FormatV04",
    "JSONDict",
    "ListOfArrayLike",
    "Methods",
    "Scaler",
    "add_metadata",
    "check_format",
    "check_group_fmt",
    "get_metadata",
    "write_image",
    "write_label_metadata",
    "write_labels",
    "write_multiscale",
    "write_multiscale_labels",
    "write_multiscales_metadata",
    "write_plate_metadata",
    "write_well_metadata",
]

LOGGER = logging.getLogger("ome_zarr.writer")

SPATIAL_DIMS = ("x", "y", "z")
"""Names of the axes of space."""

type ArrayLike = da.Array | np.ndarray
"""An image; anything that :func:`ome_zarr.write` takes will do."""

AxesType = str | list[str] | list[dict[str, str]] | None
"""Axes: names, or mappings with ``name`` and perhaps ``type`` and ``unit``."""

type Factors = Iterable[FactorWish] | None
type StorageWish = StorageOptions | Sequence[StorageOptions] | None

_ELSEWHERE = {
    **dict.fromkeys(("OMEZarrImage", "OMEZarrLabels", "OMEZarrMultiscale", "USE_DASK_ARRAY_KWARGS"), "ome_zarr"),
    **dict.fromkeys(
        (
            *("_blosc_compressor", "_extract_dims_from_axes", "_resolve_storage_options", "_retuple"),
            *("_validate_datasets", "_validate_plate_acquisitions", "_validate_plate_rows_columns"),
            *("_validate_plate_wells", "_validate_well_images", "_write_pyramid_to_zarr"),
        ),
        "ome_zarr._doors.leaked",
    ),
    "_get_valid_axes": "ome_zarr._doors.image_metadata",
    "Blosc": "numcodecs",
    "ListOfArrayLike": "ome_zarr._doors.pyramids",
}
"""Names that are here too: some of the package, which take long to import, and private ones that others call."""


def write_image(
    image: ArrayLike,
    group: GroupLike,
    scale_factors: Factors = (2, 4, 8, 16),
    name: str = "image",
    method: Methods | str | None = Methods.RESIZE,
    scaler: Scaler | None = None,
    fmt: Format | None = None,
    axes: AxesWish = None,
    coordinate_transformations: Transformations | None = None,
    storage_options: StorageWish = None,
    compute: bool = True,
    scale: Mapping[str, float] | None = None,
    axes_units: Mapping[str, str] | None = None,
    **metadata: object,
) -> "list[Delayed]":
    """Write an image and its lower resolutions as levels ``s0``, ``s1``, ... of a group.

    Parameters
    ----------
    image
        The pixels. A dask array keeps its chunks.
    group
        Where to: an open group, or a path. What the group holds besides is kept.
    scale_factors
        Factors of the levels, see :class:`ome_zarr.Recipe`; ``[]`` is one level, None the default.
    name
        Of the image.
    method
        The downsampling method: one of `Methods`, or its name.
    scaler
        Deprecated: its `downscale`, `max_layer` and `method` are used.
    fmt
        The version. None: 0.4 for a group of zarr 2, else 0.5.
    axes
        Names, or mappings with ``name`` and perhaps ``type`` and ``unit``. None: ``yx`` or ``tczyx``.
    coordinate_transformations
        Deprecated: a list per level, of which scale and translation of level 0 are used.
    storage_options
        Keywords of ``zarr.create_array``, one mapping for all levels or a list of one per level; and
        ``overwrite``, whether levels that are there are replaced.
    compute
        Whether the pixels are written now. If not, arrays and metadata are there on return, and the pixels
        when all that is returned has been computed, together.
    scale
        Extent of a pixel of level 0 by axis; default 1.
    axes_units
        Units by axis.
    **metadata
        ``omero``: how channels are shown; ``metadata``: a mapping for ``multiscales[].metadata``, in which
        ``omero`` can be as well. What has another name goes there too.

    Returns
    -------
    list of dask Delayed
        One per level; empty with `compute`.

    Raises
    ------
    RecipeError
        A wish that cannot be fulfilled; nothing was written.
    ExistsError
        Levels are there already.
    DeprecationWarning
        `fmt` is older than 0.4, which is not written any more.
    """
    place = find_place(group, fmt)
    refuse_old(place.fmt)
    said = find_said(metadata)
    storage = Storage.parse(storage_options, place.fmt)
    with closing([image], later=not compute) as [source]:
        parsed = find_axes(axes, axes_units, source)
        origin = find_origin(scale, coordinate_transformations, len(parsed), place.fmt)
        recipe = Recipe(
            scale_factors=find_factors(scale_factors, scaler),
            method=find_method_name(method, scaler),
            scale=origin.scale,
            translation=origin.translation,
            storage_options=storage.for_levels([source]),
            version=place.fmt.release,
            name=name,
            omero=said.omero,
            metadata=said.metadata or None,
        )
        return write_pyramid(source, place, parsed, recipe, overwrite=storage.overwrite, compute=compute)


def write_labels(
    labels: ArrayLike,
    group: GroupLike,
    name: str = "labels",
    scaler: Scaler | None = None,
    scale_factors: Factors = (2, 4, 8, 16),
    method: Methods | str | None = Methods.NEAREST,
    fmt: Format | None = None,
    axes: AxesWish = None,
    coordinate_transformations: Transformations | None = None,
    storage_options: StorageWish = None,
    label_metadata: Mapping[str, object] | None = None,
    scale: Mapping[str, float] | None = None,
    axes_units: Mapping[str, str] | None = None,
    compute: bool = True,
    **metadata: object,
) -> "list[Delayed]":
    """Write a labels image and its lower resolutions as ``labels/<name>`` of a group, and list it there.

    Parameters
    ----------
    labels
        Integers that name objects, or a mask of bool, which is stored as uint8.
    group
        Of the image that the labels belong to, whether it is written already or not.
    name
        Of the labels.
    scaler, scale_factors, method, fmt, axes, coordinate_transformations, storage_options, scale, axes_units, compute
        As of :func:`write_image`. Methods that make new values are refused.
    label_metadata
        Parameters of :func:`write_label_metadata`.
    **metadata
        ``image-label``: the same as a document; all else as of :func:`write_image`.

    Returns
    -------
    list of dask Delayed
        One per level; empty with `compute`.

    Raises
    ------
    RecipeError, ExistsError, DeprecationWarning
        As of :func:`write_image`.
    """
    place = find_place(group, fmt).labels(name)
    refuse_old(place.fmt)
    said = find_said(metadata)
    storage = Storage.parse(storage_options, place.fmt)
    with closing([labels], later=not compute) as [source]:
        parsed = find_axes(axes, axes_units, source)
        origin = find_origin(scale, coordinate_transformations, len(parsed), place.fmt)
        recipe = Recipe(
            kind="labels",
            scale_factors=find_factors(scale_factors, scaler),
            method=find_method_name(method, scaler),
            scale=origin.scale,
            translation=origin.translation,
            storage_options=storage.for_levels([source]),
            version=place.fmt.release,
            name=name,
            image_label=said.with_label(label_metadata),
            metadata=said.metadata or None,
        )
        return write_pyramid(source, place, parsed, recipe, overwrite=storage.overwrite, compute=compute)


def write_multiscale(
    pyramid: "ListOfArrayLike",
    group: GroupLike,
    fmt: Format | None = None,
    axes: AxesWish = None,
    coordinate_transformations: Transformations | None = None,
    storage_options: StorageWish = None,
    name: str | None = None,
    compute: bool = True,
    scale: Mapping[str, float] | None = None,
    axes_units: Mapping[str, str] | None = None,
    **metadata: object,
) -> "list[Delayed]":
    """Write levels that are there already as levels ``s0``, ``s1``, ... of a group.

    Parameters
    ----------
    pyramid
        The levels, the finest first. What the graphs of dask arrays have in common is computed once.
    coordinate_transformations
        Deprecated: scale and perhaps translation of every level; they win over `scale`. Without them the
        levels share the space of the first one equally.
    name
        Of the image. None: that of the group.
    group, fmt, axes, storage_options, compute, scale, axes_units, **metadata
        As of :func:`write_image`.

    Returns
    -------
    list of dask Delayed
        One per level; empty with `compute`.

    Raises
    ------
    RecipeError, ExistsError
        As of :func:`write_image`.
    """
    place = find_place(group, fmt)
    said = find_said(metadata)
    ready = Ready(coordinate_transformations, storage_options, scale, axes, axes_units, compute)
    return ready.write(pyramid, place, name_of(group) if name is None else name, said)


def write_multiscale_labels(
    pyramid: "ListOfArrayLike",
    group: GroupLike,
    name: str,
    fmt: Format | None = None,
    axes: AxesWish = None,
    coordinate_transformations: Transformations | None = None,
    storage_options: StorageWish = None,
    label_metadata: Mapping[str, object] | None = None,
    scale: Mapping[str, float] | None = None,
    axes_units: Mapping[str, str] | None = None,
    compute: bool = True,
    **metadata: object,
) -> "list[Delayed]":
    """Write levels of labels that are there already as ``labels/<name>`` of a group, and list them there.

    Parameters
    ----------
    pyramid, coordinate_transformations
        As of :func:`write_multiscale`.
    group, name, label_metadata, **metadata
        As of :func:`write_labels`.
    fmt, axes, storage_options, scale, axes_units, compute
        As of :func:`write_image`.

    Returns
    -------
    list of dask Delayed
        One per level; empty with `compute`.

    Raises
    ------
    RecipeError, ExistsError
        As of :func:`write_image`.
    """
    place = find_place(group, fmt).labels(name)
    said = find_said(metadata)
    ready = Ready(coordinate_transformations, storage_options, scale, axes, axes_units, compute)
    return ready.write(pyramid, place, name, said, said.with_label(label_metadata))


def __getattr__(name: str) -> object:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE[name]), name.removeprefix("_"))
