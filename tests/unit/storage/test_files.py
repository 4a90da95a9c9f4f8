"""The sink of plain files writes what the sink of zarr-python writes."""

import errno
import os
import pickle
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zarr

import ome_zarr.chunks.store as store_module
from ome_zarr.chunks.inventory import INVENTORY_NAME
from ome_zarr.errors import DocumentError, ExistsError, RecipeError, TargetError
from ome_zarr.geometry.region import Region
from ome_zarr.storage.backends.files import FileSink, plain_documents
from ome_zarr.storage.backends.files import open_file_sink as open_with_documents
from ome_zarr.storage.backends.zarr import open_sink as open_zarr_sink
from ome_zarr.storage.codecs import preset
from ome_zarr.storage.locate import locate
from ome_zarr.storage.protocol import LevelSpec, Sink
from ome_zarr.storage.sink import open_sink

DTYPES = ("bool", "u1", "i2", "u2", "u4", "i8", "u8", "f2", "f4", "f8")
DOCUMENTS = {"": {"ome": {"version": "0.5", "name": "\u00e9"}}}


def blosc(dtype: np.dtype, **members: object) -> tuple[dict[str, object], ...]:
    default = {"cname": "zstd", "clevel": 1, "shuffle": "shuffle", "typesize": dtype.itemsize, "blocksize": 0}
    return ({"name": "blosc", "configuration": default | members},)


def zstd(level: int = 1, checksum: bool = False) -> tuple[dict[str, object], ...]:
    return ({"name": "zstd", "configuration": {"checksum": checksum, "level": level}},)


def spec(dtype: str = "u2", **members: object) -> LevelSpec:
    pixels = np.dtype(dtype)
    plain = LevelSpec("s0", (50, 70), pixels, (16, 32), None, ("y", "x"), compressors=preset(pixels, "image"))
    return replace(plain, **members)


def block(level: LevelSpec, seed: int = 0) -> np.ndarray:
    """Pixels with an empty chunk among them."""
    pixels = (np.random.default_rng(seed).random(level.shape) * 100).astype(level.dtype)
    pixels[:16, :32] = 0
    return pixels


def fill(sink: AbstractContextManager[Sink], level: LevelSpec, seed: int = 0) -> int:
    with sink as open_one:
        stored = open_one.write(0, Region.whole(level.shape), block(level, seed))
        open_one.commit(DOCUMENTS)
    return stored


def written_by_zarr_python(folder: Path, level: LevelSpec, zarr_format: int) -> dict[str, bytes]:
    """The files of the same image, made without any of ours."""
    names = {"dimension_names": level.dimension_names} if zarr_format == 3 else {}
    group = zarr.create_group(folder, attributes=DOCUMENTS[""], zarr_format=zarr_format)
    array = group.create_array(
        level.path, shape=level.shape, dtype=level.dtype, chunks=level.chunks, shards=level.shards, fill_value=0,
        compressors=level.compressors, chunk_key_encoding={
            "name": "default" if zarr_format == 3 else "v2", "separator": level.separator
        }, **names,
    )  # fmt: skip
    array[...] = block(level)
    return tree(folder)


def open_file_sink(location, levels, zarr_format=3, **options):
    return open_with_documents(
        location, levels, plain_documents(location, levels, zarr_format, ""), zarr_format=zarr_format, **options
    )


def written_by_both_sinks(folder: Path, level: LevelSpec, zarr_format: int) -> list[dict[str, bytes]]:
    """The files of either sink, which told the same number of bytes and keep the same inventory."""
    ours, theirs = locate(folder / "a.zarr"), locate(folder / "b.zarr")
    assert plain_documents(ours, [level], zarr_format, "")
    stored = fill(open_file_sink(ours, [level], zarr_format=zarr_format), level)
    assert stored == fill(open_zarr_sink(theirs, [level], zarr_format=zarr_format), level)
    assert inventory(folder / "a.zarr") == inventory(folder / "b.zarr")
    return [tree(folder / "a.zarr"), tree(folder / "b.zarr")]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but the inventories, which zarr-python does not write."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != INVENTORY_NAME)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def inventory(folder: Path) -> bytes:
    return (folder / "s0" / INVENTORY_NAME).read_bytes()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shards", [None, (32, 64)])
