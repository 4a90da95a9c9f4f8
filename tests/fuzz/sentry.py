"""A watch on what the interpreter does: files outside the root, sockets, programs, pickles."""

import asyncio
import atexit
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import cast

from zarr.core.sync import sync

__all__ = ["Sentry", "root", "sentry"]

_FORBIDDEN = (
    "ftplib.",
    "http.",
    "os.chmod",
    "os.exec",
    "os.link",
    "os.rename",
    "os.rmdir",
    "os.spawn",
    "os.symlink",
    "os.system",
    "os.truncate",
    "pickle.",
    "shutil.",
    "socket.",
    "subprocess.",
    "urllib.",
)
"""Beginnings of the names of audit events that belong to no reading of a local image."""

_SYSTEM = ("/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/kernel/random/boot_id")
"""What says how much memory there is, and when the computer was started."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Sentry:
    """Notes what must not be done while it is watching. It hears everything for as long as the process lives.

    Parameters
    ----------
    folder
        The only one in which files may be opened, beside those of Python and of the packages.
    """

    def __init__(self, folder: Path) -> None:
        self._inside = f"{folder}{os.sep}"
        paths = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *filter(None, sys.path)}
        self._code = tuple(f"{Path(path).absolute()}{os.sep}" for path in paths)
        self._watching = self._removes = False
        self._breaches: list[str] = []
        sys.addaudithook(self._hear)

    @contextmanager
    def watching(self, *, removes: bool = False) -> Iterator[list[str]]:
        """What is done meanwhile and should not have been.

        Parameters
        ----------
        removes
            Whether files may be removed inside the folder.
        """
        self._breaches = []
        self._watching, self._removes = True, removes
        try:
            yield self._breaches
        finally:
            self._watching = False

    def _hear(self, event: str, details: tuple[object, ...]) -> None:
        if not self._watching:
            return
        match event, details:
            case "open", (str() | bytes() as path, _, flags):  # other paths are numbers of open files
                wrong = bool(cast("int", flags) & _WRITING) or not self._is_readable(_absolute(path))
            case "os.remove", (str() | bytes() as path, _):
                wrong = not (self._removes and _absolute(path).startswith(self._inside))
            case _:
                wrong = event.startswith(_FORBIDDEN)
        if wrong:
            self._breaches.append(f"{event}{details!r}")

    def _is_readable(self, name: str) -> bool:
        return name.startswith((self._inside, *self._code)) or name in _SYSTEM


def _absolute(path: str | bytes) -> str:
    return os.path.normpath(Path.cwd() / os.fsdecode(path))


@cache
def root() -> Path:
    """A folder in memory, where there is one, for inputs that have to be files; removed when the process ends."""
    shared = Path("/dev/shm")
    parent = tempfile.mkdtemp(prefix="ome-zarr-fuzz-", dir=shared if shared.is_dir() else None)
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    folder = Path(parent).resolve() / "root"
    folder.mkdir()
    return folder


@cache
def sentry() -> Sentry:
    """The only one: what it hears cannot be stopped. By then zarr has its event loop, with the sockets of that."""
    sync(asyncio.sleep(0))
    return Sentry(root())
