"""The work on one local image: nobody else does it meanwhile, and when it is cut off it can be gone on with.

Beside the target ``NAME``, until that is whole, lie two hidden folders: ``.NAME.partial``, the image that is being
built, and ``.NAME.job``, with the lock and, for work of more than one step, what is wanted and what is done. The kernel
lets go of the lock when a process dies, so a folder without a holder is work that was cut off.
"""

import errno
import hashlib
import json
import logging
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, cast

from ome_zarr.errors import DocumentError, IncompleteError, TargetBusy, TargetError
from ome_zarr.storage.durable import sync_file_system
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.lock import FileLock
from ome_zarr.storage.protocol import Json
from ome_zarr.storage.rename import file_id
from ome_zarr.storage.undo import Undo

__all__ = ["Begun", "Job", "JobOptions", "begin_job", "end_committed", "find_jobs", "read_wish", "remove_job"]

_LOGGER = logging.getLogger(__name__)

type Begun = Literal["refuse", "resume", "discard"]
"""What becomes of work on the same target that was cut off, if some of it is done."""

_FOLDER, _PARTIAL = "job", "partial"
_LOCK, _WISH, _JOURNAL, _COMMIT, _STATES, _PACKED = "lock", "job.json", "journal", "commit.json", "states", "packed.zip"
_MARK, _CHECKSUM = "ome_zarr_job", "checksum"
_VERSION = 1
_NAME_BYTES = 180
"""Of a target's name that go into the hidden ones: file systems take 255."""
_MOST_BYTES = 1 << 28
"""Of a document in the folder; one of this size describes some million regions."""
_TRIES = 10
"""To take a folder that somebody is just removing."""


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How careful a sink is with work that takes long.

    Attributes
    ----------
    begun
        What becomes of work that was cut off earlier.
    keeps
        Whether what is done stays when the work fails, so that it can be gone on with.
    durable
        Whether the image survives a loss of power from the moment on at which it is visible; without, it survives
        the end of the process only.
    """

    begun: Begun = "discard"
    keeps: bool = False
    durable: bool = False


class Job:
    """The work on one target, held by this process; made by `take`.

    Attributes
    ----------
    target
        The place of the image, symbolic links followed.
    folder
        Where the lock and the journal are.
    partial
        Where the image is built.
    mode
        Permissions of a new folder there, as the user's mask has them.
    """

    def __init__(self, target: Path, folder: Path, lock: FileLock, mode: int) -> None:
        self.target = target
        self.folder = folder
        self.partial = _hidden(target, _PARTIAL)
        self.mode = mode
        self._lock = lock

    @classmethod
    def take(cls, target: Path, begun: Begun = "discard", make_parents: Callable[[Path], None] | None = None) -> Self:
        """The job at `target`, which nobody else has meanwhile.

        Parameters
        ----------
        target
            Where the image will be; followed if it is a symbolic link.
        begun
            What becomes of work that was cut off: ``"refuse"`` and ``"resume"`` keep it; what had not got as far as
            its first record is removed in any case.
        make_parents
            Makes the folders above a path; None: they are there.

        Raises
        ------
        TargetBusy
            Somebody is at work there.
        IncompleteError
            Work was cut off there, and `begun` is ``"refuse"``.
        TargetError
            What has the name of the job's folder is none.
        """
        target = Path(os.path.realpath(target))
        if make_parents is not None:
            make_parents(target)
        folder = _hidden(target, _FOLDER)
        lock = _lock_in(folder)
        if lock is None:
            raise TargetBusy(
                errno.EBUSY,
                f"target {str(target)!r} is being written by another process or thread; wait until it has ended, "
                "or give another path",
            )
        try:
            return cls._taken(target, folder, lock, begun)
        except BaseException:
            lock.release()
            raise

    @property
    def wish(self) -> Mapping[str, Json] | None:
        """What is to be written, as `describe` got it; None: nobody has said so.

        Raises
        ------
        DocumentError
            The document is damaged.
        """
        return _read_document(self.folder / _WISH)

    def describe(self, wish: Mapping[str, Json]) -> None:
        """Write down what is to be written, so that another process can go on with it.

        Raises
        ------
        TargetError
            The disk is full, and so on.
        """
        with as_target_errors(f"target {str(self.target)!r}"):
            _write_document(self.folder / _WISH, wish, durable=bool(wish.get("durable")))

    @property
    def journal(self) -> Path:
        """Where it is written down what is done."""
        return self.folder / _JOURNAL

    @property
    def states(self) -> Path:
        """A folder for what parts of the work leave to others."""
        return self.folder / _STATES

    @property
    def packed(self) -> Path:
        """Where the zip file is made, if the target is one."""
        return self.folder / _PACKED

    @property
    def has_progress(self) -> bool:
        """Whether something is done that is worth going on with."""
        return self.wish is not None and self.journal.exists()

    def committing(self, built: Path) -> None:
        """Note, just before it, that what is at `built` is about to get the target's name."""
        if (self.folder / _WISH).exists():
            _write_document(self.folder / _COMMIT, {"id": file_id(built)})

    @property
    def is_committed(self) -> bool:
        """Whether the image has got its name, and only the clearing up was cut off."""
        try:
            noted = _read_document(self.folder / _COMMIT)
        except DocumentError:  # the power failed before it was on the disk, and with it before the name was given
            return False
        found = file_id(self.target)
        return noted is not None and found is not None and noted.get("id") == list(found)

    def suspend(self) -> None:
        """Let go of everything as it is: somebody will go on with it."""
        self._lock.release()

    def remove(self) -> None:
        """Remove both folders and let go; no file but ours is touched, and no symbolic link followed."""
        try:
            _remove_folder(self.partial)
        except BaseException:
            self.suspend()
            raise
        self.close()

    def close(self) -> None:
        """Remove the job's folder and let go."""
        try:
            self._clear()
            (self.folder / _LOCK).unlink(missing_ok=True)
        finally:
            self._lock.release()
        try:
            self.folder.rmdir()
        except OSError as error:
            if error.errno != errno.ENOENT:  # others may have put something there
                _LOGGER.warning("could not remove %s: %s", self.folder, error)

    @classmethod
    def _taken(cls, target: Path, folder: Path, lock: FileLock, begun: Begun) -> Self:
        """The job whose lock is ours, with what an earlier process left dealt with."""
        said = lock.read()
        mode = _object(said).get("mode")
        job = cls(target, folder, lock, (mode if isinstance(mode, int) else folder.stat().st_mode) & 0o777)
        lock.write(json.dumps({_MARK: _VERSION, "target": target.name, "mode": job.mode}).encode())
        folder.chmod(0o700)  # unfinished, it is nobody else's business
        if said:  # else it is new: nothing is written before the lock
            job._settle(begun)
        return job

    def _settle(self, begun: Begun) -> None:
        """Deal with what an earlier process left."""
        if begun == "refuse" and not self.is_committed and self.has_progress:
            raise IncompleteError(
                f"the writing of {str(self.target)!r} was cut off, and what is done of it is kept; go on with "
                "ome_zarr.resume(target) or write(..., resume=True), or begin anew with overwrite=True"
            )
        if begun != "resume" or (self.wish is None and not self.is_committed):
            _remove_folder(self.partial)
            self._clear()
        elif self.partial.is_symlink() or not self.partial.is_dir():  # what the journal speaks of is gone
            self.journal.unlink(missing_ok=True)

    def _clear(self) -> None:
        """Remove all that is ours in the job's folder, but the lock."""
        there = os.listdir(self.folder)  # noqa: PTH208 - one call; in most jobs it finds nothing but the lock
        for name in (_WISH, f"{_WISH}.new", _JOURNAL, _PACKED, f"{_COMMIT}.new"):
            if name in there:
                (self.folder / name).unlink(missing_ok=True)
        if _STATES in there:
            _remove_folder(self.states)
        if _COMMIT in there:
            (self.folder / _COMMIT).unlink(missing_ok=True)  # last: without it the rest would be work to go on with


