"""The arrays of an image, open for writing."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import zarr
from zarr.abc.store import Store
from zarr.core.array_spec import ArrayConfigParams

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.geometry.region import Region
from ome_zarr.storage.blocks import check_block
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.protocol import LevelSpec, ZarrFormat

__all__ = ["LevelArrays", "VisibleWriter"]


class LevelArrays:
    """Writes blocks into the levels of an image.

    Any number of threads may write disjoint regions. It can be pickled if the store can, so that other
    processes write too.

    Parameters
    ----------
    store
        Holds the arrays' documents already.
    paths
        Of the arrays within the store, level 0 first.
    specs
        What they were made from.
    zarr_format
        Of all of them.
    """

    def __init__(self, store: Store, paths: Sequence[str], specs: Sequence[LevelSpec], zarr_format: ZarrFormat) -> None:
        self._specs = tuple(specs)
        self._objects = tuple(
            ArrayObjects(_open_array(store, path, spec, zarr_format)) for path, spec in zip(paths, specs, strict=True)
        )

    def __len__(self) -> int:
        """Number of levels."""
        return len(self._specs)

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for `block`, the pixels of `region`.

        Raises
        ------
        RecipeError
            The region cuts a write unit, or the block has another shape or dtype than it should.
        TargetError
            The store did not take it: disk full, no permission, and so on.
        """
        spec, objects = self._specs[level], self._objects[level]
        check_block(spec, region, block)
        stored = 0
        for index in objects.grid.cells(region):
            part = objects.grid.region(index)
            with as_target_errors(
                f"level {spec.path!r}, pixels {part.start!r} to {part.stop!r}, key {objects.key(index)!r}"
            ):
                stored += objects.write(index, block[part.relative_to(region.start).slices])
        return stored

    def read(self, level: int, region: Region) -> np.ndarray:
        """The stored pixels of `region`; what is not stored has the fill value."""
        return self._objects[level].read_region(region)


class VisibleWriter:
    """Writes blocks by assigning to zarr's own arrays, one stored object at a time.

    Slower than `LevelArrays`, with the same bytes. For work that others do later, on schedulers of their own: what
    watches or replaces zarr's arrays there sees every write.

    Parameters
    ----------
    store, paths, specs, zarr_format
        As of `LevelArrays`.
    """

    def __init__(self, store: Store, paths: Sequence[str], specs: Sequence[LevelSpec], zarr_format: ZarrFormat) -> None:
        self._specs = tuple(specs)
        self._arrays = tuple(
            _open_array(store, path, spec, zarr_format) for path, spec in zip(paths, specs, strict=True)
        )

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes of `block`, the pixels of `region`; errors as of `LevelArrays.write`."""
        spec, array = self._specs[level], self._arrays[level]
        check_block(spec, region, block)
        with as_target_errors(f"level {spec.path!r}, pixels {region.start!r} to {region.stop!r}"):
            for part in region.split(spec.write_unit):
                array[part.slices] = block[part.relative_to(region.start).slices]
        return block.nbytes


def _open_array(store: Store, path: str, spec: LevelSpec, zarr_format: ZarrFormat) -> ZarrArray:
    config = cast("ArrayConfigParams | None", spec.extra.get("config"))
    return zarr.open_array(store, path=path, mode="r+", zarr_format=zarr_format, config=config)
