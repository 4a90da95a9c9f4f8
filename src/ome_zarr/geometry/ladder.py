"""The levels of a pyramid: their factors, shapes and places in physical space."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import Literal

from ome_zarr.geometry.step import Step, is_whole

__all__ = ["Edge", "Ladder"]

type Edge = Literal["trim", "partial"]
type Factor = int | float
"""Level-0 pixels per pixel of a level; an int where it is whole."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels of a pyramid, level 0 first.

    Attributes
    ----------
    shape
        Of level 0, in storage order.
    factors
        One tuple per level, level 0 (all ones) included: the factor against level 0 along every axis,
        no greater than the axis.
    edge
        ``"trim"`` leaves out pixels beyond the last whole window, ``"partial"`` makes one more pixel
        of them.
    """

    shape: tuple[int, ...]
    factors: tuple[tuple[Factor, ...], ...]
    edge: Edge = "trim"

    def __len__(self) -> int:
        return len(self.factors)

    def extent(self, level: int, axis: int) -> int:
        """Pixels of a level along an axis."""
        n, factor = self.shape[axis], self.factors[level][axis]
        if is_whole(factor):
            return n // int(factor) if self.edge == "trim" else -(-n // int(factor))
        return max(1, floor(n / factor) if self.edge == "trim" else ceil(n / factor))

    def level_shape(self, level: int) -> tuple[int, ...]:
        """Shape of a level, in storage order."""
        return tuple(self.extent(level, axis) for axis in range(len(self.shape)))

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shape of every level."""
        return tuple(self.level_shape(level) for level in range(len(self)))

    def steps(self, base: int, level: int) -> tuple[Step, ...]:
        """From one level to a coarser one, one step per axis."""
        return _steps(self, base, level)

    def nests(self, base: int, level: int) -> bool:
        """Whether every window of `level` is made of whole windows of `base`."""
        return all(is_whole(step.factor) for step in self.steps(base, level)) and all(
            is_whole(f) for f in self.factors[base]
        )

    def scale(self, level: int, unit: tuple[float, ...], *, resized: bool) -> tuple[float, ...]:
        """Physical extent of a pixel of `level`, where one of level 0 has `unit`.

        Parameters
        ----------
        level
            Which level.
        unit
            Physical extent of a level-0 pixel along every axis.
        resized
            Whether the pixels share the whole axis equally; else each stands for `factor` pixels.
        """
        ratios = (
            n / self.extent(level, axis) if resized else float(self.factors[level][axis])
            for axis, n in enumerate(self.shape)
        )
        return tuple(s * ratio if ratio != 1 else s for s, ratio in zip(unit, ratios, strict=True))


@lru_cache(maxsize=256)  # asked for by every tile and every level
def _steps(ladder: Ladder, base: int, level: int) -> tuple[Step, ...]:
    return tuple(
        Step(n, m, _ratio(fine, coarse))
        for n, m, fine, coarse in zip(
            ladder.level_shape(base),
            ladder.level_shape(level),
            ladder.factors[base],
            ladder.factors[level],
            strict=True,
        )
    )


def _ratio(fine: Factor, coarse: Factor) -> Factor:
    if is_whole(fine) and is_whole(coarse) and coarse % fine == 0:
        return int(coarse) // int(fine)
    return coarse / fine