@pytest.mark.parametrize("chain", ["blosc", "lz4", "zstd", "checksum", "gzip", "blosc and crc32c", "none"])
def test_the_files_are_those_of_zarr_python_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtype: str, chain: str, shards: tuple[int, ...] | None
) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)  # gzip writes down when it was used
    pixels = np.dtype(dtype)
    chains = {
        "blosc": blosc(pixels),
        "lz4": blosc(pixels, cname="lz4", clevel=5, shuffle="bitshuffle"),
        "zstd": zstd(3),
        "checksum": zstd(1, checksum=True),
        "gzip": ({"name": "gzip", "configuration": {"level": 1}},),
        "blosc and crc32c": (*blosc(pixels), {"name": "crc32c"}),
        "none": None,
    }
    level = spec(dtype, compressors=chains[chain], shards=shards)
    theirs = written_by_zarr_python(tmp_path / "judge.zarr", level, 3)
    assert written_by_both_sinks(tmp_path, level, 3) == [theirs, theirs]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("separator", ["/", "."])
@pytest.mark.parametrize("kind", ["image", "labels", None])
def test_the_files_of_format_2_are_those_of_zarr_python_byte_for_byte(
    tmp_path: Path, dtype: str, separator: str, kind: str | None
) -> None:
    compressors = None if kind is None else preset(np.dtype(dtype), kind, 2)
    level = spec(dtype, compressors=compressors, separator=separator)
    theirs = written_by_zarr_python(tmp_path / "judge.zarr", level, 2)
    assert written_by_both_sinks(tmp_path, level, 2) == [theirs, theirs]


def test_an_empty_chunk_is_no_file(tmp_path: Path) -> None:
    fill(open_file_sink(locate(tmp_path / "a.zarr"), [spec()]), spec())
    assert not (tmp_path / "a.zarr/s0/c/0/0").exists()
    assert (tmp_path / "a.zarr/s0/c/3/2").exists()


@pytest.mark.parametrize("chain", [blosc(np.dtype("u2")), zstd(), None])
def test_what_was_written_is_read_back_in_any_region(tmp_path: Path, chain: object) -> None:
    level = spec(compressors=chain)
    with open_file_sink(locate(tmp_path / "a.zarr"), [level]) as sink:
        sink.write(0, Region.whole(level.shape), block(level))
        for region in (Region((0, 0), (50, 70)), Region((3, 20), (40, 66)), Region((49, 69), (50, 70))):
            assert np.array_equal(sink.read(0, region), block(level)[region.slices])


@pytest.mark.parametrize(
    "other",
    [
        {"separator": "."},
        {"fill_value": 1},
        {"fill_value": None},
        {"compressors": "auto"},
        {"compressors": (*zstd(), *zstd())},
        {"compressors": ({"name": "crc32c"}, *zstd())},
        {"compressors": ({"name": "gzip", "configuration": {}},)},
        {"compressors": blosc(np.dtype("u4"))},
        {"filters": ()},
        {"extra": {"order": "F"}},
        {"dtype": np.dtype("c8")},
    ],
    ids=str,
)
def test_what_is_not_plain_is_left_to_zarr_python(tmp_path: Path, other: dict[str, object]) -> None:
    assert not plain_documents(locate(tmp_path / "a.zarr"), [spec(), spec(**other)], 3, "")


def test_places_that_are_not_plain_are_left_to_zarr_python(tmp_path: Path) -> None:
    group = zarr.create_group(tmp_path / "g.zarr")
    for target in (group, group.store, tmp_path / "a.zip", zarr.storage.MemoryStore()):
        assert not plain_documents(locate(target), [spec()], 3, "")
    assert not plain_documents(locate(tmp_path / "a.zarr"), [spec()], 3, "labels/cells")


