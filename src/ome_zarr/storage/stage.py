"""How an image is built where nobody looks, and made to appear by one step."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from zarr.abc.store import Store

from ome_zarr.storage.protocol import Json

__all__ = ["Groups", "Place", "Stage"]


type Groups = Mapping[str, Mapping[str, Json]]
"""Attributes of every group of the image, the deepest first and the root (``""``) last."""


class Place:
    """Where arrays are written: a path in a store for each level."""

    def __init__(self, store: Store, paths: Sequence[str]) -> None:
        self.store = store
        self.paths = tuple(paths)


class Stage(Protocol):
    """How an image is built and made to appear at one kind of target."""

    place: Place
    """Of the arrays; after `publish` that of the finished image."""

    names: tuple[str, ...]
    """Paths of the arrays relative to the image, as its metadata must give them."""

    def put(self, key: str, value: bytes) -> None:
        """Store one document of the image that is being built; `key` is a key of the place's store."""
        ...

    def publish(self, groups: Groups, *, durable: bool = False) -> None:
        """Make the image appear; can be taken back until `finish`. If it shall be durable, it is on the disk before."""
        ...

    def finish(self) -> None:
        """Delete what was replaced."""
        ...
