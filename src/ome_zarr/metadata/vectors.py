"""The numbers of transformations: along axes, of axes, and in matrices."""

from collections.abc import Sequence
from typing import TypeGuard

import numpy as np

from ome_zarr.errors import OmeZarrError, RecipeError
from ome_zarr.metadata.jsonvalue import plain_float, shown

__all__ = ["Matrix", "parse_extents", "parse_indices", "parse_matrix", "parse_scale", "parse_translation"]

type Matrix = tuple[tuple[float, ...], ...]
"""Rows of numbers."""


def parse_scale(values: object, where: str, error: type[OmeZarrError] = RecipeError) -> tuple[float, ...]:
    """The physical sizes of a pixel, as finite floats greater than 0.

    Parameters
    ----------
    values
        One number per axis.
    where
        The place of the values, for the message.
    error
        The class to raise.

    Raises
    ------
    RecipeError
        Or `error`: the values are no sequence of numbers, or one is not finite, 0 or negative.
    """
    scale = parse_translation(values, where, error)
    for i, size in enumerate(scale):
        if size <= 0:
            raise error(f"{where}/{i} is {size!r}; it must be greater than 0, or 1.0 if it is not known")
    return scale


def parse_extents(values: object, where: str, error: type[OmeZarrError] = RecipeError) -> tuple[float, ...]:
    """Factors along axes, as finite floats other than 0; parameters and errors as in `parse_scale`.

    A negative one turns an axis round, which documents before 0.6 may do.
    """
    scale = parse_translation(values, where, error)
    for i, factor in enumerate(scale):
        if factor == 0:
            raise error(f"{where}/{i} is {factor!r}; it must not be 0: give 1.0 if it is not known")
    return scale


def parse_translation(values: object, where: str, error: type[OmeZarrError] = RecipeError) -> tuple[float, ...]:
    """Offsets in physical units, as finite floats; parameters and errors as in `parse_scale`."""
    if not _is_list(values) or (isinstance(values, np.ndarray) and values.ndim > 1):
        raise error(f"{where} is {shown(values)}; it must be a list of numbers, one per axis")
    return tuple(plain_float(value, f"{where}/{i}", error) for i, value in enumerate(values))


def parse_indices(values: object, where: str) -> tuple[int, ...]:
    """Which coordinates are meant, counted from 0; parameters and errors as in `parse_scale`."""
    if not _is_list(values):
        raise RecipeError(f"{where} is {shown(values)}; it must be a list of whole numbers from 0 on")
    numbers = [plain_float(value, f"{where}/{i}") for i, value in enumerate(values)]
    if any(number < 0 or number != int(number) for number in numbers):
        raise RecipeError(f"{where} is {shown(values)}; it must be a list of whole numbers from 0 on")
    return tuple(map(int, numbers))


def parse_matrix(rows: object, where: str) -> Matrix:
    """Rows of equal length, at least one, of finite floats; parameters and errors as in `parse_scale`."""
    if not _is_list(rows) or not len(rows):
        raise RecipeError(f"{where} is {shown(rows)}; it must be a matrix, a list of rows of numbers")
    matrix = tuple(parse_translation(row, f"{where}/{i}") for i, row in enumerate(rows))
    if not matrix[0] or len({len(row) for row in matrix}) != 1:
        raise RecipeError(f"{where} has rows of {[len(row) for row in matrix]} numbers; all must have the same number")
    return matrix


def _is_list(values: object) -> TypeGuard[Sequence[object] | np.ndarray]:
    """Whether a value can be read as a list."""
    if isinstance(values, np.ndarray):
        return values.ndim > 0
    return isinstance(values, Sequence) and not isinstance(values, str | bytes)
