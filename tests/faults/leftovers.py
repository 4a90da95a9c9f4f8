"""What a failure may leave behind: files and threads."""

import threading
from pathlib import Path


def files(folder):
    """Every file below, with its content, and every directory."""
    found = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*")}
    return {name: path.read_bytes() if path.is_file() else None for name, path in found.items()}


def threads():
    """The threads there are, but those that zarr starts with its first use and keeps."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith(("zarr_io", "asyncio_"))}
