"""Objects of the source become level 0 as they are, where the target would encode them alike."""

from pathlib import Path

import numpy as np
import pytest
import zarr

import ome_zarr
from ome_zarr.errors import DocumentError
from ome_zarr.storage.codecs import preset

FACTORS = [{"z": 2, "y": 2, "x": 2}, {"z": 4, "y": 4, "x": 4}]
LAYOUTS = {
    "chunks": {"chunks": (8, 16, 16)},
    "shards": {"chunks": (8, 16, 16), "shards": (16, 32, 48)},
    "gzip": {"chunks": (8, 16, 16), "compressors": zarr.codecs.GzipCodec(level=2)},
    "checksum": {"chunks": (8, 16, 16), "compressors": [zarr.codecs.ZstdCodec(level=3), zarr.codecs.Crc32cCodec()]},
    "format 2": {"chunks": (8, 16, 16), "zarr_format": 2, "chunk_key_encoding": {"name": "v2", "separator": "/"}},
}


def pixels() -> np.ndarray:
    """With a part that is nothing but the fill value, so that some objects are not stored."""
    made = np.random.default_rng(0).integers(1, 500, (40, 70, 100), "u2")
    made[16:32, :32, :48] = 0
    return made


def source(path: Path, **layout: object) -> Path:
    array = zarr.create_array(path, shape=(40, 70, 100), dtype="u2", dimension_names=None, **layout)
    array[...] = pixels()
    return path


