"""Files that hold one stored object each."""

from pathlib import Path

from ome_zarr.chunks.chain import Bytes

__all__ = ["write_file"]


def write_file(path: str | Path, data: Bytes) -> None:
    """Write a file, in place of what is there, and make its directory if need be.

    The file is opened, written and closed: whoever reads it meanwhile, or after a crash, may find a part.
    Images become visible by a later, atomic step, so no file needs to.
    """
    try:
        _write_all(path, data)
    except FileNotFoundError:
        # The first object in a directory makes it: cheaper than asking for the directory every time.
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _write_all(path, data)


def _write_all(path: str | Path, data: Bytes) -> None:
    with open(path, "wb", buffering=0) as file:  # noqa: PTH123 - pathlib would take longer than a small file
        view = memoryview(data)
        while view:
            # One call writes at most 2 GiB on Linux.
            view = view[file.write(view) :]
