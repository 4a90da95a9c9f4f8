"""Nothing visible before it is whole: where an image is built, and the step that makes it appear.

- A directory is built in a hidden sibling directory and appears by one rename.
- A zip file is built likewise, packed into a hidden file beside the target, and appears by one rename.
- An image in a group or store is built in place: arrays without a group are no image. It appears with the
  attributes of its root group, which are written last.
- An image in a group or store that replaces another is built under a hidden prefix. The arrays get their
  names by renaming them (on a local disk or in memory) or stay where they are; then as before.

What is replaced is deleted after the new image has appeared.
"""

import errno
import logging
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from zarr.abc.store import Store
from zarr.storage import LocalStore

from ome_zarr.chunks.files import write_file
from ome_zarr.errors import ExistsError, TargetBusy, TargetError
from ome_zarr.storage.archive import pack
from ome_zarr.storage.durable import sync_file_system, sync_folder
from ome_zarr.storage.job import Job
from ome_zarr.storage.keys import delete_key, delete_under, first_key, get_key, is_movable, keys_under, names_under
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import join
from ome_zarr.storage.nodes import group_documents
from ome_zarr.storage.protocol import Json, ZarrFormat
from ome_zarr.storage.staging import StagedDirectory, take_name
from ome_zarr.storage.store_undo import StoreUndo
from ome_zarr.storage.undo import Undo

__all__ = ["CLAIM_NAME", "Place", "Stage", "open_stage"]

_LOGGER = logging.getLogger(__name__)

CLAIM_NAME = ".ome_zarr_claim"
"""A key that is there from the first moment of a new image until its first array is."""


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


def open_stage(
    location: Location,
    paths: Sequence[str],
    zarr_format: ZarrFormat,
    undo: StoreUndo,
    *,
    replaces: bool,
    job: Job | None,
) -> Stage:
    """The stage for this kind of target, ready to be written into.

    Parameters
    ----------
    location
        Of the image.
    paths
        Of the arrays, relative to the image.
    zarr_format
        Of arrays and groups.
    undo
        Takes the way back of everything that the stage does.
    replaces
        Something is there and shall be replaced.
    job
        Of which it is the work, where the target is a local folder or zip file.
    """
    if location.archive is not None and job is not None:
        return ArchiveStage(paths, zarr_format, undo, replaces=replaces, job=job)
    if location.directory is not None and job is not None:
        return DirectoryStage(location.directory, paths, zarr_format, undo, replaces=replaces, job=job)
    return InPlaceStage(location, paths, zarr_format, undo, replaces=replaces)


class DirectoryStage:
    """Builds beside a local directory and swaps the two."""

    def __init__(
        self, target: Path, paths: Sequence[str], zarr_format: ZarrFormat, undo: Undo, *, replaces: bool, job: Job
    ) -> None:
        self._format = zarr_format
        self._staged = StagedDirectory(target, undo, replaces=replaces, job=job)
        self.names = tuple(paths)
        self.place = Place(LocalStore(self._staged.path), paths)

    def put(self, key: str, value: bytes) -> None:
        write_file(self._staged.path / key, value)  # the store would use a name that a crash leaves in the image

    def publish(self, groups: Groups, *, durable: bool = False) -> None:
        for path, attributes in groups.items():
            for key, value in group_documents(attributes, self._format).items():
                self.put(join(path, key), value)
        self._staged.appear(durable=durable)
        self.place = Place(LocalStore(self._staged.target), self.names)

    def finish(self) -> None:
        self._staged.finish()


class ArchiveStage:
    """Builds in a directory, which takes any number of threads, and packs it.

    Needs room for two copies of the compressed image for a while. Written entry by entry into a zip file,
    metadata would come last, and a region written twice would be there twice.
    """

    def __init__(self, paths: Sequence[str], zarr_format: ZarrFormat, undo: Undo, *, replaces: bool, job: Job) -> None:
        self._target = job.target
        self._format = zarr_format
        self._undo = undo
        self._replaces = replaces
        self._job = job
        self._directory = job.partial
        self._file = job.packed
        undo.make_directory(self._directory, exist_ok=True)
        self._directory.chmod(0o700)
        self.names = tuple(paths)
        self.place = Place(LocalStore(self._directory), paths)

    def put(self, key: str, value: bytes) -> None:
        write_file(self._directory / key, value)  # as above

    def publish(self, groups: Groups, *, durable: bool = False) -> None:
        for path, attributes in groups.items():
            for key, value in group_documents(attributes, self._format).items():
                self.put(join(path, key), value)
        self._undo.then(lambda: self._file.unlink(missing_ok=True))
        self._file.unlink(missing_ok=True)  # of a process that was cut off
        pack(self._directory, self._file, groups[""])
        self._job.committing(self._file)
        if durable:
            sync_file_system(self._file.parent)
        if self._replaces and self._target.exists():
            self._undo.swap(self._file, self._target)
        else:
            take_name(self._undo, self._file, self._target)
        if durable:
            sync_folder(self._target.parent)

    def finish(self) -> None:
        """Do nothing: folder and old file are the job's, which removes them."""


