"""Images side by side as one lazy array: the wells of a plate, the fields of a well."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import dask.array as da
import numpy as np
from dask.base import tokenize
from dask.highlevelgraph import HighLevelGraph
from dask.task_spec import Alias, GraphNode, List, Task, TaskRef

from ome_zarr.engine.blocks import Part, blocks_of, put_together
from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region

if TYPE_CHECKING:
    from dask.typing import Key

__all__ = ["mosaic"]

type Tiles = Mapping[tuple[int, int], da.Array]
"""Images by row and column."""


def mosaic(tiles: Tiles, shape: tuple[int, int] | None = None) -> da.Array:
    """Tiles side by side along the last two axes, each in the top left corner of its cell; the rest is 0.

    A row is as high as its highest tile, a column as wide as its widest; one without tiles as the largest of all.
    Along the other axes the longest tile counts. Nothing is read. A block lies within one cell and reads what it
    covers of that tile; where no tile is, it costs neither memory nor time.

    Parameters
    ----------
    tiles
        By row and column; at least one, all with the same axes and data type.
    shape
        Rows and columns; by default as many as the tiles need.

    Raises
    ------
    RecipeError
        There is no tile, one lies outside, or they differ in axes or data type.
    """
    rows, columns = _shape(tiles) if shape is None else shape
    first = _check(tiles, (rows, columns))
    lines = [
        *(_line([_extent(tiles.values(), axis)]) for axis in range(first.ndim - 2)),
        _line(_extents(tiles, rows, 0)),
        _line(_extents(tiles, columns, 1)),
    ]
    name = f"mosaic-{tokenize((rows, columns), {place: tile.name for place, tile in tiles.items()})}"
    tasks: dict[Key, GraphNode] = {}
    for index in product(*(range(len(line)) for line in lines)):
        cuts = [line[i] for line, i in zip(lines, index, strict=True)]
        region = Region(tuple(cut.start for cut in cuts), tuple(cut.stop for cut in cuts))
        tile = tiles.get((cuts[-2].cell, cuts[-1].cell))
        tasks[name, *index] = _block((name, *index), tile, region, first.dtype)
    graph = HighLevelGraph.from_collections(name, tasks, dependencies=[*tiles.values()])  # type: ignore[list-item] # an array is a collection
    chunks = tuple(tuple(cut.stop - cut.start for cut in line) for line in lines)
    return da.Array(graph, name, chunks, meta=np.empty((0,) * first.ndim, first.dtype))


class _Extent(NamedTuple):
    """Pixels of a cell along an axis, and of the largest block of the tiles in it."""

    pixels: int
    block: int


class _Cut(NamedTuple):
    """The pixels of a block along an axis: the row or column that it lies in, and where in that."""

    cell: int
    start: int
    stop: int


def _shape(tiles: Tiles) -> tuple[int, int]:
    return max((row + 1 for row, _ in tiles), default=0), max((column + 1 for _, column in tiles), default=0)


def _check(tiles: Tiles, shape: tuple[int, int]) -> da.Array:
    """One of the tiles, when all go together."""
    if not tiles:
        raise RecipeError("a mosaic of no tiles has no data type; give at least one")
    first = next(iter(tiles.values()))
    for (row, column), tile in tiles.items():
        if not (0 <= row < shape[0] and 0 <= column < shape[1]):
            raise RecipeError(
                f"the tile of row {row} and column {column} is outside a grid of {shape[0]}×{shape[1]}; both "
                "count from 0"
            )
        if tile.ndim != first.ndim or tile.ndim < 2 or tile.dtype != first.dtype:
            raise RecipeError(
                f"the tile of row {row} and column {column} has {tile.ndim} axes of {tile.dtype}, and the first has "
                f"{first.ndim} of {first.dtype}; give tiles of 2 or more axes and the same data type"
            )
    return first


def _extents(tiles: Tiles, cells: int, side: int) -> list[_Extent]:
    """The extent of every row (side 0) or column (side 1)."""
    lying: list[list[da.Array]] = [[] for _ in range(cells)]
    for place, tile in tiles.items():
        lying[place[side]].append(tile)
    largest = _extent(tiles.values(), side - 2)
    return [_extent(found, side - 2) if found else largest for found in lying]


def _extent(tiles: Iterable[da.Array], axis: int) -> _Extent:
    sizes = [(int(tile.shape[axis]), int(tile.chunksize[axis])) for tile in tiles]
    return _Extent(max(pixels for pixels, _ in sizes), max(block for _, block in sizes))


def _line(extents: Sequence[_Extent]) -> list[_Cut]:
    """The blocks along an axis; an empty cell has an empty one."""
    return [
        _Cut(cell, start, min(start + extent.block, extent.pixels))
        for cell, extent in enumerate(extents)
        for start in range(0, max(extent.pixels, 1), max(extent.block, 1))
    ]


def _block(key: "Key", tile: da.Array | None, region: Region, dtype: np.dtype) -> GraphNode:
    """What makes the pixels of a region of a cell, which begins where its tile does."""
    covered = Region.whole(region.stop if tile is None else tile.shape).intersect(region)
    if tile is None or covered.size == 0:
        return Task(key, _zeros, region.shape, dtype)
    parts = list(blocks_of(tile, covered))
    if len(parts) == 1 and parts[0][0] == region:
        return Alias(key, parts[0][1])
    return Task(key, _filled, region, covered, dtype, List(*(List(place, TaskRef(block)) for place, block in parts)))


def _zeros(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Zeros that take no memory; they cannot be written to."""
    return np.broadcast_to(np.zeros((), dtype), shape)


def _filled(region: Region, covered: Region, dtype: np.dtype, parts: Sequence[Part]) -> np.ndarray:
    """The pixels of a region of which a part is covered; the rest is 0."""
    pixels = put_together(covered, dtype, parts)
    if covered == region:
        return pixels
    block = np.zeros(region.shape, dtype)
    block[covered.relative_to(region.start).slices] = pixels
    return block
