"""Each task of a dask graph is done once, whoever reads in whichever order."""

from concurrent.futures import ThreadPoolExecutor

import dask.array as da
import numpy as np
import pytest
from tests.unit.engine.counting import counted

from ome_zarr.engine.graph_source import GraphSource
from ome_zarr.geometry.region import Region
from ome_zarr.sources.dask import DaskSource

PIXELS = np.random.default_rng(0).integers(0, 999, (60, 90)).astype("u2")
IRREGULAR = ((7, 20, 33), (1, 50, 30, 9))


def tiles(*tile, shape=PIXELS.shape):
    return list(Region.whole(shape).split(tile))


def read_all(source, regions, threads=4):
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(source.read, regions))


@pytest.mark.parametrize("tile", [(16, 16), (60, 7), (7, 90), (60, 90)], ids=str)
@pytest.mark.parametrize("chunks", [16, 13, (60, 1), IRREGULAR], ids=str)
def test_every_block_is_computed_once_and_has_its_pixels(chunks, tile):
    array, count = counted(PIXELS, chunks)
    regions = tiles(*tile)
    blocks = read_all(GraphSource(DaskSource(array), regions), regions)
    for region, block in zip(regions, blocks, strict=True):
        np.testing.assert_array_equal(block, PIXELS[region.slices])
    assert set(count.blocks.values()) == {1}
    assert len(count.blocks) == array.npartitions


def test_nothing_is_kept_when_all_has_been_read():
    array, _ = counted(PIXELS, IRREGULAR)
    regions = tiles(16, 16)
    source = GraphSource(DaskSource(array), regions)
    read_all(source, regions)
    assert not source._shared._values
    assert not source._private


def test_what_blocks_have_in_common_is_computed_once():
    array, count = counted(PIXELS, (20, 90))
    regions = tiles(10, 10)
    shifted = array[::-1] + array.sum(axis=0, keepdims=True).astype("u2")
    expected = PIXELS[::-1] + PIXELS.sum(axis=0, keepdims=True).astype("u2")
    blocks = read_all(GraphSource(DaskSource(shifted), regions), regions)
    for region, block in zip(regions, blocks, strict=True):
        np.testing.assert_array_equal(block, expected[region.slices])
    assert set(count.blocks.values()) == {1}


def test_a_long_chain_may_be_read_from_its_end():
    array = da.cumsum(da.ones(6000, chunks=2, dtype="u2"), axis=0, method="sequential")
    regions = tiles(3, shape=array.shape)[::-1]
    source = GraphSource(DaskSource(array), regions)
    blocks = [source.read(region) for region in regions]
    np.testing.assert_array_equal(np.concatenate(blocks[::-1]), np.arange(1, 6001))


def test_an_error_reaches_everybody_who_waits_for_the_block():
    def fail(block):
        raise OSError("the disk is gone")

    array = da.zeros((8, 8), chunks=8).map_blocks(fail, dtype="u2", meta=np.empty((0, 0), "u2"))
    regions = tiles(4, 4, shape=(8, 8))
    source = GraphSource(DaskSource(array), regions)
    with ThreadPoolExecutor(4) as pool:
        errors = [pool.submit(source.read, region).exception(10) for region in regions]
    assert [str(error) for error in errors] == ["the disk is gone"] * 4


def test_told_not_to_fuse_dask_is_understood_all_the_same():
    import dask

    array, count = counted(PIXELS, IRREGULAR)
    regions = tiles(16, 16)
    with dask.config.set({"optimization.fuse.active": False}):
        source = GraphSource(DaskSource(array + 1), regions)
    blocks = read_all(source, regions)
    np.testing.assert_array_equal(blocks[0], PIXELS[:16, :16] + 1)
    assert set(count.blocks.values()) == {1}
