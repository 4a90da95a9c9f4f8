"""The documents of a folder, a zip file or a zarr store, read key by key.

Folders and zip files are read without zarr-python, which takes longer to import than they take to read.
"""

import errno
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol
from zipfile import ZipFile

from ome_zarr.chunks.store import Folder, ObjectStore
from ome_zarr.errors import DocumentError, NotFoundError, OmeZarrError
from ome_zarr.storage.archive import open_archive
from ome_zarr.storage.failures import unreachable
from ome_zarr.storage.locate import Location

if TYPE_CHECKING:
    from zarr.abc.store import Store

__all__ = ["MAX_DOCUMENT_BYTES", "REQUESTS_AT_ONCE", "KeyReader", "key_reader"]

MAX_DOCUMENT_BYTES = 16 << 20
"""What is larger is not read: 16 MiB hold the colours of 100,000 labels, and parse within a second."""


REQUESTS_AT_ONCE = 16
"""Where answers are slow, threads mostly wait: as many as object stores and web servers serve without a queue."""


class KeyReader(Protocol):
    """Reads keys of a store; from any number of threads."""

    @property
    def slow(self) -> bool:
        """Whether an answer takes so long that several keys should be asked for at once."""
        ...

    @property
    def store(self) -> "Store":
        """The same as a zarr store."""
        ...

    @property
    def objects(self) -> ObjectStore:
        """The same, for chunks and shards."""
        ...

    def get(self, key: str) -> bytes | None:
        """The document at a key; None: there is none.

        Raises
        ------
        DocumentError
            It is larger than `MAX_DOCUMENT_BYTES`, or damaged.
        UnreachableError
            The store gives no answer.
        """
        ...


def key_reader(location: Location) -> KeyReader:
    """What reads the store of a location; keys start at the root of that store."""
    if location.archive is not None:
        return _Archive(location.archive)
    if isinstance(location.root, Path):
        return _Folder(location.root)
    if location.directory is not None:
        return _Folder(Path(location.root.root), location.root)  # type: ignore[attr-defined] # only a LocalStore has both
    return _Store(location.root)


class _Folder:
    """Files."""

    slow = False

    def __init__(self, root: Path, store: "Store | None" = None) -> None:
        self._root = root
        self._given = store

    @cached_property
    def store(self) -> "Store":
        if self._given is not None:
            return self._given
        from zarr.storage import LocalStore  # noqa: PLC0415 - slow to import, and not always wanted

        return LocalStore(self._root, read_only=True)

    @property
    def objects(self) -> ObjectStore:
        return Folder(self._root)

    def get(self, key: str) -> bytes | None:
        path = self._root / key
        try:
            with path.open("rb") as file:
                return _limited(file.read(MAX_DOCUMENT_BYTES + 1), path)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:  # nothing can be called so
                return None
            raise unreachable(key, self._root, error) from error


class _Archive:
    """Entries of a zip file, whose directory is read once."""

    slow = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()

    @cached_property
    def store(self) -> "Store":
        from zarr.storage import ZipStore  # noqa: PLC0415 - slow to import, and not always wanted

        return ZipStore(self._path, mode="r")

    @cached_property
    def objects(self) -> ObjectStore:
        from ome_zarr.chunks.zarr_arrays import ArchiveObjects  # noqa: PLC0415 - it needs zarr

        return ArchiveObjects(self.store)

    def get(self, key: str) -> bytes | None:
        place = f"{key!r} in {self._path}"
        with self._lock:
            try:
                with self._file.open(key) as entry:
                    return _limited(entry.read(MAX_DOCUMENT_BYTES + 1), place)
            except KeyError:
                return None
            except OmeZarrError:
                raise
            except Exception as error:  # each compression has errors of its own, and a wrong offset is an OSError
                raise DocumentError(f"{place} cannot be read: {error}; it is damaged: write it again") from error

    @cached_property
    def _file(self) -> ZipFile:
        try:
            return open_archive(self._path)
        except FileNotFoundError as error:
            raise NotFoundError(f"there is no file {str(self._path)!r}; give the path of a zip file") from error


class _Store:
    """Keys of any zarr store."""

    def __init__(self, store: "Store") -> None:
        from zarr.storage import MemoryStore  # noqa: PLC0415 - the store is zarr's

        from ome_zarr.chunks.zarr_arrays import SyncStore  # noqa: PLC0415 - it needs zarr

        self.store = store
        self.slow = not isinstance(store, MemoryStore)
        self.objects: ObjectStore = SyncStore(store)

    def get(self, key: str) -> bytes | None:
        try:
            value = self.objects.get(key)
        except OmeZarrError:
            raise
        except Exception as error:  # every file system has errors of its own
            raise unreachable(key, self.store, error) from error
        return None if value is None else _limited(bytes(value), f"{key!r} in {self.store}")


def _limited(data: bytes, place: object) -> bytes:
    if len(data) > MAX_DOCUMENT_BYTES:
        raise DocumentError(
            f"{place} is larger than {MAX_DOCUMENT_BYTES >> 20} MiB, which no document of an image is; "
            "see whether it holds pixels or was damaged"
        )
    return data
