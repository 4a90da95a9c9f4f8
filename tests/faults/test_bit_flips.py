"""Damage of a single bit, of a part or of a whole object is noticed: by readers in pixels, by `verify` everywhere."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import ome_zarr
from ome_zarr.chunks.inventory import INVENTORY_NAME
from ome_zarr.errors import OmeZarrError

pytestmark = pytest.mark.filterwarnings("ignore::ome_zarr.errors.DocumentWarning")  # of documents that are damaged

DOCUMENTS = ("zarr.json", ".zgroup", ".zattrs", ".zarray")
FLIPS = 1000
"""Of each kind, in all layouts together."""

LAYOUTS = {
    "0.5": {},
    "0.5 of bytes": {"dtype": "u1"},
    "0.5 in shards": {"shards": 64},
    "0.4": {"version": "0.4"},
}


CHECKED = [layout for name, layout in LAYOUTS.items() if name != "0.4"]
"""Those with checksums in their chunks; readers in zarr 2 know of none."""


def pixels(dtype="u2", seed=0):
    """Noise; a corner is nothing but the fill value, so that some chunks are left out."""
    made = np.random.default_rng(seed).integers(1, 250, (70, 90)).astype(dtype)
    made[:32, :32] = 0
    return made


def write(target, seed=0, dtype="u2", **layout):
    """An image of two levels with labels."""
    made = pixels(dtype, seed)
    ome_zarr.write(made, target, axes="yx", scale_factors=[2], chunks=32, **layout)
    ome_zarr.write_labels(made > 100, target, "cells", axes="yx", chunks=32)
    return target


@pytest.fixture(scope="module", params=LAYOUTS.values(), ids=LAYOUTS)
def intact(request, tmp_path_factory):
    return write(tmp_path_factory.mktemp("intact") / "a.zarr", **request.param)


@pytest.fixture(scope="module")
def copy(intact, tmp_path_factory):
    return shutil.copytree(intact, tmp_path_factory.mktemp("copy") / "a.zarr")


def files(image: Path, *, documents: bool) -> list[Path]:
    """The documents of an image, inventories included, or its chunks and shards."""
    found = sorted(path for path in image.rglob("*") if path.is_file())
    return [path for path in found if (path.name in (*DOCUMENTS, INVENTORY_NAME)) is documents]


def flips(among: list[Path], count: int) -> Iterator[tuple[Path, bytes]]:
    """So many files with one bit turned over; every bit of all files is as likely. They are mended afterwards."""
    dice = random.Random(0)
    contents = [path.read_bytes() for path in among]
    for _ in range(count):
        [number] = dice.choices(range(len(among)), [len(content) for content in contents])
        bit = dice.randrange(8 * len(contents[number]))
        damaged = bytearray(contents[number])
        damaged[bit // 8] ^= 1 << (bit % 8)
        among[number].write_bytes(damaged)
        yield among[number], bytes(damaged)
        among[number].write_bytes(contents[number])


def notices(read, *arguments) -> bool:
    """Whether reading raises one of our errors; nothing else is ever raised."""
    try:
        read(*arguments)
    except OmeZarrError:
        return True
    return False


def read_all(image: Path) -> list[np.ndarray]:
    opened = ome_zarr.open(image)
    return [level[...] for level in (*opened, *opened.labels["cells"])]


def shows_other_pixels(image: Path, right: list[np.ndarray]) -> bool:
    """Whether an image is read without an error, and wrong."""
    try:
        found = read_all(image)
    except OmeZarrError:
        return False
    return any((one != other).any() for one, other in zip(found, right, strict=True))


def is_wrong(image: Path) -> bool:
    """Whether `verify` finds something, or cannot even begin."""
    try:
        return bool(ome_zarr.verify(image))
    except OmeZarrError:
        return True


def test_verify_finds_nothing_in_what_is_intact(intact):
    for depth in ({"quick": True}, {}, {"deep": True}):
        assert not ome_zarr.verify(intact, **depth)


@pytest.mark.parametrize("intact", CHECKED, indirect=True, ids=str)
def test_no_bit_that_flips_in_a_chunk_with_a_checksum_shows_other_pixels(copy):
    right = read_all(copy)
    assert [
        path
        for path, _ in flips(files(copy, documents=False), FLIPS // len(CHECKED))
        if shows_other_pixels(copy, right)
    ] == []


def test_verify_finds_every_bit_that_flips_in_pixels(copy):
    missed = [path for path, _ in flips(files(copy, documents=False), FLIPS // len(LAYOUTS)) if not is_wrong(copy)]
    assert missed == []


def test_verify_finds_every_bit_that_flips_in_documents(copy):
    missed = [
        (path, data) for path, data in flips(files(copy, documents=True), FLIPS // len(LAYOUTS)) if not is_wrong(copy)
    ]
    assert missed == []


@pytest.mark.parametrize("quick", [True, False])
def test_verify_names_the_key_of_what_is_gone(copy, quick):
    for path in files(copy, documents=False):
        kept = path.read_bytes()
        path.unlink()
        (finding,) = ome_zarr.verify(copy, quick=quick).findings
        path.write_bytes(kept)
        assert (finding.kind, finding.facts["key"]) == ("missing", path.relative_to(copy).as_posix())


def test_verify_names_the_keys_of_what_has_changed_places(copy):
    for array in ("s0", "labels/cells/s0"):
        first, second, *_ = files(copy / array, documents=False) * 2
        one, other = first.read_bytes(), second.read_bytes()
        assert one != other or first == second
        first.write_bytes(other)
        second.write_bytes(one)
        found = [finding.facts["key"] for finding in ome_zarr.verify(copy).findings]
        first.write_bytes(one)
        second.write_bytes(other)
        assert found == [path.relative_to(copy).as_posix() for path in (first, second) if one != other]


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """The same image with other pixels, in the default layout."""
    return write(tmp_path_factory.mktemp("older") / "a.zarr", seed=1)


def test_verify_names_the_key_of_what_an_older_version_has_replaced(tmp_path, older):
    image = write(tmp_path / "a.zarr")
    for path in files(image, documents=False):
        kept = path.read_bytes()
        path.write_bytes((older / path.relative_to(image)).read_bytes())
        found = [(finding.kind, finding.facts["key"]) for finding in ome_zarr.verify(image).findings]
        path.write_bytes(kept)
        assert found == [("changed", path.relative_to(image).as_posix())]


def test_verify_names_the_key_of_what_was_left_out_and_is_there(tmp_path):
    image = write(tmp_path / "a.zarr")
    shutil.copy(image / "s0/c/1/1", image / "s0/c/0/0")
    (finding,) = ome_zarr.verify(image).findings
    assert (finding.kind, finding.facts["key"]) == ("unexpected", "s0/c/0/0")


def test_a_shard_that_is_cut_off_anywhere_is_an_error(tmp_path):
    small = np.random.default_rng(0).integers(0, 250, (12, 12)).astype("u2")
    ome_zarr.write(small, tmp_path / "a.zarr", axes="yx", scale_factors=[], chunks=6, shards=12)
    shard = tmp_path / "a.zarr/s0/c/0/0"
    whole = shard.read_bytes()
    for length in range(len(whole)):
        shard.write_bytes(whole[:length])
        level = ome_zarr.open(tmp_path / "a.zarr")[0]
        assert notices(lambda level=level: level[...])
        assert notices(lambda level=level: level.dask.compute(scheduler="synchronous"))
        (finding,) = ome_zarr.verify(tmp_path / "a.zarr", quick=True).findings
        assert finding.facts["key"] == "s0/c/0/0"
