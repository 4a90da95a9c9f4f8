"""Where objects are kept: bytes by key, used from the calling thread."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.files import write_file, write_pieces

__all__ = ["Folder", "ObjectStore"]


class ObjectStore(Protocol):
    """Bytes by key."""

    def get(self, key: str, start: int = 0, stop: int | None = None) -> Bytes | None:
        """Bytes ``start:stop`` of the value, as a slice has them (negative start: from the end); None: no value."""
        ...

    def size(self, key: str) -> int | None:
        """Number of bytes of the value; None: no value."""
        ...

    def set(self, key: str, value: Bytes) -> None:
        """Store a value, in place of what is there."""
        ...

    def set_pieces(self, key: str, pieces: Iterable[Bytes]) -> None:
        """Store a value that comes in pieces, in place of what is there."""
        ...

    def delete(self, key: str) -> None:
        """Remove a value; nothing happens where there is none."""
        ...


class Folder:
    """The files below a folder.

    Parameters
    ----------
    root
        The folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._prefix = f"{root}{os.sep}"  # pathlib takes longer to join than a small file to write

    def get(self, key: str, start: int = 0, stop: int | None = None) -> bytes | None:
        """Bytes of a file; see `ObjectStore.get`."""
        try:
            with open(self._path(key), "rb", buffering=0) as file:  # noqa: PTH123 - see above
                if start:
                    size = os.fstat(file.fileno()).st_size
                    file.seek(max(0, size + start) if start < 0 else start)
                return file.read() if stop is None else _read(file.fileno(), stop - start)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def size(self, key: str) -> int | None:
        """Bytes in a file; see `ObjectStore.size`."""
        try:
            return os.stat(self._path(key)).st_size  # noqa: PTH116 - see above
        except (FileNotFoundError, NotADirectoryError):
            return None

    def set(self, key: str, value: Bytes) -> None:
        """Write a file; see `ome_zarr.chunks.files.write_file`."""
        write_file(self._path(key), value)

    def set_pieces(self, key: str, pieces: Iterable[Bytes]) -> None:
        """Write a file piece by piece; see `ome_zarr.chunks.files.write_pieces`."""
        write_pieces(self._path(key), pieces)

    def delete(self, key: str) -> None:
        """Remove a file."""
        with suppress(FileNotFoundError):
            os.remove(self._path(key))  # noqa: PTH107 - see above

    def _path(self, key: str) -> str:
        return f"{self._prefix}{key}"

    def __str__(self) -> str:
        return str(self._root)


def _read(file: int, count: int) -> bytes:
    """That many bytes; fewer where the file ends. One call reads at most 2 GiB on Linux."""
    parts = []
    while count > 0 and (part := os.read(file, count)):
        parts.append(part)
        count -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