def test_whoever_configured_zarr_python_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zarr.config.set({"array.write_empty_chunks": True}):
        assert not plain_documents(locate(tmp_path / "a.zarr"), [spec()], 3, "")
    monkeypatch.setenv("ZARR_ARRAY__WRITE_EMPTY_CHUNKS", "True")
    assert not plain_documents(locate(tmp_path / "a.zarr"), [spec()], 3, "")


def test_nothing_is_visible_before_the_commit_and_nothing_left_after_an_abort(tmp_path: Path) -> None:
    with open_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink:
        assert isinstance(sink, FileSink)
        sink.write(0, Region.whole((50, 70)), block(spec()))
        assert not (tmp_path / "a.zarr").exists()
    assert list(tmp_path.iterdir()) == []


def test_an_image_is_replaced_only_if_that_is_wished_and_stays_as_it_is_until_then(tmp_path: Path) -> None:
    place = locate(tmp_path / "a.zarr")
    fill(open_file_sink(place, [spec()]), spec())
    before = tree(tmp_path / "a.zarr")
    with pytest.raises(ExistsError):
        open_file_sink(place, [spec()])
    with open_file_sink(place, [spec()], overwrite=True) as sink:
        sink.write(0, Region.whole((50, 70)), block(spec(), seed=1))
    assert tree(tmp_path / "a.zarr") == before
    fill(open_file_sink(place, [spec()], overwrite=True), spec(), seed=1)
    assert tree(tmp_path / "a.zarr") != before
    assert [path.name for path in tmp_path.iterdir()] == ["a.zarr"]


@pytest.mark.parametrize("failing", range(5))
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    original, calls = store_module.write_pieces, []

    def full(path: Path, data: bytes) -> None:
        calls.append(path)
        original(path, data)
        if len(calls) > failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store_module, "write_pieces", full)
    with pytest.raises(TargetError, match="No space left") as caught:
        fill(open_file_sink(locate(tmp_path / "a.zarr"), [spec()]), spec())
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_while_the_image_appears_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = open_file_sink(locate(tmp_path / "a.zarr"), [spec()])
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        rename(self, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sink.commit(DOCUMENTS)
    monkeypatch.undo()
    assert not (tmp_path / "a.zarr").exists()


def test_blocks_that_do_not_fit_and_closed_sinks_are_refused(tmp_path: Path) -> None:
    with open_file_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink:
        with pytest.raises(RecipeError, match="no whole write units"):
            sink.write(0, Region((1, 0), (17, 32)), np.zeros((16, 32), "u2"))
        with pytest.raises(RecipeError, match="dtype"):
            sink.write(0, Region((0, 0), (16, 32)), np.zeros((16, 32), "u4"))
    with pytest.raises(RecipeError, match="committed or aborted"):
        sink.write(0, Region((0, 0), (16, 32)), np.zeros((16, 32), "u2"))


def test_the_writer_can_be_pickled_and_writes_into_the_finished_image(tmp_path: Path) -> None:
    sink = open_file_sink(locate(tmp_path / "a.zarr"), [spec()])
    sink.commit(DOCUMENTS)
    writer = pickle.loads(pickle.dumps(sink.writer))
    writer.write(0, Region.whole((50, 70)), block(spec()))
    assert np.array_equal(zarr.open_array(tmp_path / "a.zarr/s0", mode="r")[:], block(spec()))


def test_a_damaged_chunk_is_named(tmp_path: Path) -> None:
    with open_file_sink(locate(tmp_path / "a.zarr"), [spec()]) as sink:
        sink.write(0, Region.whole((50, 70)), block(spec()))
        chunk = next(path for path in tmp_path.rglob("s0/c/3/2"))
        chunk.write_bytes(b"not a chunk")
        with pytest.raises(DocumentError, match="cannot be decoded"):
            sink.read(0, Region.whole((50, 70)))
