"""The floor: the least that making the pyramid takes, written by hand.

The compiled kernels and the codec are called directly, once for each chunk, and what comes out goes into
plain files: the chunk files of the image, byte for byte, and nothing else. One pass over the source; no
plan, no budget, no metadata, no store, no check. It assumes what an image need not fulfil: every extent
is a multiple of its chunk and of every factor, factors double or stay, a chunk holds one pixel along t and
c, and levels 1 and above fit into memory. It writes no shards; beside those it stands with the same chunks
in files of their own. ``--copy`` after the job: level 0 gets the files of the source as they are, which is
right where chunks and codec are the same.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import pairwise, product
from math import prod
from pathlib import Path

import google_crc32c
import numpy as np
from numcodecs import blosc
from numcodecs.abc import Codec
from numcodecs.blosc import Blosc
from numcodecs.zstd import Zstd

from benchmarks.entries.loading import load
from benchmarks.job import Job
from ome_zarr.kernels.backend import kernels
from ome_zarr.kernels.rows import gaussian_linear_rows

type Index = tuple[int, ...]
type Box = tuple[slice, ...]

_HALO = 4  # rows of a band that the six taps of `resize` reach back to from the next one
_PART = 16, 256  # level-1 pixels along z and x that are made of a band at once: they stay in the cache

blosc.use_threads = False  # the pool's threads are all there are
bytearray(1 << 24)  # once it has freed so much, malloc keeps blocks of up to that size instead of unmapping them
_own = threading.local()


class Files:
    """One level on disk: a file per chunk, in folders that are there before the work begins."""

    def __init__(self, folder: Path, shape: Index, chunks: Index, codec: "Codec | _Checked") -> None:
        self.shape = shape
        self.chunk = tuple(map(min, chunks, shape))
        self.indices = list(np.ndindex(*(n // c for n, c in zip(shape, self.chunk, strict=True))))
        self._folder = f"{folder}/c/"
        self._codec = codec

    def make_folders(self) -> None:
        """One for every row of chunks."""
        for parent in {index[:-1] for index in self.indices}:
            Path(self._folder, *map(str, parent)).mkdir(parents=True, exist_ok=True)

    def box(self, index: Index) -> Box:
        """Where a chunk lies in the level."""
        return tuple(slice(i * c, (i + 1) * c) for i, c in zip(index, self.chunk, strict=True))

    def read(self, index: Index, pixels: np.ndarray) -> bytes:
        """Decode a chunk into `pixels`, which lie side by side; returned is what its file holds."""
        with open(self._path(index), "rb", buffering=0) as file:  # noqa: PTH123 - the least
            stored = file.read()
        self._codec.decode(stored, pixels)
        return stored

    def write(self, index: Index, pixels: np.ndarray) -> None:
        """Encode a chunk, whose pixels lie side by side, and write its file."""
        self.store(index, self._codec.encode(pixels))

    def store(self, index: Index, stored: bytes) -> None:
        """Write the file of a chunk that is encoded."""
        with open(self._path(index), "wb", buffering=0) as file:  # noqa: PTH123 - the least
            file.write(stored)

    def _path(self, index: Index) -> str:
        return self._folder + "/".join(map(str, index))


class _Checked:
    """A codec with a CRC-32C behind what it gives."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def encode(self, pixels: np.ndarray) -> bytes:
        encoded: bytes = self._codec.encode(pixels)
        return encoded + google_crc32c.value(encoded).to_bytes(4, "little")


class Tables:
    """The weights of `resize` from one level to the next; along an axis that stays, each pixel needs itself."""

    def __init__(self, below: Index, above: Index) -> None:
        self._axes = [axis for axis, (n, m) in enumerate(zip(below, above, strict=True)) if n != m]
        self._rows = [gaussian_linear_rows(n, m) for n, m in zip(below, above, strict=True)]
        self._support = [rows.support for rows in self._rows]

    def front(self, axis: int, edge: int) -> int:
        """How many pixels of the level above need nothing beyond pixel `edge` of the level below."""
        return int(np.searchsorted(self._support[axis].stop, edge, side="right"))

    def make(self, below: np.ndarray, origin: Index, box: Box) -> np.ndarray:
        """The pixels of `box` in the level above, from a block that begins at `origin` in the level below."""
        first = [int(support.start[part.start]) for support, part in zip(self._support, box, strict=True)]
        last = [int(support.stop[part.stop - 1]) for support, part in zip(self._support, box, strict=True)]
        values = below[tuple(slice(a - o, b - o) for a, b, o in zip(first, last, origin, strict=True))]
        for axis in self._axes:
            rows = self._rows[axis].part(box[axis].start, box[axis].stop, first[axis])
            values = kernels.weigh(values, axis, rows, np.float32)
        return kernels.round_to(values, below.dtype)


