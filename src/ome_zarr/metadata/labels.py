"""What the values of a labels image mean (the ``image-label`` part of a document)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.colors import parse_rgba
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue
from ome_zarr.metadata.leniency import rest_of, tolerated, tolerated_each, tolerated_items
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_label_name

__all__ = [
    "ImageLabel",
    "LabelColor",
    "LabelProperties",
    "image_label_from_node",
    "parse_image_label",
    "parse_label_name",
]

_SOURCE_IMAGE = "../../"
"""From ``labels/<name>`` to the image: the default in every version."""

_KNOWN_KEYS = frozenset({"colors", "properties", "source", "version"})


@dataclass(frozen=True, slots=True)
class LabelColor:
    """The colour of one value: red, green, blue and alpha from 0 to 255; None is left to the viewer."""

    value: int
    rgba: tuple[int, int, int, int] | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.rgba is not None:
            object.__setattr__(self, "rgba", parse_rgba(Node(self.rgba, "rgba", RecipeError)))

    def to_json(self) -> JsonObject:
        """The colour as in a document."""
        document: JsonObject = {"label-value": self.value}
        if self.rgba is not None:
            document["rgba"] = list(self.rgba)
        return document | dict(self.extra)


@dataclass(frozen=True, slots=True)
class LabelProperties:
    """What is known about one value: any names with any JSON."""

    value: int
    properties: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def to_json(self) -> JsonObject:
        """The properties as in a document."""
        return {"label-value": self.value} | dict(self.properties)


@dataclass(frozen=True, slots=True)
class ImageLabel:
    """What makes an image a labels image.

    Parameters
    ----------
    colors
        Colours of values; no value twice.
    properties
        Properties of values.
    source_image
        Path from the group of the labels image to that of the image it was made from.
    extra
        Further members in the document.
    """

    colors: tuple[LabelColor, ...] = ()
    properties: tuple[LabelProperties, ...] = ()
    source_image: str = _SOURCE_IMAGE
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def to_json(self) -> JsonObject:
        """The part as in a document; empty lists are left out, as the specification does not allow them."""
        document: JsonObject = {}
        if self.colors:
            document["colors"] = [color.to_json() for color in self.colors]
        if self.properties:
            document["properties"] = [properties.to_json() for properties in self.properties]
        document["source"] = {"image": self.source_image}
        return document | dict(self.extra)


def parse_image_label(obj: object = None) -> ImageLabel:
    """What a caller wants to be stored about the values of a labels image.

    Parameters
    ----------
    obj
        `ImageLabel`, a mapping with ``colors``, ``properties``, ``source`` and any other key, a pydantic
        model of one, or None for nothing. Colours are a list as in the documents (``label-value`` and
        ``rgba``) or a mapping from value to colour: a name, hexadecimal digits, or three or four integers.
        Properties are a list as in the documents or a mapping from value to properties.

    Raises
    ------
    RecipeError
        A part is malformed, or a value has two colours or two sets of properties.
    """
    if isinstance(obj, ImageLabel):
        return obj
    node = Node({} if obj is None else obj, "image-label", RecipeError)
    image_label = _image_label(node)
    _check_unique([color.value for color in image_label.colors], "image-label/colors")
    _check_unique([properties.value for properties in image_label.properties], "image-label/properties")
    return image_label


def image_label_from_node(node: Node) -> ImageLabel:
    """The ``image-label`` part of a document.

    Where a value has several colours the last one is taken.

    Warns
    -----
    DocumentWarning
        A colour, a set of properties or the source is malformed, and left out.
    """
    image_label = _image_label(node)
    # the rule of 0.4 for readers where label-value is not unique
    last = {color.value: color for color in image_label.colors}
    return ImageLabel(tuple(last.values()), image_label.properties, image_label.source_image, image_label.extra)


def _check_unique(values: list[int], where: str) -> None:
    seen: set[int] = set()
    for value in values:
        if value in seen:
            raise RecipeError(f"{where} has two entries for the value {value}; give one")
        seen.add(value)


def _image_label(node: Node) -> ImageLabel:
    return ImageLabel(
        _entries(node.find("colors"), _color_of_item, _color_of_value),
        _entries(node.find("properties"), _properties_of_item, _properties_of_value),
        tolerated(node.find("source"), _source_image, _SOURCE_IMAGE),
        rest_of(node, _KNOWN_KEYS),
    )


def _source_image(node: Node) -> str:
    image = node.find("image")
    return _SOURCE_IMAGE if image is None else image.text()


def _entries[T](node: Node | None, of_item: Callable[[Node], T], of_value: Callable[[int, Node], T]) -> tuple[T, ...]:
    """The entries of a list, or in a wish of a mapping from label values."""
    if node is None or node.error is DocumentError or not isinstance(node.value, Mapping):
        return tolerated_each(tolerated_items(node), of_item)
    return tuple(of_value(_key(node, key), entry) for key, entry in node.pairs())


def _key(node: Node, key: object) -> int:
    """A label value that is the key of a mapping."""
    return Node(key, f"label value in {node.path}", node.error).integer()


def _value_key(node: Node) -> str:
    """The key of the label value: in models of other packages it is an identifier."""
    members = node.fields()
    return "label_value" if "label_value" in members and "label-value" not in members else "label-value"


def _color_of_item(node: Node) -> LabelColor:
    key, rgba = _value_key(node), node.find("rgba")
    value = node.child(key).integer()
    return LabelColor(value, None if rgba is None else parse_rgba(rgba), rest_of(node, {key, "rgba"}))


def _color_of_value(value: int, node: Node) -> LabelColor:
    return LabelColor(value, parse_rgba(node))


def _properties_of_item(node: Node) -> LabelProperties:
    key = _value_key(node)
    return LabelProperties(node.child(key).integer(), rest_of(node, {key}))


def _properties_of_value(value: int, node: Node) -> LabelProperties:
    return LabelProperties(value, node.plain_object())
