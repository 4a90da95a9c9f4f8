"""OME-Zarr 0.4: Zarr format 2, the parts beside each other, a version in each."""

from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.versions import classic
from ome_zarr.metadata.versions.version import Version

__all__ = ["V04"]

_NAME = "0.4"


def _multiscale_to_json(multiscale: Multiscale) -> JsonObject:
    return {"version": _NAME} | classic.multiscale_to_json(multiscale)


V04 = Version(
    name=_NAME,
    zarr_format=2,
    multiscale_from_node=classic.multiscale_from_node,
    multiscale_to_json=_multiscale_to_json,
    versioned_parts=frozenset({"image-label", "plate", "well"}),
)
"""OME-Zarr 0.4."""
