"""Paths and names inside an image: what may be followed and what may be written."""

from ome_zarr.chunks.path import node_path_fault
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.node import Node

__all__ = ["parse_label_name", "parse_node_name", "parse_relative_path"]

_RESERVED_NAMES = frozenset({"zarr.json", ".zgroup", ".zarray", ".zattrs", ".zmetadata"})
"""Keys under which a store keeps metadata; a child of that name would hide or overwrite them."""


def parse_relative_path(node: Node) -> str:
    """The path at this place, which leads from a group down to something inside it.

    Nothing outside an image is opened because of what its metadata says, so a path is refused that is
    absolute, a URL, or has empty, ``.`` or ``..`` segments.
    """
    path = node.text()
    fault = node_path_fault(path)
    if fault:
        raise node.fail(f"it {fault}, and must be a path such as 's0' that stays inside the group")
    return path


def parse_label_name(name: object) -> str:
    """The name of a labels image, fit to be the name of a group; errors as in `parse_node_name`."""
    return parse_node_name(name, "label name", "nuclei")


def parse_node_name(name: object, what: str, example: str = "0") -> str:
    """The name of a child, fit to be the name of a group in every kind of store.

    Parameters
    ----------
    name
        The name.
    what
        What it names, for the message.
    example
        A right one, for the message.

    Raises
    ------
    RecipeError
        The name is no text, is empty, is a path, has control characters, consists of periods, starts with
        ``__`` (kept for Zarr itself), or is the name of a metadata file.
    """
    if not isinstance(name, str):
        raise RecipeError(f"{what} is {shown(name)}, a {type(name).__name__}; it must be text")
    fault = _name_fault(name)
    if fault:
        raise RecipeError(f"{what} {shown(name)} {fault}; give a plain name such as {example!r}")
    return str.__str__(name)


def _name_fault(name: str) -> str | None:
    """What is wrong with the name of a node, or None."""
    if not name:
        return "is empty"
    if "/" in name or "\\" in name:
        return "contains a slash"
    # Zarr format 3, node names: not composed of periods only, and no "__" in front
    if not name.strip("."):
        return "consists of periods"
    if name.startswith("__"):
        return "starts with '__', which is reserved"
    if name in _RESERVED_NAMES:
        return "is the name of a metadata file"
    return node_path_fault(name)