class InPlaceStage:
    """Builds inside a group or store, which cannot be renamed as a whole."""

    def __init__(
        self, location: Location, paths: Sequence[str], zarr_format: ZarrFormat, undo: StoreUndo, *, replaces: bool
    ) -> None:
        self._location = location
        self._format = zarr_format
        self._undo = undo
        self._replaces = replaces
        self._moves = replaces and is_movable(location.store)
        self._wished = tuple(paths)
        token = secrets.token_hex(4)
        self._aside = join(location.path, f".{token}.old")
        prefix = "" if not replaces else f".{token}.partial" if self._moves else f"g-{token}"
        built = tuple(join(prefix, path) for path in paths)
        self.names = self._wished if self._moves else built
        self.place = Place(location.store, [join(location.path, path) for path in built])
        self._prefix = prefix
        self._before = frozenset(names_under(location.store, location.path)) if self._is_beside else frozenset()
        self._root = self._root_documents() if self._is_beside else {}
        self._claim = None if replaces or location.in_group else self._claimed()
        self._is_claimed = self._claim is not None
        if prefix:
            undo.fill(location.store, join(location.path, prefix))
        for path in self.place.paths:
            undo.fill(location.store, path)

    def put(self, key: str, value: bytes) -> None:
        self._undo.set_key(self._location.store, key, value)
        if self._claim is not None:  # from now on whoever looks finds this document
            delete_key(self._location.store, self._claim)
            self._claim = None

    def publish(self, groups: Groups, *, durable: bool = False) -> None:
        if self._moves:
            self._move_arrays()
        if self._is_beside and self._root_documents() != self._root:
            raise self._overtaken()
        self._documents = set[str]()
        for path, attributes in groups.items():
            for name, value in group_documents(attributes, self._format).items():
                key = join(self._location.path, path, name)
                self._documents.add(key)
                if self._is_claimed and not path:
                    self._create(key, value)
                else:
                    self.put(key, value)
        if durable and self._location.directory is not None:
            sync_file_system(self._location.directory)

    def finish(self) -> None:
        if not self._replaces:
            return
        try:
            self._delete_old()
        except Exception as error:  # noqa: BLE001 - whatever the store: the image is there, and complete
            _LOGGER.warning("could not delete what %s replaced: %s", self._location.name, error)

    @property
    def _is_beside(self) -> bool:
        """Whether old and new levels are there side by side, in a store that is the image's own."""
        return self._replaces and not self._moves and not self._location.in_group

    def _root_documents(self) -> Mapping[str, bytes | None]:
        """What says what the image is."""
        root = self._location.path
        return {name: get_key(self._location.store, join(root, name)) for name in ("zarr.json", ".zattrs")}

    def _create(self, key: str, value: bytes) -> None:
        """Store a document of the root of a new image, which nobody else may have stored."""
        if self._undo.create_key(self._location.store, key, value):
            return
        if get_key(self._location.store, key) is not None:
            raise self._overtaken()
        raise TargetError(f"target {self._location.name!r} did not keep {key!r}; see whether others delete there")

    def _overtaken(self) -> ExistsError:
        return ExistsError(
            f"target {self._location.name!r} has been written by somebody else meanwhile; look at what is there, "
            "and write again"
        )

    def _claimed(self) -> str | None:
        """A key of which only one of several writers can be the maker; None: the store can take nothing back."""
        store, root = self._location.store, self._location.path
        if not (store.supports_deletes and store.supports_listing):
            return None
        key = join(root, CLAIM_NAME)
        is_ours = self._undo.create_key(store, key, secrets.token_hex(16).encode())
        if not is_ours or any(name != CLAIM_NAME for name in names_under(store, root)):
            raise TargetBusy(
                errno.EBUSY,
                f"target {self._location.name!r} is being written by somebody else; wait until that has ended, "
                "or give another place",
            )
        return key

    def _move_arrays(self) -> None:
        """Give the arrays their names, and those that had them hidden ones."""
        store = self._location.store
        final = [join(self._location.path, path) for path in self._wished]
        for path, built, name in zip(self._wished, self.place.paths, final, strict=True):
            if first_key(store, name) is not None:
                self._undo.move_keys(store, name, join(self._aside, path))
            self._undo.move_keys(store, built, name)
        self.place = Place(store, final)

    def _delete_old(self) -> None:
        store, root = self._location.store, self._location.path
        if self._moves:
            delete_under(store, join(root, self._prefix))
            delete_under(store, self._aside)
        if not self._location.in_group:
            kept = tuple(f"{path}/" for path in self.place.paths)
            for key in keys_under(store, root):
                if key not in self._documents and not key.startswith(kept) and self._was_there(key):
                    delete_key(store, key)
        elif not self._moves:
            for path in self._wished:
                delete_under(store, join(root, path))

    def _was_there(self, key: str) -> bool:
        """Whether a key belongs to what is replaced, and not to what somebody else has begun to write beside it."""
        return self._moves or key.removeprefix(f"{self._location.path}/").partition("/")[0] in self._before
