"""TIFF files: OME-TIFF, ImageJ hyperstacks and plain stacks, read lazily by tile or strip."""

from dataclasses import dataclass, replace
from itertools import pairwise
from os import PathLike, fspath
from typing import Any

import numpy as np
import tifffile
from tifffile import TiffFile, TiffPage, TiffPageSeries

from ome_zarr.chunks import path_identity
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.sources.pixels import check_pixels
from ome_zarr.sources.protocol import Hints, Source, SourceSpec
from ome_zarr.sources.tiffhints import series_hints
from ome_zarr.sources.tiffpages import SeriesPages

__all__ = ["TiffSource", "open_tiff", "open_tiff_object"]

_NAMES = {"T": "t", "C": "c", "S": "c", "Z": "z", "Y": "y", "X": "x"}
"""NGFF's name of tifffile's axes; S are the samples of a pixel, such as red, green and blue."""

_NGFF_ORDER = "tczyx"


@dataclass(frozen=True, slots=True)
class _View:
    """How the axes of the file are presented: permuted, and the samples of a pixel joined to the channels."""

    kept: tuple[int, ...]
    """Axes of the file that have more than one pixel, or are y or x; in the file's order."""
    order: tuple[int, ...]
    """Which of them come first, second, ...: a permutation of ``range(len(kept))``."""
    joined: int | None
    """Position in `order` of a channel axis that is presented as one with the sample axis after it."""

    def permuted(self, values: tuple[int, ...]) -> tuple[int, ...]:
        """One value per axis of the file, in the order of presentation; nothing joined."""
        return tuple(values[self.kept[i]] for i in self.order)

    def join(self, values: tuple[int, ...]) -> tuple[int, ...]:
        """Permuted values with those of the joined axes multiplied."""
        if self.joined is None:
            return values
        j = self.joined
        return (*values[:j], values[j] * values[j + 1], *values[j + 2 :])


