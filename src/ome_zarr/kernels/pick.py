"""Methods that pick one pixel for each window."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ome_zarr.geometry.step import Step, Support
from ome_zarr.kernels.method import Method, Piece, itself

__all__ = ["Pick"]


@dataclass(frozen=True)
class Pick(Method):
    """One pixel of level 0 stands for each window, unchanged.

    Attributes
    ----------
    place
        ``place(step)`` gives the level-0 index of every pixel of the level, int64, never falling.
    """

    place: Callable[[Step], NDArray[np.int64]] = field(kw_only=True)
    needs_whole_factors: bool = field(default=False, kw_only=True)

    @property
    def whole_factors(self) -> bool:
        """Whether only whole factors will do."""
        return self.needs_whole_factors

    def support(self, step: Step) -> Support:
        """Which pixel of the base level each pixel is."""
        return _places(self.place, step) if step.changes else itself(step)

    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """The chosen pixels."""
        for axis, step in enumerate(piece.steps):
            index = self.support(step).start[piece.region.start[axis] : piece.region.stop[axis]]
            block = _take(block, axis, index - piece.origin[axis], self._spacing(step))
        return np.ascontiguousarray(block)

    def _spacing(self, step: Step) -> int:
        """How far apart neighbours among the chosen pixels lie along an axis; 0 where that differs."""
        return _even_spacing(self.place, step) if step.changes else 1


@lru_cache(maxsize=64)
def _places(place: Callable[[Step], NDArray[np.int64]], step: Step) -> Support:
    index = place(step)
    return Support(index, index + 1)


@lru_cache(maxsize=64)
def _even_spacing(place: Callable[[Step], NDArray[np.int64]], step: Step) -> int:
    apart = np.diff(_places(place, step).start)
    return int(apart[0]) if apart.size and (apart == apart[0]).all() else 0


def _take(block: np.ndarray, axis: int, index: NDArray[np.int64], spacing: int) -> np.ndarray:
    """The pixels at `index` along `axis`; a view where the indices are evenly spaced."""
    if spacing and index.size:
        key = slice(int(index[0]), int(index[-1]) + 1, spacing)
        return block[(slice(None),) * axis + (key,)]
    return block.take(index, axis=axis)
