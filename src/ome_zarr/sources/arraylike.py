"""Anything that has a shape and a dtype and can be sliced: h5py, TensorStore, xarray and the rest."""

from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Protocol, runtime_checkable

import numpy as np

from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.origins import origins_of
from ome_zarr.sources.pixels import as_native, check_pixels
from ome_zarr.sources.protocol import Hints, SourceSpec

__all__ = ["Arraylike", "ArraylikeSource"]


@runtime_checkable
class Arraylike(Protocol):
    """What an object needs to be read as an array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Extent of every axis."""
        ...

    @property
    def dtype(self) -> np.dtype:
        """Of the elements."""
        ...

    def __getitem__(self, index: tuple[slice, ...], /) -> object:
        """A box, as something that NumPy can convert."""
        ...


class ArraylikeSource:
    """An object of another library that can be sliced.

    Parameters
    ----------
    data
        The object.
    chunks
        Box that is read at the cost of any pixel in it; by default the object's own `chunks` if that is a
        box.
    hints
        What the object means.
    origins
        What the object reads from; by default what can be seen.
    concurrent
        Whether the object can be sliced by many threads at a time; if not, they wait for each other.
    """

    def __init__(
        self,
        data: Arraylike,
        *,
        chunks: tuple[int, ...] | None = None,
        hints: Hints | None = None,
        origins: frozenset[str] | None = None,
        concurrent: bool = False,
    ) -> None:
        self._data = data
        self._concurrent = concurrent
        self._guard = _guard(concurrent=concurrent)
        self._what = f"the {type(data).__module__}.{type(data).__qualname__}"
        shape = tuple(int(n) for n in data.shape)
        self._spec = SourceSpec(
            shape=shape,
            dtype=check_pixels(shape, np.dtype(data.dtype), self._what),
            chunks=chunks or _own_chunks(data, len(shape)),
            keep_chunks=True,
            hints=hints or Hints(),
            origins=origins_of(data) if origins is None else origins,
        )

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, chunks, hints and origins."""
        return self._spec

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`.

        Raises
        ------
        DocumentError
            The object gave a block of another shape or dtype than it promised.
        """
        with self._guard:
            block = np.asarray(self._data[region.slices])
        if block.shape != region.shape or block.dtype.newbyteorder("=") != self._spec.dtype:
            raise DocumentError(
                f"{self._what} gave a block of shape {block.shape!r} and dtype {block.dtype.name!r} for "
                f"region {region.start!r} to {region.stop!r}; its own shape and dtype promise shape "
                f"{region.shape!r} and dtype {self._spec.dtype.name!r}; give an object that keeps its promise"
            )
        return as_native(block)

    def close(self) -> None:
        """Do nothing: the object is the caller's."""

    def __getstate__(self) -> dict[str, object]:
        # A lock holds within one process only.
        return {name: value for name, value in vars(self).items() if name != "_guard"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        self._guard = _guard(concurrent=self._concurrent)


def _guard(*, concurrent: bool) -> AbstractContextManager[object]:
    return nullcontext() if concurrent else Lock()


def _own_chunks(data: Arraylike, ndim: int) -> tuple[int, ...] | None:
    try:
        chunks = getattr(data, "chunks", None)
    except NotImplementedError:  # zarr's answer where the chunks have several shapes
        return None
    if not isinstance(chunks, tuple) or len(chunks) != ndim:
        return None
    return chunks if all(isinstance(n, int) and n > 0 for n in chunks) else None
