"""The plan: what will be done and what it will cost. It does nothing itself."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from math import prod
from typing import TYPE_CHECKING, Literal, Self, cast

import numpy as np

from ome_zarr.errors import DocumentError
from ome_zarr.geometry.ladder import Ladder
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Support
from ome_zarr.geometry.sweep import Order, Sweep, Tile
from ome_zarr.kernels.method import Method, Piece
from ome_zarr.kernels.methods import find_method
from ome_zarr.planning.explain import explain
from ome_zarr.planning.recipe import Kind
from ome_zarr.storage.protocol import Json, LevelSpec, ZarrFormat

if TYPE_CHECKING:  # it is there for type checkers only
    from _typeshed import DataclassInstance

__all__ = ["Cost", "LevelPlan", "Pass", "Plan", "held_dtypes", "sweep_of"]


@dataclass(frozen=True, slots=True)
class LevelPlan:
    """One level: what it is made from, where its pixels lie, and the array that keeps them.

    Attributes
    ----------
    base
        The level that it is made from; None for level 0, which is the source.
    carried
        Whether it is made from what `base` carries (its sums, say) and not from its pixels.
    scale, translation
        Physical extent of a pixel, and place of the first one's centre, along every axis.
    spec
        The array.
    """

    base: int | None
    carried: bool
    scale: tuple[float, ...]
    translation: tuple[float, ...]
    spec: LevelSpec


@dataclass(frozen=True, slots=True)
class Pass:
    """One walk over pixels, which makes levels on the way.

    Attributes
    ----------
    kind
        ``"sweep"`` reads every tile of the source once and makes all its levels from memory;
        ``"boxes"`` makes one level, each box by itself out of what is stored, for budgets that cannot
        hold what a sweep keeps between tiles.
    levels
        The levels that it writes.
    tile
        Shape of a tile: of level 0 in a sweep, of the level that is made in boxes.
    order
        How tiles are taken: ``"raster"``, the last axis fastest; ``"lengthwise"``, the longest axis slowest; or
        ``"nested"``, those of one coarse write unit together.
    """

    kind: Literal["sweep", "boxes"]
    levels: tuple[int, ...]
    tile: tuple[int, ...]
    order: Order = "raster"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan costs.

    Attributes
    ----------
    bytes_read
        Decoded bytes taken from the source, with whatever is read more than once.
    source_reads
        How often a pixel of the source is decoded, on average; 1.0 is once.
    bytes_read_back
        Bytes of pixels taken from levels that this plan wrote; 0 for a single sweep.
    bytes_written
        Bytes handed to the codecs. Chunks are stored whole, also those that the image does not fill.
    objects
        Files or objects written, metadata not counted.
    tasks
        Tiles and boxes.
    peak_bytes
        Memory that pixels in work take at the most.
    """

    bytes_read: int
    source_reads: float
    bytes_read_back: int
    bytes_written: int
    objects: int
    tasks: int
    peak_bytes: int


