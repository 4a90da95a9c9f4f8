"""Zarr arrays, decoded object by object on the thread that reads."""

from zarr.core.metadata.v3 import ArrayV3Metadata

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.zarr_arrays import is_regular, objects_of
from ome_zarr.sources.arraylike import ArraylikeSource
from ome_zarr.sources.origins import origins_of
from ome_zarr.sources.pixels import check_pixels
from ome_zarr.sources.protocol import Hints, Source
from ome_zarr.sources.stored import StoredSource

__all__ = ["open_zarr_source"]


def open_zarr_source(array: ZarrArray, hints: Hints | None = None) -> Source:
    """The source of a zarr array of any format, store and chunk grid.

    Parameters
    ----------
    array
        Of format 2 or 3.
    hints
        What the array means; by default its dimension names.
    """
    hints = _dimension_names(array) if hints is None else hints
    if is_regular(array):
        check_pixels(array.shape, array.dtype, f"zarr array {array.store_path}")
        return StoredSource(objects_of(array), hints, origins_of(array))
    # Chunks of several shapes: left to zarr's own reader, which knows no cheapest box.
    return ArraylikeSource(array, hints=hints, concurrent=True)


def _dimension_names(array: ZarrArray) -> Hints:
    metadata = array.metadata
    names = metadata.dimension_names if isinstance(metadata, ArrayV3Metadata) else None
    known = tuple(name for name in names or () if name)
    return Hints(axes=known if len(known) == array.ndim else None)
