"""Objects of the source that become those of level 0 as they are stored."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.geometry.region import Region

__all__ = ["KeptObject", "read_kept"]


@dataclass(frozen=True, slots=True)
class KeptObject:
    """A chunk or shard of the source, as it is stored; `data` is None where it is not."""

    index: tuple[int, ...]
    data: Bytes | None
    pixels: int


def read_kept(objects: ArrayObjects, region: Region, out: np.ndarray | None) -> Iterator[KeptObject]:
    """The objects that end in a region; of all that touch it the pixels go into `out`.

    Regions that tile the array give every object once. An object that lies in the region is read once, and
    decoded from the bytes that are given on.

    Parameters
    ----------
    objects
        Of the source.
    region
        Within its array.
    out
        Of the shape of `region`; None: nobody wants the pixels.
    """
    for index in objects.grid.cells(region):
        cell = objects.grid.region(index)
        common = cell.intersect(region)
        kept = KeptObject(index, objects.fetch(index), cell.size) if common.stop == cell.stop else None
        if out is not None:
            part, target = common.relative_to(cell.start), out[common.relative_to(region.start).slices]
            if kept is not None and common == cell:
                objects.decode(index, kept.data, part, target)
            else:
                objects.read_into(common, target)
        if kept is not None:
            yield kept
