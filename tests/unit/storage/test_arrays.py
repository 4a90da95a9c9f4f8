"""Both writers of a sink store the same bytes; one of them by assignments that others can see."""

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.storage.backends.zarr import open_sink
from ome_zarr.storage.locate import locate
from ome_zarr.storage.protocol import LevelSpec
from ome_zarr.testing.stores import snapshot

PIXELS = np.arange(20 * 30, dtype="u2").reshape(20, 30)
PIXELS[:8, :8] = 0  # an object that is left out


def written(zarr_format, chosen, **layout):
    store = MemoryStore()
    spec = LevelSpec(
        path="s0", shape=(20, 30), dtype=np.dtype("u2"), chunks=(8, 8), dimension_names=("y", "x"), **layout
    )
    with open_sink(locate(store), [spec], zarr_format=zarr_format) as sink:
        getattr(sink, chosen).write(0, Region((0, 0), (16, 30)), PIXELS[:16])
        getattr(sink, chosen).write(0, Region((16, 0), (20, 30)), PIXELS[16:])
        sink.commit({"": {}})
    return {key: value for key, value in snapshot(store).items() if not key.endswith("/.inventory")}


@pytest.mark.parametrize(("zarr_format", "layout"), [(2, {}), (3, {}), (3, {"shards": (16, 16)})])
def test_both_writers_store_the_same_bytes(zarr_format, layout):
    assert written(zarr_format, "visible_writer", **layout) == written(zarr_format, "writer", **layout)


def test_every_stored_object_is_one_assignment(monkeypatch):
    seen = []
    assign = zarr.Array.__setitem__
    monkeypatch.setattr(zarr.Array, "__setitem__", lambda *given: (seen.append(given[1]), assign(*given)))
    written(3, "visible_writer")
    assert len(seen) == 3 * 4


@pytest.mark.parametrize("region", [Region((0, 0), (4, 30)), Region((0, 0), (16, 29))])
def test_a_region_that_cuts_an_object_is_refused(region):
    spec = LevelSpec(path="s0", shape=(20, 30), dtype=np.dtype("u2"), chunks=(8, 8), dimension_names=("y", "x"))
    with open_sink(locate(MemoryStore()), [spec], zarr_format=3) as sink, pytest.raises(RecipeError):
        sink.visible_writer.write(0, region, PIXELS[region.slices])