def objects(folder: Path) -> dict[tuple[str, ...], bytes]:
    """The files of an array by the numbers in their names."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name[0] in "0123456789")
    return {file.relative_to(folder).parts[-3:]: file.read_bytes() for file in files}


def write(data: object, target: Path, **options: object) -> None:
    ome_zarr.write(data, target, axes="zyx", scale_factors=FACTORS, method="local_mean", **options)


@pytest.mark.parametrize("executor", ["threads", "dask"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_object_is_the_source_s_byte_for_byte_and_every_level_as_from_pixels(
    tmp_path: Path, layout: str, executor: str
) -> None:
    path = source(tmp_path / "source", **LAYOUTS[layout])
    assert ome_zarr.plan(path, axes="zyx", scale_factors=FACTORS).keeps_objects
    write(path, tmp_path / "kept.zarr", executor=executor)
    kept = ome_zarr.open(tmp_path / "kept.zarr")
    assert objects(tmp_path / "kept.zarr/s0") == objects(path)
    assert np.array_equal(kept.levels[0], pixels())
    write(pixels(), tmp_path / "made.zarr", chunks=kept.levels[0].chunks, shards=kept.levels[0].shards)
    made = ome_zarr.open(tmp_path / "made.zarr")
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(kept.levels, made.levels, strict=True))


@pytest.mark.parametrize("layout", ["chunks", "shards"])
def test_tiles_that_cut_objects_change_nothing(tmp_path: Path, layout: str) -> None:
    path = source(tmp_path / "source", **LAYOUTS[layout])
    plan = ome_zarr.plan(
        path, axes="zyx", scale_factors=FACTORS, method="local_mean", memory_budget="400 kB", workers=1
    )
    assert plan.keeps_objects
    write(path, tmp_path / "small.zarr", memory_budget="400 kB", workers=1)
    write(path, tmp_path / "large.zarr")
    assert objects(tmp_path / "small.zarr/s0") == objects(path)
    for level in ("s1", "s2"):
        assert objects(tmp_path / "small.zarr" / level) == objects(tmp_path / "large.zarr" / level)


@pytest.mark.parametrize(
    "wish",
    [
        {"chunks": (16, 16, 16)},
        {"shards": (16, 32, 32)},
        {"compressors": [{"name": "zstd", "configuration": {"level": 9, "checksum": False}}]},
        {"storage_options": {"fill_value": 3}},
    ],
    ids=str,
)
def test_who_wishes_for_another_encoding_gets_it(tmp_path: Path, wish: dict[str, object]) -> None:
    path = source(tmp_path / "source", **LAYOUTS["chunks"])
    assert not ome_zarr.plan(path, axes="zyx", scale_factors=FACTORS, **wish).keeps_objects
    write(path, tmp_path / "other.zarr", **wish)
    assert np.array_equal(ome_zarr.open(tmp_path / "other.zarr").levels[0], pixels())


@pytest.mark.parametrize(
    "layout",
    [
        {"chunks": (8, 16, 16), "compressors": None},
        {"chunks": (8, 16, 16), "fill_value": 1},
        {"chunks": (8, 16, 16), "serializer": zarr.codecs.BytesCodec(endian="big")},
        {"chunks": (8, 16, 16), "zarr_format": 2, "order": "F"},
    ],
    ids=str,
)
def test_a_source_that_nobody_should_copy_as_it_is_is_encoded_again(tmp_path: Path, layout: dict[str, object]) -> None:
    path = source(tmp_path / "source", **layout)
    assert not ome_zarr.plan(path, axes="zyx", scale_factors=FACTORS).keeps_objects
    write(path, tmp_path / "other.zarr")
    assert np.array_equal(ome_zarr.open(tmp_path / "other.zarr").levels[0], pixels())


def test_version_4_of_an_image_takes_the_objects_of_version_5_and_the_other_way_round(tmp_path: Path) -> None:
    write(pixels(), tmp_path / "a.zarr", checksum=False)
    ome_zarr.write(tmp_path / "a.zarr", tmp_path / "b.zarr", version="0.4")
    ome_zarr.write(tmp_path / "b.zarr", tmp_path / "c.zarr", version="0.5")
    assert objects(tmp_path / "a.zarr/s0") == objects(tmp_path / "b.zarr/s0") == objects(tmp_path / "c.zarr/s0")
    assert np.array_equal(ome_zarr.open(tmp_path / "b.zarr").levels[0], pixels())


@pytest.mark.parametrize("kind", ["image", "labels"])
def test_checksums_are_not_kept_in_format_2_where_not_all_readers_know_them(tmp_path: Path, kind: str) -> None:
    wishes = {"axes": "zyx", "kind": kind, "levels": 1}
    ome_zarr.write(pixels(), tmp_path / "a.zarr", **wishes)
    [spec] = ome_zarr.plan(tmp_path / "a.zarr", version="0.4", **wishes).specs
    assert list(spec.compressors) == list(preset(np.dtype("u2"), kind, 2))


def test_shards_are_not_kept_in_format_2_which_has_none(tmp_path: Path) -> None:
    path = source(tmp_path / "source", **LAYOUTS["shards"])
    ome_zarr.write(path, tmp_path / "a.zarr", axes="zyx", version="0.4")
    assert ome_zarr.open(tmp_path / "a.zarr").levels[0].shards is None


def test_a_damaged_object_is_noticed_on_the_way(tmp_path: Path) -> None:
    path = source(tmp_path / "source", **LAYOUTS["chunks"])
    (path / "c/0/0/0").write_bytes(b"nothing that was ever encoded")
    with pytest.raises(DocumentError, match="'c/0/0/0'"):
        write(path, tmp_path / "a.zarr")
    assert not (tmp_path / "a.zarr").exists()


def test_nothing_is_decoded_for_an_image_of_one_level(tmp_path: Path) -> None:
    path = source(tmp_path / "source", **LAYOUTS["chunks"])
    (path / "c/0/0/0").write_bytes(b"nothing that was ever encoded")
    ome_zarr.write(path, tmp_path / "a.zarr", axes="zyx", levels=1)
    assert objects(tmp_path / "a.zarr/s0") == objects(path)


def test_the_plan_says_so(tmp_path: Path) -> None:
    path = source(tmp_path / "source", **LAYOUTS["chunks"])
    plan = ome_zarr.plan(path, axes="zyx", scale_factors=FACTORS)
    assert "level 0 as the source has it stored" in str(plan)
    assert type(plan).from_json(plan.to_json()) == plan
