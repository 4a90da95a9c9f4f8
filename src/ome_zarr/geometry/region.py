"""Half-open boxes of pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from types import EllipsisType
from typing import Self

__all__ = ["Region"]


@dataclass(frozen=True, slots=True)
class Region:
    """The box of pixels ``start <= p < stop``, one entry per axis, in storage order.

    A region says *where*; the pixels there are a *block*. An empty region has at least one axis
    with ``stop <= start``.
    """

    start: tuple[int, ...]
    stop: tuple[int, ...]

    @classmethod
    def whole(cls, shape: tuple[int, ...]) -> Self:
        """Every pixel of an array of this shape."""
        return cls((0,) * len(shape), tuple(shape))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.start)

    @property
    def shape(self) -> tuple[int, ...]:
        """Extent along every axis, never negative."""
        return tuple(max(b - a, 0) for a, b in zip(self.start, self.stop, strict=True))

    @property
    def size(self) -> int:
        """Number of pixels."""
        return prod(self.shape)

    @property
    def slices(self) -> tuple[slice, ...]:
        """The index that takes this region out of an array which begins at the origin."""
        return tuple(slice(a, b) for a, b in zip(self.start, self.stop, strict=True))

    @property
    def view(self) -> tuple[slice | EllipsisType, ...]:
        """As `slices`, for NumPy: it gives a view that can be written to, even of an array without axes."""
        return (..., *self.slices)

    def intersect(self, other: Self) -> "Region":
        """The pixels in both regions; may be empty."""
        return Region(
            tuple(max(a, b) for a, b in zip(self.start, other.start, strict=True)),
            tuple(min(a, b) for a, b in zip(self.stop, other.stop, strict=True)),
        )

    def contains(self, other: Self) -> bool:
        """Whether every pixel of `other` is in this region."""
        return other.size == 0 or self.intersect(other) == other

    def shifted(self, offset: tuple[int, ...]) -> "Region":
        """The same box, moved by `offset`."""
        return Region(
            tuple(a + d for a, d in zip(self.start, offset, strict=True)),
            tuple(b + d for b, d in zip(self.stop, offset, strict=True)),
        )

    def relative_to(self, origin: tuple[int, ...]) -> "Region":
        """The same box in the coordinates of a block whose first pixel is `origin`."""
        return self.shifted(tuple(-o for o in origin))

    def split(self, chunks: tuple[int, ...]) -> Iterator["Region"]:
        """The pieces into which a grid of `chunks`, anchored at the origin, cuts this region; C order."""
        cuts = []
        for a, b, c in zip(self.start, self.stop, chunks, strict=True):
            first = a // c
            last = -(-b // c) if b > a else first
            cuts.append([(max(a, i * c), min(b, (i + 1) * c)) for i in range(first, last)])
        for corner in product(*cuts):
            yield Region(tuple(a for a, _ in corner), tuple(b for _, b in corner))
