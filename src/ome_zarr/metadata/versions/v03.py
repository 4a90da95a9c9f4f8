"""OME-Zarr 0.3: axes have names, which say their types. It is only read."""

from ome_zarr.metadata.versions.v01 import multiscale_from_node
from ome_zarr.metadata.versions.version import Version

__all__ = ["V03"]

V03 = Version(name="0.3", zarr_format=2, multiscale_from_node=multiscale_from_node)
"""OME-Zarr 0.3."""
