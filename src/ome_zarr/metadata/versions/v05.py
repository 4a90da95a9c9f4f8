"""OME-Zarr 0.5: Zarr format 3, everything below ``ome``, with one version for all."""

from ome_zarr.metadata.versions import classic
from ome_zarr.metadata.versions.version import Version

__all__ = ["V05"]

V05 = Version(
    name="0.5",
    zarr_format=3,
    multiscale_from_node=classic.multiscale_from_node,
    multiscale_to_json=classic.multiscale_to_json,
    # labels should, and plates must, have a version of their own, although ome has one for all
    versioned_parts=frozenset({"image-label", "plate"}),
)
"""OME-Zarr 0.5."""
