"""OME-Zarr 0.2: documents as in 0.1 (chunks lie in nested folders). It is only read."""

from ome_zarr.metadata.versions.v01 import multiscale_from_node
from ome_zarr.metadata.versions.version import Version

__all__ = ["V02"]

V02 = Version(name="0.2", zarr_format=2, multiscale_from_node=multiscale_from_node)
"""OME-Zarr 0.2."""
