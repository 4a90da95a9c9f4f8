"""A file that one process at a time holds, and nobody once that process has ended, however it did."""

import errno
import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

__all__ = ["FileLock", "boot_id"]

_WITHOUT_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK, errno.EINVAL)
"""What the system answers on file systems that know no locks: some Lustre, NFS and FUSE mounts."""

_MOST_BYTES = 1 << 16
"""That a lock says."""

_LOCKED_BYTE = 1 << 30
"""Windows locks bytes, and nobody else may read these: one far behind what the file says."""


class FileLock:
    """A lock on a file, held; made by `take`.

    The operating system lets go of it when the process ends. On a file system without locks a second file says who
    holds it, and whoever finds that decides whether the holder can still be there.
    """

    def __init__(self, file: int, owner: Path | None) -> None:
        self._file = file
        self._owner = owner

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """The lock on a file, which is made if need be; None: somebody holds it, or is just removing the file.

        Raises
        ------
        OSError
            The file cannot be opened; FileNotFoundError: its folder is not there.
        """
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        owner = None
        try:
            held = _locked(file)
            if held is None:
                owner = path.with_name(f"{path.name}.owner")
                held = _owned(owner)
            if held and _is_named(file, path):
                return cls(file, owner)
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        return None

    def read(self) -> bytes:
        """What the file says."""
        os.lseek(self._file, 0, os.SEEK_SET)
        return os.read(self._file, _MOST_BYTES)

    def write(self, said: bytes) -> None:
        """Let the file say something."""
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, said)
        os.ftruncate(self._file, len(said))

    def release(self) -> None:
        """Let go, once; the file stays."""
        if self._owner is not None:
            self._owner.unlink(missing_ok=True)
        os.close(self._file)


def boot_id() -> str:
    """What is the same until the computer starts anew; empty where the system does not tell."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


def _locked(file: int) -> bool | None:
    """Whether the system locks the file for us; None: it cannot lock there."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only on Windows

            os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        if error.errno in _WITHOUT_LOCKS:
            return None
        raise
    return True


def _is_named(file: int, path: Path) -> bool:
    """Whether the path still leads to the open file: who had the lock before may have removed it."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _owned(path: Path) -> bool:
    """Whether the file that names the holder is ours now; one of a holder that is gone is replaced."""
    said = json.dumps({"host": socket.gethostname(), "boot": boot_id(), "process": os.getpid()}).encode()
    for _ in range(2):
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if _may_live(path):
                return False
            path.unlink(missing_ok=True)
            continue
        os.write(file, said)
        os.close(file)
        return True
    return False


def _may_live(path: Path) -> bool:
    """Whether the holder that a file names can still be there: on another computer nobody can tell."""
    try:
        holder = json.loads(path.read_bytes())
        host, boot, process = holder["host"], holder["boot"], int(holder["process"])
    except (OSError, ValueError, TypeError, KeyError):
        return True  # just being written, or damaged
    if host != socket.gethostname():
        return True
    if boot != boot_id():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
