import json
import pickle
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import numcodecs
import numpy as np
import obstore.store
import pytest
import zarr
from tests.faults.leftovers import files
from zarr.storage import FsspecStore, LocalStore, MemoryStore, ObjectStore, StorePath, ZipStore

from ome_zarr.errors import ExistsError, RecipeError, TargetBusy, TargetError
from ome_zarr.geometry.region import Region
from ome_zarr.storage.backends.zarr import open_sink
from ome_zarr.storage.codecs import preset, to_json_codecs
from ome_zarr.storage.keys import keys_under, read_attributes
from ome_zarr.storage.locate import locate
from ome_zarr.storage.protocol import LevelSpec
from ome_zarr.testing.stores import CountingStore, SinkTests, snapshot

U2 = np.dtype("u2")
OME = {"ome": {"version": "0.5"}}


def spec(path="s0", shape=(20, 30), chunks=(8, 8), **options):
    return LevelSpec(path, shape, options.pop("dtype", U2), chunks, **options)


def pixels(level, seed=0):
    return np.random.default_rng(seed).integers(1, 99, level.shape).astype(level.dtype.newbyteorder("="))


def write(target, levels, *, documents=None, seed=0, **options):
    """A whole image, in one block per level."""
    with open_sink(locate(target), levels, **options) as sink:
        for number, level in enumerate(levels):
            sink.write(number, Region.whole(level.shape), pixels(level, seed))
        sink.commit({options.get("within", ""): OME} if documents is None else documents)
    return sink


class TestDirectory(SinkTests):
    @pytest.fixture
    def target(self, tmp_path):
        yield tmp_path / "new" / "a.zarr"
        assert [path.name for path in (tmp_path / "new").glob(".*")] == []


class TestEmptyDirectory(SinkTests):
    @pytest.fixture
    def target(self, tmp_path):
        (tmp_path / "a.zarr").mkdir()
        yield tmp_path / "a.zarr"
        assert [path.name for path in tmp_path.iterdir()] == ["a.zarr"]


class TestZipFile(SinkTests):
    @pytest.fixture
    def target(self, tmp_path):
        yield tmp_path / "a.ozx"
        assert [path.name for path in tmp_path.iterdir() if path.name != "a.ozx"] == []

    def image(self, target):
        return target.read_bytes() if target.exists() else b""

    def pixels(self, target, names):
        with ZipStore(target) as store:
            return [zarr.open_array(store, path=name, mode="r")[:] for name in names]


class TestMemoryStore(SinkTests):
    @pytest.fixture
    def target(self):
        return MemoryStore()


class TestPathInStore(SinkTests):
    @pytest.fixture
    def target(self):
        store = MemoryStore()
        zarr.create_group(store, path="other")
        return StorePath(store, "a/b")


class TestGroupInMemory(SinkTests):
    @pytest.fixture
    def target(self):
        return zarr.create_group(MemoryStore(), path="a")


class TestGroupOnDisk(SinkTests):
    @pytest.fixture
    def target(self, tmp_path):
        group = zarr.create_group(tmp_path / "a.zarr", attributes={"mine": 1})
        group.create_array("table", shape=(3,), dtype="u1")[:] = 7
        yield group
        assert (group["table"][:] == 7).all()
        assert [path.name for path in (tmp_path / "a.zarr").glob(".*")] == []


class TestFsspec(SinkTests):
    @pytest.fixture
    def target(self, request):
        return f"memory://{request.node.name}/a.zarr"


class TestObstore(SinkTests):
    @pytest.fixture
    def target(self):
        return ObjectStore(obstore.store.MemoryStore())


class TestWrapper(SinkTests):
    @pytest.fixture
    def target(self, tmp_path):
        return CountingStore(LocalStore(tmp_path))


class TestZarr2(TestDirectory):
    levels: ClassVar = (spec("0"), spec("1", (10, 15), separator="."))
    documents: ClassVar = {"": {"multiscales": []}}

    def open(self, target, *, overwrite=False):
        return open_sink(locate(target), self.levels, zarr_format=2, overwrite=overwrite)


ZSTD = ({"name": "zstd", "configuration": {"level": 1, "checksum": True}},)
TRANSPOSE = ({"name": "transpose", "configuration": {"order": [1, 0]}},)


