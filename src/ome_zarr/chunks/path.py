"""The one name of a local place."""

import os
from pathlib import Path

__all__ = ["path_identity"]


def path_identity(path: str | os.PathLike[str]) -> str:
    """The absolute local path, symbolic links followed; it need not exist."""
    return str(Path(path).expanduser().resolve())
