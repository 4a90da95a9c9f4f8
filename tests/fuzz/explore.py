"""Everything that one would look at in something that was opened, a little of each."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from math import prod

import numpy as np

from ome_zarr.api.collection import Collection
from ome_zarr.api.image import Image
from ome_zarr.api.level import Level
from ome_zarr.api.plate import Plate, Well
from ome_zarr.api.scene import Scene
from ome_zarr.errors import OmeZarrError

__all__ = ["MOST_BLOCK_BYTES", "explore", "explore_image", "tolerate"]

MOST_BLOCK_BYTES = 1 << 24
"""In one chunk or shard: whoever reads a pixel of a larger one has asked for that much memory."""

_MOST = 3
"""Of each kind: the fourth well is as the third."""


def explore(opened: Image | Plate | Well | Scene | Collection) -> None:
    """Look at all of it."""
    repr(opened)
    match opened:
        case Image():
            explore_image(opened)
        case Plate():
            opened._repr_html_()
            _each(opened, explore)
        case Well():
            _each(opened, explore_image)
        case Scene():
            _each(opened.images.values(), explore_image)
        case Collection():
            _each(opened.values(), explore_image)


def explore_image(image: Image) -> None:
    """Look at levels, pixels, labels and what they mean."""
    repr(image)
    image._repr_html_()
    _each(image.levels, _explore_level)
    tolerate(lambda: image.level_for(pixel_size=0.5))
    tolerate(lambda: image.level_for(max_shape=64))
    tolerate(lambda: image.at(um=1.0))
    _each(image.labels.values(), explore_image)


def tolerate(look: Callable[[], object]) -> None:
    """Look; one of our errors does not keep from looking further."""
    with suppress(OmeZarrError):
        look()


def _each[T](items: Iterable[T], look: Callable[[T], object]) -> None:
    """Look at some items; what cannot be opened ends the list."""
    for item in _some(items):
        tolerate(lambda item=item: look(item))  # type: ignore[misc] # bound now


def _some[T](items: Iterable[T]) -> Iterator[T]:
    return islice(iter(items), _MOST)


def _explore_level(level: Level) -> None:
    repr(level)
    tolerate(lambda: level.zarr)
    level.to_pixels(level.to_world(np.zeros(level.ndim)))
    if not all(level.shape) or prod(level.shards or level.chunks) * level.dtype.itemsize > MOST_BLOCK_BYTES:
        return
    tolerate(lambda: level[(0,) * level.ndim])
    tolerate(lambda: level[tuple(slice(n // 2, n // 2 + 2) for n in level.shape)])
    tolerate(lambda: level[(-1,) * level.ndim])
