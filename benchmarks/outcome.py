"""What a contestant has written, as its documents say."""

import json
from collections.abc import Sequence
from math import prod
from pathlib import Path

__all__ = ["OtherPyramidError", "check_levels"]


class OtherPyramidError(RuntimeError):
    """An image has other levels than were asked for: its time would say nothing."""


def check_levels(image: Path, shapes: Sequence[tuple[int, ...]]) -> None:
    """Hold the arrays of an image to the shapes of its levels.

    One without documents, such as the floor's, is not judged: tests hold its chunks to ours, byte for byte. Axes of one
    pixel do not count: there are writers that need one more.

    Raises
    ------
    OtherPyramidError
        It has arrays of other shapes, or more, or fewer.
    """
    found = _array_shapes(image)
    if found and list(map(_extended, found)) != list(map(_extended, shapes)):
        raise OtherPyramidError(f"{image} has levels of shape {found}; {list(shapes)} were asked for")


def _array_shapes(image: Path) -> list[tuple[int, ...]]:
    """Shapes of all arrays below a folder, the largest first."""
    documents = (json.loads(file.read_bytes()) for file in image.rglob("zarr.json"))
    shapes = [tuple(document["shape"]) for document in documents if document["node_type"] == "array"]
    return sorted(shapes, key=prod, reverse=True)


def _extended(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n > 1)
