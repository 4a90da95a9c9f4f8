"""How the pixels are walked through: tile shape, order, workers, so that it fits the budget.

A single sweep in which every source chunk is decoded once is tried first, with ever smaller tiles and
fewer workers. If none fits, the one is taken that moves the fewest bytes among those that do: a sweep
in tiles that cut source chunks, which decodes some of them again, or level 0 alone, and the coarser levels
box by box from what is stored. If nothing fits, the budget is refused with the smallest that would do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from math import lcm, prod

import numpy as np

from ome_zarr.errors import BudgetError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.ladder import Ladder
from ome_zarr.geometry.sweep import Order, Sweep, Tile
from ome_zarr.kernels.method import Method
from ome_zarr.planning.explain import human_bytes
from ome_zarr.planning.memory import OpenUnits
from ome_zarr.planning.plan import Cost, Pass, sweep_of
from ome_zarr.storage.protocol import LevelSpec

__all__ = ["Passes", "Work", "choose_passes"]

type Box = tuple[int, ...]

_TILE_BYTES = 8 * 2**20
"""A tile of 8 MiB takes about 10 ms to compress, a hundred times what it takes to schedule."""
_MOST_TILE_BYTES = 8 * _TILE_BYTES
_TILES_PER_WORKER = 4
"""With four tiles for each worker the last ones finish at about the same time."""
_TILES_PER_UNIT = 16


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be walked through.

    Attributes
    ----------
    ladder, method, dtype
        See `Plan`.
    bases
        What each level above 0 is made from.
    carried
        Whether it is made from what that base carries.
    held
        Of every level, the dtype of what is handed to the levels made from it.
    specs
        The arrays.
    source_chunks
        What the source decodes at once; None where any box costs what it holds.
    """

    ladder: Ladder
    method: Method
    dtype: np.dtype
    bases: tuple[int, ...]
    carried: tuple[bool, ...]
    held: tuple[np.dtype, ...]
    specs: tuple[LevelSpec, ...]
    source_chunks: Box | None

    @property
    def units(self) -> tuple[Box, ...]:
        """Shape of a write unit of every level."""
        return tuple(spec.write_unit for spec in self.specs)

    def root(self, level: int) -> int:
        """The stored level from which `level` can be made without any other."""
        base = self.bases[level - 1]
        return self.root(base) if self.carried[level - 1] else base

    def sweep(self, tile: Box, levels: int) -> Sweep:
        """The sweep that makes the first `levels` levels."""
        return sweep_of(self.ladder, self.method, self.bases[: levels - 1], tile)


@dataclass(frozen=True, slots=True)
class Passes:
    """The walks, how many tiles are in work at once, and what that costs."""

    passes: tuple[Pass, ...]
    workers: int
    cost: Cost


