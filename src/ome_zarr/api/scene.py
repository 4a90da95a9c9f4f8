"""A scene: images, the coordinate systems they are in, and what leads from one to the other."""

from collections.abc import Mapping
from functools import cached_property

from ome_zarr.api.image import Image, image_below
from ome_zarr.api.lazy import LazyMapping
from ome_zarr.api.opened import Opened
from ome_zarr.metadata import scene as scenes

__all__ = ["Scene"]


class Scene(Opened):
    """Images with transformations between their coordinate systems (from version 0.6 on)."""

    @cached_property
    def layout(self) -> scenes.Scene:
        """What the document says: coordinate systems and transformations."""
        return self._version.parse_scene(self._document.attributes)

    @cached_property
    def images(self) -> Mapping[str, Image]:
        """The images that transformations lead from or to, by their paths; opened when they are asked for."""
        return LazyMapping(self.layout.image_paths, self._image, "image")

    def __repr__(self) -> str:
        systems = ", ".join(system.name for system in self.layout.systems)
        lines = [f"OME-Zarr {self.version} scene {self.location.name!r}", f"images: {', '.join(self.images)}"]
        return "\n".join([*lines, f"coordinate systems: {systems}"] if systems else lines)

    def _image(self, path: str) -> Image:
        return image_below(self._hierarchy, path, self._document.zarr_format)
