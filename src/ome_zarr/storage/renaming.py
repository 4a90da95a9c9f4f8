"""Metadata of an image whose arrays have other paths than planned."""

from collections.abc import Mapping
from typing import cast

from ome_zarr.storage.protocol import Json

__all__ = ["with_paths"]

_REFERENCES = ("path", "input")
"""Keys by which multiscales metadata name an array: of a dataset, and of the transforms that begin at one."""


def with_paths(attributes: Mapping[str, Json], paths: Mapping[str, str]) -> Mapping[str, Json]:
    """The attributes of an image's group, in which every reference to an array leads to its new path.

    Parameters
    ----------
    attributes
        With ``multiscales``, below ``ome`` or, before version 0.5, directly.
    paths
        New path of each array by its planned one, both relative to the image.
    """
    if all(planned == path for planned, path in paths.items()):
        return attributes
    changed = dict(attributes)
    if "multiscales" in changed:
        changed["multiscales"] = _renamed(changed["multiscales"], paths)
    if isinstance(changed.get("ome"), Mapping):
        changed["ome"] = with_paths(cast(Mapping[str, Json], changed["ome"]), paths)
    return changed


def _renamed(value: Json, paths: Mapping[str, str]) -> Json:
    if isinstance(value, Mapping):
        return {key: _reference(key, cast(Json, item), paths) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_renamed(item, paths) for item in value]
    return value


def _reference(key: str, value: Json, paths: Mapping[str, str]) -> Json:
    if key in _REFERENCES and isinstance(value, str):
        return paths.get(value, value)
    return _renamed(value, paths)
