"""Several images side by side: the group ``labels`` of an image, or the series of a converted file."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from ome_zarr.api.image import Image, image_below
from ome_zarr.api.lazy import LazyMapping
from ome_zarr.api.opened import Opened
from ome_zarr.metadata.versions import Version
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.protocol import ZarrFormat

__all__ = ["Collection", "numbered"]

_MOST_SERIES = 100_000
"""Images that are looked for one by one where nothing lists them."""


class Collection(Opened, Mapping[str, Image]):
    """Images by their paths, each opened when it is asked for.

    Parameters
    ----------
    hierarchy, document, version
        As of :class:`ome_zarr.api.opened.Opened`.
    kind
        ``"labels"``: the group ``labels`` of an image. ``"collection"``: the series of a file that bioformats2raw
        converted.
    """

    def __init__(
        self,
        hierarchy: Hierarchy,
        document: GroupDocument,
        version: Version,
        *,
        kind: Literal["labels", "collection"],
    ) -> None:
        super().__init__(hierarchy, document, version)
        self.kind = kind
        """``"labels"`` or ``"collection"``."""

    @cached_property
    def images(self) -> Mapping[str, Image]:
        """The images by their paths."""
        names = self._version.labels_of(self._document.attributes) if self.kind == "labels" else self._series()
        return LazyMapping(names, self._image, "image")

    def __getitem__(self, path: str) -> Image:
        return self.images[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.images)

    def __len__(self) -> int:
        return len(self.images)

    def __repr__(self) -> str:
        return f"OME-Zarr {self.version} {self.kind} {self.location.name!r}\nimages: {', '.join(self)}"

    def _series(self) -> tuple[str, ...]:
        """As the group ``OME`` lists them; else 0, 1, 2 and so on, as long as they are there.

        The specification: "If the "series" attribute does not exist and no "plate" is present: separate
        "multiscales" images MUST be stored in consecutively numbered groups starting from 0".
        """
        zarr_format = self._document.zarr_format
        listing = self._hierarchy.find_group("OME", zarr_format)
        listed = () if listing is None else self._version.series_of(listing.attributes)
        if listed:
            return listed
        return tuple(numbered(self._hierarchy, zarr_format))

    def _image(self, path: str) -> Image:
        return image_below(self._hierarchy, path, self._document.zarr_format)


def numbered(hierarchy: Hierarchy, zarr_format: ZarrFormat) -> Iterator[str]:
    """The names of the groups 0, 1, 2 and so on, as long as they are there."""
    for number in range(_MOST_SERIES):
        if hierarchy.find_group(str(number), zarr_format) is None:
            return
        yield str(number)
