"""TIFF files: OME-TIFF, ImageJ hyperstacks and plain stacks, read lazily by tile or strip."""

from dataclasses import replace
from os import PathLike, fspath

import numpy as np
import tifffile
from tifffile import TiffFile, TiffPage, TiffPageSeries

from ome_zarr.chunks.path import path_identity
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.pixels import check_pixels
from ome_zarr.sources.protocol import Hints, Source, SourceSpec
from ome_zarr.sources.tiffaxes import ngff_name, view_axes
from ome_zarr.sources.tiffhints import series_hints
from ome_zarr.sources.tiffpages import SeriesPages

__all__ = ["TiffSource", "open_tiff", "open_tiff_object"]


class TiffSource:
    """One series of a TIFF file at one resolution, with its axes in NGFF order (t c z y x).

    Axes of one pixel are left out, but for y and x. Samples of a pixel (RGB) are channels, moved to the
    front while they are read. Values are as stored: no palette or inversion is applied. Can be pickled if it
    was opened by path; it is opened again where it is unpickled.

    Parameters
    ----------
    series
        Of an open file, which is read from until `close`.
    hints
        What the file says about it, but for the axes.
    place
        Number of the series in the file, and of its level; None if the series is not the file's own.
    owned
        Whether `close` closes the file.

    Raises
    ------
    DocumentError
        The file cannot be understood.
    RecipeError
        The pixels cannot be an image.
    """

    def __init__(
        self,
        series: TiffPageSeries,
        hints: Hints,
        *,
        place: tuple[int, int] | None = None,
        owned: bool = False,
    ) -> None:
        self._file = series.parent or series.keyframe.parent
        self._place = place
        self._owned = owned
        self._pages = SeriesPages(series)
        self._name = str(self._file.filehandle.path)
        self._view = view_axes(series.axes, self._pages.shape, self._name)
        shape = self._view.present(self._pages.shape)
        chunks = self._pages.chunks
        self._spec = SourceSpec(
            shape=shape,
            dtype=check_pixels(shape, self._pages.dtype, f"the series in {self._name!r}"),
            chunks=None if chunks is None else self._view.present(chunks),
            hints=_fitted(replace(hints, axes=self._view.names, axes_note=self._view.note), shape),
            origins=frozenset(map(path_identity, self._pages.files())),
        )

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, chunks (tiles or strips; None if mapped into memory), hints and origins."""
        return self._spec

    @property
    def levels(self) -> tuple["TiffSource", ...]:
        """All resolutions of the series, finest first; they share the open file and leave it open."""
        if self._place is None:
            return (self,)
        number = self._place[0]
        count = len(self._file.series[number].levels)
        return tuple(_open_level(self._file, number, level) for level in range(count))

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`; each tile or strip that it touches is decoded once.

        Raises
        ------
        DocumentError
            A tile or strip is damaged, or the file ends before it.
        NotFoundError
            A file of the series is gone.
        """
        joined = self._view.joined
        samples = 1 if joined is None else self._pages.shape[self._view.kept[joined + 1]]
        parts = [self._read_kept(part) for part in self._view.cut(region, samples)]
        if joined is None:
            return parts[0]
        return np.concatenate([part.squeeze(axis=joined) for part in parts], axis=joined)

    def close(self) -> None:
        """Close the file, if it was opened by path."""
        if self._owned:
            self._file.close()

    def __reduce__(self) -> tuple[object, tuple[str, int, int]]:
        if self._place is None or not self._owned:
            raise TypeError(
                f"a source on {self._name!r} that was not opened by path cannot be pickled; give the path of the file"
            )
        return open_tiff, (self._name, *self._place)

    def _read_kept(self, region: Region) -> np.ndarray:
        """The pixels of a region along the kept axes, before any are joined."""
        block = self._pages.read(self._view.to_file(region))
        in_file_order = sorted(self._view.kept)
        order = [in_file_order.index(axis) for axis in self._view.kept]
        return block.reshape([block.shape[axis] for axis in in_file_order]).transpose(order)


