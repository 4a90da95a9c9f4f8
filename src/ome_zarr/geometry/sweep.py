"""One pass over level 0 in tiles, with all coarser levels made on the way.

Level 0 is read tile by tile. After each tile every coarser level goes as far as the pixels read so
far allow: its *front*. A pixel whose support reaches into tiles not yet read is left to the tile
that completes it, so each pixel of each level is made exactly once, from whole support, by the tile
which brings the last pixel that it needs. What later tiles still need of a level, from *keep* to the
front, is handed on in thin slabs: by each tile to its upper neighbour along each axis.

Along one axis, tile edges at e and a filter that reaches two pixels to either side::

    level 0   |----------------e0----------------e1--------------
    level 1   |-------front---'.-------front---'      (2 behind)
    handed on            keep^^^^^front

Axes are independent: a tile of the image is the product of one tile along every axis.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Support

__all__ = ["AxisSweep", "Order", "Sweep", "Tile"]

type Order = Literal["raster", "lengthwise", "nested"]
"""How tiles are taken; see the methods of `Sweep` of these names."""

type Tile = tuple[int, ...]
"""Index of a tile, one entry per axis."""


@dataclass(frozen=True, slots=True, eq=False)
class AxisSweep:
    """The tiles along one axis.

    Attributes
    ----------
    front
        ``front[level][i]``: level pixels below it have been made before tile `i`; one entry more than
        there are tiles. Those of level 0 are the tile edges.
    keep
        ``keep[level][i]``: the first pixel of the level that tile `i` or a later one still needs.
    """

    front: tuple[NDArray[np.int64], ...]
    keep: tuple[NDArray[np.int64], ...]

    @classmethod
    def plan(cls, edges: Sequence[int], bases: Sequence[int], supports: Sequence[Support]) -> "AxisSweep":
        """The fronts and keeps for tile `edges` (0 first, the extent last).

        Parameters
        ----------
        edges
            Level-0 pixels at which tiles meet.
        bases
            For every level above 0, the level that it is made from.
        supports
            For every level above 0, what its pixels need of that base.
        """
        fronts = [np.asarray(edges, np.int64)]
        for base, support in zip(bases, supports, strict=True):
            fronts.append(np.searchsorted(support.stop, fronts[base], side="right").astype(np.int64))
        keeps = [front.copy() for front in fronts]
        for level, (base, support) in enumerate(zip(bases, supports, strict=True), start=1):
            due = np.append(support.start, fronts[base][-1])[fronts[level]]
            np.minimum(keeps[base], due, out=keeps[base])
        return cls(tuple(fronts), tuple(keeps))

    @property
    def changes(self) -> bool:
        """Whether some level has other pixels along this axis than level 0."""
        return any(not np.array_equal(front, self.front[0]) for front in self.front)

    def __len__(self) -> int:
        return len(self.front[0]) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """The tiles of an image, and what each of them makes of each level."""

    axes: tuple[AxisSweep, ...]

    @classmethod
    def plan(
        cls,
        shape: Sequence[int],
        tile: Sequence[int],
        bases: Sequence[int],
        supports: Sequence[Sequence[Support]],
    ) -> "Sweep":
        """The sweep over an image of `shape` in tiles of shape `tile`.

        Parameters
        ----------
        shape, tile
            In storage order; the last tile of an axis may be smaller.
        bases
            For every level above 0, the level that it is made from.
        supports
            For every level above 0, what its pixels need of that base along every axis.
        """
        return cls(
            tuple(
                AxisSweep.plan([*range(0, n, extent), n], bases, [support[axis] for support in supports])
                for axis, (n, extent) in enumerate(zip(shape, tile, strict=True))
            )
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of tiles along every axis."""
        return tuple(len(axis) for axis in self.axes)

    def made(self, level: int, tile: Tile) -> Region:
        """The pixels of a level that a tile makes (of level 0: reads). May be empty."""
        fronts = [axis.front[level] for axis in self.axes]
        return Region(
            tuple(int(f[i]) for f, i in zip(fronts, tile, strict=True)),
            tuple(int(f[i + 1]) for f, i in zip(fronts, tile, strict=True)),
        )

    def held(self, level: int, tile: Tile) -> Region:
        """The pixels of a level that a tile has at hand: those it makes, and those handed to it."""
        keep = tuple(int(axis.keep[level][i]) for axis, i in zip(self.axes, tile, strict=True))
        return Region(keep, self.made(level, tile).stop)

    def handed_on(self, level: int, tile: Tile, axis: int) -> Region:
        """The pixels that a tile hands to its upper neighbour along `axis`. May be empty.

        Corners go one way only: along axes before `axis` just what the tile made, along axes after
        it all that it holds. So the slabs from the lower neighbours and the tile's own pixels cover
        what it holds, each pixel once.
        """
        made, held = self.made(level, tile), self.held(level, tile)
        start = list(made.start[:axis] + held.start[axis:])
        start[axis] = int(self.axes[axis].keep[level][tile[axis] + 1])
        return Region(tuple(start), made.stop)

    def tiles(self, order: Order, units: Sequence[tuple[int, ...]]) -> Iterable[Tile]:
        """All tiles in one of the orders.

        Parameters
        ----------
        order
            Its name.
        units
            Shape of a write unit of every level.
        """
        match order:
            case "raster":
                return self.raster()
            case "lengthwise":
                return self.lengthwise()
            case "nested":
                return self.nested(units)

    def raster(self) -> Iterator[Tile]:
        """All tiles, last axis fastest: every tile after its lower neighbours."""
        return product(*(range(n) for n in self.shape))

    def lengthwise(self) -> Iterator[Tile]:
        """All tiles, the longest axis slowest: what waits for later tiles lies across the shorter ones.

        Axes along which no level changes stay slowest of all: nothing waits there. Every tile is still after its
        lower neighbours.
        """
        order = sorted(range(len(self.axes)), key=lambda axis: (self.axes[axis].changes, -self.axes[axis].front[0][-1]))
        places = [order.index(axis) for axis in range(len(order))]
        for index in product(*(range(self.shape[axis]) for axis in order)):
            yield tuple(index[place] for place in places)

    def nested(self, units: Sequence[tuple[int, ...]]) -> list[Tile]:
        """All tiles, those of one coarse write unit together: every tile still after its lower neighbours.

        Parameters
        ----------
        units
            Shape of a write unit of every level.
        """
        tiles = np.indices(self.shape).reshape(len(self.shape), -1)
        keys = [
            (axis.front[level][:-1] // units[level][a])[tiles[a]]
            for level in reversed(range(1, len(units)))
            for a, axis in enumerate(self.axes)
        ]
        order = np.lexsort((keys + list(tiles))[::-1])
        return [tuple(tile) for tile in tiles.T[order].tolist()]