@pytest.mark.parametrize(
    "level",
    [
        spec(compressors=preset(U2, "image")),
        spec(compressors=None),
        spec(shards=(16, 16), compressors=ZSTD),
        spec(shards=(24, 32), compressors=(*ZSTD, {"name": "crc32c"}), filters=TRANSPOSE),
        spec(serializer={"name": "bytes", "configuration": {"endian": "big"}}),
        spec(fill_value=5),
        spec(dtype=np.dtype("f4"), fill_value="NaN"),
        spec(dtype=np.dtype("?"), fill_value=True),
        spec(separator="."),
        spec("deep/er/s0"),
        spec(extra={"attributes": {"a": 1}, "config": {"write_empty_chunks": True}}),
    ],
    ids=str,
)
def test_any_array_that_zarr_can_describe_is_written_as_zarr_would(tmp_path, level):
    write(tmp_path / "a.zarr", [level])
    array = zarr.open_group(tmp_path / "a.zarr", mode="r")[level.path]
    np.testing.assert_array_equal(array[:], pixels(level))
    twin = zarr.create_array({}, shape=(20, 30), dtype=level.dtype, chunks=(8, 8), zarr_format=3)
    assert (array.shape, array.dtype, array.chunks) == (twin.shape, twin.dtype, twin.chunks)
    assert (array.shards, array.attrs.asdict()) == (level.shards, level.extra.get("attributes", {}))


@pytest.mark.parametrize(
    "level",
    [
        spec(
            compressors=to_json_codecs(numcodecs.Blosc("lz4"), 2),
            filters=to_json_codecs(numcodecs.Delta("u2"), 2),
        ),
        spec(compressors=None, filters=None, fill_value=None),
        spec(compressors=preset(U2, "image", 2), extra={"order": "F"}),
        spec(dtype=np.dtype(">u2"), separator="."),
    ],
    ids=str,
)
def test_zarr_2_arrays_likewise(tmp_path, level):
    write(tmp_path / "a.zarr", [level], zarr_format=2)
    array = zarr.open_group(tmp_path / "a.zarr", mode="r", zarr_format=2)["s0"]
    np.testing.assert_array_equal(array[:], pixels(level))
    assert array.dtype == level.dtype


def test_the_number_of_stored_bytes_is_that_of_the_files(tmp_path):
    level = spec(shards=(16, 16))
    with open_sink(locate(tmp_path / "a.zarr"), [level]) as sink:
        stored = sink.write(0, Region.whole(level.shape), pixels(level))
        stored += sink.write(0, Region((0, 0), (0, 0)), pixels(level)[:0, :0])
        sink.commit({"": OME})
    files = (tmp_path / "a.zarr" / "s0" / "c").rglob("*")
    assert stored == sum(file.stat().st_size for file in files if file.is_file())


def test_blocks_of_nothing_but_the_fill_value_are_not_stored(tmp_path):
    with open_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink:
        assert sink.write(0, Region.whole((20, 30)), np.zeros((20, 30), U2)) == 0
        sink.commit({"": OME})
    assert keys_under(LocalStore(tmp_path / "a.zarr"), "s0") == ["s0/.inventory", "s0/zarr.json"]


def test_threads_write_disjoint_regions(tmp_path):
    level = spec(shape=(64, 64), shards=(16, 16))
    block = pixels(level)
    units = list(Region.whole(level.shape).split(level.write_unit))
    with open_sink(locate(tmp_path / "a.zarr"), [level]) as sink, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda unit: sink.write(0, unit, block[unit.slices]), units))
        sink.commit({"": OME})
    np.testing.assert_array_equal(zarr.open_array(tmp_path / "a.zarr", path="s0")[:], block)


@pytest.mark.parametrize(
    ("region", "block"),
    [
        (Region((1, 0), (8, 8)), np.zeros((7, 8), U2)),
        (Region((0, 0), (7, 8)), np.zeros((7, 8), U2)),
        (Region((16, 24), (24, 32)), np.zeros((8, 8), U2)),
        (Region((0, 0), (8, 8)), np.zeros((8, 9), U2)),
        (Region((0, 0), (8, 8)), np.zeros((8, 8), "f4")),
    ],
    ids=str,
)
def test_a_region_that_cuts_a_unit_or_a_block_that_does_not_fit_is_refused(tmp_path, region, block):
    with open_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink, pytest.raises(RecipeError, match="'s0'"):
        sink.write(0, region, block)


