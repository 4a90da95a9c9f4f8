"""What a tile leaves to others: parts of write units that are not whole yet, and slabs for the tiles above it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Self, cast

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region

__all__ = ["Piece", "TileState"]

_MOST_HEAD_BYTES = 1 << 24
"""Of the line that says what follows: a tile leaves some pieces, not a million."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Pixels of a level that somebody else will need.

    Attributes
    ----------
    level
        Whose pixels.
    of
        Where they go: the index of a write unit, or the axis along which the next tile takes them.
    region
        Which pixels.
    block
        Of the shape of `region`; must not change.
    """

    level: int
    of: tuple[int, ...] | int
    region: Region
    block: np.ndarray


@dataclass(slots=True)
class TileState:
    """The pieces that one tile leaves.

    Attributes
    ----------
    parts
        Of write units.
    slabs
        For the next tile along an axis.
    """

    parts: list[Piece] = field(default_factory=list)
    slabs: list[Piece] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.parts or self.slabs)

    def to_pieces(self) -> Iterator[Bytes]:
        """The state as it is kept: a line of JSON that says what there is, then the pixels one after the other."""
        told = {"parts": [_told(piece) for piece in self.parts], "slabs": [_told(piece) for piece in self.slabs]}
        yield json.dumps(told).encode() + b"\n"
        for piece in (*self.parts, *self.slabs):
            yield memoryview(np.ascontiguousarray(piece.block).reshape(-1).view(np.uint8))

    @classmethod
    def of_bytes(cls, data: Bytes) -> Self:
        """The state that :meth:`to_pieces` gave.

        Raises
        ------
        DocumentError
            The bytes are none of a state, or not all of it.
        """
        data = bytes(data)
        view, end = memoryview(data), data.find(b"\n", 0, _MOST_HEAD_BYTES)
        try:
            told = json.loads(data[: max(0, end)])
            state, at = cls(), end + 1
            for pieces, said in ((state.parts, told["parts"]), (state.slabs, told["slabs"])):
                for one in said:
                    piece, at = _piece(one, view, at)
                    pieces.append(piece)
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError, SyntaxError) as error:
            raise DocumentError(f"what a tile left behind is damaged: {error!r}; it must be made again") from error
        if at != len(view):
            raise DocumentError(f"what a tile left behind has {len(view)} bytes, and {at} were written")
        return state


def _told(piece: Piece) -> Sequence[object]:
    return [piece.level, piece.of, piece.region.start, piece.region.stop, piece.block.dtype.str]


def _piece(said: Sequence[object], data: memoryview, at: int) -> tuple[Piece, int]:
    """The piece whose pixels begin at a byte, and where they end."""
    level, of, start, stop, name = said
    region = Region(_integers(start), _integers(stop))
    dtype = np.dtype(cast("str", name))
    if dtype.hasobject or type(level) is not int:
        raise ValueError(f"no pixels are {name!r} of level {level!r}")
    end = at + prod(region.shape) * dtype.itemsize
    if end > len(data) or min(region.shape, default=0) < 0:
        raise ValueError(f"{len(data)} bytes do not hold the pixels of {region!r}")
    block = np.frombuffer(data[at:end], dtype).reshape(region.shape)
    return Piece(level, of if isinstance(of, int) else _integers(of), region, block), end


def _integers(values: object) -> tuple[int, ...]:
    if not isinstance(values, list) or not all(type(value) is int for value in values):
        raise ValueError(f"{values!r} is no list of integers")
    return tuple(values)
