"""The versions of the specification, each in a file of its own: document to model and back, nothing else."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.leniency import warn_of_document
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.versions.v01 import V01
from ome_zarr.metadata.versions.v02 import V02
from ome_zarr.metadata.versions.v03 import V03
from ome_zarr.metadata.versions.v04 import V04
from ome_zarr.metadata.versions.v05 import V05
from ome_zarr.metadata.versions.v06 import V06
from ome_zarr.metadata.versions.v09 import V09
from ome_zarr.metadata.versions.version import SCENE_KEYS, ImageModels, Version, body_of

__all__ = [
    "VERSIONS",
    "WRITABLE_VERSIONS",
    "DocumentKind",
    "ImageModels",
    "Version",
    "document_kind",
    "document_version",
    "merge_attributes",
    "parse_version",
    "version_of",
]

VERSIONS: Mapping[str, Version] = MappingProxyType(
    {version.name: version for version in (V01, V02, V03, V04, V05, V06, V09)}
)
"""Every version that can be read, by name."""

WRITABLE_VERSIONS: Mapping[str, Version] = MappingProxyType(
    {name: version for name, version in VERSIONS.items() if version.writable}
)
"""Every version that can be written, by name."""

type DocumentKind = Literal["image", "labels", "plate", "well", "scene", "collection"]

# Where the version is before 0.5, in the order in which it is looked for.
_FLAT_PLACES = (("multiscales", "0"), ("plate",), ("well",), ("image-label",))

# "0.5-dev2", "0.5+rfc3", "0.6.dev4", "0.6dev1" and "0.6rc0" are all found in images.
_RELEASE = re.compile(r"(\d+\.\d+)(?!\d)")

_DRAFTS = frozenset({V09.name})
"""Versions of which there are only drafts."""

_LAYOUT = "bioformats2raw.layout"


def parse_version(version: object) -> Version:
    """The version that a caller wants to be written.

    Raises
    ------
    RecipeError
        There is no such version, or it is only read.
    """
    if not isinstance(version, str) or version not in WRITABLE_VERSIONS:
        raise RecipeError(f"version is {shown(version)}; use one of {tuple(WRITABLE_VERSIONS)}")
    return WRITABLE_VERSIONS[version]


def document_kind(attributes: Mapping[str, object], zarr_format: int) -> DocumentKind | None:
    """What the attributes of a group say that it is; None: nothing of OME-Zarr.

    ``"labels"`` is the group that lists labels images, each of which is an ``"image"``; ``"collection"`` is what
    bioformats2raw makes of a file with several images. That the rest is well-formed is not said.

    Parameters
    ----------
    attributes
        The attributes of the group.
    zarr_format
        The format of the group: 2 or 3.

    Raises
    ------
    DocumentError
        There is an ``ome`` that is no object.
    """
    body = body_of(attributes, zarr_format).fields()
    has = {key for key, value in body.items() if value is not None}
    # with the layout of bioformats2raw 'the "plate" key MUST also be present, takes precedence'
    kinds: tuple[tuple[DocumentKind, bool], ...] = (
        ("plate", "plate" in has),
        ("well", "well" in has),
        ("image", "multiscales" in has),
        ("scene", "scene" in has or has.issuperset(SCENE_KEYS)),
        ("labels", isinstance(body.get("labels"), list)),
        ("collection", _LAYOUT in has),
    )
    return next((kind for kind, found in kinds if found), None)


def document_version(attributes: Mapping[str, object], zarr_format: int) -> Version:
    """The version by which the attributes of a group are to be read.

    Parameters
    ----------
    attributes
        The attributes of the group.
    zarr_format
        The format of the group: 2 or 3.

    Raises
    ------
    DocumentError
        The version is malformed, or one that cannot be read here.

    Warns
    -----
    DocumentWarning
        The version is a draft; it is read as the release that came of it.
    """
    found = _version_text(attributes, zarr_format)
    name = version_of(attributes, zarr_format)
    if name not in VERSIONS:
        raise DocumentError(f"the metadata is of OME-Zarr {name!r}; only {tuple(VERSIONS)} can be read")
    if name in _DRAFTS or found not in (None, name):
        warn_of_document(
            f"the metadata is of OME-Zarr {found!r}, a draft, and is read as {name!r}; other programs may not read it: "
            f"write it again as {V06.name!r}"
        )
    return VERSIONS[name]


def version_of(attributes: Mapping[str, object], zarr_format: int) -> str:
    """The release of the specification that the attributes of a group follow, such as ``"0.5"``.

    What follows the number in drafts (``"0.5-dev2"``, ``"0.6rc0"``) is left out. Attributes without any version are
    of 0.4, where it was only recommended; in Zarr format 3 of 0.6 if they have coordinate systems, else of 0.5.

    Parameters
    ----------
    attributes
        The attributes of the group.
    zarr_format
        The format of the group: 2 or 3.

    Raises
    ------
    DocumentError
        The version is malformed.
    """
    text = _version_text(attributes, zarr_format)
    if text is not None:
        match = _RELEASE.match(text)
        if match is None:
            raise DocumentError(f"the version of the metadata is {text!r}; it must be one such as '0.5'")
        return match[1]
    if zarr_format == 2:
        return V04.name
    body = body_of(attributes, zarr_format)
    first = _descend(body, ("multiscales", "0"))
    is_v06 = body.find("scene") is not None or (first is not None and first.find("coordinateSystems") is not None)
    return V06.name if is_v06 else V05.name


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


def _version_text(attributes: Mapping[str, object], zarr_format: int) -> str | None:
    """The version that the attributes name, as it is; None: they name none."""
    body = body_of(attributes, zarr_format)
    found = body.find("version") if body.path else None  # "version" among other attributes may be anything
    for place in _FLAT_PLACES:
        if found is not None:
            break
        part = _descend(body, place)
        found = None if part is None else part.find("version")
    if found is None:
        return None
    # 0.4 instead of "0.4": it is clear what is meant
    return str(found.value) if isinstance(found.value, float) else found.text()


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
