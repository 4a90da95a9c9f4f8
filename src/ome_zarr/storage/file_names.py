"""Names that a file system does not take, or takes for one and the same."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["alike", "folds_case", "windows_name_fault"]

_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *(?:\..*)?", re.IGNORECASE)
_REFUSED = re.compile(r'[<>:"|?*\\\x00-\x1f]')


def windows_name_fault(path: str) -> str | None:
    """Why there can be no file of this path on Windows; None: there can be one.

    Parameters
    ----------
    path
        Names separated by slashes.

    Notes
    -----
    The rules are those of "Naming Files, Paths, and Namespaces" in Microsoft's documentation.

    Examples
    --------
    >>> windows_name_fault("labels/Con.tiles/0")
    "the name 'Con.tiles' is kept for a device"
    """
    for name in path.split("/"):
        if _DEVICE.fullmatch(name):
            return f"the name {name!r} is kept for a device"
        if name.endswith((".", " ")):
            return f"the name {name!r} ends with a dot or a space, which is dropped"
        if found := _REFUSED.search(name):
            return f"the name {name!r} has the character {found[0]!r}"
    return None


def alike(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of different paths that are one where capital letters are as good as small ones.

    Parameters
    ----------
    paths
        Names separated by slashes; the folders on the way to them count, too.

    Examples
    --------
    >>> list(alike(["labels/cells", "labels/Cells/s0", "labels"]))
    [('labels/cells', 'labels/Cells')]
    """
    found: dict[str, str] = {}
    for path in paths:
        names = path.split("/")
        for count in range(1, len(names) + 1):
            here = "/".join(names[:count])
            first = found.setdefault(here.casefold(), here)
            if first != here:
                yield first, here
                break


def folds_case(folder: Path) -> bool:
    """Whether capital letters are as good as small ones in names, as far as the name of a folder can tell."""
    other = folder.with_name(folder.name.swapcase())
    return other != folder and other.exists() and other.samefile(folder)
