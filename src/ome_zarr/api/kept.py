"""What a group says already, and keeps when an image is written into it."""

from collections.abc import Mapping
from typing import cast

from ome_zarr.metadata.versions import merge_attributes
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Location
from ome_zarr.storage.protocol import Json

__all__ = ["attributes_at", "on_top"]


def attributes_at(location: Location) -> Mapping[str, Json]:
    """The attributes of the group at a place; none where there is no group.

    Raises
    ------
    DocumentError
        Its document is malformed.
    """
    found = Hierarchy(location).find()
    return found.attributes if isinstance(found, GroupDocument) else {}


def on_top(location: Location, attributes: Mapping[str, Json]) -> dict[str, Json]:
    """Attributes on top of those that the group at a place has from others, and keeps.

    Raises
    ------
    DocumentError
        Its document is malformed.
    """
    return cast("dict[str, Json]", merge_attributes(attributes_at(location), attributes))
