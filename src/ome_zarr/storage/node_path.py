"""Paths of nodes within a hierarchy, and the names of their documents."""

import re

from ome_zarr.errors import RecipeError

__all__ = ["DOCUMENT_NAMES", "join", "parse_node_path"]

DOCUMENT_NAMES = ("zarr.json", ".zgroup", ".zarray", ".zattrs", ".zmetadata")
"""Keys under which either format keeps metadata."""

_DRIVE = re.compile(r"[A-Za-z]:")


def parse_node_path(path: str, what: str = "path") -> str:
    """`path`, if it surely leads to a node below where it starts.

    Relative, of names that are neither empty nor ``.`` nor ``..``, without backslashes, NUL, drive letters
    and schemes: whatever the store, it cannot lead out of the image.

    Raises
    ------
    RecipeError
        It might lead elsewhere.
    """
    names = path.split("/")
    if any(name in ("", ".", "..") for name in names) or re.search(r"[\\\0]", path) or _DRIVE.match(path):
        raise RecipeError(
            f"{what} {path!r} does not lead to a node below; give names separated by single slashes, "
            "such as 's0' or 'labels/cells', without '.', '..', backslashes and drive letters"
        )
    return path


def join(*parts: str) -> str:
    """The parts that are not empty, joined by slashes."""
    return "/".join(part for part in parts if part)
