"""What a downsampling method is: the role, and the three kinds of it.

A method makes a level from its *base*, the level that it is computed from:

- a :class:`Weighted` method goes step by step, from the level below as stored;
- a :class:`Pick` or a :class:`Window` takes its pixels from level 0, so that each level is the true
  median, mode or sample of level 0. Where a coarser window is made of whole finer ones, a method
  may *carry* what it knows of them (the sums, for a mean) instead of going back to level 0.

Everything is said in coordinates of whole levels. A block is a cut-out that knows where it lies, so
the pixels of a region do not depend on how the level was cut.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Step, Support
from ome_zarr.kernels.backend import kernels
from ome_zarr.kernels.rows import Rows

__all__ = ["Mean", "Method", "Pick", "Piece", "Placement", "Weighted", "Window", "as_computed"]

type Placement = Literal["resized", "window", "corner"]

_REALS: Mapping[str, type[np.floating]] = MappingProxyType({"F": np.float32, "D": np.float64})


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

    @abstractmethod
    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """What the base pixels in `block` (or what was carried for them) come to for the pixels of `piece`."""

    def finish(self, gathered: np.ndarray, piece: Piece) -> np.ndarray:
        """The pixels of `piece` as they are stored, out of what :meth:`gather` gave."""
        del piece
        return gathered


def _whole_windows(steps: tuple[Step, ...], region: Region) -> Iterator[tuple[Region, tuple[int, ...]]]:
    """The parts of `region` whose windows are alike, each with its window: the last of an axis may be cut off."""
    cuts: list[list[tuple[int, int, int]]] = []
    for step, start, stop in zip(steps, region.start, region.stop, strict=True):
        full = min(stop, step.base // step.window)
        parts = [(start, full, step.window), (max(start, full), stop, step.base % step.window)]
        cuts.append([part for part in parts if part[0] < part[1]])
    for corner in product(*cuts):
        starts, stops, window = zip(*corner, strict=True)
        yield Region(starts, stops), window


def _window_support(step: Step) -> Support:
    edges = np.minimum(np.arange(step.size + 1, dtype=np.int64) * step.window, step.base)
    return Support(edges[:-1], edges[1:])


def as_computed(block: np.ndarray) -> np.ndarray:
    """Pixels in a dtype that the kernels know: bool as uint8, float16 as float32, complex as pairs of reals."""
    if block.dtype.kind == "b":
        return np.ascontiguousarray(block).view(np.uint8)
    if block.dtype == np.float16:
        return block.astype(np.float32)
    if block.dtype.kind == "c":
        pairs = np.ascontiguousarray(block).view(_REALS[block.dtype.char])
        return pairs.reshape(*block.shape, 2)
    return block


def _one_nan(values: np.ndarray) -> np.ndarray:
    """Floats in which every NaN has the same bits."""
    if values.dtype.kind == "f":
        np.copyto(values, np.nan, where=np.isnan(values))
    return values


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
        return _places(self.place if step.changes else _itself, step)

    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """The chosen pixels."""
        for axis, step in enumerate(piece.steps):
            index = self.support(step).start[piece.region.start[axis] : piece.region.stop[axis]]
            block = _take(block, axis, index - piece.origin[axis])
        return np.ascontiguousarray(block)


def _itself(step: Step) -> NDArray[np.int64]:
    return np.arange(step.size, dtype=np.int64)


@lru_cache(maxsize=64)
def _places(place: Callable[[Step], NDArray[np.int64]], step: Step) -> Support:
    index = place(step)
    return Support(index, index + 1)


def _take(block: np.ndarray, axis: int, index: NDArray[np.int64]) -> np.ndarray:
    """The pixels at `index` along `axis`; a view where the indices are evenly spaced."""
    stride = int(index[1] - index[0]) if index.size > 1 else 1
    if stride > 0 and np.array_equal(index, index[0] + stride * np.arange(index.size)):
        key = slice(int(index[0]), int(index[-1]) + 1, stride)
        return block[(slice(None),) * axis + (key,)]
    return block.take(index, axis=axis)


@dataclass(frozen=True)
class Weighted(Method):
    """A weighted sum along one axis after the other, first axis first, from the level below.

    Sums are taken in float32 for integers of 8 and 16 bits, float16, float32 and bool, else in float64.

    Attributes
    ----------
    rows
        ``rows(n, m)`` gives the weights that make `m` pixels out of `n`.
    """

    rows: Callable[[int, int], Rows] = field(kw_only=True)

    @property
    def cascades(self) -> bool:
        """The level below as stored is the base of each level."""
        return True

    def scratch_bytes(self, dtype: np.dtype) -> float:
        """The sums along the first axes."""
        return float(np.dtype(_accumulator(dtype)).itemsize * (2 if dtype.kind == "c" else 1))

    def support(self, step: Step) -> Support:
        """Which pixels of the base level have a weight."""
        if step.base == step.size:
            return _places(_itself, step)
        return _rows(self.rows, step)[1]

    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """The weighted sums, rounded as they are stored."""
        _check_exact_in_float64(block, self.name)
        dtype = block.dtype
        accumulator = _accumulator(dtype)
        values = as_computed(block)
        for axis, step in enumerate(piece.steps):
            start, stop, origin = piece.region.start[axis], piece.region.stop[axis], piece.origin[axis]
            if step.base == step.size:
                values = values[(slice(None),) * axis + (slice(start - origin, stop - origin),)]
            else:
                rows = _rows(self.rows, step)[0].part(start, stop, origin)
                values = kernels.weigh(np.ascontiguousarray(values), axis, rows, accumulator)
        return _stored(values, dtype)


def _accumulator(dtype: np.dtype) -> type[np.floating]:
    wide = dtype.char in "dD" or (dtype.kind in "iu" and dtype.itemsize > 2)
    return np.float64 if wide else np.float32


@lru_cache(maxsize=64)
def _rows(rows: Callable[[int, int], Rows], step: Step) -> tuple[Rows, Support]:
    table = rows(step.base, step.size)
    if len(table) != step.size or table.index.max(initial=0) >= step.base or table.index.min(initial=0) < 0:
        raise RecipeError(
            f"a table of weights has {len(table)} rows for {step.base} to {step.size} pixels and reaches input pixels "
            f"{table.index.min()} to {table.index.max()}; it needs {step.size} rows within 0 to {step.base - 1}"
        )
    return table, table.support


def _stored(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Sums as pixels of `dtype`."""
    if dtype.kind == "b":
        return values > 0.5
    if dtype.kind == "c":
        return np.ascontiguousarray(_one_nan(values)).view(dtype)[..., 0]
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            return _one_nan(np.ascontiguousarray(values.astype(dtype)))
    return kernels.round_to(np.ascontiguousarray(values), dtype)


