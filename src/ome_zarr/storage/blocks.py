"""What is asked of a block before it is stored."""

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.grid import Grid
from ome_zarr.geometry.region import Region
from ome_zarr.storage.protocol import LevelSpec

__all__ = ["check_block"]


def check_block(spec: LevelSpec, region: Region, block: np.ndarray) -> None:
    """Raise `RecipeError` unless `block` holds whole write units of the array, in its dtype."""
    if block.shape != region.shape or block.dtype != spec.dtype.newbyteorder("="):
        raise RecipeError(
            f"block of shape {block.shape!r} and dtype {str(block.dtype)!r} for level {spec.path!r}, "
            f"pixels {region.start!r} to {region.stop!r}; "
            f"it must have shape {region.shape!r} and dtype {spec.dtype.newbyteorder('=').name!r}"
        )
    grid = Grid(spec.shape, spec.write_unit)
    if not (grid.is_aligned(region) and grid.whole.contains(region)):
        raise RecipeError(
            f"pixels {region.start!r} to {region.stop!r} of level {spec.path!r} with shape {spec.shape!r} "
            f"are no whole write units; start and stop at multiples of {spec.write_unit!r} or at the edge"
        )
