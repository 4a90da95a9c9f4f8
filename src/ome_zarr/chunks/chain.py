"""A chain of zarr codecs, every one bound to the block shape and dtype that it works on."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from zarr.core.buffer import Buffer, NDBuffer, numpy_buffer_prototype

from ome_zarr.chunks.straight import Inflate

__all__ = ["CodecChain", "Stage", "Step", "as_buffer"]

type Stage = NDBuffer | Buffer
"""What passes between two codecs: an array, or bytes."""

_PROTOTYPE = numpy_buffer_prototype()


class Step(Protocol):
    """One codec of a chain."""

    def encode(self, value: Stage) -> Stage | None:
        """The encoded value, or None where nothing needs to be stored."""
        ...

    def decode(self, value: Stage) -> Stage:
        """The value that was encoded."""
        ...


class CodecChain:
    """Steps from a block to bytes, in the order in which they encode.

    Has no state that changes: any number of threads may use one chain.

    Parameters
    ----------
    steps
        In the order in which they encode.
    inflate
        Does what all steps do when they decode, into a block that is there; None: there is no such thing.
    """

    __slots__ = ("_inflate", "_reversed", "_steps")

    def __init__(self, steps: Sequence[Step], inflate: Inflate | None = None) -> None:
        self._steps = tuple(steps)
        self._inflate = inflate
        self._reversed = self._steps[::-1]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in the order in which they encode."""
        return self._steps

    def encode(self, block: np.ndarray) -> Buffer | None:
        """The bytes of `block`, which has the shape that the chain is bound to; None for nothing to store."""
        value: Stage | None = _PROTOTYPE.nd_buffer.from_ndarray_like(block)
        for step in self._steps:
            if value is None:
                return None
            value = step.encode(value)
        if isinstance(value, NDBuffer):
            raise TypeError(f"the codecs {self._steps!r} end in an array; a chain ends in bytes")
        return value

    def decode(self, data: Buffer) -> np.ndarray:
        """The block that `data` holds; may be read-only, and a view of `data`."""
        value: Stage = data
        for step in self._reversed:
            value = step.decode(value)
        return value.as_numpy_array()

    def decode_into(self, data: Buffer, out: np.ndarray) -> np.ndarray:
        """The block that `data` holds: `out` itself, filled, wherever that can be; else as of `decode`.

        Parameters
        ----------
        data
            The bytes.
        out
            Of the shape and dtype that the chain is bound to.
        """
        if self._inflate is not None and out.flags.c_contiguous and self._inflate(data, out):
            return out
        return self.decode(data)


def as_buffer(data: bytes | bytearray | memoryview | Buffer) -> Buffer:
    """`data` as zarr's codecs take it, without a copy."""
    return data if isinstance(data, Buffer) else _PROTOTYPE.buffer.from_bytes(data)
