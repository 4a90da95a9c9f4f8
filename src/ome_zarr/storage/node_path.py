"""Paths of nodes within a hierarchy, as they come from callers and documents."""

import re

from ome_zarr.errors import RecipeError

__all__ = ["parse_node_path"]

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
