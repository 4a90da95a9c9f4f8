"""The versions of the specification, each in a file of its own: document to model and back, nothing else."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.versions.v04 import V04
from ome_zarr.metadata.versions.v05 import V05
from ome_zarr.metadata.versions.version import ImageModels, Version

__all__ = [
    "VERSIONS",
    "ImageModels",
    "Version",
    "document_version",
    "merge_attributes",
    "parse_version",
    "version_of",
]

VERSIONS: Mapping[str, Version] = MappingProxyType({version.name: version for version in (V04, V05)})
"""Every version that can be read and written, by name."""

# Where the version is before 0.5, in the order in which it is looked for.
_FLAT_PLACES = (("multiscales", "0"), ("plate",), ("well",), ("image-label",))

# "0.5-dev2", "0.5+rfc3", "0.6.dev4", "0.6dev1" and "0.6rc0" are all found in images.
_RELEASE = re.compile(r"(\d+\.\d+)(?!\d)")


def parse_version(version: object) -> Version:
    """The version that a caller names.

    Raises
    ------
    RecipeError
        There is no such version here.
    """
    if not isinstance(version, str) or version not in VERSIONS:
        raise RecipeError(f"version is {shown(version)}; use one of {tuple(VERSIONS)}")
    return VERSIONS[version]


def document_version(attributes: Mapping[str, object], zarr_format: int) -> Version:
    """The version by which the attributes of a group are to be read.

    Raises
    ------
    DocumentError
        The attributes name no version, or one that cannot be read here.
    """
    name = version_of(attributes, zarr_format)
    if name not in VERSIONS:
        raise DocumentError(f"the metadata is of OME-Zarr {name!r}; only {tuple(VERSIONS)} can be read")
    return VERSIONS[name]


def version_of(attributes: Mapping[str, object], zarr_format: int) -> str:
    """The release of the specification that the attributes of a group follow, such as ``"0.5"``.

    What follows the number in drafts (``"0.5-dev2"``, ``"0.6rc0"``) is left out. Attributes without any
    version are of 0.4, where it was only recommended; in Zarr format 3 of 0.5.

    Parameters
    ----------
    attributes
        The attributes of the group.
    zarr_format
        The format of the group: 2 or 3.

    Raises
    ------
    DocumentError
        There is ``ome`` without a version, or the version is malformed.
    """
    document = Node(attributes)
    if zarr_format == 3 and document.find("ome") is not None:
        return _release(document.child("ome").child("version"))
    for place in _FLAT_PLACES:
        node = _descend(document, place)
        version = None if node is None else node.find("version")
        if version is not None:
            return _release(version)
    return "0.4" if zarr_format == 2 else "0.5"


def merge_attributes(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    """Attributes with new parts; parts that the new attributes do not have are kept.

    A part is a member of the attributes, or of their ``ome``. Neither argument is changed.

    Parameters
    ----------
    old
        The attributes that a group has.
    new
        The attributes that a `Version` makes.

    Raises
    ------
    DocumentError
        The old ``ome`` is no object.
    """
    merged = {**old, **new}
    enclosed = Node(old).find("ome")
    if enclosed is not None and "ome" in new:
        merged["ome"] = {**enclosed.fields(), **Node(new).child("ome").fields()}
    return merged


def _descend(node: Node, place: tuple[str, ...]) -> Node | None:
    """The node below this one at a place, or None; an entry of a list is named by its position."""
    found: Node | None = node
    for step in place:
        if found is None:
            return None
        if step.isdigit():
            items = found.items()
            found = items[int(step)] if int(step) < len(items) else None
        else:
            found = found.find(step)
    return found


def _release(node: Node) -> str:
    match = _RELEASE.match(node.text())
    if match is None:
        raise node.fail("it must be a version such as '0.5'")
    return match[1]
