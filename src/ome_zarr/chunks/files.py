"""Files that hold one stored object each."""

from pathlib import Path

__all__ = ["write_file"]


def write_file(path: Path, data: bytes | memoryview) -> None:
    """Write a file, in place of what is there, and make its directory if need be.

    The file is opened, written and closed: whoever reads it meanwhile, or after a crash, may find a part.
    Images become visible by a later, atomic step, so no file needs to.
    """
    try:
        _write_all(path, data)
    except FileNotFoundError:
        # The first object in a directory makes it: cheaper than asking for the directory every time.
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_all(path, data)


def _write_all(path: Path, data: bytes | memoryview) -> None:
    with path.open("wb", buffering=0) as file:
        view = memoryview(data)
        while view:
            # One call writes at most 2 GiB on Linux.
            view = view[file.write(view) :]
