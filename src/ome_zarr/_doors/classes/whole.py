"""Several images that appear all at once: a local folder or zip file that is built beside its place."""

import os
from pathlib import Path
from typing import cast

from ome_zarr.storage.archive import pack
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.guard import check_target
from ome_zarr.storage.job import JobOptions
from ome_zarr.storage.keys import read_attributes
from ome_zarr.storage.locate import Location, locate
from ome_zarr.storage.rename import hidden_sibling
from ome_zarr.storage.staging import StagedDirectory, take_name, try_to_remove
from ome_zarr.storage.undo import Undo
from ome_zarr.storage.unfinished import Unfinished

__all__ = ["Aside", "is_built_aside"]


def is_built_aside(location: Location) -> bool:
    """Whether the target is a folder or a zip file on a local disk, to be taken up as a whole."""
    return not location.in_group and (location.directory is not None or location.archive is not None)


class Aside(Unfinished[Undo]):
    """A folder beside the target, which takes its place in one step. What is replaced can be read until then.

    A context manager: leaving it before `appear`, by whatever exception or none, leaves nothing behind.

    Parameters
    ----------
    target
        A place of which `is_built_aside` is true.
    overwrite
        Replace what is there.

    Raises
    ------
    ExistsError
        Something is there and `overwrite` is false.
    TargetError
        It cannot be written, or is no place for an image.
    """

    def __init__(self, target: Location, *, overwrite: bool) -> None:
        super().__init__(target.name, Undo(), JobOptions())
        self._archive = target.archive
        with as_target_errors(f"target {target.name!r}"):
            self._replaces = check_target(target, (), overwrite=overwrite)
        with self._all_or_nothing():
            place = cast("Path", target.archive or target.directory)
            self._staged = StagedDirectory(place, self._undo, replaces=self._replaces)
        self.location = locate(self._staged.path)
        """Of the folder; images are written here."""

    def appear(self) -> None:
        """Take the place of the target. If this fails nothing is left, as without it."""
        self._check_open()
        with self._all_or_nothing():
            if self._archive is None:
                self._staged.appear()
            else:
                self._pack(Path(os.path.realpath(self._archive)))
        self._finished()
        if self._archive is None:
            self._staged.finish()
        else:
            try_to_remove(self._staged.path)

    def _pack(self, target: Path) -> None:
        file = hidden_sibling(target, "zip.partial")
        self._undo.then(lambda: file.unlink(missing_ok=True))
        pack(self._staged.path, file, read_attributes(self.location.store, "") or {})
        if self._replaces:
            file.replace(target)
        else:
            take_name(self._undo, file, target)
