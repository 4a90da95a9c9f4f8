"""Local places by their one name, and paths that lead from a node to one below it."""

import os
import re
from pathlib import Path
from urllib.parse import unquote

__all__ = ["node_path_fault", "path_identity"]

_FOREIGN = re.compile(r"[\\\x00-\x1f\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:")


def path_identity(path: str | os.PathLike[str]) -> str:
    """The absolute local path, symbolic links followed; it need not exist."""
    return str(Path(path).expanduser().resolve())


def node_path_fault(path: str) -> str | None:
    """Why a path might lead elsewhere than to a node below, whatever the store; None: it cannot.

    Every path that metadata name, and every name of an entry of a zip file, is judged here before anything is opened.
    """
    # this also refuses what is absolute ("/a") and what is a URL ("http://host")
    if any(name in ("", ".", "..") for name in path.split("/")):
        return "has an empty, '.' or '..' segment"
    if any(name in (".", "..") for name in unquote(path).split("/")):
        return "has an encoded '.' or '..' segment, which a web server would follow"
    if _DRIVE.match(path):
        return "starts with a drive"
    if _FOREIGN.search(path):
        return "contains a backslash or a control character"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "cannot be written as UTF-8"
    return None
