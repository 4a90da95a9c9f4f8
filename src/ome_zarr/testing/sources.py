"""A contract for sources, as tests to inherit, and a source that counts what is read from it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from math import prod
from threading import Lock

import numpy as np

from ome_zarr.geometry.region import Region
from ome_zarr.sources.protocol import Source, SourceSpec

__all__ = ["CountingSource", "SourceTests"]


class CountingSource:
    """A source that passes everything on and counts the reads; any number of threads may read.

    Parameters
    ----------
    source
        What is read.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = Lock()
        self._regions: Counter[Region] = Counter()
        self._chunks: Counter[tuple[int, ...]] = Counter()
        self._pixels = 0

    @property
    def spec(self) -> SourceSpec:
        """That of the source."""
        return self._source.spec

    @property
    def regions(self) -> Counter[Region]:
        """How often every region was read."""
        with self._lock:
            return self._regions.copy()

    @property
    def chunks(self) -> Counter[tuple[int, ...]]:
        """How often every chunk of the source (by its index) was touched by a read; none without chunks."""
        with self._lock:
            return self._chunks.copy()

    @property
    def pixels(self) -> int:
        """Number of pixels that were read, each as often as it was read."""
        with self._lock:
            return self._pixels

    def read(self, region: Region) -> np.ndarray:
        """The pixels of `region`, counted."""
        touched = [] if self.spec.chunks is None else list(region.split(self.spec.chunks))
        with self._lock:
            self._regions[region] += 1
            self._pixels += region.size
            self._chunks.update(self._index(part) for part in touched)
        return self._source.read(region)

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def _index(self, part: Region) -> tuple[int, ...]:
        chunks = self.spec.chunks or part.shape
        return tuple(a // c for a, c in zip(part.start, chunks, strict=True))


class SourceTests:
    """What every source must do. Inherit, and give a fixture `case` that returns a source and its pixels."""

    def test_spec_describes_the_pixels(self, case: tuple[Source, np.ndarray]) -> None:
        """Shape and native dtype are those of the pixels; the spec does not change."""
        source, pixels = case
        assert source.spec.shape == pixels.shape
        assert source.spec.dtype == pixels.dtype.newbyteorder("=")
        assert source.spec.dtype.isnative
        assert source.spec is source.spec

    def test_adapter_is_a_source(self, case: tuple[Source, np.ndarray]) -> None:
        """The members of the protocol are there."""
        assert isinstance(case[0], Source)

    def test_chunks_are_a_box_within_the_array(self, case: tuple[Source, np.ndarray]) -> None:
        """One positive extent per axis."""
        source, pixels = case
        chunks = source.spec.chunks or pixels.shape
        assert len(chunks) == pixels.ndim
        assert all(n > 0 for n in chunks)

    def test_hints_fit_the_shape(self, case: tuple[Source, np.ndarray]) -> None:
        """One name per axis; scale and unit only of axes that exist; scales are positive."""
        hints = case[0].spec.hints
        axes = hints.axes or ()
        assert len(axes) in {0, case[1].ndim}
        assert len(set(axes)) == len(axes)
        assert set(hints.scale) <= set(axes)
        assert set(hints.units) <= set(axes)
        assert all(value > 0 for value in hints.scale.values())

    def test_whole_is_read_exactly(self, case: tuple[Source, np.ndarray]) -> None:
        """The region of the whole array gives every pixel, in native byte order."""
        source, pixels = case
        block = source.read(Region.whole(pixels.shape))
        assert type(block) is np.ndarray
        assert block.dtype == source.spec.dtype
        assert block.dtype.isnative
        np.testing.assert_array_equal(block, pixels)

    def test_any_region_equals_that_part_of_the_whole(self, case: tuple[Source, np.ndarray]) -> None:
        """Also regions that begin and end within chunks, and single pixels."""
        source, pixels = case
        for region in _some_regions(pixels.shape):
            block = source.read(region)
            assert block.shape == region.shape
            np.testing.assert_array_equal(block, pixels[region.slices])

    def test_many_threads_read_the_same_pixels(self, case: tuple[Source, np.ndarray]) -> None:
        """Regions read at the same time are those read one after the other."""
        source, pixels = case
        regions = _some_regions(pixels.shape) * 4
        with ThreadPoolExecutor(4) as pool:
            blocks = list(pool.map(source.read, regions))
        for region, block in zip(regions, blocks, strict=True):
            np.testing.assert_array_equal(block, pixels[region.slices])

    def test_closing_twice_is_harmless(self, case: tuple[Source, np.ndarray]) -> None:
        """The second call does nothing."""
        case[0].close()
        case[0].close()


def _some_regions(shape: tuple[int, ...], count: int = 12) -> list[Region]:
    """Regions of all sizes, the same every time."""
    rng = np.random.default_rng(prod(shape))
    corners = [np.sort(rng.integers(0, np.array(shape) + 1, (2, len(shape))), axis=0) for _ in range(count)]
    regions = [Region(tuple(map(int, a)), tuple(map(int, b))) for a, b in corners]
    last = Region(tuple(n - 1 for n in shape), shape)
    return [region for region in regions if region.size] + [last]
