"""A few bytes that tell whether a stored object is still what was written."""

from collections.abc import Iterable, Iterator

import google_crc32c
import numpy as np

from ome_zarr.chunks.chain import Bytes

__all__ = ["Fingerprint", "fingerprint"]

_TAIL = 4
"""Bytes of a CRC-32C."""


class Fingerprint:
    """CRC-32C of bytes that come in pieces, the last four of all in reversed order.

    A chunk may end in a CRC-32C of its own. Taken in their order, all bytes of all such chunks together have one and
    the same CRC-32C, and chunks that have changed places would not be noticed.
    """

    def __init__(self) -> None:
        self.size = 0
        self._crc = 0
        self._tail = np.empty(0, np.uint8)

    def add(self, piece: Bytes) -> None:
        """Take the next bytes."""
        data = np.frombuffer(piece, np.uint8)
        self.size += data.size
        if data.size < _TAIL:
            data = np.concatenate((self._tail, data))
        elif self._tail.size:
            self._crc = google_crc32c.extend(self._crc, self._tail)
        cut = max(0, data.size - _TAIL)
        self._crc = google_crc32c.extend(self._crc, data[:cut])
        self._tail = data[cut:].copy()

    def following(self, pieces: Iterable[Bytes]) -> Iterator[Bytes]:
        """The same pieces, each taken as it passes."""
        for piece in pieces:
            self.add(piece)
            yield piece

    def following_chunk(self, pieces: Iterable[Bytes]) -> Iterator[Bytes]:
        """As `following`, of one chunk: where there are two pieces, the second is the CRC-32C of the first."""
        match held := tuple(pieces):
            case data, checksum:  # is not computed again
                self.size = len(data) + len(checksum)
                self._crc, self._tail = int.from_bytes(checksum, "little"), np.frombuffer(checksum, np.uint8)
            case _:
                for piece in held:
                    self.add(piece)
        return iter(held)

    @property
    def value(self) -> int:
        """Of all bytes so far."""
        return int(google_crc32c.extend(self._crc, self._tail[::-1].copy()))


def fingerprint(data: Bytes) -> int:
    """The :class:`Fingerprint` of bytes that are there at once."""
    found = Fingerprint()
    found.add(data)
    return found.value
