"""What tells whether a source is still the one that it was: for work that goes on in another process."""

import stat
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np

from ome_zarr.chunks.fingerprint import Fingerprint
from ome_zarr.sources.numpy import NumpySource
from ome_zarr.sources.protocol import Source

__all__ = ["source_mark"]

_SAMPLES = 1 << 16
"""Pixels of an array in memory that are looked at, evenly spread: some milliseconds however large it is."""
_MEMORY = "memory:"
"""How `ome_zarr.chunks.store_identity` begins where another process cannot look."""
_DOCUMENTS = ("zarr.json", ".zarray", ".inventory")
"""Of an array in a folder; its chunks are too many to look at."""


def source_mark(source: Source) -> dict[str, object]:
    """What is known of a source without reading its pixels, as JSON; different where it has certainly changed.

    Of files these are size and time of the last change, of arrays in folders those of their documents, of dask arrays
    their name, which says how they are computed; of an array in memory a sample of its pixels.
    """
    spec = source.spec
    mark: dict[str, object] = {"shape": list(spec.shape), "dtype": spec.dtype.str}
    places = {origin: _status(origin) for origin in sorted(spec.origins) if not origin.startswith(_MEMORY)}
    if places:
        mark["places"] = places
    elif isinstance(source, NumpySource):
        mark["sample"] = _sample(source)
    module = sys.modules.get("ome_zarr.sources.dask")
    if module is not None and isinstance(source, module.DaskSource):
        mark["dask"] = source.array.name
    return mark


def _status(origin: str) -> list[list[object]]:
    """Name, size and time of the last change of the files that stand for a place; none if it is no local one."""
    place = Path(origin)
    found: list[list[object]] = []
    for path in (place, *(place / name for name in _DOCUMENTS)):
        with suppress(OSError, ValueError):
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                found.append([path.name, status.st_size, status.st_mtime_ns])
    return found


def _sample(source: NumpySource) -> int:
    """A fingerprint of evenly spread pixels."""
    array = source.array
    step = max(1, round((array.size / _SAMPLES) ** (1 / max(1, array.ndim))))
    pixels = np.ascontiguousarray(array[(slice(None, None, step),) * array.ndim])
    found = Fingerprint()
    found.add(memoryview(pixels.reshape(-1).view(np.uint8)))
    return found.value
