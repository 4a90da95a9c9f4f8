"""Objects of a store copied to files, byte for byte: what they hold is of no interest here."""

import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from ome_zarr.chunks.files import write_file
from ome_zarr.chunks.inventory import INVENTORY_NAME
from ome_zarr.errors import DocumentError, RecipeError, UnreachableError
from ome_zarr.storage.archive import open_archive
from ome_zarr.storage.failures import unreachable
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import DOCUMENT_NAMES, join, parse_node_path

__all__ = ["PIECE_BYTES", "Origin", "is_part", "open_origin"]

PIECE_BYTES = 16 << 20
"""What is larger comes in pieces of this size, so that sixteen threads hold 256 MiB at most."""

_WAITS_S = (0.2, 0.6, 1.8)
"""Seconds before a store that failed is asked again: a hiccup is over by then, an outage is not."""

_TOLD_TO_WAIT = frozenset({408, 425, 429})
"""Answers below 500 that mean "later" (RFC 9110; RFC 6585)."""


class Origin(Protocol):
    """Where objects are copied from; any number of threads may copy."""

    def keys(self) -> Iterator[tuple[str, int]] | None:
        """Key of every object below the location, and its size; None where that cannot be known."""
        ...

    def copy(self, key: str, file: Path, *, large: bool) -> int | None:
        """Bytes that were copied into a new file, with the directories that it needs; None: there is no such object.

        Parameters
        ----------
        key
            Relative to the location.
        file
            Where the object goes.
        large
            The object may be larger than `PIECE_BYTES`.

        Raises
        ------
        UnreachableError
            The store gives no answer, or not the whole object.
        """
        ...

    def close(self) -> None:
        """Let go of what was opened."""
        ...


def open_origin(location: Location) -> Origin:
    """What copies the objects below a location; folders and zip files list theirs."""
    if location.archive is not None:
        return _Archive(location.archive, location.path)
    if location.directory is not None:
        return _Folder(location.directory)
    return _Objects(location)


class _Folder:
    """Files. Symbolic links are followed, as readers of the folder follow them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keys(self) -> Iterator[tuple[str, int]]:
        todo: list[tuple[str, tuple[os.stat_result, ...]]] = [("", (self._directory.stat(),))]
        while todo:
            prefix, above = todo.pop()
            with os.scandir(self._directory / prefix) as entries:
                found = sorted((entry for entry in entries if is_part(entry.name)), key=lambda entry: entry.name)
            for entry in found:
                key, status = join(prefix, entry.name), _status(entry)
                if status is None:
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield key, status.st_size
                elif stat.S_ISDIR(status.st_mode) and not any(os.path.samestat(status, one) for one in above):
                    todo.append((key, (*above, status)))  # a directory above itself would be a link in circles

    def copy(self, key: str, file: Path, *, large: bool) -> int | None:
        del large  # the file system copies without our memory
        source = self._directory / key
        if not source.is_file():
            return None
        _with_parents(file, lambda: shutil.copyfile(source, file))
        return file.stat().st_size

    def close(self) -> None:
        pass


class _Archive:
    """Entries of a zip file."""

    def __init__(self, path: Path, prefix: str) -> None:
        self._file = open_archive(path)
        self._prefix = f"{prefix}/" if prefix else ""
        self._sizes = {
            entry.filename.removeprefix(self._prefix): entry.file_size
            for entry in self._file.infolist()
            if entry.filename.startswith(self._prefix) and not entry.is_dir()
        }

    def keys(self) -> Iterator[tuple[str, int]]:
        for key, size in self._sizes.items():
            if all(map(is_part, _safe(key).split("/"))):
                yield key, size

    def copy(self, key: str, file: Path, *, large: bool) -> int | None:
        del large  # it is copied in small pieces
        if key not in self._sizes:
            return None

        def copy_entry() -> None:
            with file.open("wb") as target, self._file.open(self._prefix + key) as entry:
                shutil.copyfileobj(entry, target, 1 << 20)

        _with_parents(file, copy_entry)
        return self._sizes[key]

    def close(self) -> None:
        self._file.close()


class _Objects:
    """Objects of a zarr store, which may be far away, and which nobody lists: an HTTP server cannot."""

    def __init__(self, location: Location) -> None:
        from ome_zarr.chunks.zarr_arrays import SyncStore  # noqa: PLC0415 - slow to import, and not always wanted

        self._store = SyncStore(location.store)
        self._path = location.path
        self._closing = threading.Event()

    def keys(self) -> None:
        return None

    def copy(self, key: str, file: Path, *, large: bool) -> int | None:
        key = join(self._path, key)
        size = self._asked(lambda: self._size(key), key) if large else None
        if size is not None and size > PIECE_BYTES:
            return self._copy_pieces(key, file, size)
        data = self._get(key, 0, None)
        if data is None:
            return None
        write_file(file, data)
        return len(data)

    def close(self) -> None:
        self._closing.set()

    def _copy_pieces(self, key: str, file: Path, size: int) -> int:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as target:
            for start in range(0, size, PIECE_BYTES):
                stop = min(start + PIECE_BYTES, size)
                piece = self._get(key, start, stop)
                if piece is None or len(piece) != stop - start:
                    raise UnreachableError(
                        f"{key!r} in {self._store} has {size} bytes, and of {start} to {stop} came "
                        f"{0 if piece is None else len(piece)}; the server does not give parts, or the object "
                        "was changed meanwhile: try again"
                    )
                target.write(piece)
        return size

    def _get(self, key: str, start: int, stop: int | None) -> bytes | None:
        value = self._asked(lambda: self._store.get(key, start, stop), key)
        return None if value is None else bytes(value)

    def _size(self, key: str) -> int | None:
        """Bytes of an object; None where it is not there or the store does not say."""
        from zarr.core.sync import sync  # noqa: PLC0415 - slow to import, and not always wanted

        try:
            return sync(self._store.store.getsize(key))
        except (FileNotFoundError, NotImplementedError, TypeError, ValueError):
            return None

    def _asked[T](self, question: Callable[[], T], key: str) -> T:
        """The answer of a store, which is asked again a few times if it fails."""
        for wait_s in _WAITS_S:
            try:
                return question()
            except Exception as error:  # every file system has errors of its own
                if not _is_passing(error):
                    raise unreachable(key, self._store.store, error) from error
            self._closing.wait(wait_s)
        try:
            return question()
        except Exception as error:  # likewise
            raise unreachable(key, self._store.store, error) from error


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What is at the end of a link; None where that is nothing."""
    try:
        return entry.stat()
    except OSError:
        return None


def _is_passing(error: Exception) -> bool:
    """Whether asking again may help: not where the server has understood and refuses."""
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return status >= 500 or status in _TOLD_TO_WAIT
    return not isinstance(error, PermissionError | NotImplementedError | TypeError | ValueError)


def is_part(name: str) -> bool:
    """Whether a name belongs to a zarr hierarchy: what else begins with a period is somebody's, and hidden."""
    return not name.startswith(".") or name in (*DOCUMENT_NAMES, INVENTORY_NAME)


def _safe(key: str) -> str:
    try:
        return parse_node_path(key, "entry")
    except RecipeError as error:
        raise DocumentError(f"the zip file is not that of an image: {error}") from error


def _with_parents(file: Path, write: Callable[[], object]) -> None:
    """Write a file; its directory is made if it is missing, which is cheaper than asking every time."""
    try:
        write()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        write()
