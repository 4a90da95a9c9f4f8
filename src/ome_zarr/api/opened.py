"""What everything that can be opened has in common: a place, a version, attributes."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ome_zarr.metadata.versions import Version
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Location
from ome_zarr.storage.protocol import Json

if TYPE_CHECKING:  # zarr takes long to import, and metadata are read without it
    import zarr

__all__ = ["Opened"]


class Opened:
    """A zarr group that means something in OME-Zarr.

    Parameters
    ----------
    hierarchy
        Of the group.
    document
        What the group says of itself.
    version
        Of OME-Zarr, which it follows.
    """

    def __init__(self, hierarchy: Hierarchy, document: GroupDocument, version: Version) -> None:
        self._hierarchy = hierarchy
        self._document = document
        self._version = version

    @property
    def location(self) -> Location:
        """Where it is."""
        return self._hierarchy.location

    @property
    def version(self) -> str:
        """Of OME-Zarr, such as ``"0.5"``."""
        return self._version.name

    @property
    def zarr_format(self) -> int:
        """2 or 3."""
        return self._document.zarr_format

    @property
    def attributes(self) -> Mapping[str, Json]:
        """All attributes of the group, as they are stored: also those that OME-Zarr does not know."""
        return self._document.attributes

    @cached_property
    def group(self) -> "zarr.Group":
        """The zarr group, to read from."""
        import zarr  # noqa: PLC0415 - slow to import, and not always wanted

        return zarr.open_group(
            self._hierarchy.store, path=self.location.path, mode="r", zarr_format=self._document.zarr_format
        )
