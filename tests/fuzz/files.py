"""Inputs as files below the root, of which only those are written that have changed."""

import os
from collections.abc import Mapping
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

from tests.fuzz.sentry import root

__all__ = ["Folder"]


class Folder:
    """A folder below the root, filled anew for every execution.

    Parameters
    ----------
    name
        Of the folder.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._held: dict[str, bytes] = {}

    @property
    def path(self) -> Path:
        """Where it is."""
        return root() / self._name

    def fill(self, entries: Mapping[str, bytes]) -> Path:
        """Let the folder hold these files, as far as there can be such, and nothing else; returns its path."""
        wanted = _possible(entries)
        for key in self._held.keys() - wanted.keys():
            self._remove(self.path / key)
        for key, value in wanted.items():
            path = self.path / key
            if self._held.get(key) != value or not os.path.lexists(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(value)
        self._held = wanted
        return self.path

    def _remove(self, path: Path) -> None:
        """Remove a file, and the folders that are empty without it."""
        path.unlink(missing_ok=True)
        with suppress(OSError):
            for parent in path.relative_to(self.path).parents:
                (self.path / parent).rmdir()


def _possible(entries: Mapping[str, bytes]) -> dict[str, bytes]:
    """The entries that can be files side by side: none has the name of the folder of another."""
    plain = {key: value for key, value in entries.items() if _is_plain(key)}
    folders = {folder for key in plain for folder in accumulate(key.split("/")[:-1], "{}/{}".format)}
    return {key: value for key, value in plain.items() if key not in folders}


def _is_plain(key: str) -> bool:
    """Whether a file below a folder can have this name."""
    return "\0" not in key and all(0 < len(part.encode()) < 256 and part.strip(".") for part in key.split("/"))
