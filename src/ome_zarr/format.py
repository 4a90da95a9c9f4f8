"""The versions of OME-Zarr as objects, as ome-zarr-py has them.

Other packages derive from these classes and replace :func:`format_implementations`; the functions here look
it up when they are called.
"""

import logging
from collections.abc import Iterator

from ome_zarr._doors.formats import (
    Document,
    Format,
    FormatV01,
    FormatV02,
    FormatV03,
    FormatV04,
    FormatV05,
    FormatV06,
)
from ome_zarr.errors import RecipeError

__all__ = [
    "CurrentFormat",
    "Format",
    "FormatV01",
    "FormatV02",
    "FormatV03",
    "FormatV04",
    "FormatV05",
    "FormatV06",
    "detect_format",
    "format_from_version",
    "format_implementations",
]

LOGGER = logging.getLogger("ome_zarr.format")

CurrentFormat = FormatV05
"""What is written where nobody names a version."""


def format_from_version(version: str) -> Format:
    """The format of a version such as ``"0.4"``.

    Raises
    ------
    RecipeError
        No format is of that version.
    """
    for fmt in format_implementations():
        if fmt.version == str(version):
            return fmt
    known = [fmt.version for fmt in format_implementations()]
    raise RecipeError(f"version {version!r} is unknown; use one of {sorted(known)}")


def format_implementations() -> Iterator[Format]:
    """Every format, the newest first."""
    yield FormatV06()
    yield FormatV05()
    yield FormatV04()
    yield FormatV03()
    yield FormatV02()
    yield FormatV01()


def detect_format(metadata: Document, default: Format) -> Format:
    """The format that the attributes of a group say they are of, or `default` if they say nothing known."""
    if metadata:
        for fmt in format_implementations():
            if fmt.matches(metadata):
                return fmt
    return default
