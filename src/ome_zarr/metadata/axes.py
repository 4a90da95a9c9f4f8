"""The axes of an image: names, types and units, in storage order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axis_rules import AXIS_RULES, rank_of_type
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue, shown
from ome_zarr.metadata.leniency import rest_of, tolerated
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.units import parse_unit

__all__ = ["KNOWN_TYPES", "Axes", "AxesLike", "Axis", "axes_from_node"]

KNOWN_TYPES: Mapping[str, str] = MappingProxyType(
    {"x": "space", "y": "space", "z": "space", "c": "channel", "t": "time"}
)
"""The type that an axis of this name has when nobody says otherwise."""

_DEFAULT_AXES: Mapping[int, str] = MappingProxyType({2: "yx", 5: "tczyx"})
"""The only numbers of dimensions for which all programs agree on the axes."""

_KNOWN_KEYS = frozenset({"name", "type", "unit", "longName", "discrete", "orientation"})

_ANATOMICAL = "anatomical"
"""The only type of an orientation there is."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Parameters
    ----------
    name
        Unique within the image.
    type
        ``"space"``, ``"time"``, ``"channel"``, a type of one's own, or None.
    unit
        Unit of the scale and the translation along this axis, or None.
    extra
        Further members of the axis in the document.
    long_name
        What the axis is called in full, or None (from 0.6 on).
    discrete
        Whether there is nothing between one position and the next, as for channels; None: nobody said (from 0.6 on).
    orientation
        Which way the coordinate grows through the body, such as ``"left-to-right"``, or None (from 0.9 on).
    """

    name: str
    type: str | None = None
    unit: str | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)
    long_name: str | None = None
    discrete: bool | None = None
    orientation: str | None = None

    def __post_init__(self) -> None:
        if not Node(self.name, "axis name", RecipeError).text():
            raise RecipeError("axis name is ''; give a name such as 'x'")

    def to_json(self) -> JsonObject:
        """The axis as in a document; what is None is left out.

        What a version does not know is a further member there, which every version allows.
        """
        members: dict[str, JsonValue] = {"name": self.name, "type": self.type, "unit": self.unit}
        members |= {"longName": self.long_name, "discrete": self.discrete}
        members["orientation"] = self.orientation and {"type": _ANATOMICAL, "value": self.orientation}
        return {k: v for k, v in members.items() if v is not None} | dict(self.extra)


type AxesLike = str | Sequence[str | Mapping[str, object] | Axis] | Axes | None


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes of an image, in storage order; names are unique.

    Which numbers and orders of axes are allowed depends on the version of the specification: `validate`.
    """

    entries: tuple[Axis, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for axis in self.entries:
            if axis.name in seen:
                raise RecipeError(f"axis {axis.name!r} occurs twice in {self.names}; names must be unique")
            seen.add(axis.name)

    @classmethod
    def parse(cls, axes: AxesLike, ndim: int, units: Mapping[str, str | None] | None = None) -> Self:
        """The axes that a caller means.

        Parameters
        ----------
        axes
            Names (``"zyx"`` or ``["z", "y", "x"]``), mappings with ``name`` and perhaps ``type`` and
            ``unit``, or `Axes`. The type of x, y, z, c and t needs not be given. None means ``"yx"`` for two
            dimensions and ``"tczyx"`` for five.
        ndim
            Number of dimensions of the pixels.
        units
            Units by axis name; they win over the units in mappings.

        Raises
        ------
        RecipeError
            The axes cannot be understood, do not fit `ndim`, or have a name twice; or `units` names another
            axis.

        Warns
        -----
        OmeZarrWarning
            A unit is not among those of the specification.
        """
        entries = axes.entries if isinstance(axes, Axes) else _parse_entries(axes, ndim)
        parsed = cls(_with_units(entries, units) if units else entries)
        if len(parsed) != ndim:
            raise RecipeError(
                f"axes {parsed.names} are {len(parsed)} for an image of {ndim} dimensions; name every "
                "dimension once, in storage order"
            )
        return parsed

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Axis]:
        return iter(self.entries)

    def __getitem__(self, index: int) -> Axis:
        return self.entries[index]

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in storage order."""
        return tuple(axis.name for axis in self.entries)

    @property
    def spatial(self) -> tuple[str, ...]:
        """The names of the axes of type space, in storage order."""
        return tuple(axis.name for axis in self.entries if axis.type == "space")

    @property
    def channel(self) -> int | None:
        """Position of the first axis of type channel, or None."""
        return next((i for i, axis in enumerate(self.entries) if axis.type == "channel"), None)

    def index(self, name: str) -> int:
        """Position of the axis of this name.

        Raises
        ------
        RecipeError
            There is no such axis.
        """
        try:
            return self.names.index(name)
        except ValueError:
            raise RecipeError(f"axis {name!r} does not exist; the axes are {self.names}") from None

    def validate(self, version: str) -> None:
        """Check the rules of a version of the specification about axes.

        Parameters
        ----------
        version
            ``"0.4"``, ``"0.5"``, ...

        Raises
        ------
        RecipeError
            The version does not allow these axes; or it is unknown, or has no typed axes.
        """
        rules = AXIS_RULES.get(version)
        if rules is None:
            raise RecipeError(f"version {version!r} is unknown; use one of {tuple(AXIS_RULES)}")
        fault = rules.fault([axis.type for axis in self.entries])
        if fault is None:
            return
        kinds = ", ".join(f"{axis.name} ({axis.type or 'no type'})" for axis in self.entries)
        raise RecipeError(f"axes {kinds} {fault} in OME-Zarr {version}; {self._advice(version)}")

    def to_json(self) -> list[JsonObject]:
        """The axes as in the documents from 0.4 on."""
        return [axis.to_json() for axis in self.entries]

    def _advice(self, version: str) -> str:
        """What to do about axes that `version` does not allow."""
        ordered = sorted(self.entries, key=lambda axis: rank_of_type(axis.type))
        if AXIS_RULES[version].fault([axis.type for axis in ordered]) is None:
            return f"transpose the pixels to {tuple(axis.name for axis in ordered)}"
        return "add axes of length 1, or write several images"


def _parse_entries(axes: str | Sequence[str | Mapping[str, object] | Axis] | None, ndim: int) -> tuple[Axis, ...]:
    if axes is None:
        if ndim not in _DEFAULT_AXES:
            raise RecipeError(
                f"axes is None for an image of {ndim} dimensions, and only 2 ('yx') and 5 ('tczyx') have a "
                "default; name the axes in storage order, such as axes='zyx'"
            )
        axes = _DEFAULT_AXES[ndim]
    if not isinstance(axes, str | list | tuple):
        raise RecipeError(
            f"axes is {shown(axes)}; give names such as 'zyx' or ['z', 'y', 'x'], or mappings with 'name', "
            "'type' and 'unit'"
        )
    return tuple(_parse_axis(entry, i) for i, entry in enumerate(axes))


def _parse_axis(entry: str | Mapping[str, object] | Axis, position: int) -> Axis:
    if isinstance(entry, Axis):
        return entry
    node = Node({"name": entry} if isinstance(entry, str) else entry, f"axes/{position}", RecipeError)
    name = node.child("name").text()
    axis_type = _parse_type(node, name)
    given = node.find("unit")
    unit = None if given is None else parse_unit(given.value, axis_type, f"unit of axis {name!r}")
    return _axis(node, name, axis_type, unit)


def axes_from_node(node: Node) -> Axes:
    """The axes in a document: objects, or names alone as in 0.3.

    What can be understood is read: any number and order of axes. A type that is not given is the one that the name
    says, and a malformed type or unit is left out with a warning.
    """
    entries = tuple(_axis_from_node(item) for item in node.items())
    with node.blamed():
        return Axes(entries)


def _axis_from_node(node: Node) -> Axis:
    if isinstance(node.value, str):
        name = node.text()
        with node.blamed():
            return Axis(name, KNOWN_TYPES.get(name))
    name = node.child("name").text()
    known = KNOWN_TYPES.get(name) if "type" not in node.fields() else None
    return _axis(
        node, name, tolerated(node.find("type"), Node.text, known), tolerated(node.find("unit"), Node.text, None)
    )


def _axis(node: Node, name: str, axis_type: str | None, unit: str | None) -> Axis:
    """The axis at this place, with its rarer members."""
    long_name = tolerated(node.find("longName"), Node.text, None)
    discrete = tolerated(node.find("discrete"), Node.flag, None)
    orientation = tolerated(node.find("orientation"), _orientation, None)
    extra = rest_of(node, _KNOWN_KEYS)
    with node.blamed():
        return Axis(name, axis_type, unit, extra, long_name, discrete, orientation)


def _orientation(node: Node) -> str:
    """The direction in an orientation: ``{"type": "anatomical", "value": "left-to-right"}``, or in a wish alone."""
    if isinstance(node.value, str):
        return node.text()
    if node.child("type").text() != _ANATOMICAL:
        raise node.child("type").fail(f"it must be {_ANATOMICAL!r}")
    return node.child("value").text()


def _parse_type(node: Node, name: str) -> str | None:
    """The type of an axis: as given, null included, or as the name says."""
    if "type" in node.fields():
        given = node.find("type")
        return None if given is None else given.text()
    if name not in KNOWN_TYPES:
        hint = f"did you mean {name.lower()!r}? Else give" if name.lower() in KNOWN_TYPES else "give"
        raise RecipeError(
            f"{node.path}: axis {name!r} has no type, and only {', '.join(KNOWN_TYPES)} need none; {hint} "
            f"{{'name': {name!r}, 'type': ...}} with the type 'space', 'time', 'channel' or one of your own"
        )
    return KNOWN_TYPES[name]


def _with_units(entries: tuple[Axis, ...], units: Mapping[str, str | None]) -> tuple[Axis, ...]:
    names = [axis.name for axis in entries]
    for name in units:
        if name not in names:
            raise RecipeError(f"units has the axis {shown(name)}, which does not exist; the axes are {names}")
    return tuple(_with_unit(axis, units[axis.name]) if axis.name in units else axis for axis in entries)


def _with_unit(axis: Axis, unit: str | None) -> Axis:
    if unit is None:
        return replace(axis, unit=None)
    return replace(axis, unit=parse_unit(unit, axis.type, f"unit of axis {axis.name!r}"))
