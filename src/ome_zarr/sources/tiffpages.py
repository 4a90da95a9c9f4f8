"""The pixels of a TIFF series, in the order in which the file has its axes.

A *page* is one image of the file, stored in *segments* (strips or tiles). tifffile reads the directories
and decodes a segment; which segments, from which file and on which thread, is decided here.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import prod
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import numpy as np
from tifffile import FileHandle, TiffFrame, TiffPage, TiffPageSeries

from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.geometry.region import Region

__all__ = ["SeriesPages"]

type Page = TiffPage | TiffFrame

type ReadBytes = Callable[[int, int], bytes]
"""From offset and length to bytes, fewer where the file ends."""

type Slices = tuple[slice, ...]

_JPEG = frozenset({6, 7, 33007, 34892})
"""Compressions whose tables lie outside the segments (TIFF tag 347, and headers of some vendors)."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the axes of a series are made of pages, and pages of segments.

    tifffile sees every page as a box of five axes: separate samples, depth, length, width, samples of a
    pixel.
    """

    shape: tuple[int, ...]
    stacked: int
    """Number of leading axes along which the pages are stacked."""
    page: tuple[int, ...]
    """Shape of a page, five axes."""
    places: tuple[int | None, ...]
    """For every axis within a page: which of the five it is; None if it has one pixel and is none of them."""
    segment: tuple[int, ...]
    """Shape of a full segment, five axes."""

    @property
    def segment_count(self) -> tuple[int, ...]:
        """Number of segments along the five axes."""
        return tuple(-(-n // c) for n, c in zip(self.page, self.segment, strict=True))

    def stack(self, region: Region) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Number of every page that `region` touches, and its place along the stacked axes of the block."""
        starts, stops = region.start[: self.stacked], region.stop[: self.stacked]
        for at in product(*map(range, starts, stops)):
            number = 0
            for i, extent in zip(at, self.shape, strict=False):
                number = number * extent + i
            yield number, tuple(i - a for i, a in zip(at, starts, strict=True))

    def box(self, region: Region) -> Region:
        """The part of a page that `region` touches, five axes."""
        start, stop = [0] * 5, list(self.page)
        spans = zip(region.start[self.stacked :], region.stop[self.stacked :], self.places, strict=True)
        for a, b, place in spans:
            if place is not None:
                start[place], stop[place] = a, b
        return Region(tuple(start), tuple(stop))

    def chunks(self) -> tuple[int, ...]:
        """Shape of a segment along the axes of the series."""
        inner = (1 if place is None else min(self.segment[place], self.page[place]) for place in self.places)
        return (1,) * self.stacked + tuple(inner)