def choose_passes(work: Work, budget: int, workers: int) -> Passes:
    """The way to walk that fits the budget, chosen as the module describes.

    Raises
    ------
    BudgetError
        There is none; the message names the smallest budget that works.
    """
    total = prod(work.ladder.shape) * work.dtype.itemsize
    target = min(_TILE_BYTES, total // (_TILES_PER_WORKER * workers))
    fitting: list[Passes] = []
    least: list[int] = []
    for levels in sorted({len(work.specs), 1}, reverse=True):
        for tile in _tiles(work, target, budget):
            ways = (_with_boxes(work, _sweep(work, tile, crew, levels), crew, budget) for crew in _crews(workers))
            found = _first_that_fits(ways, budget, least)
            if found is None:
                continue
            if levels == len(work.specs) and found.cost.source_reads <= 1:
                return found
            fitting.append(found)
    if fitting:
        return min(fitting, key=lambda way: way.cost.bytes_read + way.cost.bytes_read_back)
    raise BudgetError(
        f"a memory budget of {human_bytes(budget)} cannot hold this work: one worker needs "
        f"{human_bytes(min(least))} for write units of {work.units[0]} pixels; give memory_budget={min(least)} or "
        "more, or smaller chunks or shards"
    )


def _first_that_fits(ways: Iterable[Passes], budget: int, needs: list[int]) -> Passes | None:
    """The first way within the budget, the one with most workers; what the others need is noted."""
    for way in ways:
        if way.cost.peak_bytes <= budget:
            return way
        needs.append(way.cost.peak_bytes)
    return None


def _crews(workers: int) -> Iterator[int]:
    while workers >= 1:
        yield workers
        workers //= 2


def _tiles(work: Work, target: int, budget: int) -> Iterator[Box]:
    """Tile shapes to try: first such that no source chunk is cut, then whole write units.

    Of units in which source chunks are cut (the pages of a stack, say) as many as the budget holds: every tile
    decodes again what it cuts. No tile is much smaller than the units that are in memory with it: it would save
    nothing, and a source without chunks would be walked pixel by pixel.
    """
    shape, unit = work.ladder.shape, work.units[0]
    least = prod(unit) * work.dtype.itemsize // _TILES_PER_UNIT
    chunk = work.source_chunks or (1,) * len(shape)
    both = tuple(min(lcm(u, c), n) for u, c, n in zip(unit, chunk, shape, strict=True))
    thin = tuple(map(min, chunk, shape))
    seen: set[Box] = set()
    for grain in (both, _thick(work, thin), thin, tuple(map(min, unit, shape))):
        size = prod(grain) * work.dtype.itemsize
        if grain == both and size > max(_TILE_BYTES, 4 * prod(unit) * work.dtype.itemsize):
            continue
        cuts = any(t % c for t, c in zip(grain, chunk, strict=True))
        goal = max(target, size, least, budget if cuts else 0)
        while goal >= max(size, least):
            tile = Grid(shape, grain).grown(goal // work.dtype.itemsize)
            if tile not in seen:
                seen.add(tile)
                yield tile
            goal //= 2


def _thick(work: Work, chunk: Box) -> Box:
    """Whole source chunks, so many that a pixel of level 1 is made from no more than two of these boxes.

    Of single planes a filter would need six, and every tile would put together six to make half a plane. Boxes that
    would be much larger than a tile stay as thin as the chunks are.
    """
    if len(work.ladder) == 1:
        return chunk
    reach = [int((s.stop - s.start).max()) for s in map(work.method.support, work.ladder.steps(0, 1))]
    thick = tuple(min(-(-r // c) * c, n) for r, c, n in zip(reach, chunk, work.ladder.shape, strict=True))
    return thick if prod(thick) * work.dtype.itemsize <= _MOST_TILE_BYTES else chunk


def _sweep(work: Work, tile: Box, workers: int, levels: int) -> Passes:
    """One sweep for the first `levels` levels, in the best of the orders."""
    sweep = work.sweep(tile, levels)
    order, kept = _best_order(work, sweep, levels, workers)
    read, often = _reading(work, sweep)
    cost = Cost(
        bytes_read=read,
        source_reads=often,
        bytes_read_back=0,
        bytes_written=sum(_stored_bytes(spec) for spec in work.specs[:levels]),
        objects=sum(Grid(spec.shape, spec.write_unit).size for spec in work.specs[:levels]),
        tasks=prod(sweep.shape),
        peak_bytes=kept + workers * _tile_bytes(work, sweep, levels),
    )
    return Passes((Pass("sweep", tuple(range(levels)), tile, order),), workers, cost)


def _best_order(work: Work, sweep: Sweep, levels: int, workers: int) -> tuple[Order, int]:
    """The order of tiles between which the least is kept in memory, and how many bytes that is."""
    if prod(sweep.shape) == 1:
        return "raster", 0
    orders: tuple[Order, ...] = ("raster", "lengthwise", "nested") if levels > 1 else ("raster",)
    ranks = {order: _ranks(sweep, sweep.tiles(order, work.units[:levels])) for order in orders}
    kept = {order: _kept(work, sweep, rank, levels, workers) for order, rank in ranks.items()}
    order = min(kept, key=lambda name: kept[name])
    return order, kept[order]


def _ranks(sweep: Sweep, tiles: Iterable[Tile]) -> np.ndarray:
    """When each tile is done: 0 for the first."""
    places = np.fromiter(chain.from_iterable(tiles), np.int64).reshape(-1, len(sweep.shape))
    rank = np.empty(sweep.shape, np.int64)
    rank[tuple(places.T)] = np.arange(rank.size)
    return rank


def _kept(work: Work, sweep: Sweep, rank: np.ndarray, levels: int, workers: int) -> int:
    stored = [work.dtype.itemsize] * levels
    held = [dtype.itemsize for dtype in work.held[:levels]]
    open_units = OpenUnits.count(sweep, rank, work.units[:levels], stored, held, workers)
    return open_units.slabs + open_units.units


def _tile_bytes(work: Work, sweep: Sweep, levels: int) -> int:
    """What one tile in work takes: its pixels at every level, what the kernels need, one unit being encoded."""
    total = 0
    for level in range(levels):
        made = prod(int(np.diff(axis.front[level]).max()) for axis in sweep.axes)
        held = prod(int((axis.front[level][1:] - axis.keep[level][:-1]).max()) for axis in sweep.axes)
        users = [user for user in range(level + 1, levels) if work.bases[user - 1] == level]
        total += made * work.dtype.itemsize
        if users:
            copied = held if held != made or level else 0
            total += copied * work.held[level].itemsize + int(held * work.method.scratch_bytes(work.dtype))
    chunk = prod(work.source_chunks) if work.source_chunks else 0
    return total + work.dtype.itemsize * (2 * prod(work.units[0]) + chunk)


def _reading(work: Work, sweep: Sweep) -> tuple[int, float]:
    """Decoded bytes taken from the source, and how often that is each of its pixels."""
    shape = work.ladder.shape
    pixels = prod(shape)
    decoded = 1
    for axis, (n, edges) in enumerate(zip(shape, (a.front[0] for a in sweep.axes), strict=True)):
        chunk = 1 if work.source_chunks is None else work.source_chunks[axis]
        first, last = edges[:-1] // chunk * chunk, np.minimum(-(-edges[1:] // chunk) * chunk, n)
        decoded *= int((last - first).sum())
    return decoded * work.dtype.itemsize, decoded / pixels


def _stored_bytes(spec: LevelSpec) -> int:
    grid = Grid(spec.shape, spec.chunks)
    return grid.size * prod(grid.cell) * spec.dtype.itemsize


def _with_boxes(work: Work, sweep: Passes, workers: int, budget: int) -> Passes:
    """The sweep, and a pass of boxes for every level that it leaves out."""
    cost = sweep.cost
    passes = list(sweep.passes)
    read_back, peak, tasks = 0, cost.peak_bytes, cost.tasks
    for level in range(len(passes[0].levels), len(work.specs)):
        box = _box(work, level, budget // workers)
        passes.append(Pass("boxes", (level,), box))
        peak = max(peak, workers * _box_bytes(work, level, box))
        tasks += Grid(work.specs[level].shape, work.units[level]).size
        boxes = Grid(work.specs[level].shape, box).size
        read_back += boxes * _support_pixels(work, level, box) * work.dtype.itemsize
    rest = work.specs[len(passes[0].levels) :]
    written = sum(_stored_bytes(spec) for spec in rest)
    objects = sum(Grid(spec.shape, spec.write_unit).size for spec in rest)
    cost = replace(
        cost,
        bytes_read_back=read_back,
        bytes_written=cost.bytes_written + written,
        objects=cost.objects + objects,
        tasks=tasks,
        peak_bytes=peak,
    )
    return Passes(tuple(passes), sweep.workers, cost)


def _box(work: Work, level: int, limit: int) -> Box:
    """A write unit of a level, halved along its longest axis until one worker makes it in `limit` bytes.

    The larger, the better: at its rim a box decodes chunks of which it needs a few pixels. What is made from about
    a tile is not halved any more.
    """
    box = [min(u, n) for u, n in zip(work.units[level], work.specs[level].shape, strict=True)]
    while _box_bytes(work, level, tuple(box)) > limit and max(box) > 1:
        if _support_pixels(work, level, tuple(box)) * work.dtype.itemsize <= _TILE_BYTES:
            break
        axis = box.index(max(box))
        box[axis] = -(-box[axis] // 2)
    return tuple(box)


def _box_bytes(work: Work, level: int, box: Box) -> int:
    """What a box in work takes: what it is made from, what the kernels need, its unit put together and encoded."""
    support = _support_pixels(work, level, box)
    scratch = int(support * work.method.scratch_bytes(work.dtype))
    return support * work.dtype.itemsize + scratch + 3 * prod(work.units[level]) * work.dtype.itemsize


def _support_pixels(work: Work, level: int, box: Box) -> int:
    """How many stored pixels a box of a level is made from, at the most."""
    pixels = 1
    for step, extent in zip(work.ladder.steps(work.root(level), level), box, strict=True):
        support = work.method.support(step)
        pixels *= int((support.stop[extent - 1 :] - support.start[: step.size - extent + 1]).max())
    return pixels
