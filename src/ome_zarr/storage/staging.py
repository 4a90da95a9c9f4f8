"""A local folder that is built beside its place and appears there by one rename."""

import errno
import logging
import os
import stat
from pathlib import Path

from ome_zarr.errors import ExistsError, TargetError
from ome_zarr.storage.directory import is_zarr_directory
from ome_zarr.storage.durable import sync_file_system, sync_folder
from ome_zarr.storage.job import Job
from ome_zarr.storage.rename import hidden_sibling
from ome_zarr.storage.undo import Undo, remove_directory

__all__ = ["StagedDirectory", "take_name", "try_to_remove"]

_LOGGER = logging.getLogger(__name__)

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
"""What a rename answers when somebody has the name."""


class StagedDirectory:
    """A hidden folder beside `target` that takes its place when it is whole.

    Attributes
    ----------
    target
        The place, symbolic links followed.
    path
        Where the folder is built.

    Parameters
    ----------
    target
        The place.
    undo
        Takes the way back.
    replaces
        A folder is there and shall be replaced.
    job
        Of which it is the work, and whose folder may be there already.
    """

    def __init__(self, target: Path, undo: Undo, *, replaces: bool, job: Job | None = None) -> None:
        self.target = Path(os.path.realpath(target)) if job is None else job.target
        self._undo = undo
        self._replaces = replaces
        self._job = job
        self.path = hidden_sibling(self.target) if job is None else job.partial
        if job is None:
            undo.make_parents(self.path)
        undo.make_directory(self.path, exist_ok=job is not None)
        self._mode = stat.S_IMODE(self.path.stat().st_mode) if job is None else job.mode
        self.path.chmod(0o700)  # unfinished, it is nobody else's business

    def appear(self, *, durable: bool = False) -> None:
        """Take the place; can be taken back until `finish`. If it shall be durable, all is on the disk before."""
        self.path.chmod(self._mode)
        if self._job is not None:
            self._job.committing(self.path)
        if durable:
            sync_file_system(self.path)
        if self._replaces and self.target.exists():
            self._check_still_ours()
            self._undo.swap(self.path, self.target)
        else:
            take_name(self._undo, self.path, self.target)
        if durable:
            sync_folder(self.target.parent)

    def finish(self) -> None:
        """Delete what was replaced."""
        if self._replaces:
            try_to_remove(self.path)

    def _check_still_ours(self) -> None:
        """What is replaced is still a zarr hierarchy; the guard looked when the work began."""
        if self.target.is_symlink() or not is_zarr_directory(self.target):
            raise TargetError(
                f"target {str(self.target)!r} was a zarr hierarchy and is something else now; "
                "look what has taken its place, and write elsewhere"
            )


def take_name(undo: Undo, source: Path, target: Path) -> None:
    """Give `source` the name `target`, which nothing must have by now."""
    try:
        undo.rename(source, target)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise
        raise ExistsError(
            f"target {str(target)!r} has appeared while the image was written; "
            "nothing of it was changed: give another path, or pass overwrite=True"
        ) from error


def try_to_remove(directory: Path) -> None:
    """Delete a folder that nobody needs any more; if it cannot be, say so in the log."""
    try:
        remove_directory(directory)
    except OSError as error:  # the image is there; what is left over does no harm but take room
        _LOGGER.warning("could not delete %s: %s", directory, error)
