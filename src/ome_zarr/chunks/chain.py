"""A chain of codecs, every one bound to the block shape and dtype that it works on."""

from collections.abc import Buffer, Iterable, Sequence
from typing import Protocol, cast, runtime_checkable

import numpy as np

from ome_zarr.errors import DocumentError

__all__ = ["Bytes", "Checking", "CodecChain", "Inflating", "Stage", "Step"]

type Bytes = bytes | bytearray | memoryview
"""Encoded bytes, as codecs hand them over."""

type Stage = np.ndarray | Bytes
"""What passes between two codecs: an array, or bytes."""


class Step(Protocol):
    """One codec of a chain."""

    def encode(self, value: Stage) -> Stage | None:
        """The encoded value, or None where nothing needs to be stored."""
        ...

    def decode(self, value: Stage) -> Stage:
        """The value that was encoded."""
        ...


@runtime_checkable
class Inflating(Protocol):
    """A compressor that can write pixels into memory that is there already."""

    def inflate(self, data: Bytes, out: Buffer) -> bool:
        """Fill `out`, a C-contiguous block, from bytes; False, and nothing done, where these are not just for it."""
        ...


@runtime_checkable
class Checking(Step, Protocol):
    """A codec that puts a checksum behind its bytes and changes none of them."""

    def checksum(self, data: Bytes) -> bytes:
        """The checksum alone."""
        ...


class CodecChain:
    """Steps from a block to bytes, in the order in which they encode.

    Has no state that changes: any number of threads may use one chain.

    Parameters
    ----------
    steps
        In the order in which they encode.
    in_place
        Whether what the first step encodes has the bytes of the block itself, so that the second may decode
        straight into it.
    """

    __slots__ = ("_checking", "_in_place", "_making", "_reversed", "_steps")

    def __init__(self, steps: Sequence[Step], *, in_place: bool = False) -> None:
        self._steps = tuple(steps)
        self._reversed = self._steps[::-1]
        last = self._steps[-1]
        self._checking = last if isinstance(last, Checking) else None
        self._making = self._steps if self._checking is None else self._steps[:-1]
        self._in_place = in_place and len(self._steps) > 1 and isinstance(self._steps[1], Inflating)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in the order in which they encode."""
        return self._steps

    def encode(self, block: np.ndarray) -> Bytes | None:
        """The bytes of `block`, which has the shape that the chain is bound to; None for nothing to store.

        They may be a view of it.
        """
        pieces = self.encode_pieces(block)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces) or None

    def encode_pieces(self, block: np.ndarray) -> tuple[Bytes, ...]:
        """As `encode`: the bytes, and by itself the checksum behind them if there is one; none for nothing to store.

        Joining them would copy all bytes for the sake of four.
        """
        value: Stage = block
        for step in self._making:
            made = step.encode(value)
            if made is None:
                return ()
            value = made
        if isinstance(value, np.ndarray):
            raise TypeError(f"the codecs {self._steps!r} end in an array; a chain ends in bytes")
        return (value,) if self._checking is None else (value, self._checking.checksum(value))

    def decode(self, data: Bytes) -> np.ndarray:
        """The block that `data` holds; may be read-only, and a view of `data`."""
        return cast(np.ndarray, _decoded(data, self._reversed))

    def decode_into(self, data: Bytes, out: np.ndarray) -> np.ndarray:
        """The block that `data` holds: `out` itself, filled, wherever that can be; else as of `decode`.

        A codec that hands over bytes of its own costs more than a copy: fresh memory is given by the operating
        system page by page. So the compressor writes into a block that is there already.

        Parameters
        ----------
        data
            The bytes.
        out
            Of the shape and dtype that the chain is bound to.
        """
        if not self._in_place or not out.flags.c_contiguous:
            return self.decode(data)
        value = _decoded(data, self._reversed[:-2])
        if cast(Inflating, self._steps[1]).inflate(cast(Bytes, value), out):
            return out
        return cast(np.ndarray, _decoded(value, self._reversed[-2:]))


def _decoded(value: Stage, steps: Iterable[Step]) -> Stage:
    """What steps make of a value, one after the other."""
    try:
        for step in steps:
            value = step.decode(value)
    except OSError as error:  # so gzip and bz2 tell of damage; from a store it would mean something else
        raise DocumentError(str(error)) from error
    return value
