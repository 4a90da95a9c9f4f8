"""File systems that fail, end the process or lose their power at a chosen operation.

The operations of this process below one folder are numbered: `operations` lists those of some work, `Faults` lets one
of them go wrong, `killed_at` does so in a process of its own, and `PowerLoss` makes what a computer may find on its
disk after its power was gone. Only Linux; what goes on elsewhere than in Python's own file calls is not seen, but for
the two functions of the C library that this package calls.
"""

import builtins
import errno as errors
import io
import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Buffer, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self
from unittest.mock import patch

__all__ = ["Faults", "FileOperation", "PowerLoss", "killed_at", "operations"]

type Fault = Literal["raise", "short", "kill", "tear"]
"""An error; an error after half of what is written; the end of the process; its end after half of what is written."""

type _Act[T] = Callable[[bytes], T]

_NAMED = {"mkdir": "mkdir", "rmdir": "rmdir", "unlink": "unlink", "remove": "unlink", "chmod": "chmod"}
_RENAMES = {"rename": "rename", "replace": "rename", "link": "link"}
_TAKES_ROOM = ("create", "write", "mkdir", "link")
_OPEN = io.open
_BLOCK_BYTES = 512
"""What a disk writes whole or not at all."""


@dataclass(frozen=True, slots=True)
class FileOperation:
    """One change of a file system.

    Attributes
    ----------
    kind
        ``"create"`` (open to write), ``"write"``, ``"truncate"``, ``"sync"`` (of one file or folder), ``"sync all"``,
        ``"mkdir"``, ``"rmdir"``, ``"unlink"``, ``"chmod"``, ``"rename"``, ``"link"`` or ``"exchange"``.
    path
        What is changed, relative to the folder that is watched.
    other
        The second name, of what has two.
    data
        What is written.
    at
        Where it is written in its file; of ``"create"`` and ``"truncate"`` how many bytes stay, -1 being all.
    """

    kind: str
    path: str
    other: str = ""
    data: bytes = b""
    at: int = 0


class _FileWatch:
    """A context manager, in which `_meet` is asked to do every change below a folder; for one at a time."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._root = os.path.realpath(root)
        self._patches = ExitStack()

    def __enter__(self) -> Self:
        self._open, self._write = os.open, os.write
        self._patches.enter_context(patch.object(io, "open", self._opened))
        self._patches.enter_context(patch.object(builtins, "open", self._opened))
        self._patches.enter_context(patch.object(os, "open", self._descriptor))
        self._patches.enter_context(patch.object(os, "write", self._written))
        self._patches.enter_context(patch.object(os, "fsync", self._filed("sync", os.fsync)))
        self._patches.enter_context(patch.object(os, "ftruncate", self._filed("truncate", os.ftruncate)))
        for name, kind in _NAMED.items():
            self._patches.enter_context(patch.object(os, name, self._named(kind, getattr(os, name))))
        for name, kind in _RENAMES.items():
            self._patches.enter_context(patch.object(os, name, self._renamed(kind, getattr(os, name))))
        from ome_zarr.storage import durable, rename

        exchange, sync = rename._renameat2(), durable._syncfs()  # noqa: SLF001 - the only calls beside Python's own
        if exchange is not None:
            self._patches.enter_context(patch.object(rename, "_renameat2", lambda: self._exchanged(exchange)))
        if sync is not None:
            self._patches.enter_context(patch.object(durable, "_syncfs", lambda: self._filed("sync all", sync)))
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def _meet[T](self, operation: FileOperation, act: _Act[T]) -> T:
        """Do an operation, which is given the bytes to write; or something else."""
        raise NotImplementedError

    def _below(self, path: object, folder: int | None = None) -> str | None:
        """A path relative to the root; None: it is not below, or no path at all."""
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        name = os.fsdecode(path)
        if folder is not None:
            name = os.path.join(_path_of(folder), name)  # noqa: PTH118 - pathlib would use what is patched
        parent = os.path.realpath(os.path.dirname(name) or ".")  # noqa: PTH120 - likewise
        place = f"{parent}/{os.path.basename(name)}"  # noqa: PTH119 - likewise
        return place[len(self._root) + 1 :] if place.startswith(f"{self._root}/") else None

    def _opened(  # noqa: PLR0913, PLR0917 - those of the function whose place it takes
        self,
        file: str,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Callable[[str, int], int] | None = None,
    ) -> object:
        place = self._below(file)
        if place is None or not set(mode) & set("wxa+"):
            return _OPEN(file, mode, buffering, encoding, errors, newline, closefd, opener)
        kept = 0 if "w" in mode else -1
        plain = mode.replace("b", "").replace("t", "")
        raw = self._meet(FileOperation("create", place, at=kept), lambda _: _WatchedFile(file, plain, self, place))
        if buffering == 0:
            return raw
        size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
        buffer = io.BufferedRandom(raw, size) if "+" in mode else io.BufferedWriter(raw, size)
        return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding, errors, newline)

    def _descriptor(self, path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        place = self._below(path, dir_fd)
        if place is None or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return self._open(path, flags, mode, dir_fd=dir_fd)
        operation = FileOperation("create", place, at=0 if flags & os.O_TRUNC else -1)
        return self._meet(operation, lambda _: self._open(path, flags, mode, dir_fd=dir_fd))

    def _written(self, file: int, data: bytes) -> int:
        place = self._below(_path_of(file))
        if place is None:
            return self._write(file, data)
        operation = FileOperation("write", place, data=bytes(data), at=os.lseek(file, 0, os.SEEK_CUR))
        return self._meet(operation, lambda part: self._write(file, part))

    def _filed[T](self, kind: str, real: Callable[..., T]) -> Callable[..., T]:
        """A function of an open file."""

        def call(file: int, *rest: int) -> T:
            path = _path_of(file)
            place = "" if path == self._root else self._below(path)
            if place is None:
                return real(file, *rest)
            return self._meet(FileOperation(kind, place, at=rest[0] if rest else 0), lambda _: real(file, *rest))

        return call

    def _named[T](self, kind: str, real: Callable[..., T]) -> Callable[..., T]:
        """A function of a path."""

        def call(path: str, *rest: object, dir_fd: int | None = None, **options: object) -> T:
            place = self._below(path, dir_fd)
            if place is None:
                return real(path, *rest, dir_fd=dir_fd, **options)
            return self._meet(FileOperation(kind, place), lambda _: real(path, *rest, dir_fd=dir_fd, **options))

        return call

    def _renamed[T](self, kind: str, real: Callable[..., T]) -> Callable[..., T]:
        """A function of two paths."""

        def call(source: str, target: str, **options: object) -> T:
            first, second = self._below(source), self._below(target)
            if first is None or second is None:
                return real(source, target, **options)
            return self._meet(FileOperation(kind, first, second), lambda _: real(source, target, **options))

        return call

    def _exchanged(self, real: Callable[..., int]) -> Callable[..., int]:
        """The C library's function, which takes two folders and names in them."""

        def call(folder: int, first: bytes, other: int, second: bytes, flags: int) -> int:
            operation = FileOperation("exchange", self._below(first) or "", self._below(second) or "")
            if not operation.path or not operation.other:
                return real(folder, first, other, second, flags)
            return self._meet(operation, lambda _: real(folder, first, other, second, flags))

        return call


