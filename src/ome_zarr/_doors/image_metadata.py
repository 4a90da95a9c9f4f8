"""Writing the metadata of images and labels, whose arrays somebody else writes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from ome_zarr._doors.axes import as_axes, check_axes, listed
from ome_zarr._doors.documents import check_datasets, image_label_parts, image_parts, versioned
from ome_zarr._doors.formats import Format, FormatV05
from ome_zarr._doors.groups import add_metadata, check_group_fmt, format_of, get_metadata
from ome_zarr._doors.open_groups import is_open_group
from ome_zarr._doors.place import GroupLike, listing
from ome_zarr._doors.wishes import AxesWish, find_said
from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.omero import parse_omero
from ome_zarr.metadata.paths import parse_label_name

if TYPE_CHECKING:  # zarr takes longer to import than writing many an image
    import zarr

__all__ = ["get_valid_axes", "name_of", "write_label_metadata", "write_multiscales_metadata"]


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
        As of :func:`~ome_zarr.writer.write_image`.

    Raises
    ------
    RecipeError
        The datasets or the axes are not as the version wants them; nothing was written.
    """
    chosen = format_of(group, fmt)
    said = find_said(metadata)
    ndim = _ndim_of(datasets)
    valid = get_valid_axes(ndim, axes, axes_units, chosen)
    entries = check_datasets(datasets, len(valid or ()), chosen)
    omero = None if said.omero is None else parse_omero(said.omero)
    title = name_of(group) if name is None else name
    parts = image_parts(chosen, entries, valid, title, said.metadata, omero)
    add_metadata(group, versioned(chosen, parts), chosen)


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
        As of :func:`~ome_zarr.writer.write_image`.
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


def get_valid_axes(
    ndim: int | None = None,
    axes: AxesWish = None,
    axes_units: Mapping[str, str] | None = None,
    fmt: Format = FormatV05(),  # noqa: B008 - the published default; it has no state
) -> list[str] | list[dict[str, object]] | None:
    """The axes as in the documents of a version; None before 0.3, which has none.

    Parameters
    ----------
    ndim
        Number of dimensions, if it is known.
    axes, axes_units, fmt
        As of :func:`~ome_zarr.writer.write_image`.

    Raises
    ------
    RecipeError
        They do not fit, the version does not allow them, or nobody says what they are.
    """
    if fmt.release in ("0.1", "0.2"):
        return None
    if axes is None:
        axes = {2: "yx", 5: "tczyx"}.get(ndim or 0)
    if not isinstance(axes, str | list | tuple | None):
        raise RecipeError(f"axes is {shown(axes)}; give names such as 'zyx', or a list of names or mappings")
    if axes is None:
        raise RecipeError(f"axes is None for {ndim} dimensions, and only 2 and 5 have a default; give axes")
    if ndim is not None and len(axes) != ndim:
        raise RecipeError(f"axes {shown(axes)} are {len(axes)} for {ndim} dimensions; name every dimension once")
    parsed = as_axes(axes, axes_units)
    check_axes(parsed, fmt)
    return listed(parsed, fmt)


def name_of(group: GroupLike) -> str:
    """The name of a group in its hierarchy: ``"/"`` for the root."""
    return group.name if is_open_group(group) else "/"


def _ndim_of(datasets: object) -> int | None:
    """The number of axes that the first scale of datasets has numbers for."""
    try:
        return len(datasets[0]["coordinateTransformations"][0]["scale"])  # type: ignore[index]
    except (LookupError, TypeError):
        return None
