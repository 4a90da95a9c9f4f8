"""A well and its fields of view (the ``well`` part of a document)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue
from ome_zarr.metadata.leniency import rest_of, tolerated, warn_of_document
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_node_name, parse_relative_path

__all__ = ["Field", "Well", "parse_well", "well_from_node"]

_STRICT_PATH = re.compile(r"[A-Za-z0-9]+")
_LOOSE_PATH = re.compile(r"[A-Za-z0-9_.-]+")

_FIELD_KEYS = frozenset({"path", "acquisition"})
_WELL_KEYS = frozenset({"images", "version"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of view: one image of a well.

    Parameters
    ----------
    path
        Of the image, below the group of the well.
    acquisition
        The id of the acquisition of the plate that it belongs to, or None.
    extra
        Further members in the document.
    """

    path: str
    acquisition: int | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        parse_relative_path(Node(self.path, "path of a field", RecipeError))

    def to_json(self) -> JsonObject:
        """The field as in a document."""
        document: JsonObject = {"path": self.path}
        if self.acquisition is not None:
            document["acquisition"] = self.acquisition
        return document | dict(self.extra)


@dataclass(frozen=True, slots=True)
class Well:
    """The fields of view of a well.

    Parameters
    ----------
    fields
        In the order of the document.
    extra
        Further members in the document.
    """

    fields: tuple[Field, ...]
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def validate(self, *, loose_names: bool = True) -> None:
        """Check the rules of the specification; a well that was read may break them.

        Parameters
        ----------
        loose_names
            Whether paths may have ``_``, ``.`` and ``-``, as from 0.6 on.

        Raises
        ------
        RecipeError
            There are no fields, two have one path, or a path is not allowed.
        """
        if not self.fields:
            raise RecipeError("the well has no images; give at least one, such as '0'")
        paths: set[str] = set()
        for entry in self.fields:
            _check_path(entry.path, loose_names=loose_names)
            if entry.path in paths:
                raise RecipeError(f"image {entry.path!r} is there twice; give every path once")
            paths.add(entry.path)

    def to_json(self) -> JsonObject:
        """The part as in a document, without a version."""
        document: JsonObject = {"images": [entry.to_json() for entry in self.fields]}
        return document | dict(self.extra)


def parse_well(images: object) -> Well:
    """The well that a caller wants to be stored.

    Parameters
    ----------
    images
        A list of paths, of mappings with ``path`` and perhaps ``acquisition``, or of `Field`. What 0.6 allows in
        paths is allowed; `Version.well_attributes` knows what the others do.

    Raises
    ------
    RecipeError
        A part is malformed, or breaks the rules of the specification.
    """
    well = Well(tuple(_wished_field(node) for node in Node(images, "images", RecipeError).items()))
    well.validate()
    return well


def well_from_node(node: Node) -> Well:
    """The ``well`` part of a document.

    Warns
    -----
    DocumentWarning
        Two images have one path, or the acquisition of one is malformed.
    """
    fields: dict[str, Field] = {}
    for entry in map(_field_from_node, node.child("images").items()):
        if fields.setdefault(entry.path, entry) is not entry:
            warn_of_document(f"{node.path}/images has the path {entry.path!r} twice; the first one is taken")
    return Well(tuple(fields.values()), rest_of(node, _WELL_KEYS))


def _wished_field(node: Node) -> Field:
    if isinstance(node.value, Field):
        return node.value
    return Field(node.text()) if isinstance(node.value, str) else _field_from_node(node)


def _field_from_node(node: Node) -> Field:
    path = parse_relative_path(node.child("path"))
    return Field(path, tolerated(node.find("acquisition"), Node.integer, None), rest_of(node, _FIELD_KEYS))


def _check_path(path: str, *, loose_names: bool) -> None:
    parse_node_name(path, "image")
    # 0.4 and 0.5: alphanumeric; 0.6 adds "_", "." and "-"
    if not (_LOOSE_PATH if loose_names else _STRICT_PATH).fullmatch(path):
        allowed = "letters, digits, '_', '.' and '-'" if loose_names else "letters and digits"
        raise RecipeError(f"image {path!r} of the well must have {allowed} only")
