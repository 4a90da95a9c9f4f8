"""Steps that can be taken back."""

import logging
import shutil
from collections.abc import Callable
from functools import partial
from itertools import takewhile
from pathlib import Path

from ome_zarr.storage.rename import exchange, file_id, rename_new

__all__ = ["Undo", "remove_directory"]

_LOGGER = logging.getLogger(__name__)


class Undo:
    """A record of how to take back, in reverse order, what has been done so far.

    Every method notes the way back *before* it takes its step, and the way back looks whether the step was
    taken: an interrupt at any moment, between the two included, leaves nothing behind.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[Callable[[], None], bool]] = []

    def then(self, step: Callable[[], None], *, needs_rest: bool = False) -> None:
        """Note one way back.

        Parameters
        ----------
        step
            Takes it.
        needs_rest
            What is there until then needs all that was done before: if this step fails, that stays as well.
        """
        self._steps.append((step, needs_rest))

    def run(self) -> None:
        """Take everything back. What cannot be is logged, and only keeps the rest from it where it needs that."""
        while self._steps:
            step, needs_rest = self._steps.pop()
            try:
                step()
            except Exception as error:  # noqa: BLE001 - the store's, whatever they are
                _LOGGER.warning("could not clean up: %s", error)
                if needs_rest:
                    self.forget()

    def forget(self) -> None:
        """Let everything stay."""
        self._steps.clear()

    def make_parents(self, path: Path) -> None:
        """Create the directories in which `path` will be."""
        missing = list(takewhile(lambda parent: not parent.exists(), path.parents))
        for parent in reversed(missing):
            self.then(partial(_remove_empty, parent))
            parent.mkdir(exist_ok=True)

    def make_directory(self, path: Path, *, exist_ok: bool = False) -> None:
        """Create one directory, in which everything will be ours, or is if it may be there."""
        self.then(lambda: remove_directory(path))
        path.mkdir(exist_ok=exist_ok)

    def swap(self, first: Path, second: Path) -> None:
        """Let two names change places."""
        before = file_id(first)

        def back() -> None:
            if file_id(second) == before:
                exchange(first, second)

        self.then(back)
        exchange(first, second)

    def rename(self, source: Path, target: Path) -> None:
        """Give `source` the name `target`, which must be free."""
        before = file_id(source)

        def back() -> None:
            if file_id(source) == before:
                if file_id(target) == before:  # a second name of the same file
                    target.unlink()
            elif file_id(target) == before:
                target.rename(source)

        self.then(back)
        rename_new(source, target)


def remove_directory(path: Path) -> None:
    """Delete a directory and what it holds; symbolic links in it are deleted, not followed."""
    if path.is_symlink():
        raise OSError(f"{str(path)!r} is a symbolic link, which is never deleted")
    if path.exists():
        shutil.rmtree(path)


def _remove_empty(path: Path) -> None:
    """Delete a directory, unless somebody has put something into it."""
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
