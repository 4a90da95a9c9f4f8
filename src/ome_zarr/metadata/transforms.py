"""Transformations from pixels to physical coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ome_zarr.errors import OmeZarrError, RecipeError
from ome_zarr.metadata.jsonvalue import plain_float, shown

__all__ = ["Scale", "Transform", "Translation", "check_kinds", "parse_scale", "parse_translation"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Multiply by the physical size of a pixel along every axis; finite and greater than 0."""

    scale: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", parse_scale(self.scale, "scale"))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.scale)


@dataclass(frozen=True, slots=True)
class Translation:
    """Add an offset in physical units along every axis; finite."""

    translation: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "translation", parse_translation(self.translation, "translation"))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.translation)


type Transform = Scale | Translation
"""A transformation of the versions before 0.6."""


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


def parse_translation(values: object, where: str, error: type[OmeZarrError] = RecipeError) -> tuple[float, ...]:
    """Offsets in physical units, as finite floats; parameters and errors as in `parse_scale`."""
    if not isinstance(values, Sequence | np.ndarray) or isinstance(values, str | bytes):
        raise error(f"{where} is {shown(values)}; it must be a list of numbers, one per axis")
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise error(f"{where} has the shape {values.shape}; it must be a list of numbers, one per axis")
    return tuple(plain_float(value, f"{where}/{i}", error) for i, value in enumerate(values))


def check_kinds(transforms: Sequence[Transform], whose: str) -> None:
    """Check that transformations are one scale, then at most one translation.

    Raises
    ------
    RecipeError
        They are not.
    """
    kinds = tuple(type(transform) for transform in transforms)
    # 0.4 and 0.5: "They MUST contain exactly one scale transformation", "It MAY contain exactly one
    # translation", "If translation is given it MUST be listed after scale"
    if kinds not in ((Scale,), (Scale, Translation)):
        found = [kind.__name__.lower() for kind in kinds]
        raise RecipeError(
            f"{whose} has the transformations {found}; allowed are one scale, then at most one translation"
        )
