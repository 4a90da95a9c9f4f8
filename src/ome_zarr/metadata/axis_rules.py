"""Which axes a version of the specification allows: the one place that knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["AXIS_RULES", "AxisRules", "rank_of_type", "system_fault"]

_RANKS: Mapping[str | None, int] = MappingProxyType({"time": 0, "space": 2})


def rank_of_type(axis_type: str | None) -> int:
    """Position of a type in the order time (0), channel or custom (1), space (2)."""
    return _RANKS.get(axis_type, 1)


@dataclass(frozen=True, slots=True)
class AxisRules:
    """Limits on the number and the order of axes; None is no limit.

    Parameters
    ----------
    total, space
        Smallest and largest number of axes, and of axes of type space.
    time, other
        Largest number of axes of type time, and of all types but space and time.
    ordered
        Whether the order must be time, channel or custom, space.
    """

    total: tuple[int, int | None]
    space: tuple[int, int | None]
    time: int | None
    other: int | None
    ordered: bool

    def fault(self, types: Sequence[str | None]) -> str | None:
        """What these types of axes, in storage order, break, and what is allowed; None if nothing."""
        counts = [0, 0, 0]
        for axis_type in types:
            counts[rank_of_type(axis_type)] += 1
        time, other, space = counts
        faults = (
            _outside(len(types), self.total, "axes"),
            _outside(space, self.space, "axes of type 'space'"),
            _outside(time, (0, self.time), "axes of type 'time'"),
            _outside(other, (0, self.other), "axes that are neither space nor time"),
            self._order_fault(types),
        )
        return next((fault for fault in faults if fault), None)

    def _order_fault(self, types: Sequence[str | None]) -> str | None:
        ranks = [rank_of_type(axis_type) for axis_type in types]
        if not self.ordered or ranks == sorted(ranks):
            return None
        return "have another order than time, then channel or custom, then space"


def _outside(count: int, limits: tuple[int, int | None], what: str) -> str | None:
    low, high = limits
    if count >= low and (high is None or count <= high):
        return None
    if high is None:
        return f"have {count} {what}, allowed are {low} or more"
    allowed = f"at most {high}" if low == 0 else f"{low} to {high}"
    return f"have {count} {what}, allowed are {allowed}"


# 0.4 to 0.6: 2 to 5 axes; they "MUST contain 2 or 3 entries of "type:space" and MAY contain one additional
# entry of "type:time" and MAY contain one additional entry of "type:channel" or a null / custom type", and
# MUST be ordered by type: time, then channel or custom, then space.
_CLASSIC = AxisRules(total=(2, 5), space=(2, 3), time=1, other=1, ordered=True)

# After 0.6 (RFC-3): any number and any order of axes, at least one.
_FREE = AxisRules(total=(1, None), space=(0, None), time=None, other=None, ordered=False)

AXIS_RULES: Mapping[str, AxisRules] = MappingProxyType(
    {"0.4": _CLASSIC, "0.5": _CLASSIC, "0.6": _CLASSIC, "0.9": _FREE}
)
"""The rules of every version that has typed axes."""

# 0.6, of every coordinate system: 2 to 5 axes, of which 2 or 3 are of type space or at least 2 of type array.
_SPACE_SYSTEM = AxisRules(total=(2, 5), space=(2, 3), time=None, other=None, ordered=False)
_ARRAY_SYSTEM = AxisRules(total=(2, 5), space=(0, None), time=None, other=None, ordered=False)


def system_fault(types: Sequence[str | None]) -> str | None:
    """What these types of axes break in a coordinate system of 0.6, and what is allowed; None if nothing."""
    rules = _ARRAY_SYSTEM if list(types).count("array") >= 2 else _SPACE_SYSTEM
    return rules.fault(types)