def open_tiff(path: str | PathLike[str], series: int = 0, level: int = 0) -> TiffSource:
    """The source of one image in a TIFF file (also BigTIFF, and OME-TIFF over several files).

    Parameters
    ----------
    path
        Of a local file.
    series
        Number of the image in the file.
    level
        Which of its resolutions; 0 is the finest.

    Raises
    ------
    NotFoundError
        There is no file.
    DocumentError
        The file is no TIFF, or is damaged.
    RecipeError
        The file has no such series or level, or its pixels cannot be an image.
    """
    name = fspath(path)
    try:
        file = TiffFile(name)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {name!r}; give the path of a TIFF file") from error
    except (tifffile.TiffFileError, ValueError, IndexError) as error:
        raise DocumentError(f"{name!r} cannot be read as TIFF: {error}; give a TIFF file") from error
    try:
        return _open_level(file, series, level, owned=True)
    except BaseException:
        file.close()
        raise


def open_tiff_object(data: object) -> Source:
    """The source of an object of tifffile, which stays open and the caller's.

    Parameters
    ----------
    data
        A `TiffFile` (its first series), `TiffPageSeries`, `TiffPage`, or zarr store of one of them.
    """
    if isinstance(data, TiffFile):
        return _open_level(data, 0, 0)
    if isinstance(data, TiffPageSeries):
        return _of_series(data)
    if isinstance(data, TiffPage):
        return _of_series(TiffPageSeries([data], parent=data.parent))
    return _of_store(data)


def _of_series(series: TiffPageSeries) -> TiffSource:
    """The source of a series: as one of its file, if it is one, because then the file has hints."""
    file = series.parent or series.keyframe.parent
    for number, finest in enumerate(file.series):
        for level, known in enumerate(finest.levels):
            if known is series:
                return _open_level(file, number, level)
    return TiffSource(series, Hints(name=series.name))


def _of_store(store: object) -> Source:
    """A zarr store that tifffile offers: an array, or an image of several resolutions."""
    import zarr
    from zarr.abc.store import Store

    from ome_zarr.sources.adapt import as_source

    if not isinstance(store, Store):
        raise RecipeError(
            f"a tifffile {type(store).__name__} has no pixels of its own; give a TiffFile, one of its series "
            "or pages, or its aszarr()"
        )
    node = zarr.open(store, mode="r")
    # of a pyramid a group, whose arrays tifffile numbers from the full resolution on
    return as_source(node["0"] if isinstance(node, zarr.Group) else node)


def _open_level(file: TiffFile, number: int, level: int, *, owned: bool = False) -> TiffSource:
    """The source of series `number` of an open file at one of its levels."""
    name = str(file.filehandle.path)
    try:
        found = list(file.series)
    except Exception as error:  # what tifffile raises depends on where the damage is
        raise DocumentError(
            f"the directories of {name!r} cannot be read: {error}; the file is damaged: copy it again"
        ) from error
    if not 0 <= number < len(found):
        raise RecipeError(f"{name!r} has no series {number!r}; it has {len(found)}: give a number below that, from 0")
    levels = found[number].levels
    if not 0 <= level < len(levels):
        raise RecipeError(
            f"series {number!r} of {name!r} has no level {level!r}; it has {len(levels)}: "
            "give a number below that, from 0"
        )
    hints = _coarser(series_hints(file, levels[0], number), levels[0], levels[level])
    return TiffSource(levels[level], hints, place=(number, level), owned=owned)


def _fitted(hints: Hints, shape: tuple[int, ...]) -> Hints:
    """Hints of the axes and channels that there are."""
    axes = hints.axes or ()
    channels = dict(zip(axes, shape, strict=False)).get("c", 1)
    return replace(
        hints,
        scale={axis: value for axis, value in hints.scale.items() if axis in axes},
        units={axis: value for axis, value in hints.units.items() if axis in axes},
        channel_names=hints.channel_names if len(hints.channel_names) == channels else (),
        channel_colors=hints.channel_colors if len(hints.channel_colors) == channels else (),
        channel_windows=hints.channel_windows if len(hints.channel_windows) == channels else (),
    )


def _coarser(hints: Hints, fine: TiffPageSeries, coarse: TiffPageSeries) -> Hints:
    """The hints of a level of less resolution, whose pixels are larger."""
    ratios = {ngff_name(letter): n / m for letter, n, m in zip(fine.axes, fine.shape, coarse.shape, strict=False)}
    scale = {axis: value * ratios.get(axis, 1.0) for axis, value in hints.scale.items()}
    return replace(hints, scale=scale)