def _check_exact_in_float64(block: np.ndarray, method: str) -> None:
    """Refuse integers that float64 cannot hold exactly."""
    if block.dtype.kind not in "iu" or block.dtype.itemsize < 8 or block.size == 0:
        return
    for value in (int(block.min()), int(block.max())):
        if abs(value) > 2**53:
            raise RecipeError(
                f"pixel value {value} is beyond 2**53, up to which method {method!r} is exact for {block.dtype.name}; "
                "use method='nearest' or 'local_mean', which are exact for all 64-bit integers"
            )


@dataclass(frozen=True)
class Window(Method):
    """One value for every window of level-0 pixels, by a function of the windows.

    Attributes
    ----------
    function
        ``function(block, window)`` gives one value per window; `block` holds whole windows only,
        `window` is their extent along every axis. Called once more for windows that the edge of the
        image cuts off. It must not look beyond the windows, nor change `block`.
    """

    function: Callable[[np.ndarray, tuple[int, ...]], np.ndarray] = field(kw_only=True)

    @property
    def whole_factors(self) -> bool:
        """Windows hold whole pixels."""
        return True

    def support(self, step: Step) -> Support:
        """The window of every pixel."""
        return _window_support(step)

    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """The function's values for the windows of `piece`."""
        parts = [
            (part, self._apply(_windows(block, piece, part), window))
            for part, window in _whole_windows(piece.steps, piece.region)
        ]
        return _joined(parts, piece.region)

    def _apply(self, block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        values = np.asarray(self.function(block, window))
        expected = tuple(n // w for n, w in zip(block.shape, window, strict=True))
        if values.shape != expected:
            raise RecipeError(
                f"method {self.name!r} made shape {values.shape} of a block of shape {block.shape} with windows of "
                f"{window}; it must make {expected}, one value per window"
            )
        return values.astype(block.dtype, copy=False)


def _windows(block: np.ndarray, piece: Piece, part: Region) -> np.ndarray:
    """The base pixels of the windows of `part`."""
    start = tuple(a * s.window for a, s in zip(part.start, piece.steps, strict=True))
    stop = tuple(min(b * s.window, s.base) for b, s in zip(part.stop, piece.steps, strict=True))
    return np.ascontiguousarray(block[Region(start, stop).relative_to(piece.origin).slices])


def _joined(parts: list[tuple[Region, np.ndarray]], region: Region) -> np.ndarray:
    """One block out of the parts of a region."""
    if len(parts) == 1:
        return np.ascontiguousarray(parts[0][1])
    whole = np.empty(region.shape, parts[0][1].dtype)
    for part, values in parts:
        whole[part.relative_to(region.start).slices] = values
    return whole


@dataclass(frozen=True)
class Mean(Method):
    """The true mean of every window of level 0.

    Integers of up to 32 bits are summed exactly, floats in float64, and the sums are what is carried
    to the next level; 64-bit integers are divided first, which is exact too and cannot overflow.
    """

    @property
    def whole_factors(self) -> bool:
        """Windows hold whole pixels."""
        return True

    def carries(self, dtype: np.dtype, count: int) -> bool:
        """Sums of sums are sums, as long as they fit."""
        return not (dtype.kind in "iu" and dtype.itemsize == 8) and count < 2**31

    def carry_dtype(self, dtype: np.dtype, count: int) -> np.dtype:
        """The smallest type that holds every sum of `count` pixels."""
        if not self.carries(dtype, count):
            return dtype
        if dtype.kind in "fc":
            return np.dtype(np.float64 if dtype.kind == "f" else np.complex128)
        bits = 1 if dtype.kind == "b" else 8 * dtype.itemsize
        narrow = count << bits < 2**31
        return np.dtype(f"{'i' if dtype.kind == 'i' else 'u'}{4 if narrow else 8}")

    def support(self, step: Step) -> Support:
        """The window of every pixel."""
        return _window_support(step)

    def gather(self, block: np.ndarray, piece: Piece) -> np.ndarray:
        """The sums of the windows of `piece`, or the means where sums are not carried."""
        carried = self.carry_dtype(piece.dtype, piece.count) if self.carries(piece.dtype, piece.count) else None
        parts = [
            (part, _sum(_windows(block, piece, part), window, carried))
            for part, window in _whole_windows(piece.steps, piece.region)
        ]
        return _joined(parts, piece.region)

    def finish(self, gathered: np.ndarray, piece: Piece) -> np.ndarray:
        """Sums divided by the number of pixels in each window."""
        if not self.carries(piece.dtype, piece.count):
            return gathered
        parts = [
            (part, _mean(gathered[part.relative_to(piece.region.start).slices], prod(window), piece.dtype))
            for part, window in _whole_windows(piece.whole, piece.region)
        ]
        return _joined(parts, piece.region)


def _sum(block: np.ndarray, window: tuple[int, ...], carried: np.dtype | None) -> np.ndarray:
    """The sums of windows in the dtype that is carried; the means where nothing is."""
    if carried is None:
        return kernels.window_mean64(block, window)
    if carried.kind != "c":
        return kernels.window_sum(as_computed(block), window, carried)
    real, imaginary = (
        kernels.window_sum(np.ascontiguousarray(part), window, np.float64)
        for part in np.moveaxis(as_computed(block), -1, 0)
    )
    return np.stack([real, imaginary], axis=-1).view(np.complex128)[..., 0]


def _mean(sums: np.ndarray, count: int, dtype: np.dtype) -> np.ndarray:
    """Sums of `count` pixels each as pixels of `dtype`."""
    with np.errstate(over="ignore", invalid="ignore"):
        if dtype.kind == "c":
            pairs = _mean(np.ascontiguousarray(sums).view(np.float64), count, np.dtype(_REALS[dtype.char]))
            return pairs.view(dtype)
        if dtype == np.float16:
            return _one_nan((sums / count).astype(dtype))
        return _one_nan(kernels.mean_of_sums(np.ascontiguousarray(sums), count, dtype))
