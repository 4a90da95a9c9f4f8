"""A plate of wells (the ``plate`` part of a document)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue, shown
from ome_zarr.metadata.leniency import rest_of, tolerated, tolerated_each, tolerated_items, warn_of_document
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path

__all__ = ["Acquisition", "Plate", "PlateWell", "parse_plate", "plate_from_node"]

_NAME = re.compile(r"[A-Za-z0-9]+")

_ACQUISITION_KEYS = frozenset({"id", "name", "description", "maximumfieldcount", "starttime", "endtime"})
_WELL_KEYS = frozenset({"path", "rowIndex", "columnIndex"})
_PLATE_KEYS = frozenset({"rows", "columns", "wells", "acquisitions", "name", "field_count", "version"})


@dataclass(frozen=True, slots=True)
class Acquisition:
    """One time that the plate was imaged.

    Parameters
    ----------
    id
        Unique in the plate.
    name, description
        For people, or None.
    maximum_field_count
        Largest number of fields of view of a well, or None.
    start_time, end_time
        Seconds since 1970, or None.
    extra
        Further members in the document.
    """

    id: int
    name: str | None = None
    description: str | None = None
    maximum_field_count: int | None = None
    start_time: int | None = None
    end_time: int | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def to_json(self) -> JsonObject:
        """The acquisition as in a document; what is None is left out."""
        members: dict[str, JsonValue] = {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "maximumfieldcount": self.maximum_field_count,
            "starttime": self.start_time,
            "endtime": self.end_time,
        }
        return {key: value for key, value in members.items() if value is not None} | dict(self.extra)


@dataclass(frozen=True, slots=True)
class PlateWell:
    """Where a well is, in the plate and in the store.

    Parameters
    ----------
    path
        Of the well's group, below that of the plate: ``"A/1"``.
    row_index, column_index
        Which row and column of the plate, counted from 0.
    extra
        Further members in the document.
    """

    path: str
    row_index: int
    column_index: int
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        parse_relative_path(Node(self.path, "path of a well", RecipeError))

    def to_json(self) -> JsonObject:
        """The well as in a document."""
        document: JsonObject = {"path": self.path, "rowIndex": self.row_index, "columnIndex": self.column_index}
        return document | dict(self.extra)


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate: names of rows and columns, and the wells that were imaged.

    Parameters
    ----------
    rows, columns
        Names of all of the plate, those without a well too.
    wells
        The wells that there are; each in a row and a column of the plate.
    acquisitions
        The times that the plate was imaged.
    name
        For people, or None.
    field_count
        Largest number of fields of view of a well, or None.
    extra
        Further members in the document.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    wells: tuple[PlateWell, ...]
    acquisitions: tuple[Acquisition, ...] = ()
    name: str | None = None
    field_count: int | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for well in self.wells:
            _check_inside(well, self.rows, self.columns)

    def validate(self) -> None:
        """Check the rules of the specification; a plate that was read may break them.

        Raises
        ------
        RecipeError
            Rows, columns or wells are missing, or have wrong names; a path is not that of its row and column; or a
            number is out of range.
        """
        _check_names(self.rows, "row")
        _check_names(self.columns, "column")
        if not self.wells:
            raise RecipeError("the plate has no wells; give at least one, such as 'A/1'")
        _check_unique([well.path for well in self.wells], "well")
        for well in self.wells:
            expected = f"{self.rows[well.row_index]}/{self.columns[well.column_index]}"
            # 0.4 to 0.6: the path is the name of the row, a slash, and the name of the column
            if well.path != expected:
                raise RecipeError(
                    f"well {well.path!r} is in row {well.row_index} and column {well.column_index}, which makes it "
                    f"{expected!r}; give that path"
                )
        _check_unique([acquisition.id for acquisition in self.acquisitions], "acquisition")
        for acquisition in self.acquisitions:
            _check_acquisition(acquisition)
        _check_least("field_count of the plate", self.field_count, 1)

    def to_json(self) -> JsonObject:
        """The part as in a document, without a version; what is None is left out."""
        document: JsonObject = {} if self.name is None else {"name": self.name}
        document["rows"] = [{"name": name} for name in self.rows]
        document["columns"] = [{"name": name} for name in self.columns]
        document["wells"] = [well.to_json() for well in self.wells]
        if self.acquisitions:
            document["acquisitions"] = [acquisition.to_json() for acquisition in self.acquisitions]
        if self.field_count is not None:
            document["field_count"] = self.field_count
        return document | dict(self.extra)


def parse_plate(
    rows: object,
    columns: object,
    wells: object,
    acquisitions: object = None,
    *,
    field_count: object = None,
    name: object = None,
) -> Plate:
    """The plate that a caller wants to be stored.

    Parameters
    ----------
    rows, columns
        Lists of names: letters and digits.
    wells
        A list of paths (``"A/1"``), mappings with ``path`` and perhaps ``rowIndex`` and ``columnIndex``, or
        `PlateWell`.
    acquisitions
        A list of mappings with ``id`` and perhaps the other members of the documents, or of `Acquisition`.
    field_count
        Largest number of fields of view of a well.
    name
        For people.

    Raises
    ------
    RecipeError
        A part is malformed, or breaks the rules of the specification.
    """
    row_names, column_names = (_wished_names(names, what) for names, what in ((rows, "rows"), (columns, "columns")))
    _check_names(row_names, "row")
    _check_names(column_names, "column")
    plate = Plate(
        row_names,
        column_names,
        tuple(_wished_well(node, row_names, column_names) for node in Node(wells, "wells", RecipeError).items()),
        tuple(_wished_acquisition(node) for node in _wished_list(acquisitions, "acquisitions")),
        _wish(name, "name", Node.text),
        _wish(field_count, "field_count", Node.integer),
    )
    plate.validate()
    return plate


def plate_from_node(node: Node) -> Plate:
    """The ``plate`` part of a document.

    Wells without indices, as before 0.4, have those that their paths say.

    Warns
    -----
    DocumentWarning
        A well, an acquisition or something that is only told is malformed; it is left out.
    """
    rows, columns = (_names_from_node(node.child(key)) for key in ("rows", "columns"))
    wells: dict[str, PlateWell] = {}
    for well in tolerated_each(node.child("wells").items(), lambda item: _well_from_node(item, rows, columns)):
        if wells.setdefault(well.path, well) is not well:
            warn_of_document(f"{node.path}/wells has the path {well.path!r} twice; the first one is taken")
    return Plate(
        rows,
        columns,
        tuple(wells.values()),
        tolerated_each(tolerated_items(node.find("acquisitions")), _acquisition_from_node),
        tolerated(node.find("name"), Node.text, None),
        tolerated(node.find("field_count"), Node.integer, None),
        rest_of(node, _PLATE_KEYS),
    )


def _wish[T](value: object, where: str, parse: Callable[[Node], T]) -> T | None:
    return None if value is None else parse(Node(value, where, RecipeError))


def _wished_list(value: object, where: str) -> tuple[Node, ...]:
    return () if value is None else Node(value, where, RecipeError).items()


def _wished_names(names: object, what: str) -> tuple[str, ...]:
    return tuple(node.text() for node in Node(names, what, RecipeError).items())


def _wished_well(node: Node, rows: Sequence[str], columns: Sequence[str]) -> PlateWell:
    if isinstance(node.value, PlateWell):
        return node.value
    if isinstance(node.value, str):
        node = Node({"path": node.value}, node.path, node.error)
    return _well_from_node(node, rows, columns)


def _wished_acquisition(node: Node) -> Acquisition:
    return node.value if isinstance(node.value, Acquisition) else _acquisition_from_node(node)


def _names_from_node(node: Node) -> tuple[str, ...]:
    """The names of rows or columns; numbers are taken for their digits."""
    return tuple(_name_from_node(item.child("name")) for item in node.items())


def _name_from_node(node: Node) -> str:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return str(node.integer())
    return node.text()


def _well_from_node(node: Node, rows: Sequence[str], columns: Sequence[str]) -> PlateWell:
    path = parse_relative_path(node.child("path"))
    row, _, column = path.partition("/")
    well = PlateWell(
        path,
        _index_from_node(node, "rowIndex", row, rows),
        _index_from_node(node, "columnIndex", column, columns),
        rest_of(node, _WELL_KEYS),
    )
    with node.blamed():
        _check_inside(well, rows, columns)
    return well


def _index_from_node(node: Node, key: str, name: str, names: Sequence[str]) -> int:
    """The index that a well has, or else the one that its path says."""
    given = node.find(key)
    if given is not None:
        return given.integer()
    if name not in names:
        raise node.fail(f"{name!r} of its path must be one of {tuple(names)}")
    return names.index(name)


def _acquisition_from_node(node: Node) -> Acquisition:
    def number(key: str) -> int | None:
        return tolerated(node.find(key), Node.integer, None)

    return Acquisition(
        node.child("id").integer(),
        tolerated(node.find("name"), Node.text, None),
        tolerated(node.find("description"), Node.text, None),
        number("maximumfieldcount"),
        number("starttime"),
        number("endtime"),
        rest_of(node, _ACQUISITION_KEYS),
    )


def _check_inside(well: PlateWell, rows: Sequence[str], columns: Sequence[str]) -> None:
    for index, names, what in ((well.row_index, rows, "row"), (well.column_index, columns, "column")):
        if not 0 <= index < len(names):
            raise RecipeError(
                f"well {well.path!r} is in {what} {index}, and the plate has {len(names)}; they are counted from 0"
            )


def _check_names(names: Sequence[str], what: str) -> None:
    if not names:
        raise RecipeError(f"the plate has no {what}s; name at least one")
    for name in names:
        # 0.4 to 0.6: names of rows and columns are alphanumeric
        if not _NAME.fullmatch(name):
            raise RecipeError(f"{what} {name!r} must have letters (A to Z) and digits only")
    _check_unique(names, what)


def _check_unique(values: Iterable[object], what: str) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise RecipeError(f"{what} {shown(value)} is there twice; give every {what} once")
        seen.add(value)


def _check_acquisition(acquisition: Acquisition) -> None:
    whose = f"of acquisition {acquisition.id}"
    _check_least(f"id {whose}", acquisition.id, 0)
    _check_least(f"maximumfieldcount {whose}", acquisition.maximum_field_count, 1)
    _check_least(f"starttime {whose}", acquisition.start_time, 0)
    _check_least(f"endtime {whose}", acquisition.end_time, 0)


def _check_least(what: str, value: int | None, least: int) -> None:
    if value is not None and value < least:
        raise RecipeError(f"{what} is {value}; it must be at least {least}")
