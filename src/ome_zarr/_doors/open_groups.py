"""Open groups of zarr-python's that callers give, recognised without importing it."""

import sys
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING

from ome_zarr.storage.protocol import Json

if TYPE_CHECKING:  # zarr takes longer to import than writing many an image
    import zarr
    from typing_extensions import TypeIs  # in the standard library from Python 3.13 on

__all__ = ["is_open_group", "tell"]


def is_open_group(value: object) -> "TypeIs[zarr.Group]":
    """Whether it is a `zarr.Group`. None can be there before zarr has been imported."""
    group = getattr(sys.modules.get("zarr"), "Group", None)
    return group is not None and isinstance(value, group)


def tell(group: "zarr.Group", attributes: Mapping[str, Json]) -> None:
    """Let the caller's open group know its new attributes."""
    known = group.metadata.attributes
    known.clear()
    known.update(deepcopy(dict(attributes)))
