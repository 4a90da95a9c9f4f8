"""What a downsampling method is: the role. Its kinds are in the modules beside this one.

A method makes a level from its *base*, the level that it is computed from:

- a :class:`~ome_zarr.kernels.weighted.Weighted` method goes step by step, from the level below as stored;
- a :class:`~ome_zarr.kernels.pick.Pick` or a :class:`~ome_zarr.kernels.window.Window` takes its pixels from
  level 0, so that each level is the true median, mode or sample of level 0. Where a coarser window is made
  of whole finer ones, a method may *carry* what it knows of them (the sums, for a
  :class:`~ome_zarr.kernels.window.Mean`) instead of going back to level 0.

Everything is said in coordinates of whole levels. A block is a cut-out that knows where it lies, so
the pixels of a region do not depend on how the level was cut.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from types import MappingProxyType
from typing import Literal

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Step, Support

__all__ = ["REALS", "Method", "Piece", "Placement", "as_computed", "itself", "one_nan"]

type Placement = Literal["resized", "window", "corner"]

REALS: Mapping[str, type[np.floating]] = MappingProxyType({"F": np.float32, "D": np.float64})
"""The type of the parts of a complex type, by its character."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a level that is to be made, and the cut-out of the base level it is made from.

    Attributes
    ----------
    region
        The pixels to make.
    origin
        Where in the base level the first pixel of the block lies; the block covers the region's support.
    steps
        From the base level to the level that is made, one per axis in storage order.
    whole
        From level 0 to the level that is made.
    dtype
        Of the pixels of every level.
    """

    region: Region
    origin: tuple[int, ...]
    steps: tuple[Step, ...]
    whole: tuple[Step, ...]
    dtype: np.dtype

    @property
    def count(self) -> int:
        """Pixels of level 0 in a whole window."""
        return prod(step.window for step in self.whole)


@dataclass(frozen=True)
class Method(ABC):
    """A way to make one pixel of a coarser level out of several of a finer one.

    Attributes
    ----------
    name
        As users write it and as ``multiscales[].type`` stores it.
    summary
        One line for people.
    kinds
        NumPy kind letters of the dtypes that the method can do: any of ``biufc``.
    labels
        Whether every value of the result is one of the source's, so that labels stay labels.
    placement
        Where a pixel lies: ``"window"`` in the centre of the factor's window, ``"resized"`` in the
        centre of its share of the whole axis, ``"corner"`` on the window's first pixel.
    parameters
        What ``multiscales[].metadata`` should say besides the name.
    """

    name: str
    summary: str
    kinds: str = field(default="biufc", kw_only=True)
    labels: bool = field(default=False, kw_only=True)
    placement: Placement = field(default="window", kw_only=True)
    parameters: Mapping[str, object] = field(default_factory=dict, kw_only=True)

    @property
    def whole_factors(self) -> bool:
        """Whether only whole factors will do."""
        return False

    @property
    def cascades(self) -> bool:
        """Whether the base of a level is the level below as stored, not level 0."""
        return False

    def check_dtype(self, dtype: np.dtype) -> None:
        """Raise `RecipeError` unless the method is defined for pixels of `dtype`."""
        if dtype.kind not in self.kinds:
            words = {"b": "bool", "i": "integers", "u": "unsigned integers", "f": "floats", "c": "complex"}
            allowed = ", ".join(words[k] for k in self.kinds)
            raise RecipeError(
                f"method {self.name!r} is not defined for pixels of dtype {dtype.name!r}; it takes {allowed}; "
                "use method='nearest', which takes every dtype, or convert the pixels"
            )

    def carries(self, dtype: np.dtype, count: int) -> bool:  # noqa: ARG002 - the role's signature
        """Whether a level can be made from what :meth:`gather` gave for a finer one; `count` pixels a window."""
        return False

    def carry_dtype(self, dtype: np.dtype, count: int) -> np.dtype:  # noqa: ARG002 - the role's signature
        """The dtype of what :meth:`gather` gives for pixels of `dtype` and windows of `count` pixels."""
        return dtype

    def scratch_bytes(self, dtype: np.dtype) -> float:
        """Memory that :meth:`gather` takes on top of its block, per pixel of the block, at the most."""
        return float(dtype.itemsize)

    @abstractmethod
    def support(self, step: Step) -> Support:
        """Which pixels of the base level each pixel needs, along one axis."""

    def support_region(self, steps: Sequence[Step], region: Region) -> Region:
        """The pixels of the base level that `region` is made from."""
        needs = [
            self.support(step).needs(start, stop)
            for step, start, stop in zip(steps, region.start, region.stop, strict=True)
        ]
        starts, stops = zip(*needs, strict=True)
        return Region(starts, stops)

    @abstractmethod
    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """What the base pixels in `block` (or what was carried for them) come to for the pixels of `piece`."""

    def finish(self, gathered: np.ndarray, piece: Piece) -> np.ndarray:
        """The pixels of `piece` as they are stored, out of what :meth:`gather` gave."""
        del piece
        return gathered


def as_computed(block: np.ndarray) -> np.ndarray:
    """Pixels in a dtype that the kernels know: bool as uint8, float16 as float32, complex as pairs of reals."""
    if block.dtype.kind == "b":
        return block.view(np.uint8)
    if block.dtype == np.float16:
        return block.astype(np.float32)
    if block.dtype.kind == "c":
        pairs = np.ascontiguousarray(block).view(REALS[block.dtype.char])
        return pairs.reshape(*block.shape, 2)
    return block


def one_nan(values: np.ndarray) -> np.ndarray:
    """Floats in which every NaN has the same bits."""
    if values.dtype.kind == "f":
        np.copyto(values, np.nan, where=np.isnan(values))
    return values


@lru_cache(maxsize=64)
def itself(step: Step) -> Support:
    """The support where nothing changes: every pixel is made from the one at the same place."""
    index = np.arange(step.size, dtype=np.int64)
    return Support(index, index + 1)
