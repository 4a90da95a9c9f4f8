"""Zip files: their directory, their entries and the image in them."""

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from tests.fuzz.explore import explore
from tests.fuzz.mutation import mutated_bytes
from tests.fuzz.packing import unpack
from tests.fuzz.samples import packed_samples
from tests.fuzz.sentry import root
from tests.fuzz.target import MOST_INPUT_BYTES, Target
from tests.fuzz.targets import trees

import ome_zarr

__all__ = ["TARGET"]

_SIGNATURES = (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7")
"""Of an entry of the directory, an entry, the end of the directory, and both of its 64-bit forms."""

_HEADER_BYTES = 46
"""In an entry of the directory, the longest header."""


def _prepare(data: bytes) -> Path:
    path = root() / "image.ozx"
    path.write_bytes(data)
    return path


def _run(path: Path) -> None:
    explore(ome_zarr.open(path))


@cache
def _seeds() -> tuple[bytes, ...]:
    return tuple(seed for seed in _zipped_samples() if len(seed) <= MOST_INPUT_BYTES)


def _zipped_samples() -> Iterator[bytes]:
    for packed in packed_samples():
        yield _zipped(unpack(packed), ZIP_STORED)
        yield _zipped(unpack(packed), ZIP_DEFLATED)


def _zipped(entries: dict[str, bytes], compression: int) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", compression) as archive:
        for key, value in entries.items():
            archive.writestr(key, value)
    return file.getvalue()


def _mutate(data: bytes, random: Random) -> bytes:
    chance = random.random()
    if chance < 0.2:
        store = unpack(trees.mutate(random.choice(packed_samples()), random))
        return _zipped(store, random.choice((ZIP_STORED, ZIP_DEFLATED)))
    return mutated_bytes(data, random) if chance < 0.4 else _with_other_header(data, random)


def _with_other_header(data: bytes, random: Random) -> bytes:
    """The file with a number changed in one of its headers."""
    signature = random.choice(_SIGNATURES)
    places = [at for at in range(len(data)) if data.startswith(signature, at)]
    if not places:
        return mutated_bytes(data, random)
    at = random.choice(places) + len(signature)
    header = mutated_bytes(data[at : at + _HEADER_BYTES], random)
    return data[:at] + header + data[at + _HEADER_BYTES :]


TARGET = Target("archives", _prepare, _run, _seeds, _mutate)
