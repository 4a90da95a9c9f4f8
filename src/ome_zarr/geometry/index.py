"""From what stands between brackets to the region that it names."""

from operator import index as as_int
from typing import NamedTuple, SupportsIndex

from ome_zarr.geometry.region import Region

__all__ = ["Selection", "parse_index"]


class Selection(NamedTuple):
    """Pixels of a box of an array.

    Attributes
    ----------
    region
        The box; the first pixel along every axis is selected, and the last.
    steps
        From one selected pixel to the next, along every axis.
    dropped
        Axes that are dropped because a single position was asked for.
    """

    region: Region
    steps: tuple[int, ...]
    dropped: tuple[int, ...]


def parse_index(index: object, shape: tuple[int, ...]) -> Selection | None:
    """What integers, slices and ``...`` select; None: the index has something else, such as an array.

    As NumPy has it: negative positions count from the end, slices are clipped. Slices that go backwards are not known
    here.

    Parameters
    ----------
    index
        What stands between the brackets.
    shape
        Of the array.

    Raises
    ------
    IndexError
        There are more entries than axes, or a position lies outside.

    Examples
    --------
    >>> parse_index((0, slice(2, 4)), (3, 8, 9))
    Selection(region=Region(start=(0, 2, 0), stop=(1, 4, 9)), steps=(1, 1, 1), dropped=(0,))
    >>> parse_index((..., slice(1, None, 3)), (3, 8, 9))
    Selection(region=Region(start=(0, 0, 1), stop=(3, 8, 8)), steps=(1, 1, 3), dropped=())
    """
    entries = index if isinstance(index, tuple) else (index,)
    if not all(entry is Ellipsis or _is_plain(entry) for entry in entries):
        return None
    entries = _filled(entries, len(shape))
    spans, dropped = [], []
    for axis, (entry, extent) in enumerate(zip(entries, shape, strict=True)):
        if isinstance(entry, slice):
            spans.append(range(extent)[entry])
        else:
            first = _position(entry, axis, extent)
            spans.append(range(first, first + 1))
            dropped.append(axis)
    start = tuple(span.start for span in spans)
    stop = tuple(span[-1] + 1 if span else span.start for span in spans)
    return Selection(Region(start, stop), tuple(span.step for span in spans), tuple(dropped))


def _is_plain(entry: object) -> bool:
    if isinstance(entry, slice):
        return entry.step is None or as_int(entry.step) > 0
    return isinstance(entry, SupportsIndex) and not isinstance(entry, bool) and getattr(entry, "ndim", 0) == 0


def _filled(entries: tuple[object, ...], ndim: int) -> tuple[object, ...]:
    """One entry for every axis: ``...`` stands for those that are not named, which else come last."""
    ellipses = [place for place, entry in enumerate(entries) if entry is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError("an index has one '...' at most")
    named = len(entries) - len(ellipses)
    if named > ndim:
        raise IndexError(f"too many indices: {named} for {ndim} axes")
    at = ellipses[0] if ellipses else named
    return (*entries[:at], *(slice(None),) * (ndim - named), *entries[at + 1 :])


def _position(entry: object, axis: int, extent: int) -> int:
    position = as_int(entry)  # type: ignore[arg-type] # `_is_plain` has seen that it is one
    if not -extent <= position < extent:
        raise IndexError(f"position {position} is outside axis {axis}, which has {extent}")
    return position % extent
