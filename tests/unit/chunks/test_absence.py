"""An object that is not stored is the fill value or an error, as the inventory of its array says."""

import pickle
from pathlib import Path

import numpy as np
import pytest

import ome_zarr
from ome_zarr.chunks.absence import Absence
from ome_zarr.chunks.inventory import INVENTORY_NAME, Inventory
from ome_zarr.chunks.store import Folder
from ome_zarr.errors import DocumentError, MissingChunkError


class Counting(Folder):
    """A folder that counts what it is asked for."""

    asked = 0

    def get(self, key: str, start: int = 0, stop: int | None = None) -> bytes | None:
        self.asked += 1
        return super().get(key, start, stop)


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    """Of an array with three objects: one stored, one left out, one unknown."""
    inventory = Inventory((3,))
    inventory.note((0,), 100, 7)
    inventory.note((1,), 0, 0)
    folder = Counting(tmp_path)
    folder.set(f"a/{INVENTORY_NAME}", inventory.to_bytes())
    return folder


STORED, LEFT_OUT, UNKNOWN = (0,), (1,), (2,)


@pytest.mark.parametrize(
    ("strict", "refused"), [(None, {STORED}), (True, {STORED, UNKNOWN}), (False, set())], ids=["None", "True", "False"]
)
@pytest.mark.parametrize("index", [STORED, LEFT_OUT, UNKNOWN])
def test_what_is_refused_depends_on_the_inventory(
    store: Counting, strict: bool | None, refused: set[tuple[int]], index: tuple[int]
) -> None:
    absence = Absence(strict, store, "a/", (3,))
    assert raises(absence, index) is (index in refused)
    assert raises(pickle.loads(pickle.dumps(Absence(strict, Folder(store._root), "a/", (3,)))), index) is (
        index in refused
    )


def raises(absence: Absence, index: tuple[int]) -> bool:
    try:
        absence.check(index, "a/key")
    except MissingChunkError as error:
        return "'a/key'" in str(error) and ("verify" in str(error) or "no inventory" in str(error))
    return False


def test_without_an_inventory_only_strict_readers_refuse(tmp_path: Path) -> None:
    assert not raises(Absence(None, Folder(tmp_path), "a/", (3,)), STORED)
    assert raises(Absence(True, Folder(tmp_path), "a/", (3,)), STORED)


def test_the_inventory_of_an_array_that_was_cut_otherwise_says_nothing(store: Counting) -> None:
    assert not raises(Absence(None, store, "a/", (4,)), STORED)
    assert raises(Absence(True, store, "a/", (4,)), LEFT_OUT)


def test_a_damaged_inventory_is_an_error_and_no_hole(store: Counting) -> None:
    store.set(f"a/{INVENTORY_NAME}", b"{}")
    with pytest.raises(DocumentError, match="inventory of an array"):
        Absence(None, store, "a/", (3,)).check(STORED, "a/key")


def test_the_inventory_is_read_once_and_not_at_all_where_nobody_asks(store: Counting) -> None:
    Absence(False, store, "a/", (3,)).check(STORED, "a/key")
    assert store.asked == 0
    absence = Absence(None, store, "a/", (3,))
    for _ in range(3):
        absence.check(LEFT_OUT, "a/key")
    assert store.asked == 1


WAYS = {
    "all": np.asarray,
    "a part": lambda level: level[16:20, 3],
    "dask": lambda level: level.dask.compute(),
    "a part of dask": lambda level: level.dask[20, ::3].compute(),
}


@pytest.fixture
def holed(tmp_path: Path) -> Path:
    """An image of which a chunk is gone, and one was never stored."""
    pixels = np.ones((32, 48), "u2")
    pixels[:16, :16] = 0
    ome_zarr.write(pixels, tmp_path / "a.zarr", axes="yx", scale_factors=[], chunks=16)
    (tmp_path / "a.zarr/s0/c/1/0").unlink()
    return tmp_path / "a.zarr"


@pytest.mark.parametrize("strict", [None, True])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_chunk_that_is_gone_is_an_error_however_it_is_read(holed: Path, way: object, strict: bool | None) -> None:
    with pytest.raises(MissingChunkError, match="'s0/c/1/0'"):
        way(ome_zarr.open(holed, strict=strict)[0])


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_who_says_so_gets_the_fill_value(holed: Path, way: object) -> None:
    assert way(ome_zarr.open(holed, strict=False)[0]).min() == 0


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_chunk_that_was_left_out_has_the_fill_value_also_for_strict_readers(holed: Path, way: object) -> None:
    rest = np.zeros((32, 48), "u2")
    rest[:, 16:] = rest[16:] = 1
    ome_zarr.write(rest, holed, axes="yx", scale_factors=[], chunks=16, overwrite=True)
    np.testing.assert_array_equal(way(ome_zarr.open(holed, strict=True)[0]), way(rest_like(rest)))


class rest_like:  # noqa: N801 - stands for a level
    """Pixels that are read as those of a level."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels = pixels

    def __getitem__(self, index: object) -> np.ndarray:
        return self.pixels[index]

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        return self.pixels

    @property
    def dask(self) -> object:
        import dask.array as da

        return da.from_array(self.pixels)


@pytest.mark.parametrize("strict", [None, True])
@pytest.mark.parametrize("levels", [1, 2])
def test_an_image_with_a_chunk_gone_is_no_source(holed: Path, tmp_path: Path, strict: bool | None, levels: int) -> None:
    with pytest.raises(MissingChunkError, match="'s0/c/1/0'"):
        ome_zarr.write(ome_zarr.open(holed, strict=strict), tmp_path / "b.zarr", levels=levels)
    assert not (tmp_path / "b.zarr").exists()


def test_an_image_with_a_chunk_gone_is_a_source_for_who_says_so(holed: Path, tmp_path: Path) -> None:
    copied = ome_zarr.write(ome_zarr.open(holed, strict=False), tmp_path / "b.zarr", levels=2)
    assert copied[0][20, 3] == 0


def test_labels_and_fields_of_plates_are_read_as_strictly_as_what_was_opened(tmp_path: Path) -> None:
    ome_zarr.write(np.ones((32, 32), "u2"), tmp_path / "a.zarr", axes="yx", scale_factors=[], chunks=16)
    ome_zarr.write_labels(np.ones((32, 32), "u2"), tmp_path / "a.zarr", "cells", chunks=16)
    for name in ("c/0/0", INVENTORY_NAME):
        (tmp_path / "a.zarr/labels/cells/s0" / name).unlink()
    assert ome_zarr.open(tmp_path / "a.zarr").labels["cells"][0][0, 0] == 0
    with pytest.raises(MissingChunkError, match="'labels/cells/s0/c/0/0'"):
        ome_zarr.open(tmp_path / "a.zarr", strict=True).labels["cells"][0][0, 0]
