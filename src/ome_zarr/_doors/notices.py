"""Warnings that point at the caller's line."""

import warnings
from pathlib import Path

from ome_zarr.errors import OmeZarrWarning

__all__ = ["deprecated", "notice"]

_PACKAGE = str(Path(__file__).parents[1])


def deprecated(message: str) -> None:
    """Say that something works, and will not for ever."""
    warnings.warn(message, DeprecationWarning, skip_file_prefixes=(_PACKAGE,))


def notice(message: str) -> None:
    """Say that a wish was bent."""
    warnings.warn(message, OmeZarrWarning, skip_file_prefixes=(_PACKAGE,))
