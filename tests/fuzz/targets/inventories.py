"""Inventories of arrays: read, asked and written again."""

import json
import zlib
from collections.abc import Iterator
from itertools import product
from random import Random

from tests.fuzz.mutation import JsonMutator, mutated_bytes
from tests.fuzz.target import Target

from ome_zarr.chunks.fingerprint import fingerprint
from ome_zarr.chunks.inventory import Inventory

__all__ = ["TARGET"]

_GRIDS = ((), (1,), (3,), (2, 3), (1, 2, 2, 3), (0, 4))


def _prepare(data: bytes) -> bytes:
    return data


def _run(data: bytes) -> None:
    inventory = Inventory.of_bytes(data)
    for index in ((0,) * len(inventory.grid), tuple(n - 1 for n in inventory.grid)):
        if all(inventory.grid):
            inventory.size(index)
            inventory.fingerprint(index)
    again = Inventory.of_bytes(inventory.to_bytes())
    if (again.grid, again.is_complete) != (inventory.grid, inventory.is_complete):
        raise AssertionError("an inventory was written and read, and is another")


def _seeds() -> Iterator[bytes]:
    for grid in _GRIDS:
        inventory = Inventory(grid)
        for number, index in enumerate(product(*map(range, grid))):
            if number != 1:
                inventory.note(index, number * 1000, number * 7919)
        yield inventory.to_bytes()


def _mutate(data: bytes, random: Random) -> bytes:
    head, _, entries = data.partition(b"\n")
    chance = random.random()
    if chance < 0.1:
        return mutated_bytes(data, random)
    if chance < 0.4:
        head = _HEADS.mutate(head, random)
    else:
        entries = mutated_bytes(entries, random) if chance < 0.6 else _repacked(entries, random)
    return (_marked(head, entries) if random.random() < 0.9 else head) + b"\n" + entries


_HEADS = JsonMutator(json.loads(seed.partition(b"\n")[0]) for seed in _seeds())


def _repacked(entries: bytes, random: Random) -> bytes:
    """The entries, changed before they are packed."""
    try:
        return zlib.compress(mutated_bytes(zlib.decompress(entries), random))
    except zlib.error:
        return mutated_bytes(entries, random)


def _marked(head: bytes, entries: bytes) -> bytes:
    """The first line with the right fingerprint, without which nobody looks further."""
    try:
        said = json.loads(head)
    except (ValueError, RecursionError):
        return head
    return json.dumps({**said, "fingerprint": fingerprint(entries)}).encode() if isinstance(said, dict) else head


TARGET = Target("inventories", _prepare, _run, _seeds, _mutate)
