"""Renames by which a finished directory or file becomes visible."""

import ctypes
import errno
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

__all__ = ["exchange", "file_id", "hidden_sibling", "rename_new"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
"""What renameat2 answers where the kernel or the file system cannot exchange."""

_NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.ENOTSUP)
"""What link answers on a file system without hard links."""

_NAME_BYTES = 200
"""Of a name that go into the hidden one: file systems take 255, and the rest is marks and the token."""


def hidden_sibling(path: Path, suffix: str = "partial") -> Path:
    """A name beside `path` that nothing has: ``.name.<random>.partial``."""
    name = os.fsdecode(os.fsencode(path.name)[:_NAME_BYTES])
    return path.with_name(f".{name}.{secrets.token_hex(4)}.{suffix}")


def file_id(path: Path) -> tuple[int, int] | None:
    """What stays the same when a file or directory is renamed (device, inode); None where nothing is."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def rename_new(source: Path, target: Path) -> None:
    """Give `source` the name `target`, which must be free or an empty directory.

    A file may keep its old name beside the new one, where that cannot be removed.

    Raises
    ------
    OSError
        Something is at `target`; both stay as they were.
    """
    if source.is_dir():
        if os.name == "nt" and target.is_dir():
            target.rmdir()  # POSIX replaces an empty directory by itself, and refuses one that is not
        source.rename(target)
        return
    try:
        os.link(source, target)  # a rename would replace the file without asking
    except OSError as error:
        if error.errno not in _NO_LINKS or target.exists():
            raise
        source.rename(target)
    else:
        with suppress(OSError):  # it has its name; whoever clears up tries again, and says so
            source.unlink()


def exchange(first: Path, second: Path) -> None:
    """Let two directories or files swap their names.

    In one step where the kernel and file system can (Linux; ext4, xfs, btrfs, tmpfs), so that no reader
    ever finds the name without either. Elsewhere in three, undone when one of them fails.
    """
    renameat2 = _renameat2()
    if renameat2 is not None:
        if renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0:
            return
        number = ctypes.get_errno()
        if number not in _UNSUPPORTED:
            raise OSError(number, os.strerror(number), str(first), None, str(second))
    _exchange_in_steps(first, second)


def _exchange_in_steps(first: Path, second: Path) -> None:
    aside = hidden_sibling(second, "old")
    second.rename(aside)
    try:
        first.rename(second)
    except BaseException:
        aside.rename(second)
        raise
    aside.rename(first)


@cache
def _renameat2() -> "ctypes._NamedFuncPointer | None":
    """The C library's function, where it has one (glibc 2.28, musl 1.2.6)."""
    if os.name != "posix":
        return None
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
        function.restype = ctypes.c_int
    return function
