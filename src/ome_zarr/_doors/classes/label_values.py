"""The values of labels, and a colour for each of them."""

import colorsys
from collections.abc import Iterable, Sequence

import dask.array as da
import numpy as np
from dask.base import compute
from dask.delayed import delayed

from ome_zarr.metadata.labels import ImageLabel, LabelColor

__all__ = ["MOST_COLORS", "color_of", "colored_labels"]

MOST_COLORS = 256
"""More values than this get no colours. With 256 the document has some 30 kB, which every reader loads before the
first pixel. Nobody tells more colours apart, and viewers have their own for values of which nothing is said; of
some values only it cannot be said, for then viewers hide the others."""

_GOLDEN = 0x9E3779B97F4A7C15
"""2^64 divided by the golden ratio: multiples of it, modulo 2^64, spread as evenly as can be (Fibonacci hashing)."""

_BACKGROUND = (0, 0, 0, 0)


def colored_labels(labels: da.Array) -> ImageLabel:
    """The colours of all values of labels; none where there are more values than `MOST_COLORS`.

    Computes all pixels, a block at a time; keeps only a few values of each.
    """
    values = _few_values(labels)
    if len(values) > MOST_COLORS:
        return ImageLabel()
    return ImageLabel(colors=tuple(LabelColor(value, color_of(value)) for value in values))


def color_of(value: int) -> tuple[int, int, int, int]:
    """Red, green, blue and alpha of a label value: always the same, and unlike those of its neighbours.

    0 is the background, and transparent.
    """
    if value == 0:
        return _BACKGROUND
    spread = value * _GOLDEN % 2**64
    hue, strong = spread / 2**64, bool(spread >> 32 & 1)
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.9 if strong else 0.55, 1.0)
    return round(255 * red), round(255 * green), round(255 * blue), 255


def _few_values(labels: da.Array) -> Sequence[int]:
    """The values in rising order; where they are more than `MOST_COLORS`, only so many that one sees it."""
    blocks = labels.to_delayed().ravel()
    parts = compute(*(delayed(_smallest)(block) for block in blocks))
    return _smallest(np.asarray(list(_chained(parts)), labels.dtype))


def _smallest(block: np.ndarray) -> Sequence[int]:
    """The smallest values of a block, one more than `MOST_COLORS` if there are so many.

    If any block has more, so has the whole, and if none has, nothing is missing.
    """
    return [int(value) for value in np.unique(block)[: MOST_COLORS + 1]]


def _chained(parts: Iterable[Sequence[int]]) -> Iterable[int]:
    return (value for part in parts for value in part)