@pytest.mark.parametrize(
    ("level", "message"),
    [
        (spec(extra={"chunkz": 3}), "'s0' has the unknown option 'chunkz'"),
        (spec(chunks=(8, 8), shards=(12, 12)), "divisible"),
        (spec(compressors=({"name": "nonsense"},)), "nonsense"),
        (spec(compressors=({"name": "zstd", "configuration": {"level": "x"}},)), "'s0'"),
        (spec("../s0"), "lead to a node below"),
        (spec("/s0"), "lead to a node below"),
        (spec("a\\b"), "lead to a node below"),
        (spec("C:/b"), "lead to a node below"),
    ],
)
def test_an_impossible_level_is_refused_before_the_target_is_touched(tmp_path, level, message):
    with pytest.raises(RecipeError, match=message):
        open_sink(locate(tmp_path / "new" / "a.zarr"), [spec("ok"), level])
    assert list(tmp_path.iterdir()) == []


def test_two_levels_of_one_path_are_refused(tmp_path):
    with pytest.raises(RecipeError, match="give each its own"):
        open_sink(locate(tmp_path / "a.zarr"), [spec(), spec()])


def test_zarr_2_has_no_shards(tmp_path):
    with pytest.raises(RecipeError, match="'s0' cannot be a zarr 2 array"):
        open_sink(locate(tmp_path / "a.zarr"), [spec(shards=(16, 16))], zarr_format=2)


def test_writing_onto_the_source_is_refused(tmp_path):
    write(tmp_path / "a.zarr", [spec()])
    before = snapshot(LocalStore(tmp_path))
    with pytest.raises(RecipeError, match="overlaps the source"):
        open_sink(locate(tmp_path / "a.zarr"), [spec()], overwrite=True, origins={str(tmp_path / "a.zarr" / "s0")})
    assert snapshot(LocalStore(tmp_path)) == before


def test_a_group_may_get_levels_made_from_its_other_arrays(tmp_path):
    write(tmp_path / "a.zarr", [spec("raw")])
    group = zarr.open_group(tmp_path / "a.zarr", mode="r+")
    origins = {str(tmp_path / "a.zarr" / "raw")}
    open_sink(locate(group), [spec("s0")], origins=origins).abort()
    with pytest.raises(RecipeError, match="overlaps the source"):
        open_sink(locate(group), [spec("raw")], origins=origins, overwrite=True)


def test_a_closed_sink_takes_nothing(tmp_path):
    with open_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink:
        sink.commit({"": OME})
        with pytest.raises(RecipeError, match="committed or aborted"):
            sink.write(0, Region.whole((20, 30)), np.zeros((20, 30), U2))
        with pytest.raises(RecipeError, match="committed or aborted"):
            sink.commit({"": OME})
    assert (tmp_path / "a.zarr" / "zarr.json").exists()


def test_nothing_is_visible_before_the_commit(tmp_path):
    with open_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink:
        sink.write(0, Region.whole((20, 30)), pixels(spec()))
        assert not (tmp_path / "a.zarr").exists()
        hidden = sorted(tmp_path.iterdir())
        assert [path.name for path in hidden] == [".a.zarr.job", ".a.zarr.partial"]
        assert [path.stat().st_mode & 0o777 for path in hidden] == [0o700, 0o700]
        sink.commit({"": OME})
    (tmp_path / "twin").mkdir()
    assert (tmp_path / "a.zarr").stat().st_mode == (tmp_path / "twin").stat().st_mode


def test_in_a_store_the_root_document_comes_last():
    store = CountingStore(MemoryStore())
    write(store, [spec(), spec("s1", (10, 15))])
    assert list(store.counts.sets)[-1] == "zarr.json"
    assert max(store.counts.sets.values()) == 1


def test_a_zip_store_gets_no_key_twice(tmp_path):
    with ZipStore(tmp_path / "own.zip", mode="w") as store:
        write(store, [spec(), spec("s1", (10, 15))], documents={"": OME, "labels": {"ome": {}}})
    names = zipfile.ZipFile(tmp_path / "own.zip").namelist()
    assert len(names) == len(set(names))
    with ZipStore(tmp_path / "own.zip") as store:
        np.testing.assert_array_equal(zarr.open_array(store, path="s0", mode="r")[:], pixels(spec()))


