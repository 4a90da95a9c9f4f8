"""Whole stores as of ``trees``, verified: quickly, in full, and with every level made again."""

from tests.fuzz.explore import tolerate
from tests.fuzz.packing import unpack
from tests.fuzz.samples import packed_samples
from tests.fuzz.stores import memory_store
from tests.fuzz.target import Target
from tests.fuzz.targets.trees import mutate
from zarr.storage import MemoryStore

from ome_zarr.api.verify import verify

__all__ = ["TARGET"]


def _prepare(data: bytes) -> MemoryStore:
    return memory_store(unpack(data))


def _run(store: MemoryStore) -> None:
    tolerate(lambda: repr(verify(store, quick=True)))
    tolerate(lambda: repr(verify(store)))
    tolerate(lambda: repr(verify(store, deep=True)))


TARGET = Target("checks", _prepare, _run, packed_samples, mutate)