def begin_job(target: Path, undo: Undo, options: JobOptions) -> Job:
    """The job at a target, with the folders above it; errors as of `Job.take`."""
    job = Job.take(target, options.begun, undo.make_parents)
    undo.then(job.remove)
    return job


def read_wish(target: Path) -> Mapping[str, Json] | None:
    """What was to be written at a target, where that was cut off or is being done; None: there is no such work.

    Raises
    ------
    DocumentError
        The document is damaged.
    """
    return _read_document(_hidden(Path(os.path.realpath(target)), _FOLDER) / _WISH)


def end_committed(target: Path) -> bool:
    """Whether an image had got its name when its work was cut off: what was left over is removed.

    Raises
    ------
    TargetBusy
        Somebody is at work there.
    """
    if not _hidden(Path(os.path.realpath(target)), _FOLDER).is_dir():
        return False
    job = Job.take(target, "resume")
    committed = job.is_committed
    if committed or job.wish is None:
        job.remove()
    else:
        job.suspend()
    return committed


def remove_job(target: Path) -> None:
    """Remove what is left of work that was cut off, if anything is.

    Raises
    ------
    TargetBusy
        Somebody is at work there.
    """
    if _hidden(Path(os.path.realpath(target)), _FOLDER).is_dir():
        Job.take(target, "discard").remove()


