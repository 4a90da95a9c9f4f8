"""TensorStore arrays."""

import numpy as np
import tensorstore as ts

from ome_zarr.sources.arraylike import ArraylikeSource
from ome_zarr.sources.origins import origins_of
from ome_zarr.sources.protocol import Hints

__all__ = ["open_tensorstore"]


class _Zeroed:
    """A TensorStore whose domain begins at 0, and which is read when it is sliced."""

    def __init__(self, data: ts.TensorStore) -> None:
        self._data = data[ts.d[:].translate_to[0]] if any(data.domain.origin) else data
        self.shape: tuple[int, ...] = tuple(data.shape)
        self.dtype: np.dtype = data.dtype.numpy_dtype

    def __getitem__(self, index: tuple[slice, ...], /) -> np.ndarray:
        block: np.ndarray = self._data[index].read().result()
        return block


def open_tensorstore(data: ts.TensorStore) -> ArraylikeSource:
    """The source of a TensorStore: its whole domain, wherever that begins; its labels name the axes."""
    labels = tuple(data.domain.labels)
    return ArraylikeSource(
        _Zeroed(data),
        chunks=_read_chunk(data),
        hints=Hints(axes=labels if labels and all(labels) else None),
        origins=origins_of(data),
        concurrent=True,
    )


def _read_chunk(data: ts.TensorStore) -> tuple[int, ...] | None:
    """The grid of chunks, where it is anchored at the domain's origin."""
    layout = data.chunk_layout
    extents = tuple(n for n in layout.read_chunk.shape or () if n)
    anchors = tuple(n for n in layout.grid_origin or () if n is not None)
    if not len(extents) == len(anchors) == data.ndim:
        return None
    origins = data.domain.origin
    aligned = all((o - a) % n == 0 for o, a, n in zip(origins, anchors, extents, strict=True))
    return extents if aligned else None
