"""What every source of pixels offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from ome_zarr.chunks.encoding import Encoding
from ome_zarr.geometry.region import Region

__all__ = ["Hints", "Source", "SourceSpec"]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a source knows about the meaning of its pixels; empty where it knows nothing.

    Hints are suggestions: what the caller says wins.
    """

    axes: tuple[str, ...] | None = None
    """Name of every axis, in storage order; None if the source does not know them all."""
    axes_note: str = ""
    """Why `axes` is None although the source has names of its own: a sentence for the caller."""
    scale: Mapping[str, float] = field(default_factory=dict)
    """Physical size of a pixel along an axis."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Unit of that size, as the NGFF specification spells it (``"micrometer"``)."""
    channel_names: tuple[str, ...] = ()
    """One name per channel."""
    channel_colors: tuple[str, ...] = ()
    """One colour per channel, six hexadecimal digits ``"RRGGBB"``."""
    channel_windows: tuple[tuple[float, float], ...] = ()
    """For every channel the values that are displayed as black and as full colour."""
    name: str = ""
    """Of the image."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Everything about a source but its pixels: enough to plan what will be done."""

    shape: tuple[int, ...]
    """Extent of every axis, in storage order; none is 0."""
    dtype: np.dtype
    """Of the pixels, in native byte order."""
    chunks: tuple[int, ...] | None = None
    """Box, on a grid anchored at the origin, that is read at the cost of any pixel in it (a zarr chunk, a
    tile); None: any box costs its own pixels."""
    keep_chunks: bool = False
    """Whether `chunks` are how somebody chose to store the pixels, so that a copy may well keep them (a zarr
    chunk, not a strip of a TIFF file)."""
    encoding: Encoding | None = None
    """How its objects are encoded, where it is a stored array whose objects can be taken as they are."""
    hints: Hints = field(default_factory=Hints)
    """What the source knows about its pixels."""
    origins: frozenset[str] = frozenset()
    """Places that are read, as `ome_zarr.chunks.store_identity` names them: none of them may be written."""

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)


@runtime_checkable
class Source(Protocol):
    """Something that pixels are read from, region by region.

    `ome_zarr.testing.sources.SourceTests` holds an implementation to this contract.
    """

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, chunks, hints and origins; the same object every time."""
        ...

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`, in native byte order, with the shape of the region.

        Any number of threads may read at the same time. The block may be a view of the user's own array and
        must not be written to.
        """
        ...

    def close(self) -> None:
        """Let go of files. May be called twice; a closed source is not read."""
        ...
