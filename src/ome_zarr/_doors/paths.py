"""Paths in parts, as ome-zarr-py takes them apart."""

import os
from itertools import takewhile

from ome_zarr.errors import RecipeError

__all__ = ["splitall", "strip_common_prefix"]


def splitall(path: str) -> list[str]:
    """All parts of a path.

    Examples
    --------
    >>> splitall("/data/image.zarr")
    ['/', 'data', 'image.zarr']
    """
    parts: list[str] = []
    while path not in (split := os.path.split(path)):
        path, last = split
        parts.append(last)
    return [path, *reversed(parts)]


def strip_common_prefix(parts: list[list[str]]) -> str:
    """The last name of those with which all paths begin; the paths are cut so that they begin with it.

    Parameters
    ----------
    parts
        The names of every path; changed.

    Raises
    ------
    RecipeError
        They do not begin with the same name.

    Examples
    --------
    >>> paths = [["data", "image.zarr"], ["data", "image.zarr", "labels"]]
    >>> strip_common_prefix(paths)
    'image.zarr'
    >>> paths
    [['image.zarr'], ['image.zarr', 'labels']]
    """
    common = [names[0] for names in takewhile(lambda names: len(set(names)) == 1, zip(*parts, strict=False))]
    if not common:
        raise RecipeError("No common prefix:\n" + "\n".join(map(str, parts)))
    for path in parts:
        del path[: len(common) - 1]
    return str(common[-1])
