"""What the engine tells while it works: for progress bars and logs."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Event", "Listener", "Outcome", "PassStarted", "TileDone", "WorkKept", "WriteFinished", "WriteStarted"]


@dataclass(frozen=True, slots=True)
class WriteStarted:
    """The work begins.

    Attributes
    ----------
    tasks
        How many tiles and boxes there are.
    bytes_total
        Bytes of pixels, all levels together, that will be handed to the sink.
    """

    tasks: int
    bytes_total: int


@dataclass(frozen=True, slots=True)
class WorkKept:
    """Earlier work on the same image goes on.

    Attributes
    ----------
    tasks
        Tiles and boxes that are done already; none of them is done, or told, again.
    """

    tasks: int


@dataclass(frozen=True, slots=True)
class PassStarted:
    """A pass begins.

    Attributes
    ----------
    number
        From 0 on.
    levels
        The levels that it writes.
    """

    number: int
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TileDone:
    """A tile or box is done.

    Attributes
    ----------
    tile
        Its index in the grid of the pass.
    bytes_handed
        Bytes of pixels that were handed to the sink meanwhile, for whichever levels.
    bytes_stored
        What the sink stored for them.
    """

    tile: tuple[int, ...]
    bytes_handed: int
    bytes_stored: int


@dataclass(frozen=True, slots=True)
class WriteFinished:
    """All pixels are stored; the metadata follow."""

    outcome: "Outcome"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done.

    Attributes
    ----------
    tasks
        Tiles and boxes.
    bytes_handed
        Bytes of pixels handed to the sink.
    bytes_stored
        Bytes stored for them.
    """

    tasks: int
    bytes_handed: int
    bytes_stored: int


type Event = WriteStarted | WorkKept | PassStarted | TileDone | WriteFinished
type Listener = Callable[[Event], None]
"""Called with one event at a time, from the thread to which it happened."""
