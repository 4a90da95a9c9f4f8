"""Objects of an array in every kind of store."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import zarr
from zarr.storage import FsspecStore, LocalStore, LoggingStore, MemoryStore, ZipStore

from ome_zarr.chunks.zarr_arrays import SyncStore, objects_of
from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.geometry.region import Region

DATA = np.arange(1, 1 + 20 * 30, dtype="uint16").reshape(20, 30)


def small(store: object, **options: object) -> zarr.Array:
    return zarr.create_array(
        store, name="a/b", shape=(20, 30), chunks=(8, 8), dtype="uint16", **options
    )  # fmt: skip


def local(path: Path) -> LocalStore:
    return LocalStore(path / "store")


def memory(path: Path) -> MemoryStore:
    return MemoryStore()


def zipped(path: Path) -> ZipStore:
    return ZipStore(path / "store.zip", mode="w")


def wrapped(path: Path) -> LoggingStore:
    return LoggingStore(MemoryStore(), log_level="ERROR")


def fsspec_memory(path: Path) -> FsspecStore:
    return FsspecStore.from_url(f"memory://{path.name}")


STORES = [local, memory, zipped, wrapped, fsspec_memory]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("shards", [None, (16, 16)])
def test_what_is_written_is_read_by_zarr_and_by_us(store: object, shards: object, tmp_path: Path) -> None:
    array = small(store(tmp_path), shards=shards)
    objects = objects_of(array)
    for index in objects.grid.cells(Region.whole(array.shape)):
        assert objects.write(index, DATA[objects.grid.region(index).slices]).size > 0
    np.testing.assert_array_equal(array[...], DATA)
    np.testing.assert_array_equal(objects.read((0, 0), Region((0, 0), (8, 8))), DATA[:8, :8])


def test_key_is_the_place_in_the_store(tmp_path: Path) -> None:
    assert objects_of(small(local(tmp_path))).key((1, 2)) == "a/b/c/1/2"
    assert objects_of(small(memory(tmp_path), zarr_format=2)).key((1, 2)) == "a/b/1.2"


def test_array_at_the_root_has_keys_without_a_prefix() -> None:
    array = zarr.create_array(MemoryStore(), shape=(4,), chunks=(2,), dtype="uint8")
    assert objects_of(array).key((1,)) == "c/1"


def test_an_array_without_axes_has_one_pixel() -> None:
    array = zarr.create_array(MemoryStore(), shape=(), dtype="int32")
    objects = objects_of(array)
    assert objects.read_region(Region((), ())) == 0
    array[...] = 7
    assert objects.read_region(Region((), ())) == 7


@pytest.mark.parametrize("store", [local, memory])
def test_block_of_nothing_but_the_fill_value_is_not_stored(store: object, tmp_path: Path) -> None:
    array = small(store(tmp_path))
    objects = objects_of(array)
    objects.write((0, 0), DATA[:8, :8])
    assert objects.write((0, 0), np.zeros((8, 8), "uint16")).size == 0
    assert objects.read((0, 0)) is None
    np.testing.assert_array_equal(array[:8, :8], 0)


def test_rewriting_with_fewer_bytes_leaves_nothing_of_the_old_file(tmp_path: Path) -> None:
    objects = objects_of(small(local(tmp_path)))
    objects.write((0, 0), DATA[:8, :8])
    written = objects.write((0, 0), np.ones((8, 8), "uint16")).size
    assert (tmp_path / "store" / "a/b/c/0/0").stat().st_size == written


def test_missing_object_is_an_error_where_the_array_says_so() -> None:
    array = small(MemoryStore(), config={"read_missing_chunks": False})
    with pytest.raises(NotFoundError, match=r"'a/b/c/0/0'.*read_missing_chunks=False"):
        objects_of(array).read((0, 0))


@pytest.mark.parametrize("shards", [None, (16, 16)])
@pytest.mark.parametrize("part", [None, Region((0, 0), (2, 2))])
@pytest.mark.parametrize("keep", [0, 3, 40])
def test_damaged_object_is_named(shards: object, part: Region | None, keep: int) -> None:
    array = small(MemoryStore(), shards=shards)
    array[...] = DATA
    objects = objects_of(array)
    stored = array.store._store_dict
    stored["a/b/c/0/0"] = stored["a/b/c/0/0"][:keep]
    with pytest.raises(DocumentError, match=r"'a/b/c/0/0' of .* cannot be decoded"):
        objects.read((0, 0), part)


def test_index_that_points_beyond_the_shard_is_an_error() -> None:
    array = zarr.create_array(
        MemoryStore(), shape=(16,), dtype="uint8", chunks=(16,),
        serializer=zarr.codecs.ShardingCodec(chunk_shape=(8,), index_codecs=[zarr.codecs.BytesCodec()]),
        compressors=None,
    )  # fmt: skip
    array[...] = 1
    raw = array.store._store_dict["c/0"].as_numpy_array()
    raw[-16:] = np.array([500, 8], "<u8").view("uint8")
    with pytest.raises(DocumentError, match="beyond the shard's last byte"):
        objects_of(array).read((0,))
    with pytest.raises(DocumentError, match="beyond the shard's last byte"):
        objects_of(array).read((0,), Region((9,), (10,)))


def test_error_of_the_store_is_passed_on() -> None:
    class Broken(MemoryStore):
        def get_sync(self, key: str, **_: object) -> None:
            raise PermissionError(key)

    array = small(Broken())
    with pytest.raises(PermissionError):
        objects_of(array).read((0, 0))


def test_part_of_a_shard_is_read_with_few_bytes() -> None:
    store = MemoryStore()
    array = zarr.create_array(
        store, shape=(512, 512), chunks=(32, 32), shards=(512, 512), dtype="uint8", compressors=None
    )
    array[...] = 1
    reads: list[int] = []
    plain = store.get_sync

    def counting(key: str, **options: object) -> object:
        data = plain(key, **options)
        reads.append(len(data))
        return data

    store.get_sync = counting
    objects_of(array).read((0, 0), Region((40, 40), (41, 41)))
    assert reads == [16 * 16 * 16 + 4, 32 * 32]


def test_objects_survive_pickling(tmp_path: Path) -> None:
    array = small(local(tmp_path))
    pickle.loads(pickle.dumps(objects_of(array))).write((0, 0), DATA[:8, :8])
    np.testing.assert_array_equal(array[:8, :8], DATA[:8, :8])


def test_read_only_store_is_not_written(tmp_path: Path) -> None:
    small(local(tmp_path))
    array = zarr.open_array(LocalStore(tmp_path / "store", read_only=True), path="a/b", mode="r")
    with pytest.raises(ValueError, match="read-only"):
        objects_of(array).write((0, 0), DATA[:8, :8])


def test_slices_of_a_value_are_read_from_both_ends(tmp_path: Path) -> None:
    for make in STORES:
        array = small(make(tmp_path), compressors=None)
        objects = objects_of(array)
        objects.write((0, 0), DATA[:8, :8])
        whole = DATA[:8, :8].tobytes()
        store = SyncStore(array.store)
        assert bytes(store.get("a/b/c/0/0")) == whole
        assert bytes(store.get("a/b/c/0/0", 4, 20)) == whole[4:20]
        assert bytes(store.get("a/b/c/0/0", -6)) == whole[-6:]
        assert store.get("a/b/c/9/9") is None
