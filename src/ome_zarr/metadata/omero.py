"""How the channels of an image are to be shown (the ``omero`` part of a document)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.colors import parse_hex
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue, shown
from ome_zarr.metadata.leniency import rest_of, tolerated
from ome_zarr.metadata.node import Node

__all__ = ["Channel", "Omero", "Window", "channels_for", "default_window", "omero_from_node", "parse_omero"]

_PALETTES: Mapping[int, tuple[str, ...]] = {
    1: ("FFFFFF",),
    2: ("00FF00", "FF00FF"),  # green and magenta: distinct for colour-blind eyes, white where both are
    3: ("FF0000", "00FF00", "0000FF"),
}
_PALETTE = ("00FFFF", "FFFF00", "FF00FF", "FF0000", "00FF00", "0000FF")

_WINDOW_KEYS = ("min", "max", "start", "end")
_CHANNEL_KEYS = frozenset({"label", "color", "window", "active"})
_OMERO_KEYS = frozenset({"channels", "rdefs", "version"})


@dataclass(frozen=True, slots=True)
class Window:
    """The grey values that a channel can have, and those that are shown.

    A document may lack each of them, which is None here; `Omero.completed` fills them in.

    Parameters
    ----------
    min, max
        The smallest and largest value that can be chosen.
    start, end
        The values shown darkest and brightest.
    """

    min: float | None = None
    max: float | None = None
    start: float | None = None
    end: float | None = None

    def to_json(self) -> JsonObject:
        """The window as in a document; what is None is left out."""
        members = {key: getattr(self, key) for key in _WINDOW_KEYS}
        return {key: value for key, value in members.items() if value is not None}

    def completed(self, low: float, high: float) -> "Window":
        """The window with these limits, or wider ones that hold what is shown, where it lacks values."""
        shown_values = [value for value in (self.start, self.end) if value is not None]
        lowest = min([low, *shown_values]) if self.min is None else self.min
        highest = max([high, *shown_values]) if self.max is None else self.max
        return Window(
            lowest,
            highest,
            lowest if self.start is None else self.start,
            highest if self.end is None else self.end,
        )


@dataclass(frozen=True, slots=True)
class Channel:
    """How one channel is to be shown.

    Parameters
    ----------
    label
        Name of the channel.
    color
        Six hexadecimal digits, such as ``"00FF00"``.
    window
        Range of grey values.
    active
        Whether the channel is shown at first.
    extra
        Further members of the channel in the document.
    """

    label: str | None = None
    color: str | None = None
    window: Window | None = None
    active: bool | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.color is not None:
            object.__setattr__(self, "color", parse_hex(Node(self.color, "color", RecipeError)))

    @property
    def missing(self) -> tuple[str, ...]:
        """What the specification requires of a channel (0.4 to 0.6) and this one lacks."""
        if self.window is None:
            lacks = ["window"]
        else:
            lacks = [f"window/{key}" for key in _WINDOW_KEYS if getattr(self.window, key) is None]
        return tuple(lacks if self.color is not None else ["color", *lacks])

    def completed(self, color: str, low: float, high: float) -> "Channel":
        """The channel with this colour and a window of these limits where it lacks them."""
        return replace(self, color=self.color or color, window=(self.window or Window()).completed(low, high))

    def to_json(self) -> JsonObject:
        """The channel as in a document; what is None is left out."""
        members: dict[str, JsonValue] = {"label": self.label, "color": self.color, "active": self.active}
        members["window"] = None if self.window is None else self.window.to_json()
        return {key: value for key, value in members.items() if value is not None} | dict(self.extra)


@dataclass(frozen=True, slots=True)
class Omero:
    """How an image is to be shown.

    Parameters
    ----------
    channels
        One entry per channel, in storage order.
    rdefs
        What is shown first (``defaultT``, ``defaultZ``, ``model``), or None.
    extra
        Further members in the document.
    """

    channels: tuple[Channel, ...]
    rdefs: Mapping[str, JsonValue] | None = field(default=None, hash=False)
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def completed(self, dtype: npt.DTypeLike) -> "Omero":
        """The same with the colours and windows that channels lack; what they have is kept.

        Parameters
        ----------
        dtype
            Data type of the pixels, for `default_window`.
        """
        low, high = _limits(dtype)
        channels = zip(self.channels, _default_colors(len(self.channels)), strict=True)
        return replace(self, channels=tuple(channel.completed(hue, low, high) for channel, hue in channels))

    def to_json(self) -> JsonObject:
        """The part as in a document."""
        document: JsonObject = {"channels": [channel.to_json() for channel in self.channels]}
        if self.rdefs is not None:
            document["rdefs"] = dict(self.rdefs)
        return document | dict(self.extra)


def default_window(dtype: npt.DTypeLike) -> Window:
    """The full range of an integer data type, and 0 to 1 for every other.

    Parameters
    ----------
    dtype
        Data type of the pixels.

    Raises
    ------
    RecipeError
        That is no data type.
    """
    return Window().completed(*_limits(dtype))


def parse_omero(obj: object, count: int | None = None) -> Omero:
    """What a caller wants to be stored about showing the channels.

    Parameters
    ----------
    obj
        `Omero`, a mapping as in the documents, or a pydantic model of one.
    count
        Number of channels of the image, 1 without a channel axis; None if it is not known.

    Raises
    ------
    RecipeError
        A part is malformed, or the number of channels is another.
    """
    omero = obj if isinstance(obj, Omero) else omero_from_node(Node(obj, "omero", RecipeError))
    if count is not None and len(omero.channels) != count:
        raise RecipeError(
            f"omero describes {len(omero.channels)} channels and the image has {count}; describe each one"
        )
    return omero


def omero_from_node(node: Node) -> Omero:
    """The ``omero`` part of a document.

    Warns
    -----
    DocumentWarning
        Something about a channel is malformed, and left out.
    """
    return Omero(
        tuple(_channel(item) for item in node.child("channels").items()),
        tolerated(node.find("rdefs"), Node.plain_object, None),
        rest_of(node, _OMERO_KEYS),
    )


def channels_for(
    names: Sequence[str] | None = None,
    colors: Sequence[str | Sequence[int]] | None = None,
    windows: Sequence[Sequence[float] | Window | None] | None = None,
    *,
    count: int,
    dtype: npt.DTypeLike,
) -> Omero:
    """Complete display settings from short forms.

    Parameters
    ----------
    names
        Name of every channel; default ``"Channel 0"``, ``"Channel 1"``, ...
    colors
        Colour of every channel: a name, hexadecimal digits or three integers; default white for one channel,
        green and magenta for two, red, green and blue for three, a cycle of six for more.
    windows
        Of every channel ``(start, end)``, a `Window`, or None for the default: the full range of `dtype`.
    count
        Number of channels, 1 without a channel axis.
    dtype
        Data type of the pixels.

    Raises
    ------
    RecipeError
        A list has not one entry per channel, or an entry is malformed.
    """
    labels = _each("channel_names", names, count, Node.text)
    hues = _each("channel_colors", colors, count, parse_hex)
    ranges = _each("channel_windows", windows, count, _short_window)
    channels = tuple(
        Channel(f"Channel {i}" if label is None else label, color, window, active=True)
        for i, (label, color, window) in enumerate(zip(labels, hues, ranges, strict=True))
    )
    return Omero(channels).completed(dtype)


def _channel(node: Node) -> Channel:
    return Channel(
        tolerated(node.find("label"), Node.text, None),
        tolerated(node.find("color"), parse_hex, None),
        tolerated(node.find("window"), _window, None),
        tolerated(node.find("active"), Node.flag, None),
        rest_of(node, _CHANNEL_KEYS),
    )


def _window(node: Node) -> Window:
    return Window(*(tolerated(node.find(key), Node.number, None) for key in _WINDOW_KEYS))


def _short_window(node: Node) -> Window | None:
    if node.value is None or isinstance(node.value, Window):
        return node.value
    values = [item.number() for item in node.items()]
    if len(values) != 2 or values[0] >= values[1]:
        raise node.fail("give two numbers, the value shown darkest and a larger one shown brightest")
    return Window(start=values[0], end=values[1])


def _each[T](what: str, given: Sequence[object] | None, count: int, parse: Callable[[Node], T]) -> Sequence[T | None]:
    """The parsed entries of a list with one entry per channel; None for each if there is no list."""
    if given is None:
        return [None] * count
    wish: object = given  # a caller's, to be judged
    if isinstance(wish, str | bytes) or not isinstance(wish, Sequence | np.ndarray) or len(wish) != count:
        raise RecipeError(f"{what} is {shown(wish)} for {count} channels; give a list of one entry per channel")
    return [parse(Node(entry, f"{what}/{i}", RecipeError)) for i, entry in enumerate(given)]


def _limits(dtype: npt.DTypeLike) -> tuple[float, float]:
    """The smallest and the largest value that is shown by default."""
    try:
        data_type = np.dtype(dtype)
    except (TypeError, ValueError, SyntaxError) as error:  # the last two: of names with commas
        raise RecipeError(f"dtype is {shown(dtype)}; give a NumPy data type such as 'uint16'") from error
    if data_type.kind not in "iu":
        return 0.0, 1.0
    info = np.iinfo(data_type)
    return int(info.min), int(info.max)


def _default_colors(count: int) -> tuple[str, ...]:
    palette = _PALETTES.get(count, _PALETTE)
    return tuple(palette[i % len(palette)] for i in range(count))
