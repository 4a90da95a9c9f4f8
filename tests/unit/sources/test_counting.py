"""The source that counts."""

from concurrent.futures import ThreadPoolExecutor

import dask.array as da
import numpy as np
import pytest

from ome_zarr.geometry.region import Region
from ome_zarr.sources import Source, as_source
from ome_zarr.testing.sources import CountingSource, SourceTests

PIXELS = np.arange(60).reshape(6, 10)


class TestCountingSource(SourceTests):
    @pytest.fixture
    def case(self) -> tuple[Source, np.ndarray]:
        return CountingSource(as_source(PIXELS)), PIXELS


def test_reads_are_counted_by_region_chunk_and_pixel() -> None:
    source = CountingSource(as_source(da.from_array(PIXELS, chunks=(3, 4))))
    for region in (Region((0, 0), (3, 4)), Region((2, 3), (4, 5)), Region((0, 0), (3, 4))):
        source.read(region)
    assert source.regions == {Region((0, 0), (3, 4)): 2, Region((2, 3), (4, 5)): 1}
    assert source.chunks == {(0, 0): 3, (0, 1): 1, (1, 0): 1, (1, 1): 1}
    assert source.pixels == 28


def test_source_without_chunks_counts_regions_only() -> None:
    source = CountingSource(as_source(PIXELS))
    source.read(Region((0, 0), (1, 1)))
    assert source.chunks == {}
    assert source.pixels == 1


def test_no_read_of_many_threads_is_lost() -> None:
    source = CountingSource(as_source(PIXELS))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(source.read, [Region((0, 0), (2, 2))] * 500))
    assert source.regions.total() == 500
