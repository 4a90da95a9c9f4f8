"""The drafts of what comes after 0.6: any axes, which may be oriented in a body. They are only read."""

from ome_zarr.metadata.versions.v06 import multiscale_from_node
from ome_zarr.metadata.versions.version import Version

__all__ = ["V09"]

V09 = Version(
    name="0.9", zarr_format=3, multiscale_from_node=multiscale_from_node, has_scenes=True, loose_field_names=True
)
"""The drafts 0.9.dev1 and later."""
