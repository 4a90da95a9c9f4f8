"""What the objects of an array were when they were written: a chunk that has changed or gone is noticed."""

import json
import threading
import zlib
from collections.abc import Sequence
from math import prod
from typing import Self

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.fingerprint import fingerprint
from ome_zarr.errors import DocumentError

__all__ = ["INVENTORY_NAME", "Inventory"]

INVENTORY_NAME = ".inventory"
"""The key of an array's inventory, in the array's own folder: readers list groups, not what is in an array."""

_ENTRY = np.dtype([("size", "<i8"), ("fingerprint", "<u4")])
_MOST_OBJECTS = 1 << 27
"""In one array: their entries take 1.5 GB, and no file system keeps so many files gladly."""
_UNKNOWN = -1
_VERSION = 1


class Inventory:
    """Size and fingerprint of every object of one array.

    Any number of threads may note different objects.

    Parameters
    ----------
    grid
        Number of objects along every axis.
    """

    def __init__(self, grid: Sequence[int]) -> None:
        self._entries = np.zeros(tuple(grid), _ENTRY)
        self._entries["size"] = _UNKNOWN
        self._missing = self._entries.size
        self._lock = threading.Lock()

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of objects along every axis."""
        return self._entries.shape

    @property
    def is_complete(self) -> bool:
        """Whether every object has been noted."""
        return self._missing == 0

    def note(self, index: tuple[int, ...], size: int, mark: int) -> None:
        """Keep what object `index` is now.

        Parameters
        ----------
        index
            Of the object.
        size, mark
            Its number of bytes and its fingerprint; 0 and 0: it is left out, for it holds nothing but the fill value.
        """
        with self._lock:
            self._missing -= int(self._entries["size"][index] == _UNKNOWN)
            self._entries[index] = size, mark

    def size(self, index: tuple[int, ...]) -> int | None:
        """Bytes of object `index`, 0 for one that was left out; None: it was not noted."""
        size = int(self._entries["size"][index])
        return None if size == _UNKNOWN else size

    def fingerprint(self, index: tuple[int, ...]) -> int:
        """That of the bytes of object `index`; 0 for one that was left out or not noted."""
        return int(self._entries["fingerprint"][index])

    def to_bytes(self) -> bytes:
        """The inventory as it is stored: a line of JSON, then the compressed entries in row order."""
        entries = zlib.compress(self._entries.tobytes(), 1)
        head = {"inventory": _VERSION, "grid": self.grid, "fingerprint": fingerprint(entries)}
        return json.dumps(head).encode() + b"\n" + entries

    @classmethod
    def of_bytes(cls, data: Bytes) -> Self:
        """The inventory that :meth:`to_bytes` wrote.

        Raises
        ------
        DocumentError
            The bytes are none of an inventory, or damaged.
        """
        head, _, entries = bytes(data).partition(b"\n")
        grid = _grid(head, entries)
        unpacker = zlib.decompressobj()
        try:
            content = unpacker.decompress(entries, _ENTRY.itemsize * prod(grid) + 1)
        except zlib.error as error:
            raise _damaged(f"its entries cannot be unpacked: {error}") from error
        if len(content) != _ENTRY.itemsize * prod(grid):
            raise _damaged(f"it has not as many entries as its grid {grid!r} says")
        found = cls(grid)
        found._entries = np.frombuffer(bytearray(content), _ENTRY).reshape(grid)
        found._missing = int(np.count_nonzero(found._entries["size"] == _UNKNOWN))
        return found


def _grid(head: bytes, entries: bytes) -> tuple[int, ...]:
    """What the first line says, if it is one of ours and right about the rest."""
    try:
        said = json.loads(head)
        version, grid, mark = said["inventory"], tuple(said["grid"]), said["fingerprint"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged("its first line is none of an inventory") from error
    if version != _VERSION:
        raise _damaged(f"it has version {version!r}, and {_VERSION} is known")
    if not all(type(n) is int and n >= 0 for n in grid) or prod(grid) > _MOST_OBJECTS:
        raise _damaged(f"its grid {grid!r} is no number of objects along every axis")
    if mark != fingerprint(entries):
        raise _damaged("its checksum is another")
    return grid


def _damaged(why: str) -> DocumentError:
    return DocumentError(
        f"inventory of an array: {why}; it is damaged or another program's: delete {INVENTORY_NAME!r}, "
        "or write the image again"
    )
