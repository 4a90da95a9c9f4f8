"""The documents of groups, of every version and kind: parsed, opened, written again and read again.

An input is a digit for the format of zarr, one for the number of axes of the arrays that lie wherever a level is
looked for, and the document.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.explore import tolerate
from tests.fuzz.mutation import JsonMutator
from tests.fuzz.stores import store_with_arrays
from tests.fuzz.target import Target
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.api.image import Image
from ome_zarr.api.plate import Plate, Well
from ome_zarr.api.scene import Scene
from ome_zarr.errors import OmeZarrError
from ome_zarr.metadata.versions import WRITABLE_VERSIONS, Version

__all__ = ["TARGET"]

_GOLDEN = Path(__file__).parents[2] / "golden" / "documents"
_HEAD_BYTES = 2

type _Described = Image | Plate | Well | Scene


def _prepare(data: bytes) -> MemoryStore:
    axes, document = data[1:_HEAD_BYTES], data[_HEAD_BYTES:]
    entries = {".zgroup": b'{"zarr_format":2}', ".zattrs": document} if data[:1] == b"2" else {"zarr.json": document}
    return store_with_arrays(entries, int(axes) if axes.isdigit() else 3)


def _run(store: MemoryStore) -> None:
    opened = ome_zarr.open(store)
    repr(opened)
    if isinstance(opened, Image):
        repr(opened.multiscale)
        tolerate(lambda: _look_at_levels(opened))
    if isinstance(opened, Image | Plate | Well | Scene):
        for version in WRITABLE_VERSIONS.values():
            _write_and_read(opened, version)


def _look_at_levels(image: Image) -> None:
    repr(image.levels)
    image.to_pixels(image.to_world([[0.5] * len(image.axes)]))
    tolerate(lambda: image.level_for(pixel_size=0.5))
    tolerate(lambda: image.at(um=1.0))


def _write_and_read(opened: _Described, version: Version) -> None:
    """What was understood is refused in a version, or what is written in it can be read."""
    try:
        written = _attributes(opened, version)
    except OmeZarrError:
        return
    try:
        _parse(opened, version, json.loads(json.dumps(written, allow_nan=False)))
    except OmeZarrError as error:
        raise AssertionError(f"what was written as {version.name} cannot be read: {error}") from error


def _attributes(opened: _Described, version: Version) -> dict[str, object]:
    match opened:
        case Image():
            return {**version.image_attributes(opened.multiscale, opened.omero)}
        case Plate():
            return {**version.plate_attributes(opened.layout)}
        case Well():
            return {**version.well_attributes(opened.layout)}
        case Scene():
            return {**version.scene_attributes(opened.layout)}


def _parse(opened: _Described, version: Version, attributes: dict[str, object]) -> object:
    match opened:
        case Image():
            return version.parse_image(attributes)
        case Plate():
            return version.parse_plate(attributes)
        case Well():
            return version.parse_well(attributes)
        case Scene():
            return version.parse_scene(attributes)


def _seeds() -> Iterator[bytes]:
    for path in sorted(_GOLDEN.glob("*.json")):
        said = json.loads(path.read_text())
        attributes = said["attributes"]
        group = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
        document = attributes if said["zarr_format"] == 2 else group
        content = json.dumps(document, separators=(",", ":")).encode()
        yield from (b"%d%d%b" % (said["zarr_format"], axes, content) for axes in _axes(content))


def _axes(content: bytes) -> range:
    """How many axes the levels of a document may have; of 0.1 and 0.2 it does not say."""
    return range(2, 6) if b"multiscales" in content else range(1)


@cache
def _mutator() -> JsonMutator:
    return JsonMutator(json.loads(seed[_HEAD_BYTES:]) for seed in _seeds())


def _mutate(data: bytes, random: Random) -> bytes:
    head = data[:_HEAD_BYTES]
    if random.random() < 0.05:
        head = random.choice((b"2", b"3")) + random.choice((b"1", b"2", b"3", b"4", b"5", b"6"))
    return head + _mutator().mutate(data[_HEAD_BYTES:], random)


TARGET = Target("metadata", _prepare, _run, _seeds, _mutate)