class SeriesPages:
    """Reads boxes of a series; every segment is decoded at most once per box.

    Any number of threads may read: segments are read through a file handle of their own.

    Parameters
    ----------
    series
        Of an open `TiffFile`.
    """

    def __init__(self, series: TiffPageSeries) -> None:
        self._series = series
        self._keyframe = series.keyframe
        self._lock = Lock()
        self.file = str(self._keyframe.parent.filehandle.path)
        self._layout = self._find_layout()
        self.shape = self._layout.shape
        self.dtype = np.dtype(series.dtype).newbyteorder("=")
        self._stored_dtype = self.dtype.newbyteorder(self._keyframe.parent.byteorder)
        self._plain = self._find_plain()
        self._mapped = self._map()
        self._init_decode()

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Box that is read at the cost of any pixel in it; None if the file is mapped into memory."""
        return None if self._mapped is not None else self._layout.chunks()

    def files(self) -> frozenset[str]:
        """Paths of all files that the series is made of."""
        if not self._series.is_multifile:
            return frozenset({self.file})
        pages = [self._page(number) for number in range(len(self._series))]
        return frozenset(str(page.parent.filehandle.path) for page in pages if page is not None)

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`, in native byte order.

        Raises
        ------
        DocumentError
            A segment is damaged, or the file ends before it.
        """
        if self._mapped is not None:
            block = self._mapped[region.slices]
            return block if block.dtype.isnative else block.astype(self.dtype)
        box = self._layout.box(region)
        pages = list(self._layout.stack(region))
        out = np.empty(region.shape, self.dtype)
        with _Files(self._lock) as files:
            for number, at in pages:
                page = out[at].reshape(box.shape)
                for target, block in self._read_page(files, number, box):
                    if len(pages) == 1 and block.shape == box.shape:
                        return block.astype(self.dtype, copy=False).reshape(region.shape)
                    page[target] = block
        return out

    def _find_layout(self) -> _Layout:
        keyframe = self._keyframe
        if keyframe.dtype is None or not keyframe.shape:
            raise DocumentError(
                f"{self.file!r} has pixels of {keyframe.bitspersample!r} bits and sample format "
                f"{keyframe.sampleformat!r}, which cannot be read; convert the file"
            )
        page = tuple(keyframe.shaped)
        shape = tuple(self._series.shape)
        stacked = next((k for k in range(len(shape) + 1) if _is_page(shape[k:], page)), None)
        if stacked is None:
            raise DocumentError(
                f"series of shape {shape!r} in {self.file!r} is not a stack of its pages of shape "
                f"{keyframe.shape!r}; the file's metadata contradicts its pages"
            )
        segment = (
            1,
            keyframe.tiledepth if keyframe.is_tiled else 1,
            keyframe.tilelength if keyframe.is_tiled else min(keyframe.rowsperstrip, page[2]),
            keyframe.tilewidth if keyframe.is_tiled else page[3],
            page[4],
        )
        return _Layout(shape, stacked, page, _places(shape[stacked:], page), segment)

    def _find_plain(self) -> int | None:
        """Where all pixels lie as they are, page after page, in one file; None if they are encoded."""
        series = self._series
        return None if series.is_multifile or series.transform is not None else series.dataoffset

    def _map(self) -> np.ndarray | None:
        """The whole series as a map of the file, if its pixels are plain and the file is on a disk."""
        handle = self._keyframe.parent.filehandle
        if self._plain is None or not handle.is_file:
            return None
        offset = _origin(handle) + self._plain
        expected = offset + prod(self.shape) * self.dtype.itemsize
        size = Path(self.file).stat().st_size
        if size < expected:
            raise DocumentError(
                f"{self.file!r} has {size} bytes where its pixels end at byte {expected}; "
                "the file was cut off: copy it again"
            )
        mapped = np.memmap(self.file, self._stored_dtype, mode="r", offset=offset, shape=self.shape)
        return mapped.view(np.ndarray)

    def _init_decode(self) -> None:
        """Build the decoder while there is one thread: tifffile does it at first use, without a lock."""
        _ = self._keyframe.decode

    def _page(self, number: int) -> Page | None:
        with self._lock:
            return self._series[number]

    def _read_page(self, files: "_Files", number: int, box: Region) -> Iterator[tuple[Slices, np.ndarray]]:
        """The pixels in a box of a page, in parts: where they go in the box, and a block or the one value of all."""
        if self._plain is not None:
            yield (), self._read_plain(files, self._plain, number)[box.slices]
            return
        page = self._page(number)
        if page is None or not page.dataoffsets:
            yield (), np.asarray(self._keyframe.nodata)
            return
        expected = prod(self._layout.segment_count)
        if not expected <= len(page.dataoffsets) == len(page.databytecounts):
            raise DocumentError(
                f"page {number} of {page.parent.filehandle.path!r} says where {len(page.dataoffsets)} of its "
                f"{expected} tiles or strips are; the file is damaged: copy it again"
            )
        read, what = files.reader(page), "tile" if self._keyframe.is_tiled else "strip"
        for index, target, within in self._touched(box):
            block = self._read_segment(page, index, f"page {number}, {what} {index}", read)
            yield target, np.asarray(self._keyframe.nodata) if block is None else block[within]

    def _read_plain(self, files: "_Files", offset: int, number: int) -> np.ndarray:
        """A page of a stream in which the pixels lie as they are."""
        length = prod(self._layout.page) * self.dtype.itemsize
        data = files.reader(self._keyframe)(offset + number * length, length)
        if len(data) < length:
            raise self._cut_off(self._keyframe, f"page {number}", offset + (number + 1) * length)
        return np.frombuffer(data, self._stored_dtype).reshape(self._layout.page)

    def _touched(self, box: Region) -> Iterator[tuple[int, Slices, Slices]]:
        """Index of every segment that `box` touches, where its pixels go in the box, and which of its own they are.

        Segments lie in C order, so that an index is the sum of a share of every axis.
        """
        count = self._layout.segment_count
        axes = [
            [
                (at * prod(count[axis + 1 :]), *_overlap(at * extent, extent, a, b))
                for at in range(a // extent, -(-b // extent))
            ]
            for axis, (a, b, extent) in enumerate(zip(box.start, box.stop, self._layout.segment, strict=True))
        ]
        for shares in product(*axes):
            index, target, within = zip(*shares, strict=True)
            yield sum(index), target, within

    def _read_segment(self, page: Page, index: int, where: str, read: ReadBytes) -> np.ndarray | None:
        """The segment with its five axes, None if it is not stored and stands for the no-data value."""
        offset, length = page.dataoffsets[index], page.databytecounts[index]
        if offset == 0 or length == 0:
            return None
        data = read(offset, length)
        if len(data) < length:
            raise self._cut_off(page, where, offset + length)
        tables: dict[str, Any] = {}
        if self._keyframe.compression in _JPEG:
            tables = {"jpegtables": page.jpegtables, "jpegheader": self._keyframe.jpegheader}
        try:
            block, _, _ = self._keyframe.decode(data, index, **tables)
        except Exception as error:  # every codec has errors of its own
            raise self._damaged(page, where, error) from error
        return None if block is None else self._transformed(block)[np.newaxis]

    def _transformed(self, block: np.ndarray) -> np.ndarray:
        transform = self._series.transform
        return block if transform is None else np.asarray(transform(block))

    def _cut_off(self, page: Page, where: str, end: int) -> DocumentError:
        return DocumentError(
            f"{where} of {page.parent.filehandle.path!r} ends at byte {end}, beyond the end of the file; "
            "the file was cut off: copy it again"
        )

    def _damaged(self, page: Page, where: str, error: Exception) -> DocumentError:
        return DocumentError(
            f"{where} of {page.parent.filehandle.path!r} cannot be decoded: {error}; the file is damaged, or "
            f"its compression {self._keyframe.compression!r} is not supported: copy or convert it again"
        )


class _Files(ExitStack):
    """The files of one reading thread; a context manager that closes them."""

    def __init__(self, lock: Lock) -> None:
        super().__init__()
        self._lock = lock
        self._opened: dict[str, BinaryIO] = {}

    def reader(self, page: Page) -> ReadBytes:
        """A function that reads bytes of the file in which `page` lies, on the thread that calls it."""
        handle = page.parent.filehandle
        if not (handle.closed or handle.is_file):
            # A stream that only tifffile can read: its position is shared.
            return partial(_read_locked, handle, self._lock)
        path = str(handle.path)
        if path not in self._opened:
            self._opened[path] = self.enter_context(_open_file(Path(path)))
        return partial(_read_at, self._opened[path], _origin(handle))


def _overlap(start: int, extent: int, a: int, b: int) -> tuple[slice, slice]:
    """What a segment and a box from `a` to `b` share along an axis: in the box, and in the segment."""
    first, last = max(start, a), min(start + extent, b)
    return slice(first - a, last - a), slice(first - start, last - start)


def _origin(handle: FileHandle) -> int:
    """Where the TIFF begins in its file: not 0 if it is embedded in another one."""
    origin: int = getattr(handle, "_offset", 0)
    return origin


def _open_file(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise NotFoundError(
            f"the file {str(path)!r}, which holds pages of this image, is gone; put it back where it was"
        ) from error


def _read_at(file: BinaryIO, origin: int, offset: int, length: int) -> bytes:
    file.seek(origin + offset)
    return file.read(length)


def _read_locked(handle: FileHandle, lock: Lock, offset: int, length: int) -> bytes:
    with lock:
        handle.seek(offset)
        return handle.read(length)


def _is_page(inner: tuple[int, ...], page: tuple[int, ...]) -> bool:
    """Whether axes of these extents are those of a page, but for axes of one pixel."""
    return [n for n in inner if n != 1] == [n for n in page if n != 1]


def _places(inner: tuple[int, ...], page: tuple[int, ...]) -> tuple[int | None, ...]:
    long = iter([place for place, extent in enumerate(page) if extent != 1])
    return tuple(None if extent == 1 else next(long) for extent in inner)