def test_an_ozx_file_has_its_documents_first_and_says_so(tmp_path):
    write(tmp_path / "a.ozx", [spec(), spec("s1", (10, 15))], documents={"": OME, "labels/x": {}})
    with zipfile.ZipFile(tmp_path / "a.ozx") as archive:
        names = [entry.filename for entry in archive.infolist()]
        documents = ["zarr.json", "labels/zarr.json", "s0/zarr.json", "s1/zarr.json", "labels/x/zarr.json"]
        assert names[:5] == documents
        assert names == [entry.filename for entry in sorted(archive.infolist(), key=lambda e: e.header_offset)]
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert json.loads(archive.comment) == {
            "ome": {"version": "0.5", "zipFile": {"centralDirectory": {"jsonFirst": True}}}
        }


def test_equal_images_give_equal_zip_files(tmp_path):
    for name in ("a.zip", "b.zip"):
        write(tmp_path / name, [spec()])
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_an_ozx_file_is_zarr_3_and_whole(tmp_path):
    with pytest.raises(RecipeError, match="must be zarr 3"):
        open_sink(locate(tmp_path / "a.ozx"), [spec()], zarr_format=2)
    with pytest.raises(RecipeError, match="made as a whole"):
        open_sink(locate(tmp_path / "a.ozx"), [spec()], within="labels/x")


def test_replacing_an_image_takes_its_labels_and_its_old_format_away(tmp_path):
    for target in (tmp_path / "a.zarr", MemoryStore()):
        write(target, [spec("0"), spec("1", (10, 15))], zarr_format=2, documents={"": {}, "labels": {}})
        write(target, [spec("0")], overwrite=True)
        place = locate(target)
        assert {key.split("/")[0] for key in keys_under(place.store, place.path)} == {"0", "zarr.json"}


def test_replacing_levels_of_a_group_keeps_the_rest_of_it():
    group = zarr.create_group(MemoryStore())
    write(group, [spec("s0"), spec("s1", (10, 15))], documents={"": OME, "labels": {}})
    before = snapshot(group.store, "s1")
    write(group, [spec("s0")], seed=1, overwrite=True)
    assert snapshot(group.store, "s1") == before
    assert "labels" in group
    np.testing.assert_array_equal(group["s0"][:], pixels(spec(), 1))


def test_in_a_store_that_cannot_rename_the_new_levels_stand_beside_the_old():
    store = ObjectStore(obstore.store.MemoryStore())
    group = zarr.create_group(store)
    group.create_array("other", shape=(3,), dtype="u1")
    assert write(group, [spec()]).paths == ("s0",)
    sink = write(group, [spec()], seed=1, overwrite=True)
    (name,) = sink.paths
    assert name.endswith("/s0")
    np.testing.assert_array_equal(group[name][:], pixels(spec(), 1))
    assert set(group) == {"other", name.split("/")[0]}


def test_labels_are_built_first_and_listed_last(tmp_path):
    write(tmp_path / "a.zarr", [spec()])
    listed = {"labels/cells": OME, "labels": {"ome": {"labels": ["cells"]}}}
    with open_sink(locate(tmp_path / "a.zarr"), [spec()], within="labels/cells") as sink:
        sink.write(0, Region.whole((20, 30)), pixels(spec()))
        assert read_attributes(LocalStore(tmp_path / "a.zarr"), "labels") is None
        sink.commit(listed)
    group = zarr.open_group(tmp_path / "a.zarr", mode="r")
    assert group["labels"].attrs.asdict() == listed["labels"]
    assert group["labels/cells"].attrs.asdict() == group.attrs.asdict() == OME
    np.testing.assert_array_equal(group["labels/cells/s0"][:], pixels(spec()))
    with pytest.raises(ExistsError, match="labels/cells"):
        open_sink(locate(tmp_path / "a.zarr"), [spec()], within="labels/cells")