class _WatchedFile(io.FileIO):
    """A file without a buffer, of which every write is watched."""

    def __init__(self, path: str, mode: str, watch: _FileWatch, place: str) -> None:
        super().__init__(path, mode)
        self._watch = watch
        self._place = place

    def write(self, data: Buffer, /) -> int:
        """Write, or fail."""
        operation = FileOperation("write", self._place, data=bytes(data), at=self.tell())
        return self._watch._meet(operation, super().write)  # noqa: SLF001 - its own


class Faults(_FileWatch):
    """A context manager in which one operation on files goes wrong; those before and after it go well.

    Parameters
    ----------
    root
        The folder below which operations are numbered; of all threads, in the order in which they come.
    at
        Number of the operation that goes wrong, 0 being the first; None: none.
    what
        How it goes wrong.
    error
        Number of the error, such as ``errno.ENOSPC``.
    lasts
        Whether everything that takes up room goes on failing, as on a disk that is full.

    Attributes
    ----------
    seen
        The operations, the one that went wrong included.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        at: int | None = None,
        what: Fault = "raise",
        error: int = errors.ENOSPC,
        *,
        lasts: bool = False,
    ) -> None:
        super().__init__(root)
        self.seen: list[FileOperation] = []
        self._at = at
        self._what = what
        self._error = error
        self._lasts = lasts
        self._lock = threading.Lock()

    def _meet[T](self, operation: FileOperation, act: _Act[T]) -> T:
        with self._lock:
            number = len(self.seen)
            self.seen.append(replace(operation, data=b""))
        if not self._strikes(number, operation):
            return act(operation.data)
        if self._what in ("short", "tear") and operation.data:
            act(operation.data[: len(operation.data) // 2])
        if self._what in ("kill", "tear"):
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self._error, os.strerror(self._error), f"{self._root}/{operation.path}")

    def _strikes(self, number: int, operation: FileOperation) -> bool:
        if self._at is None or number < self._at:
            return False
        return number == self._at or (self._lasts and operation.kind in _TAKES_ROOM)


def operations(root: str | os.PathLike[str], work: Callable[[], object]) -> Sequence[FileOperation]:
    """What some work does below a folder, without any fault: as many numbers as it has can be given to `Faults`.

    Parameters
    ----------
    root
        The folder.
    work
        Is done once.
    """
    with Faults(root) as watch:
        work()
    return tuple(watch.seen)


def killed_at(
    root: str | os.PathLike[str],
    at: int,
    work: Callable[[], object],
    *,
    tear: bool = False,
    preload: Sequence[str] = (),
) -> bool:
    """Whether a process of its own was killed when it came to an operation; False: it ended before.

    The process is a copy of one that has imported what it needs and has no threads, so a run costs some milliseconds.

    Parameters
    ----------
    root, at
        As of `Faults`.
    work
        What the process does; it must be possible to pickle it.
    tear
        Whether half of what is just being written is written.
    preload
        Modules to import once and for all; those of the first call count.

    Raises
    ------
    RuntimeError
        The work failed in another way.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "ome_zarr.testing.faults", *preload])
    process = context.Process(target=_struck, args=(os.fspath(root), at, "tear" if tear else "kill", work))
    process.start()
    process.join()
    code = process.exitcode
    process.close()
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the process ended with {code} before it could be killed; see what it printed")
    return code != 0


