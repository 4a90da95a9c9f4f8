"""Groups and their metadata: opened, checked, read and added to."""

from collections.abc import Mapping
from copy import deepcopy
from os import PathLike
from typing import TYPE_CHECKING, Literal, cast

from ome_zarr._doors.formats import Document, Format, FormatV06
from ome_zarr._doors.open_groups import is_open_group
from ome_zarr._doors.place import GroupLike, find_place, format_for
from ome_zarr.api.kept import attributes_at
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import plain, shown
from ome_zarr.storage.protocol import ZarrFormat

if TYPE_CHECKING:  # zarr takes longer to import than writing many an image
    import zarr

__all__ = ["add_metadata", "check_format", "check_group_fmt", "format_of", "get_metadata"]

type Mode = Literal["r", "r+", "a", "w", "w-"]
"""How a path is opened, as of ``zarr.open_group``."""


def get_metadata(group: "zarr.Group | str") -> Document:
    """The metadata of a group: its attributes, in zarr 3 what is below ``ome``; a copy.

    Parameters
    ----------
    group
        An open group, or its path.

    Raises
    ------
    FileNotFoundError
        There is no group.
    """
    opened = group if is_open_group(group) else _open_group(group, "r")
    attributes = opened.attrs.asdict()
    found = attributes.get("ome", {}) if opened.metadata.zarr_format == 3 else attributes
    return cast("Document", deepcopy(found))


def add_metadata(group: GroupLike, metadata: Mapping[str, object], fmt: Format | None = None) -> None:
    """Add to the metadata of a group: mappings are merged one level deep, all else is replaced.

    Parameters
    ----------
    group
        An open group, or a path; a group that is not there is made.
    metadata
        What to add; in zarr 3 it goes below ``ome``.
    fmt
        As of :func:`~ome_zarr.writer.write_image`.

    Raises
    ------
    RecipeError
        The group is of another zarr format, or something is no JSON.
    """
    from ome_zarr.storage.noting import update_attributes  # noqa: PLC0415 - it needs zarr, which is slow to import

    new = cast("Document", plain(metadata, "metadata"))
    opened, _ = check_group_fmt(group, fmt)
    merged = get_metadata(opened)
    for key, value in new.items():
        old = merged.get(key)
        merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    update_attributes(opened, {"ome": merged} if opened.metadata.zarr_format == 3 else dict(merged))


def check_group_fmt(group: GroupLike, fmt: Format | None = None, mode: Mode = "a") -> "tuple[zarr.Group, Format]":
    """The group, opened or made, and the version that goes with it.

    Parameters
    ----------
    group
        An open group, or a path.
    fmt
        The version. None: 0.4 for a group of zarr 2, 0.5 for one of zarr 3 and for a new one, 0.6 where that is
        there already.
    mode
        How a path is opened, as of ``zarr.open_group``.

    Raises
    ------
    RecipeError
        `fmt` is stored in another zarr format than the group has.
    FileNotFoundError
        There is no group, and `mode` does not make one.
    """
    if is_open_group(group):
        return group, check_format(group, fmt)
    if not isinstance(group, str | PathLike):
        raise RecipeError(f"group is {shown(group)}, a {type(group).__name__}; give a zarr.Group or a path")
    if mode not in ("r", "r+"):
        wanted = (fmt if mode == "w" else None) or find_place(group, fmt).fmt
        return _open_group(group, mode, wanted.zarr_format), wanted
    opened = _open_group(group, mode)
    return opened, check_format(opened, fmt)


def format_of(group: GroupLike, fmt: Format | None = None) -> Format:
    """The version that goes with a group, as of `check_group_fmt`; a group that is not there is not made.

    Raises
    ------
    RecipeError
        `fmt` is stored in another zarr format than the group has.
    """
    place = find_place(group, fmt)
    return _format_for(place.fmt, attributes_at(place.location), fmt) if place.location.in_group else place.fmt


def check_format(group: "zarr.Group", fmt: Format | None = None) -> Format:
    """`fmt` if it goes with an open group; None: 0.4 for zarr 2, 0.5 for zarr 3, 0.6 where that is there already.

    Raises
    ------
    RecipeError
        `fmt` is stored in another zarr format than the group has.
    """
    return _format_for(format_for(group.metadata.zarr_format, fmt), group.attrs.asdict(), fmt)


def _format_for(usual: Format, attributes: Mapping[str, object], wish: Format | None) -> Format:
    """The usual format of a group, or 0.6 where its attributes are of that and nobody wishes for another."""
    later = FormatV06()
    return later if wish is None and later.matches(dict(attributes)) else usual


def _open_group(path: str | PathLike[str], mode: Mode, zarr_format: ZarrFormat | None = None) -> "zarr.Group":
    import zarr  # noqa: PLC0415 - slow to import, and not always wanted

    return zarr.open_group(path, mode=mode, zarr_format=zarr_format)
