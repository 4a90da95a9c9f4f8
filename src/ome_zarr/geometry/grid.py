"""The regular grid of boxes in which an array is stored or read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from ome_zarr.geometry.region import Region

__all__ = ["Grid", "indices"]

_MOST_KEPT = 1_000_000
"""Numbers along all axes together: some 30 MB."""


@dataclass(frozen=True, slots=True)
class Grid:
    """An array of `shape` cut into boxes of `cell` from the origin on; the last of an axis may be smaller.

    Tuples are in storage order.
    """

    shape: tuple[int, ...]
    cell: tuple[int, ...]

    @property
    def count(self) -> tuple[int, ...]:
        """Number of cells along every axis."""
        return tuple(-(-n // c) for n, c in zip(self.shape, self.cell, strict=True))

    @property
    def size(self) -> int:
        """Number of cells."""
        return prod(self.count)

    @property
    def whole(self) -> Region:
        """All pixels of the array."""
        return Region.whole(self.shape)

    def region(self, index: tuple[int, ...]) -> Region:
        """The pixels of a cell, clipped to the array."""
        start = tuple(i * c for i, c in zip(index, self.cell, strict=True))
        stop = tuple(min(a + c, n) for a, c, n in zip(start, self.cell, self.shape, strict=True))
        return Region(start, stop)

    def cells(self, region: Region) -> Iterator[tuple[int, ...]]:
        """The indices of the cells that share a pixel with `region`, in C order."""
        if region.size == 0:
            return iter(())
        spans = zip(region.start, region.stop, self.cell, strict=True)
        return indices([range(a // c, -(-b // c)) for a, b, c in spans])

    def grown(self, pixels: int) -> tuple[int, ...]:
        """A cell, doubled along the last axis, then the one before, as long as it has no more than `pixels`."""
        box = list(self.cell)
        for axis in reversed(range(len(self.shape))):
            while box[axis] < self.shape[axis] and 2 * prod(box) <= pixels:
                box[axis] = min(2 * box[axis], self.count[axis] * self.cell[axis])
        return tuple(map(min, box, self.shape))

    def is_aligned(self, region: Region) -> bool:
        """Whether `region` is made of whole cells."""
        return all(
            a % c == 0 and (b % c == 0 or b == n)
            for a, b, c, n in zip(region.start, region.stop, self.cell, self.shape, strict=True)
        )


def indices(spans: Sequence[range]) -> Iterator[tuple[int, ...]]:
    """Every index within a span of each axis, in C order; `product` would keep all of their numbers in memory."""
    if sum(map(len, spans)) <= _MOST_KEPT:
        return product(*spans)
    first, *rest = spans
    return ((number, *others) for number in first for others in indices(rest))
