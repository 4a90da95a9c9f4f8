"""Hypothesis strategies for pyramids: pixels of every dtype, and wishes that can be fulfilled for them.

::

    @given(pyramids(methods=["local_mean"]))
    def test_my_reader_sees_every_level(case): ...
        image = ome_zarr.write(case.source(), store, axes=case.axes, **case.wishes)

Pixels are few, so that thousands of cases are tried in a minute; what is drawn instead is what makes
pyramids go wrong: extents of 1 and primes, chunks that divide nothing, chunks of one pixel along an axis
that is downsampled, chunks larger than the image, factors that are odd, mixed, fractional or too large.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from ome_zarr.kernels.methods import BUILT_IN
from ome_zarr.planning.recipe import Wishes

__all__ = [
    "DTYPES",
    "SOURCES",
    "PyramidCase",
    "SourceKind",
    "axes_and_shapes",
    "dtypes",
    "irregular_chunks",
    "layouts",
    "pixels",
    "pyramids",
    "scale_factors",
]

type Block = NDArray[np.generic]
type Box = tuple[int, ...]
type SourceKind = Literal["numpy", "dask", "zarr", "arraylike"]

DTYPES = ("?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8", "c8", "c16")
"""Every dtype that a pixel can have, in native byte order."""

SOURCES: tuple[SourceKind, ...] = ("numpy", "dask", "zarr", "arraylike")
"""What pixels are drawn from."""

_AXES = ("yx", "xy", "zyx", "cyx", "tyx", "czyx", "tcyx", "tzyx", "tczyx")
_EXTENTS = (1, 2, 3, 4, 5, 7, 8, 11, 13, 16, 17, 23, 31, 32, 37, 48, 61)
_MOST_PIXELS = 3000
_MOST_CHUNKS = 64
_SPECIAL = (0.0, -0.0, 0.5, 1.0, -1.0, 1e-7, 6e4, -6e4)
_NOT_FINITE = (float("inf"), float("-inf"), float("nan"))
_EXACT_IN_FLOAT64 = 2**53


@dataclass(frozen=True, slots=True)
class Arraylike:
    """An array of which only shape, dtype and slicing are known."""

    pixels: Block

    @property
    def shape(self) -> Box:
        """Extent of every axis."""
        return self.pixels.shape

    @property
    def dtype(self) -> np.dtype:
        """Of the pixels."""
        return self.pixels.dtype

    def __getitem__(self, index: tuple[slice, ...]) -> Block:
        return self.pixels[index]


@dataclass(frozen=True, slots=True)
class PyramidCase:
    """An image, and how it is to be written.

    Attributes
    ----------
    pixels
        Level 0.
    axes
        Names, in storage order.
    wishes
        Fields of `Recipe`: version, method, scale_factors, edge, chunks, shards.
    kind
        What the pixels are handed over as.
    cuts
        Along every axis, the extents of the blocks that a dask source is cut into; a zarr source has the
        first one of every axis as its chunk.
    """

    pixels: Block
    axes: str
    wishes: Wishes
    kind: SourceKind
    cuts: tuple[Box, ...]

    def source(self) -> object:
        """The pixels, as what `kind` says."""
        match self.kind:
            case "dask":
                import dask.array as da

                return da.from_array(self.pixels, chunks=self.cuts)
            case "zarr":
                import zarr

                return zarr.array(self.pixels, chunks=tuple(cut[0] for cut in self.cuts))
            case "arraylike":
                return Arraylike(self.pixels)
            case _:
                return self.pixels


def dtypes(kinds: str = "biufc") -> st.SearchStrategy[np.dtype]:
    """Dtypes of the given NumPy kinds, in both byte orders."""
    known = [np.dtype(name) for name in DTYPES if np.dtype(name).kind in kinds]
    return st.builds(np.dtype.newbyteorder, st.sampled_from(known), st.sampled_from("==>"))


@st.composite
def axes_and_shapes(draw: st.DrawFn, axes: Sequence[str] = _AXES, most: int = _MOST_PIXELS) -> tuple[str, Box]:
    """Names of axes, and as many extents: ones, primes, powers of two; `most` pixels together."""
    names = draw(st.sampled_from(axes))
    shape: list[int] = []
    for _ in names:
        room = most // prod(shape, start=1)
        shape.append(draw(st.sampled_from([n for n in _EXTENTS if n <= max(1, room)])))
    return names, tuple(shape)


@st.composite
def pixels(draw: st.DrawFn, dtype: np.dtype, shape: Box, *, finite: bool = False, exact: bool = False) -> Block:
    """Pixels: noise over the whole range, a few values, a ramp, or one value; extreme ones among them.

    Parameters
    ----------
    draw
        Given by hypothesis.
    dtype, shape
        Of the pixels.
    finite
        Whether NaN and infinities are left out.
    exact
        Whether 64-bit integers stay within 2^53.
    """
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    variety = draw(st.sampled_from([1, 2, 5, 1000]))
    values = _values(random, dtype.newbyteorder("="), variety, finite=finite)
    if exact and dtype.itemsize == 8 and dtype.kind in "iu":
        values = np.mod(values, _EXACT_IN_FLOAT64, dtype=values.dtype)
    image = random.choice(values, shape)
    if draw(st.booleans()):
        image = np.sort(image.ravel()).reshape(shape)
    return image.astype(dtype)


def _values(random: np.random.Generator, dtype: np.dtype, variety: int, *, finite: bool) -> Block:
    if dtype.kind == "b":
        return np.array([False, True][: max(1, min(variety, 2))])
    if dtype.kind in "iu":
        range_ = np.iinfo(dtype)
        values = random.integers(range_.min, range_.max, variety, dtype, endpoint=True)
        return np.concatenate([values, np.array([0, range_.min, range_.max], dtype)[: variety // 2]])
    special = _SPECIAL if finite else _SPECIAL + _NOT_FINITE
    if dtype.kind == "f":
        return np.concatenate([random.normal(0, 100, variety), special[: 3 * (variety // 2)]]).astype(dtype)
    part = np.dtype(f"f{dtype.itemsize // 2}")
    real = _values(random, part, variety, finite=finite)
    values = np.empty(real.shape, dtype)
    values.real, values.imag = real, random.permutation(real)
    return values


@st.composite
def scale_factors(
    draw: st.DrawFn, axes: str, shape: Box, *, whole: bool, levels: int = 3, clipped: bool = True
) -> list[dict[str, float]]:
    """Factors of up to `levels` levels, absolute: nested and not, different along every axis, rising somewhere.

    Parameters
    ----------
    draw
        Given by hypothesis.
    axes, shape
        Of the image.
    whole
        Whether factors are whole numbers; else some are not.
    levels
        Above level 0, at the most.
    clipped
        Whether a factor may be greater than its axis.
    """
    rows: list[dict[str, float]] = []
    row = dict.fromkeys(axes, 1.0)
    for _ in range(draw(st.integers(0, levels))):
        rising = [a for a, n in zip(axes, shape, strict=True) if clipped or row[a] * 2 <= n]
        if not rising:
            break
        for axis in draw(st.lists(st.sampled_from(rising), min_size=1, max_size=3, unique=True)):
            row[axis] = draw(_greater(row[axis], whole=whole, most=None if clipped else shape[axes.index(axis)]))
        rows.append({a: int(f) if f.is_integer() else f for a, f in row.items() if f > 1})
    return rows


def _greater(factor: float, *, whole: bool, most: int | None) -> st.SearchStrategy[float]:
    """A factor above another one: a multiple of it, the next number, or one in between."""
    near = [2 * factor, 3 * factor, factor + 1, factor + 2]
    near += [] if whole else [1.25 * factor, 1.5 * factor, factor + 0.7]
    return st.sampled_from([f for f in near if most is None or f <= most])


@st.composite
def layouts(draw: st.DrawFn, shape: Box, *, sharded: bool) -> dict[str, Box]:
    """Chunks, and now and then shards where `sharded`: of one pixel, dividing nothing, larger than the image."""
    chunks: list[int] = []
    for n in shape:
        room = max(1, _MOST_CHUNKS // prod((-(-m // c) for m, c in zip(shape, chunks, strict=False)), start=1))
        chunks.append(draw(st.integers(-(-n // room), n + 2)))
    box = tuple(chunks)
    if not sharded or draw(st.booleans()):
        return {"chunks": box}
    return {"chunks": box, "shards": tuple(draw(st.integers(1, 3)) * c for c in box)}


@st.composite
def irregular_chunks(draw: st.DrawFn, shape: Box) -> tuple[Box, ...]:
    """Along every axis, extents that add up to the axis: alike, or any."""
    cuts: list[Box] = []
    for n in shape:
        places = draw(st.lists(st.integers(1, n - 1), max_size=4, unique=True)) if n > 1 else []
        edges = [0, *sorted(places), n]
        cuts.append(tuple(b - a for a, b in itertools.pairwise(edges)))
    return tuple(cuts)


@st.composite
def pyramids(
    draw: st.DrawFn,
    *,
    methods: Sequence[str] = tuple(BUILT_IN),
    sources: Sequence[SourceKind] = SOURCES,
    kinds: str = "biufc",
    finite: bool = False,
    levels: int = 3,
    clipped: bool = True,
) -> PyramidCase:
    """An image with wishes that can be fulfilled.

    Parameters
    ----------
    draw
        Given by hypothesis.
    methods
        Names of methods.
    sources
        What the pixels are handed over as.
    kinds
        NumPy kind letters of dtypes; those that the method cannot do are left out.
    finite
        Whether NaN and infinities are left out.
    levels
        Above level 0, at the most.
    clipped
        Whether factors may be greater than their axis, which warns.
    """
    method = BUILT_IN[draw(st.sampled_from(methods))]
    axes, shape = draw(axes_and_shapes())
    dtype = draw(dtypes("".join(kind for kind in kinds if kind in method.kinds)))
    version = draw(st.sampled_from(["0.5", "0.5", "0.4"]))
    wishes: Wishes = {
        "version": version,
        "method": method.name,
        "scale_factors": draw(scale_factors(axes, shape, whole=method.whole_factors, levels=levels, clipped=clipped)),
        "edge": draw(st.sampled_from(["trim", "partial"])),
        "name": "case",
        **draw(layouts(shape, sharded=version == "0.5")),  # type: ignore[typeddict-item] # chunks and shards
    }
    image = draw(pixels(dtype, shape, finite=finite, exact=method.cascades))
    return PyramidCase(image, axes, wishes, draw(st.sampled_from(sources)), draw(irregular_chunks(shape)))