class TiffSource:
    """One series of a TIFF file, with its axes in NGFF order (t c z y x).

    Axes of one pixel are left out, but for y and x. Samples of a pixel (RGB) are channels, moved to the
    front while they are read. Colours are as stored: no palette or inversion is applied.

    Parameters
    ----------
    file
        Open; read from until `close`.
    series
        Which image of the file, and at which resolution.
    hints
        What the file says about it at that resolution, but for the axes.
    owned
        Whether `close` closes the file.
    """

    def __init__(self, file: TiffFile, series: TiffPageSeries, hints: Hints, *, owned: bool) -> None:
        self._file = file
        self._series = series
        self._owned = owned
        self._hints = hints
        self._pages = SeriesPages(series)
        self._view, names, note = _present(series.axes, self._pages.shape, self._pages.file)
        shape = self._view.join(self._view.permuted(self._pages.shape))
        chunks = self._pages.chunks
        self._spec = SourceSpec(
            shape=shape,
            dtype=check_pixels(shape, self._pages.dtype, f"series of {self._pages.file!r}"),
            chunks=None if chunks is None else self._joined_chunks(chunks),
            hints=_fitted(replace(hints, axes=names, axes_note=note), shape),
            origins=frozenset(map(path_identity, self._pages.files())),
        )

    @property
    def spec(self) -> SourceSpec:
        """Shape, dtype, chunks (tiles or strips; None if mapped into memory), hints and origins."""
        return self._spec

    @property
    def levels(self) -> tuple["TiffSource", ...]:
        """This source and the coarser levels that the file keeps of it; they share the open file."""
        coarser = (
            TiffSource(self._file, series, _coarser(self._hints, self._series, series), owned=False)
            for series in self._series.levels[1:]
        )
        return (self, *coarser)

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`; each tile or strip that it touches is decoded once.

        Raises
        ------
        DocumentError
            A tile or strip is damaged, or the file ends before it.
        """
        joined = self._view.joined
        if joined is None:
            return self._read_permuted(region)
        samples = self._view.permuted(self._pages.shape)[joined + 1]
        a, b = region.start[joined], region.stop[joined]
        cuts = [a, *range((a // samples + 1) * samples, b, samples), b]
        parts = [self._read_pixel(region, joined, samples, span) for span in pairwise(cuts)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=joined)

    def close(self) -> None:
        """Close the file, if it was opened here."""
        if self._owned:
            self._file.close()

    def _read_pixel(self, region: Region, joined: int, samples: int, span: tuple[int, int]) -> np.ndarray:
        """The samples `span` (numbered over all channels), which belong to one channel."""
        channel = span[0] // samples
        first, last = span[0] - channel * samples, span[1] - channel * samples
        part = Region(
            (*region.start[:joined], channel, first, *region.start[joined + 1 :]),
            (*region.stop[:joined], channel + 1, last, *region.stop[joined + 1 :]),
        )
        return self._read_permuted(part).squeeze(axis=joined)

    def _read_permuted(self, region: Region) -> np.ndarray:
        start, stop = [0] * len(self._pages.shape), [1] * len(self._pages.shape)
        for i, a, b in zip(self._view.order, region.start, region.stop, strict=True):
            start[self._view.kept[i]], stop[self._view.kept[i]] = a, b
        block = self._pages.read(Region(tuple(start), tuple(stop)))
        kept = block.reshape([block.shape[i] for i in self._view.kept])
        return kept.transpose(self._view.order)

    def _joined_chunks(self, chunks: tuple[int, ...]) -> tuple[int, ...]:
        """The box of a segment in the presented axes; channels and samples are one grid only if aligned."""
        return self._view.join(self._view.permuted(chunks))


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
        source = _open_series(file, series, owned=True)
        return source if level == 0 else _pick_level(source, level)
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
        return _open_series(data, 0, owned=False)
    if isinstance(data, TiffPageSeries):
        return _of_series(data)
    if isinstance(data, TiffPage):
        return _of_series(TiffPageSeries([data], parent=data.parent))
    return _of_store(data)


def _of_series(series: TiffPageSeries) -> TiffSource:
    file = series.keyframe.parent
    return TiffSource(file, series, series_hints(file, series, _number(file, series)), owned=False)


def _of_store(store: Any) -> Source:
    """A zarr store that tifffile offers: an array, or an image of several resolutions."""
    import zarr
    from zarr.abc.store import Store

    from ome_zarr.sources.adapt import as_source

    if not isinstance(store, Store):
        raise RecipeError(
            f"a tifffile {type(store).__name__} has no pixels of its own; give a TiffFile, one of its series or "
            "pages, or its aszarr()"
        )
    return as_source(zarr.open(store, mode="r"))


def _open_series(file: TiffFile, number: int, *, owned: bool) -> TiffSource:
    name = str(file.filehandle.path)
    try:
        found = list(file.series)
    except Exception as error:  # what tifffile raises depends on where the damage is
        raise DocumentError(
            f"the directories of {name!r} cannot be read: {error}; the file is damaged"
        ) from error
    if not 0 <= number < len(found):
        raise RecipeError(
            f"{name!r} has no series {number!r}; it has {len(found)}: give a number from 0 to {len(found) - 1}"
        )
    series = found[number]
    return TiffSource(file, series, series_hints(file, series, number), owned=owned)


def _pick_level(source: TiffSource, level: int) -> TiffSource:
    levels = source.levels
    if not 0 <= level < len(levels):
        raise RecipeError(
            f"the series has no level {level!r}; it has {len(levels)}: give a number from 0 to {len(levels) - 1}"
        )
    chosen = levels[level]
    chosen._owned = True
    return chosen


def _number(file: TiffFile, series: TiffPageSeries) -> int:
    """Number of the series in the file; 0 if it is none of them (a page, or a coarser level)."""
    return next((i for i, known in enumerate(file.series) if known is series), 0)


def _present(letters: str, shape: tuple[int, ...], file: str) -> tuple[_View, tuple[str, ...] | None, str]:
    """How to present axes with tifffile's letters; their NGFF names, or why there are none."""
    kept = tuple(i for i, letter in enumerate(letters) if shape[i] > 1 or letter in "YX")
    left = [letters[i] for i in kept]
    unknown = sorted(set(left) - set(_NAMES))
    if unknown or len(set(left)) < len(left):
        order = _samples_first(left)
        shown = "".join(left[i] for i in order)
        note = (
            f"the axes {shown!r} of {file!r} (shape {tuple(shape[kept[i]] for i in order)!r}) are not all known: "
            f"{', '.join(map(repr, unknown)) or 'a letter occurs twice'}; name them in this order with "
            f"letters of {_NGFF_ORDER!r}, for example axes={_example(shown)!r}"
        )
        return _View(kept, order, None), None, note
    order = tuple(sorted(range(len(left)), key=lambda i: (_NGFF_ORDER.index(_NAMES[left[i]]), left[i])))
    names = tuple(_NAMES[left[i]] for i in order)
    joined = next((i for i, (a, b) in enumerate(pairwise(names)) if a == b), None)
    return _View(kept, order, joined), tuple(dict.fromkeys(names)), ""


def _samples_first(letters: list[str]) -> tuple[int, ...]:
    """The order of the axes with the samples of a pixel moved in front of the plane that they belong to."""
    order = list(range(len(letters)))
    if "S" in letters and "Y" in letters and letters.index("S") > letters.index("Y"):
        order.insert(letters.index("Y"), order.pop(letters.index("S")))
    return tuple(order)


def _example(letters: str) -> str:
    """Names for these axes: what is known, and z, t, c, in this order, for what is not."""
    free = iter([name for name in "ztc" if name not in {_NAMES.get(letter) for letter in letters}])
    return "".join(_NAMES.get(letter) or next(free, "?") for letter in letters)


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
    """The hints of a level of less resolution: its pixels are larger."""
    ratios = {
        _NAMES.get(letter, letter): n / m
        for letter, n, m in zip(fine.axes, fine.shape, coarse.shape, strict=False)
    }
    scale = {axis: value * ratios.get(axis, 1.0) for axis, value in hints.scale.items()}
    return replace(hints, scale=scale)
