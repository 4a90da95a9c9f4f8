"""The grid of objects."""

from ome_zarr.chunks import ObjectGrid
from ome_zarr.geometry.region import Region

GRID = ObjectGrid((10, 7), (4, 4))


def test_objects_tile_the_array() -> None:
    regions = [GRID.region(index) for index in GRID.indices(Region.whole((10, 7)))]
    assert sum(region.size for region in regions) == 70
    assert len(regions) == 6


def test_object_at_the_edge_is_clipped() -> None:
    assert GRID.count == (3, 2)
    assert GRID.region((2, 1)) == Region((8, 4), (10, 7))


def test_only_touched_objects_are_listed() -> None:
    assert list(GRID.indices(Region((3, 4), (5, 5)))) == [(0, 1), (1, 1)]
    assert list(GRID.indices(Region((3, 4), (3, 9)))) == []
