"""Copying an image, a plate or anything else of OME-Zarr to a local folder, byte for byte."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from ome_zarr.api.inventory import Inventory, take_inventory
from ome_zarr.chunks.inventory import INVENTORY_NAME
from ome_zarr.chunks.keys import count_objects, object_bytes, object_keys
from ome_zarr.engine.crew import Crew
from ome_zarr.errors import ExistsError, NotFoundError, TargetError
from ome_zarr.metadata.versions import document_kind
from ome_zarr.storage.copy import PIECE_BYTES, Origin, open_origin
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.file_names import alike, folds_case, windows_name_fault
from ome_zarr.storage.key_reader import REQUESTS_AT_ONCE
from ome_zarr.storage.locate import Location, Target, check_not_source, locate
from ome_zarr.storage.node_path import join
from ome_zarr.storage.staging import StagedDirectory
from ome_zarr.storage.undo import Undo

__all__ = ["DownloadEvent", "DownloadStarted", "ObjectCopied", "download"]

_LOCAL_THREADS = 4
"""Files copied at once; a disk is busy with that many."""

_ALSO = "OME/METADATA.ome.xml"
"""What bioformats2raw keeps of the original metadata."""


@dataclass(frozen=True, slots=True)
class DownloadStarted:
    """What is there is known; copying begins.

    Attributes
    ----------
    target
        The folder that will appear.
    groups
        Paths of what is copied, ``""`` first; arrays are not listed.
    objects
        How many there may be: documents, chunks and shards.
    missing
        Paths that the metadata name, and at which nothing is.
    """

    target: Path
    groups: tuple[str, ...]
    objects: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectCopied:
    """One object is copied.

    Attributes
    ----------
    key
        Below the source and below the target.
    nbytes
        How large it is; None: it is not there, so that all its pixels have the fill value.
    """

    key: str
    nbytes: int | None


type DownloadEvent = DownloadStarted | ObjectCopied


class _Object(NamedTuple):
    key: str
    large: bool = False


def download(
    source: Target,
    directory: str | os.PathLike[str] = ".",
    *,
    storage_options: Mapping[str, object] | None = None,
    on_event: Callable[[DownloadEvent], None] | None = None,
) -> Path:
    """The folder into which everything at `source` was copied: documents, chunks and shards, as they are.

    Nothing is decoded, so codecs, shards and attributes of any kind stay as they are. A local folder or zip
    file is copied with all it holds but hidden files; of anything else, all that the metadata name: levels, labels,
    the wells and fields of a plate, the images of a scene or a collection, and what consolidated metadata list.
    The folder appears when it is whole; a failure leaves nothing behind.

    Parameters
    ----------
    source
        A path, a URL, a zarr group or a zarr store.
    directory
        Where the folder is made, with the name that the source has.
    storage_options
        For a URL: credentials, endpoint and so on, as the file system takes them.
    on_event
        Told how far the work is: one event at a time, from any thread.

    Raises
    ------
    NotFoundError
        There is nothing of OME-Zarr.
    ExistsError
        There is something of that name in `directory`.
    RecipeError
        `directory` is inside the source.
    DocumentError
        A document is malformed.
    UnreachableError
        The source gives no answer.
    TargetError
        The folder cannot be written, or its file system does not take a name in the source, or takes two for one.

    Examples
    --------
    >>> from ome_zarr.api.sample import write_sample
    >>> _ = write_sample("cells.zarr", shape=(8, 64, 64))
    >>> download("cells.zarr", "copies").as_posix()
    'copies/cells.zarr'
    """
    location = locate(source, storage_options=storage_options)
    inventory = take_inventory(location)
    if document_kind(inventory.groups[""].attributes, inventory.zarr_format) is None:
        raise NotFoundError(
            f"the zarr group {location.name!r} is nothing of OME-Zarr; give the path of an image, a plate, a well or "
            "a scene"
        )
    target = Path(directory, _name(location))
    if os.path.lexists(target):
        raise ExistsError(f"{str(target)!r} exists already; delete it, or give another directory")
    check_not_source(locate(target), [location.identity])
    with closing(open_origin(location)) as origin:
        _check_names(origin, inventory, target)
        with _staged(target) as folder:
            _Copying(origin, inventory, folder, on_event).run(target)
    return target


class _Copying:
    """Copies what was found into a folder."""

    def __init__(
        self, origin: Origin, inventory: Inventory, folder: Path, on_event: Callable[[DownloadEvent], None] | None
    ) -> None:
        self._origin = origin
        self._inventory = inventory
        self._folder = folder
        self._on_event = on_event
        self._lock = threading.Lock()

    def run(self, target: Path) -> None:
        listed = self._origin.keys()
        count = _count(self._inventory) if listed is None else sum(1 for _ in listed)
        self._tell(DownloadStarted(target, tuple(self._inventory.groups), count, self._inventory.missing))
        Crew().run(self._objects(), self._copy, REQUESTS_AT_ONCE if listed is None else _LOCAL_THREADS)

    def _objects(self) -> Iterator[_Object]:
        listed = self._origin.keys()
        if listed is None:
            return _objects(self._inventory)
        return (_Object(key, size > PIECE_BYTES) for key, size in listed)

    def _copy(self, wanted: _Object) -> None:
        copied = self._origin.copy(wanted.key, self._folder / wanted.key, large=wanted.large)
        self._tell(ObjectCopied(wanted.key, copied))

    def _tell(self, event: DownloadEvent) -> None:
        if self._on_event is not None:
            with self._lock:
                self._on_event(event)


def _check_names(origin: Origin, inventory: Inventory, target: Path) -> None:
    """Refuse what could not be copied whole, before anything is written."""
    nodes = [*inventory.groups, *inventory.arrays]
    if os.name == "nt":
        listed = origin.keys()
        for name in (target.name, *(nodes if listed is None else (key for key, _ in listed))):
            if fault := windows_name_fault(name):
                raise TargetError(f"{name!r} cannot be a file on Windows: {fault}; download it on another system")
    place = next(folder for folder in target.resolve().parents if folder.exists())
    if folds_case(place):
        for first, second in alike(nodes):
            raise TargetError(
                f"{first!r} and {second!r} would be one file in {str(place)!r}, where capital letters are as good as "
                "small ones; give a directory on another file system"
            )


def _objects(inventory: Inventory) -> Iterator[_Object]:
    """Every object that there may be of what was found: documents first."""
    yield from map(_Object, _documents(inventory))
    for path, document in inventory.arrays.items():
        large = object_bytes(document) > PIECE_BYTES
        yield from (_Object(join(path, key), large) for key in object_keys(document))


def _count(inventory: Inventory) -> int:
    """How many objects `_objects` gives."""
    return sum(1 for _ in _documents(inventory)) + sum(map(count_objects, inventory.arrays.values()))


def _documents(inventory: Inventory) -> Iterator[str]:
    of_group, of_array = (
        (("zarr.json",), ("zarr.json", INVENTORY_NAME))
        if inventory.zarr_format == 3
        else ((".zgroup", ".zattrs"), (".zarray", ".zattrs", INVENTORY_NAME))
    )
    for path in inventory.groups:
        yield from (join(path, name) for name in of_group)
    for path in inventory.arrays:
        yield from (join(path, name) for name in of_array)
    if inventory.zarr_format == 2:
        yield ".zmetadata"
    if "OME" in inventory.groups:
        yield _ALSO


@contextmanager
def _staged(target: Path) -> Iterator[Path]:
    """A hidden folder beside `target` that takes its name in the end, and is removed if that is not reached."""
    undo = Undo()
    try:
        with as_target_errors(f"target {str(target)!r}"):
            staged = StagedDirectory(target, undo, replaces=False)
            yield staged.path
            staged.appear()
    except BaseException:
        undo.run()
        raise
    undo.forget()


def _name(location: Location) -> str:
    """How the copy is called: as the source, whatever that is."""
    if location.directory is not None:
        name = Path(os.path.abspath(location.directory)).name  # noqa: PTH100 - links keep the names they have
    elif location.archive is not None and not location.path:
        name = location.archive.stem
        name = name if name.endswith(".zarr") else f"{name}.zarr"
    else:
        name = (location.path or unquote(urlsplit(location.name).path).rstrip("/")).rpartition("/")[2]
    return name if name not in ("", ".", "..") and not set(name) & set("/\\\0") else "image.zarr"
