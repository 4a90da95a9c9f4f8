"""The regular grid of stored objects that covers an array."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from ome_zarr.geometry.region import Region

__all__ = ["ObjectGrid"]


@dataclass(frozen=True, slots=True)
class ObjectGrid:
    """Where the objects of an array lie; they are numbered along every axis, in storage order.

    The objects at the upper edges reach beyond the array; regions are clipped to it.
    """

    array_shape: tuple[int, ...]
    object_shape: tuple[int, ...]

    @property
    def count(self) -> tuple[int, ...]:
        """Number of objects along every axis."""
        return tuple(-(-n // c) for n, c in zip(self.array_shape, self.object_shape, strict=True))

    def region(self, index: tuple[int, ...]) -> Region:
        """The pixels of the array that object `index` holds."""
        start = tuple(i * c for i, c in zip(index, self.object_shape, strict=True))
        stop = tuple(
            min(a + c, n) for a, c, n in zip(start, self.object_shape, self.array_shape, strict=True)
        )
        return Region(start, stop)

    def indices(self, region: Region) -> Iterator[tuple[int, ...]]:
        """The objects that hold a pixel of `region`, in C order; none where the region is empty."""
        if region.size == 0:
            return iter(())
        spans = (
            range(a // c, -(-b // c))
            for a, b, c in zip(region.start, region.stop, self.object_shape, strict=True)
        )
        return product(*spans)