@dataclass(frozen=True)
class Plan:
    """How an image will be written, and what it costs. Frozen; prints as a table; to and from JSON.

    Attributes
    ----------
    axes
        Names, in storage order.
    ladder
        Factors and shapes of the levels.
    method
        The downsampling method.
    dtype
        Of the pixels of every level.
    source_chunks
        What the source is read in; None where any box costs just what it holds.
    keeps_objects
        Whether level 0 takes the chunks (or shards) of the source as they are stored.
    levels, passes, cost
        See the classes.
    kind, version, zarr_format
        What is written.
    attributes
        The attributes of the image's group: the metadata.
    threads
        How many work.
    workers
        Tiles in work at once; threads beyond that help with the writing of what tiles make whole.
    budget_bytes
        Memory that the pixels in work may take.
    """

    axes: tuple[str, ...]
    ladder: Ladder
    method: Method
    dtype: np.dtype
    source_chunks: tuple[int, ...] | None
    keeps_objects: bool
    levels: tuple[LevelPlan, ...]
    passes: tuple[Pass, ...]
    cost: Cost
    kind: Kind
    version: str
    zarr_format: ZarrFormat
    attributes: Mapping[str, Json]
    threads: int
    workers: int
    budget_bytes: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Of level 0, in storage order."""
        return self.ladder.shape

    @property
    def specs(self) -> tuple[LevelSpec, ...]:
        """The arrays, level 0 first."""
        return tuple(level.spec for level in self.levels)

    @property
    def bytes_of_pixels(self) -> int:
        """Bytes of the pixels of all levels together, before compression."""
        return sum(prod(spec.shape) for spec in self.specs) * self.dtype.itemsize

    def base(self, level: int) -> int:
        """The level that `level` (above 0) is made from."""
        return cast("int", self.levels[level].base)

    def support(self, level: int, region: Region) -> Region:
        """The pixels of its base that `region` of `level` (above 0) is made from."""
        return self.method.support_region(self.ladder.steps(self.base(level), level), region)

    def piece(self, level: int, region: Region, origin: tuple[int, ...]) -> Piece:
        """The making of `region` of `level` from a block of its base that begins at `origin`."""
        return Piece(
            region,
            origin,
            self.ladder.steps(self.base(level), level),
            self.ladder.steps(0, level),
            self.dtype,
        )

    def is_carried(self, level: int) -> bool:
        """Whether other levels are made from what `level` carries, not from its pixels."""
        return any(plan.base == level and plan.carried for plan in self.levels)

    def held_dtype(self, level: int) -> np.dtype:
        """The dtype of what `level` hands to the levels that are made from it."""
        return self._held[level]

    @cached_property
    def _held(self) -> tuple[np.dtype, ...]:
        return held_dtypes(self.ladder, self.method, self.dtype, self.levels)

    @cached_property
    def sweep(self) -> Sweep:
        """The tiles of the first pass."""
        first = self.passes[0]
        return sweep_of(self.ladder, self.method, [self.base(level) for level in first.levels[1:]], first.tile)

    def order(self) -> list[Tile]:
        """The tiles of the first pass in the order in which they are taken."""
        first = self.passes[0]
        return list(self.sweep.tiles(first.order, [self.specs[level].write_unit for level in first.levels]))

    @property
    def digest(self) -> str:
        """A SHA-256 of all that decides which bytes are stored: not of passes, workers or memory."""
        document = self.to_json()
        decides = {k: v for k, v in document.items() if k not in _HOW}
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Json]:
        """The plan as JSON; :meth:`from_json` gives an equal one. The method is named, not described."""
        document: dict[str, Json] = json.loads(
            json.dumps(_members(self) | {"method": self.method.name}, default=_to_json)
        )
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> Self:
        """The plan that :meth:`to_json` wrote down.

        Raises
        ------
        DocumentError
            The document is none of a plan, or its method is not registered.
        """
        import msgspec  # noqa: PLC0415 - slow to import, and most plans are carried out where they are made

        try:
            parts = {
                member.name: msgspec.convert(document[member.name], member.type, dec_hook=_from_json)
                for member in fields(cls)
                if member.name != "method"
            }
            return cls(**parts, method=find_method(str(document["method"])))
        except (KeyError, ValueError, TypeError, SyntaxError) as error:  # the last two: of names of dtypes
            raise DocumentError(f"this is no plan: {error!r}; give what Plan.to_json returned") from error

    def __str__(self) -> str:
        return explain(self)


def held_dtypes(ladder: Ladder, method: Method, dtype: np.dtype, levels: Sequence[LevelPlan]) -> tuple[np.dtype, ...]:
    """The dtype of what every level hands to the levels that are made from it: wider where it carries sums."""
    carriers = {level.base for level in levels if level.carried}
    return tuple(
        method.carry_dtype(dtype, prod(step.window for step in ladder.steps(0, level))) if level in carriers else dtype
        for level in range(len(levels))
    )


def sweep_of(ladder: Ladder, method: Method, bases: Sequence[int], tile: Sequence[int]) -> Sweep:
    """The sweep in tiles of a shape that makes as many levels above 0 as `bases` says what they are made from."""
    supports = tuple(
        tuple(method.support(step) for step in ladder.steps(base, level)) for level, base in enumerate(bases, start=1)
    )
    return _swept(ladder.shape, tuple(tile), tuple(bases), supports)


@lru_cache(maxsize=8)  # first its memory is counted, then it is done; and the next image often has the same shape
def _swept(
    shape: tuple[int, ...], tile: tuple[int, ...], bases: tuple[int, ...], supports: tuple[tuple[Support, ...], ...]
) -> Sweep:
    return Sweep.plan(shape, tile, bases, supports)


_HOW = ("passes", "cost", "threads", "workers", "budget_bytes", "source_chunks")
"""Members of a plan that change the work, not the result."""


def _to_json(value: object) -> object:
    if isinstance(value, np.dtype):
        return value.str
    return _members(cast("DataclassInstance", value))


def _members(facts: "DataclassInstance") -> dict[str, object]:
    return {member.name: getattr(facts, member.name) for member in fields(facts)}


def _from_json(wanted: type, value: object) -> object:
    return np.dtype(str(value)) if wanted is np.dtype else value