@pytest.mark.parametrize("make", [MemoryStore, lambda: FsspecStore.from_url("memory://within/a.zarr")])
def test_labels_in_a_store_likewise(make):
    store = CountingStore(make())
    write(store, [spec()])
    store.reset()
    write(
        store,
        [spec()],
        within="labels/cells",
        documents={"labels/cells": OME, "labels": {"labels": ["cells"]}},
    )
    assert list(store.counts.sets)[-2:] == ["labels/cells/zarr.json", "labels/zarr.json"]
    assert read_attributes(store, "") == OME


def test_a_field_of_a_plate_gets_its_groups(tmp_path):
    plate = {"": {"plate": 1}, "A/1": {"well": 1}, "A/1/0": OME}
    write(tmp_path / "p.zarr", [spec()], within="A/1/0", documents=plate)
    group = zarr.open_group(tmp_path / "p.zarr", mode="r")
    assert [group.attrs.asdict(), group["A"].attrs.asdict()] == [{"plate": 1}, {}]
    assert [group["A/1"].attrs.asdict(), group["A/1/0"].attrs.asdict()] == [{"well": 1}, OME]


@pytest.mark.filterwarnings("ignore:Consolidated metadata")
@pytest.mark.parametrize("zarr_format", [2, 3])
def test_consolidated_metadata_that_do_not_know_the_labels_are_dropped(tmp_path, zarr_format):
    write(tmp_path / "a.zarr", [spec()], zarr_format=zarr_format)
    zarr.consolidate_metadata(tmp_path / "a.zarr")
    write(tmp_path / "a.zarr", [spec()], within="labels/cells", zarr_format=zarr_format)
    group = zarr.open_group(tmp_path / "a.zarr", mode="r")
    assert group.metadata.consolidated_metadata is None
    assert group.attrs.asdict() == OME
    assert "labels/cells/s0" in group


def test_documents_of_groups_elsewhere_are_refused(tmp_path):
    write(tmp_path / "a.zarr", [spec()])
    with (
        open_sink(locate(tmp_path / "a.zarr"), [spec()], within="labels/cells") as sink,
        pytest.raises(RecipeError, match="neither lies in nor encloses"),
    ):
        sink.commit({"labels/cell": {}})


def test_the_two_formats_are_not_mixed(tmp_path):
    write(tmp_path / "a.zarr", [spec()], zarr_format=2)
    with pytest.raises(RecipeError, match=r"is zarr 2, and .* zarr 3"):
        open_sink(locate(tmp_path / "a.zarr"), [spec()], within="labels/cells")
    with pytest.raises(RecipeError, match=r"is zarr 2, and .* zarr 3"):
        open_sink(locate(zarr.open_group(tmp_path / "a.zarr")), [spec("s1")])


@pytest.mark.parametrize("overwrite", [False, True])
def test_an_image_can_be_announced_first_and_filled_later_by_others(tmp_path, overwrite):
    for target in (tmp_path / "a.zarr", zarr.create_group(tmp_path / "g.zarr")):
        write(target, [spec()])
        sink = open_sink(locate(target), [spec("s0" if overwrite else "s1")], overwrite=True)
        sink.commit({"": OME})
        arrays = pickle.loads(pickle.dumps(sink.writer))
        assert arrays.write(0, Region.whole((20, 30)), pixels(spec(), 3)) > 0
        place = locate(target)
        array = zarr.open_array(place.store, path="s0" if overwrite else "s1")
        np.testing.assert_array_equal(array[:], pixels(spec(), 3))


def test_of_two_writers_of_one_target_the_second_is_told(tmp_path):
    with open_sink(locate(tmp_path / "a.zarr"), [spec()]) as first:
        with pytest.raises(TargetBusy, match="is being written by another"):
            open_sink(locate(tmp_path / "a.zarr"), [spec()])
        first.commit({"": OME})
    assert [path.name for path in tmp_path.iterdir()] == ["a.zarr"]


def test_what_appears_meanwhile_is_not_touched(tmp_path):
    sink = open_sink(locate(tmp_path / "a.zarr"), [spec()])
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "notes.txt").write_text("mine")
    with pytest.raises(ExistsError, match="has appeared"):
        sink.commit({"": OME})
    assert files(tmp_path) == {"a.zarr": None, "a.zarr/notes.txt": b"mine"}


