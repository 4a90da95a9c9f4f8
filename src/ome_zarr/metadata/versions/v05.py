"""OME-Zarr 0.5: Zarr format 3, everything below ``ome``, with one version for all."""

from ome_zarr.metadata.versions import classic
from ome_zarr.metadata.versions.version import Version

__all__ = ["V05"]

V05 = Version(
    name="0.5",
    zarr_format=3,
    multiscale_to_json=classic.multiscale_to_json,
    multiscale_from_node=classic.multiscale_from_node,
    labels_versioned=True,
)
"""OME-Zarr 0.5."""
