"""What is kept of work that was cut off: what is wanted, what is done, and what is left to be used."""

import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import cast

import numpy as np
from tests.faults.pacing import at_once
from tests.fuzz.explore import tolerate
from tests.fuzz.files import Folder
from tests.fuzz.mutation import JsonMutator, mutated_bytes
from tests.fuzz.packing import pack, unpack
from tests.fuzz.target import MOST_INPUT_BYTES, Target

import ome_zarr
from ome_zarr.api.begun import journal_of
from ome_zarr.chunks.inventory import Inventory
from ome_zarr.engine.events import TileDone
from ome_zarr.engine.states import TileState
from ome_zarr.geometry.grid import Grid
from ome_zarr.planning.plan import Plan
from ome_zarr.storage.documents import parse_json
from ome_zarr.storage.job import find_jobs, read_wish
from ome_zarr.storage.protocol import Sink, Unit

__all__ = ["TARGET"]

_PLACE = Folder("work")
_NAME, _JOB = "i", ".i.job"
_PIXELS = np.arange(16 * 12, dtype="u1").reshape(16, 12)
_BUDGET = 8_000
"""Bytes, too few for more than a part of the image at a time."""


class _Notes:
    """What is known of what a plan stores; every third thing that is looked at is not as it was."""

    def __init__(self, plan: Plan) -> None:
        self._inventories = [Inventory(Grid(spec.shape, spec.write_unit).count) for spec in plan.specs]

    def noted(self, level: int, index: tuple[int, ...]) -> tuple[int, int] | None:
        inventory = self._inventories[level]
        size = inventory.size(index)
        return None if size is None else (size, inventory.fingerprint(index))

    def stored(self, level: int) -> np.ndarray:
        return self._inventories[level].known

    def follow(self, listener: Callable[[Unit, int, int], None]) -> None:
        """Nothing is stored."""

    def note(self, level: int, index: tuple[int, ...], size: int, mark: int) -> None:
        self._inventories[level].note(index, size, mark)

    def check(self, level: int, index: tuple[int, ...]) -> bool:
        inventory = self._inventories[level]
        if inventory.fingerprint(index) % 3:
            return True
        inventory.forget(index)
        return False


def _prepare(data: bytes) -> Path:
    return _PLACE.fill({f"{_JOB}/{key}": value for key, value in unpack(data).items()})


def _run(place: Path) -> None:
    folder = place / _JOB
    list(find_jobs(place / _NAME))
    tolerate(lambda: read_wish(place / _NAME))
    for file in filter(Path.is_file, sorted(folder.glob("states/*"))):
        tolerate(partial(TileState.of_bytes, file.read_bytes()))
    plan = folder / "plan"
    if plan.is_file():
        tolerate(lambda: repr(Plan.from_json(parse_json(plan.read_bytes(), "plan"))))
    _go_on(folder)


def _go_on(folder: Path) -> None:
    """Learn from the journal what is done of the plan that the seeds have."""
    plan = _plan()
    job = SimpleNamespace(journal=folder / "journal", states=folder / "states")
    with journal_of(cast(Sink, SimpleNamespace(job=job, ledger=_Notes(plan))), plan, None) as journal:
        if journal is not None:
            list(journal.states())


@cache
def _plan() -> Plan:
    return Plan.from_json(json.loads(unpack(_seeds()[0])["plan"]))


@cache
def _seeds() -> tuple[bytes, ...]:
    return tuple(packed for tiles in (1, 2) if len(packed := pack(_cut_off(tiles))) <= MOST_INPUT_BYTES)


def _cut_off(tiles: int) -> dict[str, bytes]:
    """The folder of a job that is interrupted after some tiles."""
    target = _PLACE.fill({}) / _NAME
    done = iter(range(tiles))

    def interrupt(event: object) -> None:
        if isinstance(event, TileDone) and next(done, None) is None:
            raise InterruptedError

    with suppress(InterruptedError), at_once():
        ome_zarr.write(_PIXELS, target, axes="yx", levels=2, chunks=4, memory_budget=_BUDGET, on_event=interrupt)
    folder = target.with_name(_JOB)
    kept = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ome_zarr.clean(target)
    wish = json.loads(kept["job.json"])
    plan = _json(wish.pop("plan"))
    return {**kept, "job.json": _checked(wish), "plan": plan}


_DOCUMENTS = ("job.json", "lock", "plan")


@cache
def _mutators() -> tuple[JsonMutator, JsonMutator, JsonMutator]:
    """Of documents, of lines of a journal, of heads of states."""
    stores = [unpack(seed) for seed in _seeds()]
    documents = (json.loads(store[key]) for store in stores for key in _DOCUMENTS if key in store)
    lines = (json.loads(line[9:]) for store in stores for line in store["journal"].splitlines())
    states = (value for store in stores for key, value in store.items() if key.startswith("states/"))
    return JsonMutator(documents), JsonMutator(lines), JsonMutator(json.loads(s.partition(b"\n")[0]) for s in states)


def _mutate(data: bytes, random: Random) -> bytes:
    entries = unpack(data)
    if not entries or random.random() < 0.05:
        return mutated_bytes(data, random)
    key = random.choice(list(entries))
    documents, lines, heads = _mutators()
    if random.random() < 0.1:
        entries[key] = mutated_bytes(entries[key], random)
    elif key == "journal":
        entries[key] = _mutated_journal(entries[key], lines, random)
    elif key.startswith("states/"):
        head, _, pixels = entries[key].partition(b"\n")
        entries[key] = heads.mutate(head, random) + b"\n" + pixels
    else:
        entries[key] = documents.mutate(entries[key], random)
        entries[key] = _rechecked(entries[key]) if key == "job.json" else entries[key]
    return pack(entries)


def _mutated_journal(data: bytes, mutator: JsonMutator, random: Random) -> bytes:
    """The journal with a line left out, repeated or changed; its checksum is right."""
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines)) if lines else 0
    chance = random.random()
    if not lines or chance < 0.1:
        return mutated_bytes(data, random)
    if chance < 0.2:
        del lines[at]
    elif chance < 0.3:
        lines.insert(random.randrange(len(lines)), lines[at])
    else:
        text = mutator.mutate(lines[at][9:-1], random)
        lines[at] = b"%08x %s\n" % (zlib.crc32(text), text)
    return b"".join(lines)


def _rechecked(data: bytes) -> bytes:
    """The same with the right checksum, if it is what is wanted at all."""
    with suppress(ValueError, RecursionError):
        wish = json.loads(data)
        return _checked(wish) if isinstance(wish, dict) else data
    return data


def _checked(wish: dict[str, object]) -> bytes:
    """What is wanted, with the right checksum."""
    wish.pop("checksum", None)
    return _json({**wish, "checksum": zlib.crc32(json.dumps(wish).encode())})


def _json(document: object) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


TARGET = Target("journals", _prepare, _run, _seeds, _mutate, removes=True)
