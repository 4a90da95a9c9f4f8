"""Nothing visible before it is whole: where an image is built, and the step that makes it appear.

- A directory is built in a hidden sibling directory and appears by one rename.
- A zip file is built likewise, packed into a hidden file beside the target, and appears by one rename.
- An image in a group or store is built in place: arrays without a group are no image. It appears with the
  attributes of its root group, which are written last.
- An image in a group or store that replaces another is built under a hidden prefix. The arrays get their
  names by renaming them (on a local disk or in memory) or stay where they are; then as before.

What is replaced is deleted after the new image has appeared.
"""

from collections.abc import Sequence
from pathlib import Path

from zarr.storage import LocalStore

from ome_zarr.chunks.files import write_file
from ome_zarr.storage.archive import pack
from ome_zarr.storage.durable import sync_file_system, sync_folder
from ome_zarr.storage.in_place import InPlaceStage
from ome_zarr.storage.job import Job
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import join
from ome_zarr.storage.nodes import group_documents
from ome_zarr.storage.protocol import ZarrFormat
from ome_zarr.storage.stage import Groups, Place, Stage
from ome_zarr.storage.staging import StagedDirectory, take_name
from ome_zarr.storage.store_undo import StoreUndo
from ome_zarr.storage.undo import Undo

__all__ = ["open_stage"]


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