def _struck(root: str, at: int, what: Fault, work: Callable[[], object]) -> None:
    with Faults(root, at, what):
        work()


class PowerLoss(_FileWatch):
    """A context manager that remembers all that happens below a folder; `state` makes what a crash may leave of it.

    The model is that of a file system with a journal: changes of names reach the disk in their order, and contents in
    any; what was synchronised before the crash is there.

    Parameters
    ----------
    root
        The folder; what is in it at the beginning is on the disk.

    Attributes
    ----------
    log
        What happened.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        super().__init__(root)
        self.log: list[FileOperation] = []
        self._before = _Tree.of_folder(Path(self._root))
        self._lock = threading.Lock()

    def state(self, folder: Path, moment: int, chance: random.Random) -> None:
        """Make one of the states in which the power may leave the folder.

        Parameters
        ----------
        folder
            Where to make it; must not exist.
        moment
            How many of the operations in `log` were done.
        chance
            Decides what reached the disk of what was not synchronised.
        """
        done = self.log[:moment]
        synced = [number for number, operation in enumerate(done) if operation.kind.startswith("sync")]
        named = chance.randint(synced[-1] if synced else 0, moment)
        tree = self._before.copy()
        for number, operation in enumerate(done):
            if operation.kind != "write":
                if number < named:
                    tree.change(operation)
            elif self._is_synced(operation, done[number:]) or chance.random() < 0.5:
                tree.write(operation)
            elif chance.random() < 0.5:
                blocks = chance.randint(0, len(operation.data) // _BLOCK_BYTES)
                tree.write(replace(operation, data=operation.data[: blocks * _BLOCK_BYTES]))
        tree.save(folder)

    def _is_synced(self, operation: FileOperation, later: Sequence[FileOperation]) -> bool:
        """Whether what was written was synchronised, alone or with everything."""
        return any(
            other.kind == "sync all" or (other.kind == "sync" and other.path == operation.path) for other in later
        )

    def _meet[T](self, operation: FileOperation, act: _Act[T]) -> T:
        with self._lock:
            result = act(operation.data)
            self.log.append(operation)
        return result


class _Tree:
    """Files and folders (None) by name."""

    def __init__(self, entries: dict[str, bytearray | None]) -> None:
        self._entries = entries

    @classmethod
    def of_folder(cls, folder: Path) -> Self:
        """What is in a folder."""
        return cls(
            {
                path.relative_to(folder).as_posix(): None if path.is_dir() else bytearray(path.read_bytes())
                for path in sorted(folder.rglob("*"))
            }
        )

    def copy(self) -> "_Tree":
        """The same once more."""
        return _Tree({name: held and bytearray(held) for name, held in self._entries.items()})

    def save(self, folder: Path) -> None:
        """Make it."""
        folder.mkdir()
        for name, held in sorted(self._entries.items()):
            if held is None:
                (folder / name).mkdir()
            else:
                (folder / name).write_bytes(held)

    def write(self, operation: FileOperation) -> None:
        """Put bytes into a file, if that is there; what was never written before them is zero."""
        held = self._entries.get(operation.path)
        if held is not None:
            held.extend(bytes(max(0, operation.at - len(held))))
            held[operation.at : operation.at + len(operation.data)] = operation.data

    def change(self, operation: FileOperation) -> None:
        """Change names."""
        path, other = operation.path, operation.other
        match operation.kind:
            case "create":
                held = self._entries.setdefault(path, bytearray())
                if held is not None and operation.at == 0:
                    held.clear()
            case "truncate":
                held = self._entries.get(path)
                if held is not None:
                    del held[operation.at :]
            case "mkdir":
                self._entries.setdefault(path, None)
            case "unlink" | "rmdir":
                self._entries.pop(path, None)
            case "link":
                self._entries[other] = self._entries[path]
            case "rename":
                self._put(other, self._taken(path))
            case "exchange":
                first, second = self._taken(path), self._taken(other)
                self._put(path, second)
                self._put(other, first)

    def _taken(self, path: str) -> "dict[str, bytearray | None]":
        """An entry and all below it, by what follows its name."""
        names = [name for name in self._entries if name == path or name.startswith(f"{path}/")]
        return {name[len(path) :]: self._entries.pop(name) for name in names}

    def _put(self, path: str, entries: "dict[str, bytearray | None]") -> None:
        self._entries |= {f"{path}{name}": held for name, held in entries.items()}


def _path_of(file: int) -> str:
    """Where an open file is."""
    return os.readlink(f"/proc/self/fd/{file}")  # noqa: PTH115 - pathlib would use what is patched
