"""What two images differ in: what they mean, their levels, every pixel."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ome_zarr.api.image import Image, Labels
from ome_zarr.api.level import Level
from ome_zarr.api.open import open_image
from ome_zarr.errors import RecipeError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.metadata.jsonvalue import plain_number
from ome_zarr.validation.findings import Finding, Report

if TYPE_CHECKING:
    from ome_zarr.storage.locate import Target

__all__ = ["diff"]

_BOX_BYTES = 2**25
"""Pixels are compared 32 MiB at a time, of either image."""
_NEARLY = 1e-9
"""Scales and translations that differ by less, relatively, are the same: decimals of one double."""


def diff(first: "Image | Target", second: "Image | Target", *, tolerance: float = 0) -> Report:
    """What two images differ in; a report that is false where they say and show the same.

    Axes, levels with their shapes, pixel types, scales and translations, channels, labels and every pixel of every
    level are compared. How something is stored is not: chunks, codecs and the version of OME-Zarr may differ.

    Parameters
    ----------
    first, second
        Images, or what `ome_zarr.open` takes.
    tolerance
        By how much two pixels may differ. NaN equals NaN.

    Raises
    ------
    RecipeError
        `tolerance` is no number of 0 or more, or what is given is no image.
    NotFoundError, DocumentError
        As of `ome_zarr.open`, and of chunks that cannot be decoded.
    """
    allowed = float(plain_number(tolerance, "tolerance"))
    if not allowed >= 0:
        raise RecipeError(f"tolerance is {tolerance!r}; give a number of 0 or more")
    pair = tuple(image if isinstance(image, Image) else open_image(image) for image in (first, second))
    return Report.of(_image(pair[0], pair[1], "", allowed))


def _image(first: Image, second: Image, place: str, tolerance: float) -> Iterator[Finding]:
    yield from _meaning(first, second, place)
    if len(first.levels) != len(second.levels):
        yield _differs("levels", place, len(first.levels), len(second.levels))
    for number, (one, other) in enumerate(zip(first.levels, second.levels, strict=False)):
        yield from _level(one, other, _below(place, f"level {number}"), tolerance)
    yield from _labels(first, second, place, tolerance)


def _meaning(first: Image, second: Image, place: str) -> Iterator[Finding]:
    """Differences in what the images say about their pixels."""
    for kind, one, other in (
        ("name", first.name, second.name),
        ("axes", _axes(first), _axes(second)),
        ("channels", first.channels, second.channels),
        ("kind", isinstance(first, Labels), isinstance(second, Labels)),
        ("image-label", first.image_label, second.image_label),
    ):
        if one != other:
            yield _differs(kind, place, one, other)


def _axes(image: Image) -> list[tuple[str, str | None, str | None]]:
    return [(axis.name, axis.type, axis.unit) for axis in image.axes]


def _labels(first: Image, second: Image, place: str, tolerance: float) -> Iterator[Finding]:
    names, others = list(first.labels), list(second.labels)
    if sorted(names) != sorted(others):
        yield _differs("labels", place, sorted(names), sorted(others))
    for name in names:
        if name in others:
            yield from _image(first.labels[name], second.labels[name], _below(place, f"labels/{name}"), tolerance)


def _level(first: Level, second: Level, place: str, tolerance: float) -> Iterator[Finding]:
    for kind in ("scale", "translation"):
        one, other = getattr(first, kind), getattr(second, kind)
        if not _near(one, other):
            yield _differs(kind, place, one, other)
    if first.dtype != second.dtype:
        yield _differs("dtype", place, first.dtype.name, second.dtype.name)
    if first.shape != second.shape:
        yield _differs("shape", place, first.shape, second.shape)
        return
    found = _Pixels.compared(first, second, tolerance)
    if found.different:
        share = found.different / math.prod(first.shape)
        yield Finding(
            "pixels",
            place,
            f"{found.different:,} pixels differ ({share:.2g} of all), by {found.most:g} at the most, "
            f"the first at {found.first!r}",
            {"different": found.different, "most": found.most, "first": found.first},
        )


def _near(first: Sequence[float], second: Sequence[float]) -> bool:
    return len(first) == len(second) and all(
        math.isclose(one, other, rel_tol=_NEARLY, abs_tol=_NEARLY) for one, other in zip(first, second, strict=True)
    )


@dataclass(slots=True)
class _Pixels:
    """What is known of the differences of two levels."""

    different: int = 0
    most: float = 0.0
    first: tuple[int, ...] | None = None

    @classmethod
    def compared(cls, first: Level, second: Level, tolerance: float) -> "_Pixels":
        found = cls()
        grid = Grid(first.shape, _box(first))
        for index in grid.cells(grid.whole):
            found.add(grid.region(index), first, second, tolerance)
        return found

    def add(self, region: Region, first: Level, second: Level, tolerance: float) -> None:
        one, other = first[region.slices], second[region.slices]
        if one.dtype == other.dtype and np.array_equal(one, other):
            return
        apart = _distance(one, other)
        beyond = ~(apart <= tolerance)  # NaN where only one of the two is
        count = int(np.count_nonzero(beyond))
        if count and self.first is None:
            at = np.unravel_index(int(np.argmax(beyond)), beyond.shape)
            self.first = tuple(int(a) + b for a, b in zip(at, region.start, strict=True))
        if count:
            self.most = max(self.most, float(np.max(apart[beyond], initial=0)))
            self.different += count


def _distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far pixels are from each other, exact for whole numbers; 0 for two that are NaN, infinite for one."""
    if one.dtype.kind in "biu" and other.dtype.kind in "biu":
        larger, smaller = np.maximum(one, other), np.minimum(one, other)
        if larger.dtype.kind == "f":  # uint64 beside a signed type: no type holds both
            return np.asarray(np.abs(one.astype(object) - other.astype(object)))
        if larger.dtype.kind == "b":
            return np.asarray(larger ^ smaller).astype(np.uint8)
        unsigned = np.dtype(f"u{larger.dtype.itemsize}")
        return np.asarray(larger.view(unsigned) - smaller.view(unsigned))
    with np.errstate(invalid="ignore"):
        apart = np.abs(one.astype(_wide(one)) - other.astype(_wide(other)))
    lone = np.isnan(one) != np.isnan(other)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    return np.asarray(np.where(same, 0, np.where(lone | np.isnan(apart), np.inf, apart)))


def _wide(block: np.ndarray) -> np.dtype:
    return np.dtype(np.complex128 if block.dtype.kind == "c" else np.float64)


def _box(level: Level) -> tuple[int, ...]:
    """What is compared at a time: whole objects of the level."""
    return Grid(level.shape, level.shards or level.chunks).grown(_BOX_BYTES // level.dtype.itemsize)


def _differs(kind: str, place: str, first: object, second: object) -> Finding:
    return Finding(kind, place, f"{kind} differ: {first!r} and {second!r}", {"first": first, "second": second})


def _below(place: str, name: str) -> str:
    return f"{place}/{name}" if place else name
