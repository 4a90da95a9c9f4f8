"""Writing images and labels, as ome-zarr-py has it.

Names, parameters and meanings are those of ome-zarr-py 0.21; `docs/compat.md` lists every difference. What is
written, and how, is this library's: :func:`ome_zarr.write` is the short way to it.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import dask.array as da
import numpy as np
import zarr
from numcodecs import Blosc

from ome_zarr._doors.documents import check_datasets, image_label_parts, image_parts, versioned
from ome_zarr._doors.formats import Transformations
from ome_zarr._doors.groups import add_metadata, check_format, check_group_fmt, get_metadata
from ome_zarr._doors.levels import closing, write_pyramid
from ome_zarr._doors.place import GroupLike, find_place, listing, refuse_old
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
from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.format import CurrentFormat, Format, FormatV01, FormatV02, FormatV03, FormatV04
from ome_zarr.metadata.omero import parse_omero
from ome_zarr.metadata.paths import parse_label_name
from ome_zarr.planning.factors import FactorWish
from ome_zarr.planning.recipe import Recipe, StorageOptions
from ome_zarr.scale import Methods, Scaler
from ome_zarr.types import JSONDict

if TYPE_CHECKING:
    from dask.delayed import Delayed

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
]

LOGGER = logging.getLogger("ome_zarr.writer")

SPATIAL_DIMS = ("x", "y", "z")
"""Names of the axes of space."""

ListOfArrayLike = list[da.Array] | list[np.ndarray]
"""A pyramid."""

type ArrayLike = da.Array | np.ndarray
"""An image; anything that :func:`ome_zarr.write` takes will do."""

AxesType = str | list[str] | list[dict[str, str]] | None
"""Axes: names, or mappings with ``name`` and perhaps ``type`` and ``unit``."""

type Factors = Iterable[FactorWish] | None
type StorageWish = StorageOptions | Sequence[StorageOptions] | None


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
    pyramid: ListOfArrayLike,
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
    return ready.write(pyramid, place, _name_of(group) if name is None else name, said)


def write_multiscale_labels(
    pyramid: ListOfArrayLike,
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


def _name_of(group: GroupLike) -> str:
    """The name of a group in its hierarchy: ``"/"`` for the root."""
    return group.name if isinstance(group, zarr.Group) else "/"


def write_multiscales_metadata(
    group: GroupLike,
    datasets: Sequence[Mapping[str, object]],
    fmt: Format | None = None,
    axes: AxesWish = None,
    axes_units: Mapping[str, str] | None = None,
    name: str | None = None,
    **metadata: object,
) -> None:
    """Write the metadata of an image whose arrays somebody else writes.

    Parameters
    ----------
    group
        The group of the image. What its attributes say besides is kept.
    datasets
        A mapping per level with ``path`` and, from 0.4 on, ``coordinateTransformations``.
    name
        Of the image. None: that of the group.
    fmt, axes, axes_units, **metadata
        As of :func:`write_image`.

    Raises
    ------
    RecipeError
        The datasets or the axes are not as the version wants them; nothing was written.
    """
    place = find_place(group, fmt)
    said = find_said(metadata)
    ndim = _ndim_of(datasets)
    valid = _get_valid_axes(ndim, axes, axes_units, place.fmt)
    entries = check_datasets(datasets, len(valid or ()), place.fmt)
    omero = None if said.omero is None else parse_omero(said.omero)
    title = _name_of(group) if name is None else name
    parts = image_parts(place.fmt, entries, valid, title, said.metadata, omero)
    add_metadata(group, versioned(place.fmt, parts), place.fmt)


def write_label_metadata(
    group: GroupLike,
    name: str,
    colors: Sequence[Mapping[str, object]] | None = None,
    properties: Sequence[Mapping[str, object]] | None = None,
    fmt: Format | None = None,
    **metadata: object,
) -> None:
    """List labels in their group, and write what their values mean.

    Parameters
    ----------
    group
        The group ``labels``, in which the labels are already.
    name
        Of the labels.
    colors
        A mapping per value with ``label-value`` and ``rgba``.
    properties
        A mapping per value with ``label-value`` and anything else.
    fmt
        As of :func:`write_image`.
    **metadata
        Further members of ``image-label``, such as ``source``.

    Raises
    ------
    NotFoundError
        There are no labels of this name.
    RecipeError
        A part is malformed; nothing was written.
    """
    parent, chosen = check_group_fmt(group, fmt)
    parse_label_name(name)
    if name not in parent:
        raise NotFoundError(f"group {parent.name!r} has no labels {name!r}; write them first")
    said = {"colors": colors, "properties": properties, **metadata}
    given = {key: value for key, value in said.items() if value is not None}
    child = cast("zarr.Group", parent[name])
    old = cast("Mapping[str, object]", get_metadata(child).get("image-label", {}))
    add_metadata(child, versioned(chosen, image_label_parts(chosen, {**old, **given})), chosen)
    add_metadata(parent, listing(chosen, parent.attrs.asdict(), name), chosen)


def _get_valid_axes(
    ndim: int | None = None,
    axes: AxesWish = None,
    axes_units: Mapping[str, str] | None = None,
    fmt: Format = CurrentFormat(),  # noqa: B008 - the published default; it has no state
) -> list[str] | list[dict[str, object]] | None:
    """The axes as in the documents of a version; None before 0.3, which has none.

    Parameters
    ----------
    ndim
        Number of dimensions, if it is known.
    axes, axes_units, fmt
        As of :func:`write_image`.

    Raises
    ------
    RecipeError
        They do not fit, the version does not allow them, or nobody says what they are.
    """
    if fmt.release in ("0.1", "0.2"):
        return None
    if axes is None:
        axes = {2: "yx", 5: "tczyx"}.get(ndim or 0)
    if axes is None:
        raise RecipeError(f"axes is None for {ndim} dimensions, and only 2 and 5 have a default; give axes")
    if ndim is not None and len(axes) != ndim:
        raise RecipeError(f"axes {axes!r} are {len(axes)} for {ndim} dimensions; name every dimension once")
    return Axes(axes, axes_units, fmt).to_list(fmt)


def _ndim_of(datasets: object) -> int | None:
    """The number of axes that the first scale of datasets has numbers for."""
    try:
        return len(datasets[0]["coordinateTransformations"][0]["scale"])  # type: ignore[index]
    except (LookupError, TypeError):
        return None


def _retuple(chunks: tuple[int, ...] | int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Chunks for every axis: a number for all, a tuple for the last ones, the others whole."""
    if isinstance(chunks, int):
        return (chunks,) * len(shape)
    return (*shape[: len(shape) - len(chunks)], *chunks)
