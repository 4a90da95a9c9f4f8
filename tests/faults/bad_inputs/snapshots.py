"""What lies in a folder, to compare it with what lay there before."""

import os
from pathlib import Path

type Snapshot = dict[str, tuple[int, bytes | str | None]]


def snapshot(folder: Path) -> Snapshot:
    """Of everything below a folder its mode, and the bytes of files, the ends of links; links are not followed."""
    found: Snapshot = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            found[str(path.relative_to(folder))] = path.lstat().st_mode, _content(path)
    return found


def _content(path: Path) -> bytes | str | None:
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes() if path.is_file() else None
