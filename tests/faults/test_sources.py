"""What is left when a source fails: the first error, no thread, nothing at the target."""

import threading

import dask.array as da
import numpy as np
import pytest
from tests.faults.leftovers import files, threads
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import DocumentError
from ome_zarr.sources.adapt import as_source
from ome_zarr.testing.stores import snapshot

WISHES = {"axes": "zyx", "scale_factors": [2, 4], "chunks": 8, "name": "x"}
DISCARD = {**WISHES, "on_error": "discard"}
PIXELS = np.random.default_rng(0).integers(0, 999, (9, 24, 20)).astype("u2")
TILES = len(ome_zarr.plan(PIXELS, workers=1, **WISHES).order())


class BrokenTileError(Exception):
    """A source's own error."""


class FailingSource:
    """Passes reads on, but for the one of the given number, which it treats its own way."""

    def __init__(self, fail_at, treat):
        self._inner = as_source(PIXELS)
        self._lock = threading.Lock()
        self._fail_at = fail_at
        self._treat = treat
        self.reads = 0
        self.spec = self._inner.spec

    def read(self, region):
        with self._lock:
            number = self.reads
            self.reads += 1
        return self._treat(self._inner.read(region)) if number == self._fail_at else self._inner.read(region)

    def close(self):
        pass


def raising(error):
    def treat(block):
        raise error

    return treat


def test_there_are_several_tiles():
    assert TILES >= 8


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("number", range(TILES))
def test_a_source_that_fails_at_any_tile_leaves_nothing(tmp_path, number, workers):
    before = threads()
    error = BrokenTileError(number)
    with pytest.raises(BrokenTileError) as caught:
        ome_zarr.write(FailingSource(number, raising(error)), tmp_path / "a.zarr", workers=workers, **DISCARD)
    assert caught.value is error
    assert threads() <= before
    assert files(tmp_path) == {}


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("number", range(1, TILES))
def test_after_a_source_that_fails_the_rest_can_be_written(tmp_path, number, workers):
    source = FailingSource(number, raising(BrokenTileError()))
    with pytest.raises(BrokenTileError):
        ome_zarr.write(source, tmp_path / "a.zarr", workers=workers, **WISHES)
    assert not (tmp_path / "a.zarr").exists()
    ome_zarr.write(FailingSource(None, None), tmp_path / "a.zarr", workers=workers, resume=True, **WISHES)
    ome_zarr.write(PIXELS, tmp_path / "b.zarr", **WISHES)
    assert files(tmp_path / "a.zarr") == files(tmp_path / "b.zarr")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zarr", "b.zarr"]


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), MemoryError("no room"), GeneratorExit()])
def test_what_stops_a_program_stops_a_write(tmp_path, error, workers):
    before = threads()
    with pytest.raises(type(error)) as caught:
        ome_zarr.write(FailingSource(3, raising(error)), tmp_path / "a.zarr", workers=workers, **DISCARD)
    assert caught.value is error
    assert threads() <= before
    assert files(tmp_path) == {}


def test_of_two_errors_the_first_is_raised(tmp_path):
    begun = threading.Event()

    class TwoErrorsSource(FailingSource):
        def read(self, region):
            with self._lock:
                number = self.reads
                self.reads += 1
            if number == 0:
                begun.wait(10)  # the first tile fails after the second
                raise BrokenTileError("late")
            try:
                raise BrokenTileError("early")
            finally:
                threading.Timer(0.1, begun.set).start()

    with pytest.raises(BrokenTileError, match="early"):
        ome_zarr.write(TwoErrorsSource(None, None), tmp_path / "a.zarr", workers=2, **DISCARD)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("executor", ["threads", "dask"])
@pytest.mark.parametrize("bent", [np.s_[:-1], np.s_[0], np.s_[None]], ids=["short", "flat", "deep"])
def test_a_block_of_the_wrong_shape_is_refused_by_what_it_should_be(tmp_path, bent, executor):
    with pytest.raises(DocumentError, match=r"the source gave shape .* it must give \(\d+, \d+, \d+\)"):
        ome_zarr.write(FailingSource(2, lambda block: block[bent]), tmp_path / "a.zarr", executor=executor, **DISCARD)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("workers", [1, 3])
def test_a_failed_overwrite_leaves_the_old_image_byte_for_byte(tmp_path, workers):
    ome_zarr.write(PIXELS + np.uint16(1), tmp_path / "a.zarr", **WISHES)
    before = files(tmp_path)
    for number in range(TILES):
        source = FailingSource(number, raising(BrokenTileError()))
        with pytest.raises(BrokenTileError):
            ome_zarr.write(source, tmp_path / "a.zarr", overwrite=True, workers=workers, **DISCARD)
        assert files(tmp_path) == before


def test_a_failed_labels_image_leaves_the_image_byte_for_byte(tmp_path):
    image = ome_zarr.write(PIXELS, tmp_path / "a.zarr", **DISCARD)
    before = files(tmp_path)
    for number in range(TILES):
        with pytest.raises(BrokenTileError):
            ome_zarr.write_labels(
                FailingSource(number, raising(BrokenTileError())),
                image,
                "cells",
                scale_factors=[2],
                chunks=8,
                workers=2,
            )
        assert files(tmp_path) == before


def test_a_dask_block_that_fails_leaves_nothing():
    def block(block_info=None):
        if block_info[None]["chunk-location"] == (1, 0):
            raise BrokenTileError
        return np.ones((8, 8), "u2")

    source = da.map_blocks(block, chunks=((8, 8), (8, 8)), dtype="u2", meta=np.empty((0, 0), "u2"))
    store = MemoryStore()
    with pytest.raises(BrokenTileError):
        ome_zarr.write(source, store, axes="yx", scale_factors=[2], chunks=8)
    assert snapshot(store) == {}


def test_a_listener_that_fails_stops_the_write(tmp_path):
    seen = []

    def listener(event):
        seen.append(event)
        if len(seen) == 4:
            raise BrokenTileError

    before = threads()
    with pytest.raises(BrokenTileError):
        ome_zarr.write(PIXELS, tmp_path / "a.zarr", workers=2, on_event=listener, **DISCARD)
    assert threads() <= before
    assert files(tmp_path) == {}
