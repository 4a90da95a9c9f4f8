"""How often it is written down what is done: so seldom that it costs little, so often that little can be lost."""

from time import monotonic

__all__ = ["Pace"]

FIRST_S = 0.2
"""A write that takes less is begun anew when it was cut off, and pays nothing."""

SHARE = 0.05
"""Of the time that the work has taken so far: that much may be lost."""

LONGEST_S = 2.0
"""Between two times, however long the work takes."""


class Pace:
    """Says when it is time again.

    Parameters
    ----------
    goes_on
        Whether an earlier process has written down something: then the first time comes at once.
    """

    def __init__(self, *, goes_on: bool) -> None:
        self._begun = monotonic()
        self._next = self._begun + (0 if goes_on else FIRST_S)

    @property
    def is_due(self) -> bool:
        """Whether it is time."""
        return monotonic() >= self._next

    def kept(self) -> None:
        """It has been done."""
        now = monotonic()
        self._next = now + min(LONGEST_S, SHARE * (now - self._begun))
