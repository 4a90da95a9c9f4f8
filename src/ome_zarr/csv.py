"""Tables about objects, added to the properties of labels, as ome-zarr-py has it."""

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

from ome_zarr.api.label_table import add_label_properties
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError

__all__ = ["COLUMN_TYPES", "csv_to_zarr", "dict_to_zarr", "parse_csv_value"]

COLUMN_TYPES = ["d", "l", "s", "b"]
"""Types of a column: numbers, whole numbers, text, and true or false."""

_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0", ""})


def parse_csv_value(value: str, col_type: str) -> str | float | int | bool:
    """The value of a cell.

    Parameters
    ----------
    value
        As it is written.
    col_type
        ``"d"``: a number; ``"l"``: a whole number, rounded; ``"b"``: true or false; anything else: text. What is
        no finite number stays text.

    Raises
    ------
    RecipeError
        In a column of ``"b"``, the value is neither true nor false.

    Examples
    --------
    >>> parse_csv_value("2.6", "l"), parse_csv_value("no", "b"), parse_csv_value("n/a", "d")
    (3, False, 'n/a')
    """
    if col_type == "b":
        return _parse_flag(value)
    if col_type not in ("d", "l"):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    if not isfinite(number):
        return value
    return number if col_type == "d" else round(number)


def csv_to_zarr(csv_path: str, csv_id: str, csv_keys: str, zarr_path: str, zarr_id: str) -> None:
    """Add columns of a table to the properties of label values.

    Parameters
    ----------
    csv_path
        The table, in UTF-8, separated by commas, with the names of the columns in the first row.
    csv_id
        The column that says which label value a row is about.
    csv_keys
        The columns to add, separated by commas; each with its type, if it is not text: ``"area#d,cells#l,alive#b"``.
    zarr_path, zarr_id
        As of :func:`dict_to_zarr`.

    Raises
    ------
    RecipeError
        A column is not in the table, or a value of a column is not what it should be.
    DocumentError
        The table is malformed.
    NotFoundError, TargetError
        There is no table; or as of :func:`dict_to_zarr`.
    """
    types = dict(map(_parse_column, csv_keys.split(",")))
    rows: dict[str | int, Mapping[str, object]] = {
        row[csv_id]: {name: parse_csv_value(row[name], kind) for name, kind in types.items()}
        for row in _rows(csv_path, [csv_id, *types])
    }
    dict_to_zarr(rows, zarr_path, zarr_id)


def dict_to_zarr(props_to_add: Mapping[str | int, Mapping[str, object]], zarr_path: str, zarr_id: str) -> None:
    """Add to the properties of label values.

    Parameters
    ----------
    props_to_add
        What to add, by what `zarr_id` is of a value.
    zarr_path
        An image or a plate, all of whose labels are looked at, or labels.
    zarr_id
        The property that says which entry is for a value, such as ``"label-value"``. Or, where no value has such a
        property, the name of labels: then the keys of `props_to_add` are the values themselves, and values
        without properties get some.

    Raises
    ------
    NotFoundError
        There are no labels, none of them has that property or name, or no value has an entry.
    RecipeError
        A key is no label value, or something is no JSON.
    TargetError
        The labels cannot be changed.
    """
    add_label_properties(zarr_path, zarr_id, {str(identity): row for identity, row in props_to_add.items()})


def _parse_flag(value: str) -> bool:
    word = value.strip().lower()
    if word not in _TRUE | _FALSE:
        raise RecipeError(f"{value!r} is neither true nor false; write 'true' or 'false', or leave '#b' out")
    return word in _TRUE


def _parse_column(key: str) -> tuple[str, str]:
    """Name and type of a column."""
    name, mark, kind = key.rpartition("#")
    if not mark:
        return key, "s"
    return name, kind if kind in COLUMN_TYPES else "s"


def _rows(path: str | os.PathLike[str], wanted: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a table by the names of its columns; all those wanted are there."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, restval="")
            missing = [name for name in wanted if name not in (table.fieldnames or ())]
            if missing:
                raise RecipeError(
                    f"{str(path)!r} has no column {missing[0]!r}; it has {list(table.fieldnames or ())!r}"
                )
            yield from table
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no table {str(path)!r}; give the path of a CSV file") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DocumentError(f"{str(path)!r} is no table in UTF-8: {error}; save it as CSV again") from error
