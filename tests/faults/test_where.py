"""Whatever fails while an image is written, the error says of which level and which pixels."""

import re

import dask.array as da
import numpy as np
import pytest
import zarr
from tests.laws.budgets import least_budget
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import DocumentError, TargetError
from ome_zarr.kernels.methods import find_method
from ome_zarr.testing.faults import Faults
from ome_zarr.testing.stores import FaultyStore

PIXELS = np.random.default_rng(0).integers(1, 999, (40, 48)).astype("u2")
WISHES = {"axes": "yx", "scale_factors": [2, 4], "chunks": 8}
REGION = r"pixels \(\d+, \d+\) to \(\d+, \d+\)"


class Broken:
    """An array that cannot be sliced beyond a row."""

    shape, dtype, chunks = PIXELS.shape, PIXELS.dtype, (8, 48)

    def __getitem__(self, index):
        if index[0].stop > 24:
            raise ArithmeticError("no such row")
        return PIXELS[index]


def told(error):
    """The message and what was added to it."""
    return "; ".join([str(error), *getattr(error, "__notes__", ())])


def broken_dask_array():
    def fail(block, block_info=None):
        if block_info[0]["chunk-location"] == (1, 0):
            raise ArithmeticError("no such row")
        return block

    return da.from_array(PIXELS, chunks=(24, 48)).map_blocks(fail, dtype="u2", meta=np.empty((0, 0), "u2"))


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("source", [Broken, broken_dask_array])
def test_a_source_that_fails(tmp_path, source, workers):
    with pytest.raises(ArithmeticError, match="no such row") as caught:
        ome_zarr.write(source(), tmp_path / "a.zarr", workers=workers, **WISHES)
    assert re.search(rf"it arose when {REGION} of the source were read", told(caught.value))


def test_a_source_that_fails_as_a_task_of_dask(tmp_path):
    with pytest.raises(ArithmeticError, match="no such row") as caught:
        ome_zarr.write(Broken(), tmp_path / "a.zarr", executor="dask", **WISHES)
    assert re.search(rf"it arose when {REGION} of the source were read", told(caught.value))


@pytest.mark.parametrize("executor", ["threads", "dask"])
def test_a_chunk_of_the_source_that_cannot_be_decoded(tmp_path, executor):
    source = zarr.create_array(tmp_path / "source.zarr", shape=PIXELS.shape, chunks=(16, 16), dtype="u2")
    source[...] = PIXELS
    (tmp_path / "source.zarr/c/1/2").write_bytes(b"nonsense")
    with pytest.raises(DocumentError, match=r"'c/1/2' of .*source\.zarr"):
        ome_zarr.write(source, tmp_path / "a.zarr", executor=executor, **WISHES)


LARGE = np.tile(PIXELS, (2, 2))


def in_sweeps(wishes):
    return {"workers": 2}


def in_boxes(wishes):
    return {"workers": 1, "memory_budget": least_budget(LARGE, workers=1, **wishes)}


@pytest.mark.parametrize(("options", "kinds"), [(in_sweeps, {"sweep"}), (in_boxes, {"sweep", "boxes"})])
def test_a_method_that_fails(tmp_path, monkeypatch, options, kinds):
    wishes = {**WISHES, "chunks": 10, "scale_factors": [2, 4, 8], "method": "resize"}
    wishes |= options(wishes)
    assert {walk.kind for walk in ome_zarr.plan(LARGE, **wishes).passes} == kinds

    def fail(self, gathered, piece):
        raise ArithmeticError("overflow")

    monkeypatch.setattr(type(find_method("resize")), "finish", fail)
    with pytest.raises(ArithmeticError, match="overflow") as caught:
        ome_zarr.write(LARGE, tmp_path / "a.zarr", **wishes)
    assert re.search(rf"it arose when {REGION} of level 's[123]' were made", told(caught.value))


@pytest.mark.parametrize("executor", ["threads", "dask"])
def test_a_store_that_fails(executor):
    store = FaultyStore(MemoryStore(), fail_at=3, matching=lambda operation: "s1/c/" in operation.key)
    with pytest.raises(TargetError, match=rf"level '.*s1', {REGION}, key '.*s1/c/\d/\d' cannot be written"):
        ome_zarr.write(PIXELS, store, executor=executor, **WISHES)


def test_a_disk_that_fails(tmp_path):
    faults = Faults(tmp_path)
    with faults:
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", workers=1, **WISHES)
    (number, *_) = [at for at, seen in enumerate(faults.seen) if seen.kind == "write" and "s1/c/" in seen.path]
    with Faults(tmp_path, number), pytest.raises(TargetError, match=rf"level 's1', {REGION}, key 's1/c/\d/\d'"):
        ome_zarr.write(PIXELS, tmp_path / "b.zarr", workers=1, **WISHES)


def test_a_store_that_fails_in_its_own_way():
    store = FaultyStore(MemoryStore(), 2, ArithmeticError, lambda operation: "s1/c/" in operation.key)
    with pytest.raises(ArithmeticError) as caught:
        ome_zarr.write(PIXELS, store, **WISHES)
    assert re.search(rf"it arose when level '.*s1', {REGION}, key '.*s1/c/\d/\d' was written", told(caught.value))
