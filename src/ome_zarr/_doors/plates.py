"""Writing the metadata of plates and wells, whose images somebody else writes."""

from collections.abc import Mapping, Sequence
from typing import cast

from ome_zarr._doors.formats import Document, Format
from ome_zarr._doors.groups import check_group_fmt, format_of
from ome_zarr._doors.place import GroupLike, stamped, writable
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, shown
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.plate import parse_plate
from ome_zarr.metadata.versions import merge_attributes, parse_version
from ome_zarr.metadata.well import parse_well
from ome_zarr.storage.protocol import Json

__all__ = ["well_entries", "write_plate_metadata", "write_well_metadata"]


def write_plate_metadata(  # noqa: PLR0913, PLR0917 - a published parameter list
    group: GroupLike,
    rows: Sequence[str],
    columns: Sequence[str],
    wells: Sequence[str | Document],
    fmt: Format | None = None,
    acquisitions: Sequence[Document] | None = None,
    field_count: int | None = None,
    name: str | None = None,
) -> None:
    """Write the metadata of a plate. What the attributes of the group say besides is kept.

    Parameters
    ----------
    group
        An open group, or a path; a group that is not there is made.
    rows, columns
        Names of all that the plate has: letters and digits.
    wells
        Paths such as ``"A/1"`` of the wells that there are, or mappings with ``path`` and, from 0.4 on, ``rowIndex``
        and ``columnIndex``.
    fmt
        The version. None: 0.4 for a group of zarr 2, else 0.5.
    acquisitions
        A mapping with ``id`` for every time that the plate was imaged.
    field_count
        Largest number of images of a well.
    name
        Of the plate.

    Raises
    ------
    RecipeError
        A part is malformed, or breaks the rules of the specification; nothing was written.
    """
    chosen = format_of(group, fmt)
    entries = well_entries(wells, rows, columns, chosen)
    plate = parse_plate(rows, columns, entries, acquisitions, field_count=field_count, name=name)
    written = parse_version(writable(chosen)).plate_attributes(plate)
    if "rowIndex" not in chosen.REQUIRED_PLATE_WELL_KEYS:
        written = _without_indices(written)
    _write(group, chosen, written)


def write_well_metadata(group: GroupLike, images: Sequence[str | Document], fmt: Format | None = None) -> None:
    """Write the metadata of a well. What the attributes of the group say besides is kept.

    Parameters
    ----------
    group
        An open group, or a path; a group that is not there is made.
    images
        Paths of the images below the group, or mappings with ``path`` and perhaps ``acquisition``.
    fmt
        As of `write_plate_metadata`.

    Raises
    ------
    RecipeError
        A part is malformed, or breaks the rules of the specification; nothing was written.
    """
    chosen = format_of(group, fmt)
    _write(group, chosen, parse_version(writable(chosen)).well_attributes(parse_well(images)))


def well_entries(wells: object, rows: Sequence[str], columns: Sequence[str], fmt: Format) -> list[Document]:
    """The entries of a plate for wells, as a version wants them.

    Parameters
    ----------
    wells
        A list of paths or mappings; mappings are taken as they are.
    rows, columns
        Names of the plate's.
    fmt
        The version.

    Raises
    ------
    RecipeError
        There is none, or one is malformed.
    """
    if not isinstance(wells, list | tuple) or not wells:
        raise RecipeError(f"wells is {shown(wells)}; give a list of at least one path, such as 'A/1', or mapping")
    names = _names(rows, "rows"), _names(columns, "columns")
    entries: list[Document] = []
    for well in wells:
        if not isinstance(well, str | Mapping):
            raise RecipeError(f"well {shown(well)} is a {type(well).__name__}; give a path such as 'A/1', or a mapping")
        entry = fmt.generate_well_dict(well, *names) if isinstance(well, str) else dict(well)
        fmt.validate_well_dict(entry, *names)
        entries.append(entry)
    return entries


def _names(names: object, what: str) -> list[str]:
    return [name.text() for name in Node(names, what, RecipeError).items()]


def _without_indices(attributes: JsonObject) -> JsonObject:
    """The attributes of a plate as before 0.4, when wells had paths only."""
    plate = Node(attributes).child("plate")
    wells = [well.fields() for well in plate.child("wells").items()]
    plain = [{key: value for key, value in well.items() if key not in ("rowIndex", "columnIndex")} for well in wells]
    return cast("JsonObject", attributes | {"plate": {**plate.fields(), "wells": plain}})


def _write(group: GroupLike, fmt: Format, attributes: Mapping[str, Json]) -> None:
    """Put attributes on top of those that a group has."""
    opened, _ = check_group_fmt(group, fmt)
    opened.update_attributes(merge_attributes(opened.attrs.asdict(), stamped(attributes, fmt)))
