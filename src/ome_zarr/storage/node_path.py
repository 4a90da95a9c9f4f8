"""Paths of nodes within a hierarchy, and the names of their documents."""

from ome_zarr.chunks.path import node_path_fault
from ome_zarr.errors import RecipeError

__all__ = ["DOCUMENT_NAMES", "join", "parse_node_path"]

DOCUMENT_NAMES = ("zarr.json", ".zgroup", ".zarray", ".zattrs", ".zmetadata")
"""Keys under which either format keeps metadata."""


def parse_node_path(path: str, what: str = "path") -> str:
    """`path`, if it surely leads to a node below where it starts; see `ome_zarr.chunks.path.node_path_fault`.

    Raises
    ------
    RecipeError
        It might lead elsewhere.
    """
    fault = node_path_fault(path)
    if fault:
        raise RecipeError(
            f"{what} {path!r} {fault}, and might not lead to a node below; give names separated by single slashes, "
            "such as 's0' or 'labels/cells'"
        )
    return path


def join(*parts: str) -> str:
    """The parts that are not empty, joined by slashes."""
    return "/".join(part for part in parts if part)
