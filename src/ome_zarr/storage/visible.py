"""The arrays of an image in a store of zarr-python's."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import zarr
from zarr.abc.store import Store
from zarr.core.array_spec import ArrayConfigParams

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.chunks.zarr_arrays import SyncStore, objects_of
from ome_zarr.geometry.region import Region
from ome_zarr.storage.arrays import LevelArrays
from ome_zarr.storage.blocks import check_block
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.plain import plain_document
from ome_zarr.storage.protocol import LevelSpec, ZarrFormat

__all__ = ["VisibleWriter", "open_arrays"]


def open_arrays(store: Store, paths: Sequence[str], specs: Sequence[LevelSpec], zarr_format: ZarrFormat) -> LevelArrays:
    """The arrays of an image, open for writing.

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
    return LevelArrays(
        specs, [_objects(store, path, spec, zarr_format) for path, spec in zip(paths, specs, strict=True)]
    )


def _objects(store: Store, path: str, spec: LevelSpec, zarr_format: ZarrFormat) -> ArrayObjects:
    """What an array stores, by the document that was written; zarr-python opens what only it can describe."""
    document = plain_document(spec, zarr_format)
    if document is None:
        return objects_of(_open_array(store, path, spec, zarr_format))
    keep_empty = bool(zarr.config.get("array.write_empty_chunks"))
    return ArrayObjects.of_document(document, SyncStore(store), path, keep_empty=keep_empty)


class VisibleWriter:
    """Writes blocks by assigning to zarr's own arrays, one stored object at a time.

    Slower than `LevelArrays`, with the same bytes. For work that others do later, on schedulers of their own: what
    watches or replaces zarr's arrays there sees every write.

    Parameters
    ----------
    store, paths, specs, zarr_format
        As of `open_arrays`.
    """

    def __init__(self, store: Store, paths: Sequence[str], specs: Sequence[LevelSpec], zarr_format: ZarrFormat) -> None:
        self._specs = tuple(specs)
        self._arrays = _arrays(store, paths, specs, zarr_format)

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes of `block`, the pixels of `region`; errors as of `LevelArrays.write`."""
        spec, array = self._specs[level], self._arrays[level]
        check_block(spec, region, block)
        with as_target_errors(f"level {spec.path!r}, pixels {region.start!r} to {region.stop!r}"):
            for part in region.split(spec.write_unit):
                array[part.slices] = block[part.relative_to(region.start).slices]
        return block.nbytes

    def put(self, level: int, index: tuple[int, ...], data: Bytes | None) -> int:
        """Number of bytes stored for one write unit that is encoded already; see `LevelWriter.put`."""
        with as_target_errors(f"level {self._specs[level].path!r}, write unit {index!r}"):
            return objects_of(self._arrays[level]).put(index, data).size


def _arrays(
    store: Store, paths: Sequence[str], specs: Sequence[LevelSpec], zarr_format: ZarrFormat
) -> tuple[ZarrArray, ...]:
    return tuple(_open_array(store, path, spec, zarr_format) for path, spec in zip(paths, specs, strict=True))


def _open_array(store: Store, path: str, spec: LevelSpec, zarr_format: ZarrFormat) -> ZarrArray:
    config = cast("ArrayConfigParams | None", spec.extra.get("config"))
    return zarr.open_array(store, path=path, mode="r+", zarr_format=zarr_format, config=config)
