"""The layout of a shard."""

import pytest
from zarr.core.indexing import colexicographic_order_coords, lexicographic_order_coords, morton_order_coords

from ome_zarr.chunks.shard import write_order


@pytest.mark.parametrize("count", [(1,), (4, 4), (3, 5), (2, 1, 7), (5, 2, 3, 1)])
def test_chunks_are_laid_out_in_the_order_that_zarr_uses(count: tuple[int, ...]) -> None:
    assert write_order(count, "morton") == list(morton_order_coords(count))
    assert write_order(count, "lexicographic") == list(lexicographic_order_coords(count))
    assert write_order(count, "colexicographic") == list(colexicographic_order_coords(count))
