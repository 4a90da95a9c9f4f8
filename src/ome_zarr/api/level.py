"""A level: one resolution of an image, whose pixels are read when they are asked for."""

from functools import cached_property
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ome_zarr.api.xarrays import level_array
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import BudgetError, DocumentError, OmeZarrError, RecipeError
from ome_zarr.geometry.index import parse_index
from ome_zarr.metadata.axes import Axes
from ome_zarr.planning.explain import human_bytes
from ome_zarr.planning.memory import total_memory
from ome_zarr.storage.hierarchy import Hierarchy

if TYPE_CHECKING:  # slow to import, and not always wanted
    import dask.array as da
    import xarray as xr

    from ome_zarr.chunks.array import ZarrArray
    from ome_zarr.chunks.objects import ArrayObjects
    from ome_zarr.geometry.region import Region

__all__ = ["Level", "check_blocks"]

_MOST_BLOCKS = 1 << 19
"""Along an axis of a dask array: half a second, and 4 MB of numbers, before anything is read."""


class Level:
    """One resolution of an image.

    ``np.asarray(level)`` reads all of it, ``level[...]`` a part; all tuples are in storage order. Made by an
    :class:`ome_zarr.Image`.

    Parameters
    ----------
    hierarchy
        Of the image.
    path
        Of the array, relative to the image.
    document
        What the array says of itself.
    axes
        Of the image.
    scale, translation, channel_names
        See the attributes.
    """

    def __init__(
        self,
        hierarchy: Hierarchy,
        path: str,
        document: ArrayDocument,
        axes: Axes,
        *,
        scale: tuple[float, ...],
        translation: tuple[float, ...],
        channel_names: tuple[str, ...] = (),
    ) -> None:
        self._hierarchy = hierarchy
        self._document = document
        self.path = path
        """Of the array, relative to the image."""
        self.axes = axes
        """Names, types and units."""
        self.scale = scale
        """Physical extent of a pixel along every axis."""
        self.translation = translation
        """Where the centre of the first pixel lies."""
        self.channel_names = channel_names
        """One per channel, where all have one; else none."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Pixels along every axis."""
        return self._document.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype:
        """Of the pixels, in native byte order."""
        return self._document.dtype

    @property
    def chunks(self) -> tuple[int, ...]:
        """Shape of what is compressed as one."""
        return self._document.chunks

    @property
    def shards(self) -> tuple[int, ...] | None:
        """Shape of what is stored as one, where several chunks are."""
        return self._document.shards

    @property
    def nbytes(self) -> int:
        """Of the pixels, not compressed."""
        return self._document.nbytes

    @property
    def units(self) -> tuple[str | None, ...]:
        """Unit of scale and translation along every axis."""
        return tuple(axis.unit for axis in self.axes)

    @cached_property
    def zarr(self) -> "ZarrArray":
        """The array itself.

        Raises
        ------
        DocumentError
            zarr cannot read such an array: an unknown codec, say.
        """
        return self._hierarchy.open_array(self.path, self._document)

    @cached_property
    def dask(self) -> "da.Array":
        """The pixels as a dask array, a block for each chunk (or shard).

        Raises
        ------
        BudgetError
            There are more chunks along an axis than dask can list.
        """
        blocks = self.shards or self.chunks
        check_blocks(self.shape, blocks, f"level {self.path!r}")
        if self.objects is None:
            import dask.array as da  # noqa: PLC0415 - heavy, and not always wanted

            whole: da.Array = da.from_zarr(self.zarr, chunks=blocks)
            return whole
        from ome_zarr.sources.stored import StoredPixels  # noqa: PLC0415 - codecs, which documents do not need

        return StoredPixels(self.objects, self.identity).as_dask(blocks)

    @property
    def identity(self) -> str:
        """The place of the array: the same for every way to name it."""
        return (self._hierarchy.location / self.path).identity

    def to_xarray(self) -> "xr.DataArray":
        """The pixels, lazily, with a coordinate for every pixel along every axis.

        Coordinates are the physical positions of the pixels' centres, with their ``units``; along the channel
        axis the names of the channels, where they are known and differ.

        Raises
        ------
        MissingDependencyError
            xarray is not installed.
        """
        return level_array(self)

    def to_world(self, points: ArrayLike) -> NDArray[np.float64]:
        """Physical positions of points of this level, of which 0 is the centre of the first pixel.

        Parameters
        ----------
        points
            Shape ``(..., number of axes)``, in storage order.

        Raises
        ------
        RecipeError
            The last extent is not the number of axes.
        """
        return self._points(points) * self.scale + self.translation

    def to_pixels(self, points: ArrayLike) -> NDArray[np.float64]:
        """Where physical positions lie in this level, in pixels; the inverse of `to_world`.

        A scale of 0 along an axis, which only broken images have, gives infinities.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            located: NDArray[np.float64] = (self._points(points) - self.translation) / self.scale
        return located

    def __getitem__(self, index: object) -> np.ndarray:
        """Pixels, as NumPy indexes them; arrays and masks are left to zarr's own indexing."""
        selection = parse_index(index, self.shape)
        if selection is None:
            return np.asarray(self.zarr[index])  # type: ignore[index] # zarr judges it
        block = self._read(selection.region, selection.steps)
        return block.squeeze(selection.dropped) if selection.dropped else block

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("the pixels of a level are stored: they cannot be had without a copy; leave copy out")
        return np.asarray(self[...], dtype)

    def __len__(self) -> int:
        return self.shape[0]

    def __repr__(self) -> str:
        extent = "×".join(map(str, self.shape))
        scale = "×".join(f"{s:g}" for s in self.scale)
        return f"<Level {self.path} {''.join(self.axes.names)} {extent} {self.dtype.name}, pixels of {scale}>"

    @cached_property
    def objects(self) -> "ArrayObjects | None":
        """The stored chunks or shards; None for chunks of several shapes, which are left to zarr.

        Raises
        ------
        DocumentError
            Codecs or data type are unknown.
        """
        return self._hierarchy.objects(self.path, self._document) if self._document.is_regular else None

    def _read(self, region: "Region", steps: tuple[int, ...]) -> np.ndarray:
        count = prod(-(-extent // step) for extent, step in zip(region.shape, steps, strict=True))
        _check_memory(count * self.dtype.itemsize, self)
        if self.objects is None:
            return self._read_by_zarr(region, steps)
        from ome_zarr.engine.gather import gather  # noqa: PLC0415 - codecs, which documents do not need

        return gather(self.objects, region, steps, slow=self._hierarchy.slow)

    def _read_by_zarr(self, region: "Region", steps: tuple[int, ...]) -> np.ndarray:
        try:
            return np.asarray(self.zarr[tuple(map(slice, region.start, region.stop, steps))])
        except Exception as error:  # every codec has errors of its own
            if isinstance(error, OmeZarrError) or (isinstance(error, OSError) and error.errno is not None):
                raise
            raise DocumentError(
                f"level {self.path!r} of {self._hierarchy.location.name!r} cannot be decoded: {error}; it is damaged "
                "or was not written in full: write it again from its source"
            ) from error

    def _points(self, points: ArrayLike) -> NDArray[np.float64]:
        array = np.asarray(points, np.float64)
        if array.ndim == 0 or array.shape[-1] != self.ndim:
            raise RecipeError(
                f"points have the shape {array.shape}; the last extent must be {self.ndim}, "
                f"one number for each of the axes {''.join(self.axes.names)}"
            )
        return array


def check_blocks(shape: tuple[int, ...], blocks: tuple[int, ...], what: str) -> None:
    """Refuse to lay out more blocks than dask can list.

    Raises
    ------
    BudgetError
        There are too many along an axis.
    """
    if max((n // block for n, block in zip(shape, blocks, strict=True)), default=0) > _MOST_BLOCKS:
        raise BudgetError(
            f"{what} of shape {shape!r} has more than {_MOST_BLOCKS} chunks along an axis, which dask lists one by "
            "one; read parts of it: ome_zarr.open(...).levels[0][...]"
        )


def _check_memory(nbytes: int, level: Level) -> None:
    if nbytes > (total := total_memory()):
        raise BudgetError(
            f"{human_bytes(nbytes)} of level {level.path!r} do not fit into the {human_bytes(total)} of this machine; "
            "read a part, a coarser level, or use level.dask"
        )