def find_jobs(place: Path) -> Iterator[Path]:
    """The targets, at a place or in the folder that it is, on which work was begun and has not ended."""
    beside = _target_of(_hidden(Path(os.path.realpath(place)), _FOLDER))
    if beside is not None:
        yield Path(os.path.realpath(place))
    if place.is_dir():
        for folder in sorted(place.glob(f".*.{_FOLDER}")):
            target = _target_of(folder)
            if target is not None:
                yield target


def _target_of(folder: Path) -> Path | None:
    """The target of a folder that is a job's; None for any other."""
    if folder.is_symlink() or not folder.is_dir():
        return None
    content = (folder / _LOCK).read_bytes() if (folder / _LOCK).is_file() else b""
    said = _object(content) if content else _unsaid(folder)
    name = said.get("target")
    with suppress(ValueError):  # not every text is the name of a file
        if said.get(_MARK) == _VERSION and isinstance(name, str) and folder == _hidden(folder.with_name(name), _FOLDER):
            return folder.with_name(name)
    return None


def _unsaid(folder: Path) -> Mapping[str, Json]:
    """What the lock of an empty folder would say, where a process was killed before or after all its work."""
    name = folder.name[1 : -len(f".{_FOLDER}")]
    foreign = [path for path in folder.iterdir() if path.name != _LOCK or not path.is_file()]
    if foreign or os.path.lexists(folder.with_name(f".{name}.{_PARTIAL}")):
        return {}
    return {_MARK: _VERSION, "target": name}


def _hidden(target: Path, suffix: str) -> Path:
    """A hidden name beside the target, always the same."""
    name = os.fsencode(target.name)
    if len(name) > _NAME_BYTES:
        name = name[:_NAME_BYTES] + hashlib.sha256(name).hexdigest()[:8].encode()
    return target.with_name(f".{os.fsdecode(name)}.{suffix}")


def _lock_in(folder: Path) -> FileLock | None:
    """The lock in a folder, which is made if need be; None: somebody has it."""
    for _ in range(_TRIES):
        try:
            folder.mkdir()
        except FileExistsError:
            if folder.is_symlink() or not folder.is_dir():
                raise TargetError(
                    f"{str(folder)!r} is in the way, which is no folder of this package's; remove it, or give "
                    "another target"
                ) from None
        with suppress(FileNotFoundError):
            if (lock := FileLock.take(folder / _LOCK)) is not None:
                return lock
    return None


def _object(said: bytes) -> Mapping[str, Json]:
    """What a lock says; nothing while it is new, or damaged."""
    with suppress(ValueError, RecursionError):
        found = json.loads(said)
        if isinstance(found, dict):
            return found
    return {}


def _read_document(path: Path) -> Mapping[str, Json] | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DocumentError(f"{str(path)!r} is larger than any of this package's; remove it with ome_zarr.clean")
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (IsADirectoryError, ValueError, RecursionError) as error:
        raise DocumentError(f"{str(path)!r} is damaged: {error}; remove it with ome_zarr.clean") from error
    if not isinstance(document, dict) or document.pop(_CHECKSUM, None) != _checksum(document):
        raise DocumentError(f"{str(path)!r} is damaged: its checksum is another; remove it with ome_zarr.clean")
    return cast("Mapping[str, Json]", document)


def _write_document(path: Path, document: Mapping[str, Json], *, durable: bool = False) -> None:
    """Whole or not at all; if it shall be durable, even where the power fails, and what the lock says as well."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps({**document, _CHECKSUM: _checksum(document)}))
    if durable:
        sync_file_system(path.parent)
    new.replace(path)


def _checksum(document: Mapping[str, Json]) -> int:
    return zlib.crc32(json.dumps(document).encode())


def _remove_folder(path: Path) -> None:
    """Remove a folder with all in it; a symbolic link in its place is removed itself."""
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
