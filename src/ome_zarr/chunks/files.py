"""Files that hold one stored object each."""

import os
from collections.abc import Iterable
from pathlib import Path

from ome_zarr.chunks.chain import Bytes

__all__ = ["write_file", "write_pieces"]

_BUFFER_BYTES = 1 << 17
"""Pieces smaller than this are gathered: a call of the system costs as much as copying some 10 kB."""


def write_file(path: str | Path, data: Bytes) -> None:
    """Write a file, in place of what is there, and make its directory if need be.

    The file is opened, written and closed: whoever reads it meanwhile, or after a crash, may find a part.
    Images become visible by a later, atomic step, so no file needs to.
    """
    try:
        _write_all(path, data)
    except FileNotFoundError:
        # The first object in a directory makes it: cheaper than asking for the directory every time.
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - as below
        _write_all(path, data)


def write_pieces(path: str | Path, pieces: Iterable[Bytes], *, over: bool = False) -> None:
    """As `write_file`, of what is made meanwhile: every piece is written while it is in the processor's cache.

    Parameters
    ----------
    path
        Of the file.
    pieces
        What is written, one after the other.
    over
        The file is there and its beginning is written over. What lies behind stays, and so do the pages in the
        system's memory, which cost more than filling them.
    """
    mode = "r+b" if over else "wb"
    try:
        file = open(path, mode, buffering=_BUFFER_BYTES)  # noqa: PTH123, SIM115 - as below; closed right here
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - as below
        file = open(path, "wb", buffering=_BUFFER_BYTES)  # noqa: PTH123, SIM115 - likewise
    with file:
        file.writelines(pieces)


def _write_all(path: str | Path, data: Bytes) -> None:
    with open(path, "wb", buffering=0) as file:  # noqa: PTH123 - pathlib would take longer than a small file
        view = memoryview(data)
        while view:
            # One call writes at most 2 GiB on Linux.
            view = view[file.write(view) :]
