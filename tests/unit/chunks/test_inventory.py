"""Inventories: what the objects of an array were."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.chunks.fingerprint import fingerprint
from ome_zarr.chunks.inventory import Inventory, OutdatedInventoryError
from ome_zarr.errors import DocumentError


def filled():
    inventory = Inventory((2, 3))
    inventory.note((0, 0), 7, 99)
    inventory.note((1, 2), 0, 0)
    return inventory


def test_what_was_noted_is_known_again():
    found = Inventory.of_bytes(filled().to_bytes())
    assert found.grid == (2, 3)
    assert [found.size(index) for index in [(0, 0), (1, 2), (1, 1)]] == [7, 0, None]
    assert found.fingerprint((0, 0)) == 99


def test_it_is_complete_when_every_object_was_noted():
    inventory = Inventory((2,))
    inventory.note((0,), 1, 1)
    inventory.note((0,), 2, 2)
    assert not inventory.is_complete
    inventory.note((1,), 0, 0)
    assert inventory.is_complete
    assert Inventory.of_bytes(inventory.to_bytes()).is_complete


@given(st.integers(0), st.integers(0, 7))
def test_a_flipped_bit_is_an_error(at, bit):
    stored = bytearray(filled().to_bytes())
    stored[at % len(stored)] ^= 1 << bit
    with pytest.raises(DocumentError, match="inventory of an array"):
        Inventory.of_bytes(stored)


@pytest.mark.parametrize("length", range(len(filled().to_bytes())))
def test_one_that_was_cut_off_is_an_error(length):
    with pytest.raises(DocumentError, match="inventory of an array"):
        Inventory.of_bytes(filled().to_bytes()[:length])


@pytest.mark.parametrize("grid", [[2**40], [-1], [True], ["2"], 3, [1.5], None, [2**20, 2**20]])
def test_a_grid_that_cannot_be_is_an_error_and_takes_no_memory(grid):
    stored = resealed({"grid": grid, "documents": {}})
    with pytest.raises(DocumentError, match="inventory of an array"):
        Inventory.of_bytes(stored)


def resealed(content):
    """An inventory that says something else, with the right fingerprint."""
    entries = filled().to_bytes().split(b"\n", 2)[2]
    body = json.dumps(content).encode() + b"\n" + entries
    return json.dumps({"inventory": 1, "fingerprint": fingerprint(body)}).encode() + b"\n" + body


@pytest.mark.parametrize("documents", [None, 1, [1], {"zarr.json": "1"}, {"zarr.json": None}])
def test_documents_that_cannot_be_are_an_error(documents):
    with pytest.raises(DocumentError, match="inventory of an array"):
        Inventory.of_bytes(resealed({"grid": [2, 3], "documents": documents}))


def test_documents_are_known_again():
    inventory = filled()
    inventory.note_document("../zarr.json", b"{}")
    assert Inventory.of_bytes(inventory.to_bytes()).documents == {"../zarr.json": fingerprint(b"{}")}


def test_one_of_another_grid_is_outdated():
    assert Inventory.of_bytes(filled().to_bytes(), (2, 3)).grid == (2, 3)
    with pytest.raises(OutdatedInventoryError, match=r"\(2, 3\) objects.* \(6,\)"):
        Inventory.of_bytes(filled().to_bytes(), (6,))
