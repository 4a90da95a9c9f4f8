"""Whether the stored objects of an array are those that were written, and can be decoded."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.fingerprint import fingerprint
from ome_zarr.chunks.inventory import Inventory
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.chunks.scratch import Scratch
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.validation.findings import Finding

__all__ = ["ObjectCheck", "Seen", "Share"]

type Share = Callable[[Sequence[Callable[[], DocumentError | None]]], list[DocumentError | None]]
"""Does several jobs, perhaps on several threads."""

_PART_BYTES = 2**25
"""Of a shard 32 MiB of pixels are decoded at a time."""


class Seen(NamedTuple):
    """What is wrong with an object, if anything is, and how many bytes it has; None: it is not stored."""

    finding: Finding | None
    stored: int | None


class ObjectCheck:
    """Looks at the objects of an array; any number of threads may look at different ones.

    Parameters
    ----------
    place
        Of the array, for findings.
    objects
        Of the array, which calls no missing object an error.
    inventory
        What they were when they were written; None: nobody knows.
    """

    def __init__(self, place: str, objects: ArrayObjects, inventory: Inventory | None) -> None:
        self._place = place
        self._objects = objects
        self._inventory = inventory
        codec = objects.codec
        self._scratch = Scratch(codec.dtype)
        cell = codec.chunk_shape if codec.is_sharded else codec.object_shape
        within = Grid(codec.object_shape, cell)
        self._parts = Grid(codec.object_shape, within.grown(_PART_BYTES // codec.dtype.itemsize))

    def glance(self, index: tuple[int, ...]) -> Seen:
        """What is wrong with the size of an object or with the index of a shard; no pixel is decoded."""
        stored = self._objects.size(index)
        finding = self._wrong_size(index, stored)
        if finding is None and stored is not None:
            finding = self._wrong_index(index)
        return Seen(finding, stored)

    def look(self, index: tuple[int, ...], share: Share) -> Seen:
        """What is wrong with an object, all of which is decoded.

        Parameters
        ----------
        index
            Of the object.
        share
            Does what can be done by several threads at once.
        """
        data = self._objects.fetch(index)
        if data is None:
            return Seen(self._wrong_size(index, None), None)
        jobs = [partial(self._decode, index, data, self._parts.region(cell)) for cell in self._cells()]
        error = next((error for error in share(jobs) if error is not None), None)
        if error is not None:
            return Seen(self._damaged(index, error), len(data))
        return Seen(self._wrong_size(index, len(data)) or self._wrong_bytes(index, data), len(data))

    def _cells(self) -> list[tuple[int, ...]]:
        return list(self._parts.cells(self._parts.whole))

    def _decode(self, index: tuple[int, ...], data: Bytes, part: Region) -> DocumentError | None:
        try:
            self._objects.decode(index, data, part, self._scratch.block(part.shape))
        except DocumentError as error:
            return error
        except MemoryError as error:
            return DocumentError(f"a chunk of {part.shape!r} pixels cannot be decoded in this memory: {error}")
        return None

    def _wrong_size(self, index: tuple[int, ...], stored: int | None) -> Finding | None:
        """What the inventory says against an object of so many bytes."""
        noted = None if self._inventory is None else self._inventory.size(index)
        if noted is None or noted == (stored or 0):
            return None
        if stored is None:
            return self._finding("missing", index, f"is gone: {noted} bytes were stored", noted=noted)
        if not noted:
            return self._finding(
                "unexpected", index, f"has {stored} bytes; it was left out when the array was written", stored=stored
            )
        return self._finding(
            "changed", index, f"has {stored} bytes, and {noted} were written", stored=stored, noted=noted
        )

    def _wrong_index(self, index: tuple[int, ...]) -> Finding | None:
        try:
            self._objects.check_index(index)
        except DocumentError as error:
            return self._damaged(index, error)
        return None

    def _wrong_bytes(self, index: tuple[int, ...], data: Bytes) -> Finding | None:
        if self._inventory is None or not self._inventory.size(index):
            return None
        if fingerprint(data) == self._inventory.fingerprint(index):
            return None
        return self._finding("changed", index, "can be decoded and is not what was written")

    def _damaged(self, index: tuple[int, ...], error: DocumentError) -> Finding:
        cause = error.__cause__ or error
        return self._finding("damaged", index, f"cannot be decoded: {' '.join(str(cause).split())}")

    def _finding(self, kind: str, index: tuple[int, ...], what: str, **facts: object) -> Finding:
        key = self._objects.key(index)
        return Finding(kind, self._place, f"object {key!r} {what}", {"key": key, "index": index, **facts})
