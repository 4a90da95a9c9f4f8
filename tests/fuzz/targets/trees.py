"""Whole stores: groups, arrays, chunks and labels, opened and read from memory."""

from functools import cache
from random import Random

from tests.fuzz.explore import explore
from tests.fuzz.mutation import StoreMutator
from tests.fuzz.packing import unpack
from tests.fuzz.samples import packed_samples
from tests.fuzz.stores import memory_store
from tests.fuzz.target import Target
from zarr.storage import MemoryStore

import ome_zarr

__all__ = ["TARGET", "mutate"]


def _prepare(data: bytes) -> MemoryStore:
    return memory_store(unpack(data))


def _run(store: MemoryStore) -> None:
    explore(ome_zarr.open(store))


@cache
def _mutator() -> StoreMutator:
    return StoreMutator(packed_samples())


def mutate(data: bytes, random: Random) -> bytes:
    """Another store."""
    return _mutator().mutate(data, random)


TARGET = Target("trees", _prepare, _run, packed_samples, mutate)
