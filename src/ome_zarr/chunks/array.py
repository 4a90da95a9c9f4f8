"""What zarr calls an array, with both formats of its metadata named."""

import zarr
from zarr.core.metadata.v2 import ArrayV2Metadata
from zarr.core.metadata.v3 import ArrayV3Metadata

__all__ = ["ZarrArray"]

type ZarrArray = zarr.Array[ArrayV2Metadata] | zarr.Array[ArrayV3Metadata]
"""A zarr array of either format."""
