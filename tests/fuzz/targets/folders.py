"""Whole stores as of ``trees``, in a folder: no file beside it may be opened."""

from pathlib import Path

from tests.fuzz.explore import explore
from tests.fuzz.files import Folder
from tests.fuzz.packing import unpack
from tests.fuzz.samples import packed_samples
from tests.fuzz.target import Target
from tests.fuzz.targets.trees import mutate

import ome_zarr

__all__ = ["TARGET"]

_FOLDER = Folder("image")


def _prepare(data: bytes) -> Path:
    return _FOLDER.fill(unpack(data))


def _run(folder: Path) -> None:
    explore(ome_zarr.open(folder))


TARGET = Target("folders", _prepare, _run, packed_samples, mutate)
