"""From one level to a coarser one, along one axis."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Step", "Support", "is_whole"]


def is_whole(factor: float) -> bool:
    """Whether a factor is a whole number."""
    return float(factor).is_integer()


@dataclass(frozen=True, slots=True)
class Step:
    """How the pixels of a coarser level lie on those of its base level, along one axis.

    Attributes
    ----------
    base
        Extent of the base level, pixels.
    size
        Extent of the coarser level, pixels.
    factor
        Base pixels per pixel of the coarser level, as asked for; `base / size` may differ from it
        where the axis is no multiple.
    """

    base: int
    size: int
    factor: float

    @property
    def changes(self) -> bool:
        """Whether the two levels differ along this axis."""
        return self.factor != 1 or self.base != self.size

    @property
    def window(self) -> int:
        """The factor as the extent of a window of whole pixels."""
        return int(self.factor)


@dataclass(frozen=True, slots=True, eq=False)
class Support:
    """Which pixels of the base level each pixel of the coarser one is made from, along one axis.

    Pixel ``j`` needs ``start[j] <= i < stop[j]``. Both arrays are int64, one entry per pixel of the
    coarser level, and never fall.
    """

    start: NDArray[np.int64]
    stop: NDArray[np.int64]

    def needs(self, first: int, last: int) -> tuple[int, int]:
        """The half-open range of base pixels that ``first <= j < last`` are made from."""
        if last <= first:
            return (0, 0)
        return int(self.start[first]), int(self.stop[last - 1])

    def ready(self, available: int) -> int:
        """The number of leading pixels that can be made from base pixels ``i < available``."""
        return int(np.searchsorted(self.stop, available, side="right"))
