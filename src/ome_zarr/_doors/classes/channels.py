"""How channels are shown where callers give lists, or nothing."""

import re
from collections.abc import Sequence

import numpy as np
from ome_zarr_models.common.omero import Omero as OmeroModel

from ome_zarr._doors.classes.models import omero_model
from ome_zarr.metadata.omero import channels_for

__all__ = ["default_omero"]

_RGB = 3
_RGBA_DIGITS = re.compile(r"(#?[0-9A-Fa-f]{6})[0-9A-Fa-f]{2}")


def default_omero(
    names: Sequence[str] | None,
    colors: Sequence[str | Sequence[int]] | None,
    limits: Sequence[tuple[float, float]] | None,
    palette: Sequence[str],
    count: int,
    dtype: np.dtype,
) -> OmeroModel:
    """The model of how channels are shown; what is not said is chosen.

    Parameters
    ----------
    names
        Of the channels; default ``"Channel 0"``, ``"Channel 1"``, ...
    colors
        Names, hexadecimal digits, or red, green, blue and perhaps an alpha, which channels do not have; default
        those of `palette`, in turn.
    limits
        The values shown darkest and brightest; default the full range of integers, 0 to 1 for others.
    palette
        Default colours.
    count
        Number of channels.
    dtype
        Of the pixels.

    Raises
    ------
    RecipeError
        A list has not one entry per channel, or an entry is malformed.
    """
    hues = [palette[i % len(palette)] for i in range(count)] if colors is None else [_opaque(hue) for hue in colors]
    return omero_model(channels_for(names, hues, limits, count=count, dtype=dtype), dtype)


def _opaque(color: str | Sequence[int]) -> str | Sequence[int]:
    """A colour without its alpha, which those of channels have not."""
    if not isinstance(color, str):
        return color[:_RGB]
    digits = _RGBA_DIGITS.fullmatch(color)
    return color if digits is None else digits[1]
