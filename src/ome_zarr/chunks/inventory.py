"""What the objects of an array were when they were written: a chunk that has changed or gone is noticed."""

import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from math import prod
from typing import Self, cast

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.fingerprint import fingerprint
from ome_zarr.errors import DocumentError

__all__ = ["INVENTORY_NAME", "MOST_OBJECTS", "Inventory", "OutdatedInventoryError"]

INVENTORY_NAME = ".inventory"
"""The key of an array's inventory, in the array's own folder: readers list groups, not what is in an array."""

_ENTRY = np.dtype([("size", "<i8"), ("fingerprint", "<u4")])
MOST_OBJECTS = 1 << 27
"""In one array: their entries take 1.5 GB, and no file system keeps so many files gladly."""
_MOST_AXES = 64
"""That a NumPy array can have."""
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
        self.documents: dict[str, int] = {}
        """Fingerprints of documents that were written with the array; see `note_document`."""

    @property
    def grid(self) -> tuple[int, ...]:
        """Number of objects along every axis."""
        return self._entries.shape

    @property
    def is_complete(self) -> bool:
        """Whether every object has been noted."""
        return self._missing == 0

    @property
    def known(self) -> np.ndarray:
        """Of every object whether it has been noted, as bool."""
        return np.asarray(self._entries["size"] != _UNKNOWN)

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

    def forget(self, index: tuple[int, ...]) -> None:
        """Know nothing of object `index`."""
        with self._lock:
            self._missing += int(self._entries["size"][index] != _UNKNOWN)
            self._entries[index] = _UNKNOWN, 0

    def size(self, index: tuple[int, ...]) -> int | None:
        """Bytes of object `index`, 0 for one that was left out; None: it was not noted."""
        size = int(self._entries["size"][index])
        return None if size == _UNKNOWN else size

    def fingerprint(self, index: tuple[int, ...]) -> int:
        """That of the bytes of object `index`; 0 for one that was left out or not noted."""
        return int(self._entries["fingerprint"][index])

    def note_document(self, key: str, content: Bytes) -> None:
        """Keep what a document is now.

        Parameters
        ----------
        key
            Relative to the array's folder: ``"zarr.json"`` is the array's own, ``"../zarr.json"`` that of its group.
        content
            Its bytes.
        """
        self.documents[key] = fingerprint(content)

    def to_bytes(self) -> bytes:
        """The inventory as it is stored.

        A line of JSON with the fingerprint of what follows; a line of JSON with the grid and the documents; the
        compressed entries in row order.
        """
        entries = zlib.compress(self._entries.tobytes(), 1)
        body = _line({"grid": self.grid, "documents": self.documents}) + entries
        return _line({"inventory": _VERSION, "fingerprint": fingerprint(body)}) + body

    @classmethod
    def of_bytes(cls, data: Bytes, wanted: tuple[int, ...] | None = None) -> Self:
        """The inventory that :meth:`to_bytes` wrote.

        Parameters
        ----------
        data
            Its bytes.
        wanted
            The grid that it must be of; None: any.

        Raises
        ------
        DocumentError
            The bytes are none of an inventory, or damaged.
        OutdatedInventoryError
            It is of another grid.
        """
        grid, documents, entries = _parsed(bytes(data))
        if wanted not in (None, grid):
            raise OutdatedInventoryError(
                f"the inventory is of {grid!r} objects, and the array has {wanted!r}; another program has changed its "
                "shape or chunks"
            )
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
        found.documents.update(documents)
        return found


class OutdatedInventoryError(DocumentError):
    """The inventory is of an array that was cut into other objects."""


def _line(document: Mapping[str, object]) -> bytes:
    return json.dumps(document).encode() + b"\n"


def _parsed(data: bytes) -> tuple[tuple[int, ...], Mapping[str, int], bytes]:
    """The grid, the documents and the entries of an inventory, if it is one of ours and whole."""
    head, _, body = data.partition(b"\n")
    said, _, entries = body.partition(b"\n")
    try:
        seal, content = json.loads(head), json.loads(said)
        version, mark = seal["inventory"], seal["fingerprint"]
        grid, documents = tuple(content["grid"]), dict(content["documents"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged("its first lines are none of an inventory") from error
    if version != _VERSION:
        raise _damaged(f"it has version {version!r}, and {_VERSION} is known")
    if mark != fingerprint(body):
        raise _damaged("its checksum is another")
    if not _is_grid(grid):
        raise _damaged(f"its grid {grid!r} is no number of objects along every axis")
    if not all(type(value) is int for value in documents.values()):
        raise _damaged("the fingerprints of documents are no numbers")
    return grid, documents, entries


def _is_grid(grid: tuple[object, ...]) -> bool:
    """Whether these are numbers of objects that an array can have."""
    if len(grid) > _MOST_AXES or not all(type(n) is int and n >= 0 for n in grid):
        return False
    return prod(max(1, n) for n in cast("tuple[int, ...]", grid)) <= MOST_OBJECTS


def _damaged(why: str) -> DocumentError:
    return DocumentError(
        f"inventory of an array: {why}; it is damaged or another program's: delete {INVENTORY_NAME!r}, "
        "or write the image again"
    )
