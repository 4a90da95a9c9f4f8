"""Methods that make one value of every window of pixels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Step, Support
from ome_zarr.kernels.backend import kernels
from ome_zarr.kernels.method import REALS, Method, Piece, as_computed, one_nan

__all__ = ["Mean", "Window"]


@dataclass(frozen=True)
class Window(Method):
    """One value for every window of level-0 pixels, by a function of the windows.

    Attributes
    ----------
    function
        ``function(block, window)`` gives one value per window; `block` holds whole windows only, and may be
        a view of a larger array, `window` is their extent along every axis. Called once more for windows that
        the edge of the image cuts off. It must not look beyond the windows, nor change `block`.
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


def _window_support(step: Step) -> Support:
    edges = np.minimum(np.arange(step.size + 1, dtype=np.int64) * step.window, step.base)
    return Support(edges[:-1], edges[1:])


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


def _windows(block: np.ndarray, piece: Piece, part: Region) -> np.ndarray:
    """The base pixels of the windows of `part`."""
    start = tuple(a * s.window for a, s in zip(part.start, piece.steps, strict=True))
    stop = tuple(min(b * s.window, s.base) for b, s in zip(part.stop, piece.steps, strict=True))
    return block[Region(start, stop).relative_to(piece.origin).slices]


def _joined(parts: list[tuple[Region, np.ndarray]], region: Region) -> np.ndarray:
    """One block out of the parts of a region."""
    if len(parts) == 1:
        return np.ascontiguousarray(parts[0][1])
    whole = np.empty(region.shape, parts[0][1].dtype)
    for part, values in parts:
        whole[part.relative_to(region.start).slices] = values
    return whole


def _sum(block: np.ndarray, window: tuple[int, ...], carried: np.dtype | None) -> np.ndarray:
    """The sums of windows in the dtype that is carried; the means where nothing is."""
    if carried is None:
        return kernels.window_mean64(block, window)
    if carried.kind != "c":
        return kernels.window_sum(as_computed(block), window, carried)
    real, imaginary = (kernels.window_sum(part, window, np.float64) for part in np.moveaxis(as_computed(block), -1, 0))
    return np.stack([real, imaginary], axis=-1).view(np.complex128)[..., 0]


def _mean(sums: np.ndarray, count: int, dtype: np.dtype) -> np.ndarray:
    """Sums of `count` pixels each as pixels of `dtype`."""
    with np.errstate(over="ignore", invalid="ignore"):
        if dtype.kind == "c":
            pairs = _mean(np.ascontiguousarray(sums).view(np.float64), count, np.dtype(REALS[dtype.char]))
            return pairs.view(dtype)
        if dtype == np.float16:
            return one_nan((sums / count).astype(dtype))
        return one_nan(kernels.mean_of_sums(np.ascontiguousarray(sums), count, dtype))
