"""Names for types, as ome-zarr-py has them."""

from collections.abc import Callable
from typing import Any

__all__ = ["JSONDict", "LayerData", "PathLike", "ReaderFunction"]

LayerData = tuple[Any] | tuple[Any, dict[str, Any]] | tuple[Any, dict[str, Any], str]
"""A layer for napari: the data, perhaps its metadata, perhaps its type."""

PathLike = str | list[str]
"""One path or several, as napari hands them over."""

ReaderFunction = Callable[[PathLike], list[LayerData]]
"""What napari calls to read paths."""

JSONDict = dict[str, Any]
"""A JSON object."""