class Pyramid:
    """Level 0 as it comes from the source, and the levels above it, in memory until they are whole."""

    def __init__(self, job: Job, pool: ThreadPoolExecutor, *, copies: bool) -> None:
        level0 = _opened(job)
        shape, self.dtype = level0.shape, level0.dtype
        codec = Blosc("zstd", clevel=1, shuffle=Blosc.SHUFFLE) if job.codec == "blosc" else Zstd(level=1)
        checked = _Checked(codec) if job.codec == "blosc" else Zstd(level=1, checksum=True)
        written = checked if job.asks_storage else codec  # as the source has it, where nobody says anything
        shapes = [shape, *(tuple(n // f for n, f in zip(shape, row, strict=True)) for row in job.factors)]
        self.source = Files(Path(job.source), shape, job.chunks, codec)
        self.files = [Files(Path(job.target, f"s{k}"), n, job.chunks, written) for k, n in enumerate(shapes)]
        self.levels = [level0, *(np.empty(n, self.dtype) for n in shapes[1:])]
        self._loaded = not job.source.endswith(".zarr")
        self._copies = copies
        self._pool = pool
        self._workers = job.workers
        for files in self.files:
            files.make_folders()

    def each(self, work: Callable[[Index], None], indices: Iterable[Index]) -> None:
        """Do `work` for every index, on all threads."""
        queue = iter(indices)

        def labour() -> None:
            for index in queue:
                work(index)

        _finish([self._pool.submit(labour) for _ in range(self._workers)])

    def chunk(self, level: int, index: Index) -> np.ndarray:
        """The pixels of a chunk in memory side by side, until the thread asks for another."""
        block = _buffer(self.files[level].chunk, self.dtype)
        np.copyto(block, self.levels[level][self.files[level].box(index)])
        return block

    def level0(self, index: Index) -> np.ndarray:
        """The pixels of a chunk of level 0, likewise, once its file is written."""
        if self._loaded:
            block = self.chunk(0, index)
            self.files[0].write(index, block)
            return block
        block = _buffer(self.files[0].chunk, self.dtype)
        stored = self.source.read(index, block)
        if self._copies:
            self.files[0].store(index, stored)
        else:
            self.files[0].write(index, block)
        return block

    def by_windows(self, coarser: Callable[[np.ndarray], Iterator[np.ndarray]]) -> None:
        """All levels, where `coarser` makes those of a chunk of level 0 out of nothing but that chunk."""

        def make(index: Index) -> None:
            block = self.level0(index)
            for pixels, made in zip(self.levels[1:], coarser(block), strict=True):
                pixels[_nth(index, made.shape)] = made

        self.each(make, self.files[0].indices)
        for level in range(1, len(self.levels)):
            self.write(level)

    def by_weights(self) -> None:
        """All levels, each made from the one below."""
        first = 0
        if not self._loaded:
            self._by_bands(Tables(self.files[0].shape, self.files[1].shape))
            first = 1
        for level in range(first, len(self.levels) - 1):
            self._weigh(level, Tables(self.files[level].shape, self.files[level + 1].shape))
        self.write(len(self.levels) - 1)

    def write(self, level: int) -> None:
        """Write a level that is in memory."""
        self.each(lambda index: self.files[level].write(index, self.chunk(level, index)), self.files[level].indices)

    def _weigh(self, level: int, tables: Tables) -> None:
        """Write a level that is in memory, and make the next one, chunk by chunk."""
        files, pixels, above = self.files[level], self.levels[level], self.levels[level + 1]
        steps = [n // m for n, m in zip(pixels.shape, above.shape, strict=True)]

        def make(index: Index) -> None:
            files.write(index, self.chunk(level, index))
            box = _nth(index, [c // step for c, step in zip(files.chunk, steps, strict=True)])
            above[box] = tables.make(pixels, (0,) * pixels.ndim, box)

        self.each(make, files.indices)

    def _by_bands(self, tables: Tables) -> None:
        """Level 0 from its files, and level 1: volume by volume, each in bands of rows of chunks along y.

        Two bands are in memory at a time: while the threads decode and encode one, they make level 1 of the one
        before.
        """
        files = self.files[0]
        *_, depth, height, width = files.shape
        rows = files.chunk[-2]
        outer = files.shape[:-3]
        bands = [np.empty((1,) * len(outer) + (depth, _HALO + rows, width), self.dtype) for _ in range(2)]
        making: list[Future[None]] = []
        for turn, (volume, number) in enumerate(product(np.ndindex(outer), range(height // rows))):
            band, edge = bands[turn % 2], number * rows
            indices = [index for index in files.indices if (index[:-3], index[-2]) == (volume, number)]
            passing = [self._pool.submit(self._pass_on, index, band) for index in indices]
            _finish(making)
            band[..., :_HALO, :] = bands[turn % 2 - 1][..., -_HALO:, :]
            _finish(passing)
            parts = self._parts(volume, slice(tables.front(-2, edge), tables.front(-2, edge + rows)))
            origin = (*volume, 0, edge - _HALO, 0)
            making = [self._pool.submit(self._make, tables, band, origin, box) for box in parts]
        _finish(making)

    def _pass_on(self, index: Index, band: np.ndarray) -> None:
        """Write a chunk as level 0, and put it into its band."""
        block = self.level0(index)
        *_, depth, _, width = self.files[0].box(index)
        band[..., depth, _HALO:, width] = block

    def _parts(self, volume: Index, rows: slice) -> Iterator[Box]:
        """Rows of a volume of level 1, in parts."""
        *_, depth, _, width = self.files[1].shape
        outer = [slice(i, i + 1) for i in volume]
        for z, x in product(range(0, depth, _PART[0]), range(0, width, _PART[1])):
            yield (*outer, slice(z, min(z + _PART[0], depth)), rows, slice(x, min(x + _PART[1], width)))

    def _make(self, tables: Tables, band: np.ndarray, origin: Index, box: Box) -> None:
        self.levels[1][box] = tables.make(band, origin, box)


def _opened(job: Job) -> np.ndarray:
    """Level 0; where it is zarr, an array of its shape and dtype that takes no memory. Beside a TIFF lie its pixels."""
    if job.in_memory:
        return load(job.source)
    if job.source.endswith(".tif"):
        return load(str(Path(job.source).with_suffix(".npy")))
    document = json.loads(Path(job.source, "zarr.json").read_bytes())
    return np.broadcast_to(np.zeros((), document["data_type"]), document["shape"])


def _buffer(shape: Index, dtype: np.dtype) -> np.ndarray:
    """Memory of the thread's own, the same one each time."""
    block: np.ndarray | None = getattr(_own, "block", None)
    if block is None or block.shape != shape:
        block = _own.block = np.empty(shape, dtype)
    return block


def _nth(index: Index, extent: Sequence[int]) -> Box:
    return tuple(slice(i * n, (i + 1) * n) for i, n in zip(index, extent, strict=True))


def _finish(futures: Iterable[Future[None]]) -> None:
    for future in futures:
        future.result()


def _means(job: Job, block: np.ndarray) -> Iterator[np.ndarray]:
    sums = block
    for below, factors in pairwise([(1,) * block.ndim, *job.factors]):
        sums = kernels.window_sum(sums, tuple(f // b for f, b in zip(factors, below, strict=True)), np.uint32)
        yield kernels.mean_of_sums(sums, prod(factors), block.dtype)


def _centres(job: Job, block: np.ndarray) -> Iterator[np.ndarray]:
    for factors in job.factors:
        yield block[tuple(slice(f // 2, None, f) for f in factors)]


def _modes(job: Job, block: np.ndarray) -> Iterator[np.ndarray]:
    for factors in job.factors:
        yield kernels.window_mode(block, factors)


def main() -> None:
    """Write the chunk files of the job."""
    job = Job.from_arguments()
    windows = {"local_mean": _means, "nearest": _centres, "mode": _modes}
    with ThreadPoolExecutor(job.workers) as pool:
        pyramid = Pyramid(job, pool, copies="--copy" in sys.argv)
        if job.method in windows:
            pyramid.by_windows(partial(windows[job.method], job))
        else:
            pyramid.by_weights()


if __name__ == "__main__":
    main()