def test_of_two_writers_of_one_zip_file_the_second_is_told(tmp_path):
    with open_sink(locate(tmp_path / "a.zip"), [spec()]) as first:
        with pytest.raises(TargetBusy, match="is being written by another"):
            open_sink(locate(tmp_path / "a.zip"), [spec()])
        first.commit({"": OME})
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_zip_file_that_appears_meanwhile_is_not_touched(tmp_path):
    sink = open_sink(locate(tmp_path / "a.zip"), [spec()])
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(ExistsError, match="has appeared"):
        sink.commit({"": OME})
    assert files(tmp_path) == {"a.zip": b"mine"}


def test_readers_find_the_old_image_or_the_new_one_at_every_moment(tmp_path):
    write(tmp_path / "a.zarr", [spec()])
    done = threading.Event()
    missing = []

    def watch():
        while not done.is_set():
            missing.append(not (tmp_path / "a.zarr" / "zarr.json").exists())

    watcher = threading.Thread(target=watch)
    watcher.start()
    for seed in range(10):
        write(tmp_path / "a.zarr", [spec()], seed=seed, overwrite=True)
    done.set()
    watcher.join()
    assert not any(missing)


def test_writing_through_a_dangling_link_makes_what_it_points_to(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real.zarr")
    write(tmp_path / "link", [spec()])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real.zarr" / "zarr.json").is_file()


def test_replacing_an_image_does_not_follow_the_links_in_it(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "data").write_text("years of work")
    write(tmp_path / "a.zarr", [spec()])
    (tmp_path / "a.zarr" / "link").symlink_to(tmp_path / "precious")
    write(tmp_path / "a.zarr", [spec()], overwrite=True)
    assert not (tmp_path / "a.zarr" / "link").exists()
    assert (tmp_path / "precious" / "data").read_text() == "years of work"


def test_what_took_the_place_of_the_old_image_is_not_deleted(tmp_path):
    write(tmp_path / "a.zarr", [spec()])
    with open_sink(locate(tmp_path / "a.zarr"), [spec()], overwrite=True) as sink:
        (tmp_path / "a.zarr").rename(tmp_path / "b.zarr")
        (tmp_path / "a.zarr").mkdir()
        (tmp_path / "a.zarr" / "thesis.txt").write_text("years of work")
        with pytest.raises(TargetError, match="something else now"):
            sink.commit({"": OME})
    assert (tmp_path / "a.zarr" / "thesis.txt").read_text() == "years of work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zarr", "b.zarr"]


def test_a_target_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(TargetError, match="file"):
        open_sink(locate(tmp_path / "file" / "a.zarr"), [spec()])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_name_that_is_too_long_is_refused_and_a_long_one_is_not(tmp_path):
    write(tmp_path / ("x" * 255), [spec()])
    with pytest.raises(TargetError, match="too long"):
        write(tmp_path / ("x" * 256), [spec()])
    assert len(list(tmp_path.iterdir())) == 1


def test_attributes_that_are_no_json_leave_nothing_behind(tmp_path):
    with open_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink, pytest.raises(RecipeError, match="JSON"):
        sink.commit({"": {"a": object()}})
    assert list(tmp_path.iterdir()) == []


def test_metadata_name_the_paths_that_the_levels_have():
    v05 = {"ome": {"version": "0.5", "multiscales": [{"name": "s0", "datasets": [{"path": "s0"}]}]}}
    v06 = {"multiscales": [{"datasets": [{"path": "s0", "coordinateTransformations": [{"input": {"path": "s0"}}]}]}]}
    for attributes in (v05, v06):
        store = ObjectStore(obstore.store.MemoryStore())
        write(store, [spec()], documents={"": attributes})
        assert read_attributes(store, "") == attributes
        (path,) = write(store, [spec()], documents={"": attributes}, overwrite=True).paths
        changed = json.loads(json.dumps(attributes).replace('"path": "s0"', f'"path": "{path}"'))
        assert read_attributes(store, "") == changed != attributes


def test_a_sink_reads_what_it_has_written():
    with open_sink(locate(MemoryStore()), [spec(fill_value=3)]) as sink:
        sink.write(0, Region((8, 8), (16, 16)), np.full((8, 8), 5, U2))
        assert sink.read(0, Region((12, 12), (18, 18))).tolist() == [[5, 5, 5, 5, 3, 3]] * 4 + [[3] * 6] * 2
        assert (sink.read(0, Region((16, 16), (20, 30))) == 3).all()
