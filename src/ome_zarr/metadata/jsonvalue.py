"""What JSON can hold, as plain Python objects."""

import math
import reprlib
from collections.abc import Mapping
from numbers import Real
from types import NoneType
from typing import cast

import numpy as np

from ome_zarr.errors import OmeZarrError, RecipeError

__all__ = ["MAX_DEPTH", "JsonObject", "JsonValue", "plain", "plain_float", "plain_number", "shown"]

type JsonValue = bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None
type JsonObject = dict[str, JsonValue]

MAX_DEPTH = 64
"""Levels of nesting that are followed: far below Python's recursion limit, far above any real document."""

_ATOMS = (bool, int, str, NoneType)
"""Types whose values are JSON as they are."""


def shown(value: object) -> str:
    """A short `repr` of any value, however large, deep or badly behaved."""
    try:
        return reprlib.repr(value)
    except (ValueError, RecursionError):  # an int of more digits than Python prints
        return f"<{type(value).__name__}>"


def plain(value: object, where: str, error: type[OmeZarrError] = RecipeError) -> JsonValue:
    """The value as new, plain Python objects that `json.dumps` takes.

    NumPy scalars become numbers, tuples and NumPy arrays become lists. The value itself is not changed and
    shares no mutable part with the result.

    Parameters
    ----------
    value
        What is to be stored.
    where
        The place of the value, for the message.
    error
        The class to raise.

    Raises
    ------
    RecipeError
        Or `error`: something in the value is no JSON (NaN and infinity are not), a key is no string, or the
        value is nested deeper than `MAX_DEPTH`.
    """
    return _plain(value, where, error, MAX_DEPTH)


def plain_number(value: object, where: str, error: type[OmeZarrError] = RecipeError) -> int | float:
    """The value as a finite Python number; integers stay integers.

    Raises
    ------
    RecipeError
        Or `error`: the value is no real number, or it is NaN or infinite.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return int(value)
    return plain_float(value, where, error)


def plain_float(value: object, where: str, error: type[OmeZarrError] = RecipeError) -> float:
    """The value as a finite Python float.

    Raises
    ------
    RecipeError
        Or `error`: the value is no real number, or it is NaN, infinite or too large for a float.
    """
    if type(value) is float and math.isfinite(value):  # by far the most
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool) or not isinstance(value, Real):
        raise error(f"{where} is {shown(value)}; it must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise error(f"{where} is {shown(value)}; it must be a finite number")
    return number


def _plain(value: object, where: str, error: type[OmeZarrError], depth: int) -> JsonValue:
    if type(value) in _ATOMS:  # by far the most; the patterns below ask abstract classes
        return cast("JsonValue", value)
    match value:
        case str():
            return str.__str__(value)  # the plain text, also of an enum member
        case dict() | list() | tuple() | Mapping():
            return _plain_container(value, where, error, depth)
        case float() | Real():  # the class first: to ask an abstract one takes longer
            return plain_number(value, where, error)
        case np.bool_() | np.ndarray() if value.dtype.kind in "biufUO":
            return _plain(value.tolist(), where, error, depth)
    raise error(
        f"{where} is {shown(value)}, a {type(value).__name__}; JSON holds None, booleans, numbers, text, "
        "lists and mappings with text keys: convert it first"
    )


def _plain_container(
    value: Mapping[object, object] | list[object] | tuple[object, ...],
    where: str,
    error: type[OmeZarrError],
    depth: int,
) -> JsonValue:
    if depth == 0:
        raise error(f"{where} is nested deeper than {MAX_DEPTH} levels; store a flatter value")
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}/{i}", error, depth - 1) for i, item in enumerate(value)]
    return {
        _plain_key(key, where, error): _plain(item, f"{where}/{key}", error, depth - 1) for key, item in value.items()
    }


def _plain_key(key: object, where: str, error: type[OmeZarrError]) -> str:
    if not isinstance(key, str):
        raise error(f"{where} has the key {shown(key)}; keys in JSON are text: write {str(key)!r}")
    return str.__str__(key)
