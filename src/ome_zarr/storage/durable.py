"""What is on a disk, and not in the memory of the operating system only."""

import ctypes
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

__all__ = ["sync_file_system", "sync_folder"]


def sync_file_system(path: Path) -> None:
    """Wait until all that was written to the file system of a folder is on its disk: one call for any number of files.

    Raises
    ------
    OSError
        Something could not be written.
    """
    syncfs = _syncfs()
    if syncfs is None:
        if hasattr(os, "sync"):
            os.sync()
        return
    file = os.open(path, os.O_RDONLY)
    try:
        if syncfs(file) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(file)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on its disk; some systems cannot, and keep them in order anyway."""
    if os.name == "posix":
        file = os.open(path, os.O_RDONLY)
        try:
            with suppress(OSError):
                os.fsync(file)
        finally:
            os.close(file)


@cache
def _syncfs() -> "ctypes._NamedFuncPointer | None":
    """The C library's function, where it has one (Linux)."""
    if os.name != "posix":
        return None
    function = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if function is not None:
        function.argtypes = (ctypes.c_int,)
        function.restype = ctypes.c_int
    return function
