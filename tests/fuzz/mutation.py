"""Inputs made from other inputs: bytes, texts, JSON, and stores of them."""

import json
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from random import Random

from tests.fuzz.packing import pack, unpack

__all__ = ["JsonMutator", "StoreMutator", "mutated_bytes", "mutated_text"]

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

_INTEGERS = (0, 1, -1, 2, 3, 63, 64, 65, 127, 128, 255, 256, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32, 2**62, 2**63)
_SCALARS: tuple[Json, ...] = (
    *_INTEGERS,
    -(2**63),
    2**64 - 1,
    10**30,
    10**400,
    0.0,
    -0.0,
    0.5,
    1e-320,
    1e308,
    float("nan"),
    float("inf"),
    float("-inf"),
    None,
    True,
    False,
    "",
    "0",
    "s0",
    "/",
    ".",
    "..",
    "../../x",
    "/etc/passwd",
    "C:\\x",
    "http://localhost/x",
    "a\0b",
    "\ud800",
    "%2e%2e/x",
    "é" * 200,
    "NaN",
    "Infinity",
    "0x7fc00000",
    [],
    {},
    [[]],
)
"""What programs have been surprised by."""


def mutated_bytes(data: bytes, random: Random) -> bytes:
    """Bytes with a few of them changed, added, left out or repeated."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        random.choice(_BYTE_CHANGES)(changed, random)
    return bytes(changed)


def _flip(data: bytearray, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set_number(data: bytearray, random: Random) -> None:
    size = random.choice((1, 2, 4, 8))
    if len(data) >= size:
        at = random.randrange(len(data) - size + 1)
        order = random.choice(("little", "little", "big"))
        data[at : at + size] = (random.choice(_INTEGERS) & (256**size - 1)).to_bytes(size, order)


def _insert(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.randbytes(random.choice((1, 1, 2, 4, 16)))


def _leave_out(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    del data[at : at + random.choice((1, 1, 2, 8, 64, len(data)))]


def _repeat(data: bytearray, random: Random) -> None:
    start, at = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    data[at:at] = data[start : start + random.choice((1, 4, 16, 64))]


_BYTE_CHANGES: Sequence[Callable[[bytearray, Random], None]] = (
    _flip,
    _flip,
    _set_number,
    _set_number,
    _insert,
    _leave_out,
    _repeat,
)


def mutated_text(text: str, random: Random, words: Sequence[str]) -> str:
    """A text with a word put in, a piece left out or a character changed."""
    start = random.randrange(len(text) + 1)
    stop = min(len(text), start + random.choice((0, 0, 1, 2, 8)))
    piece = random.choice(
        (random.choice(words), chr(random.choice((0, 9, 32, 47, 92, 0xE9, 0x202E, 0x1F600))), "", "0")
    )
    return text[:start] + piece + text[stop:]


class JsonMutator:
    """Changes documents, and knows the words of some.

    Parameters
    ----------
    documents
        From which it has its words and parts.
    """

    def __init__(self, documents: Iterable[Json]) -> None:
        self._parts: list[Json] = []
        self._keys: dict[str, None] = {}
        for document in documents:
            self._learn(document)
        self._names = list(self._keys)
        self._words = [part for part in self._parts if isinstance(part, str)] + self._names

    def mutate(self, data: bytes, random: Random) -> bytes:
        """Another document; where the old one is no JSON, or by chance, other bytes."""
        try:
            document = json.loads(data) if random.random() < 0.95 else None
        except (ValueError, RecursionError):
            document = None
        if document is None:
            return mutated_bytes(data, random)
        holder = [document]
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            self._change(holder, random)
        return json.dumps(holder[0], separators=(",", ":")).encode()

    def _learn(self, part: Json) -> None:
        self._parts.append(part)
        if isinstance(part, dict):
            self._keys |= dict.fromkeys(part)
        if isinstance(part, dict | list):
            for inner in part.values() if isinstance(part, dict) else part:
                self._learn(inner)

    def _change(self, holder: list[Json], random: Random) -> None:
        """Change something below `holder`: first a place is chosen, every one with the same chance."""
        places: list[tuple[list[Json] | dict[str, Json], int | str]] = []
        _collect(holder, places)
        container, key = random.choice(places)
        old = container[key]  # type: ignore[index, call-overload] # a key of its own container
        chance = random.random()
        if chance < 0.15 and container is not holder:
            del container[key]  # type: ignore[arg-type] # likewise
        elif chance < 0.3:
            self._add(container, old, random)
        else:
            container[key] = self._other(old, random)  # type: ignore[index, call-overload] # likewise

    def _add(self, container: list[Json] | dict[str, Json], old: Json, random: Random) -> None:
        new = deepcopy(random.choice((old, random.choice(self._parts))))
        if isinstance(container, list):
            container.insert(random.randrange(len(container) + 1), new)
        else:
            container[random.choice(self._names)] = new

    def _other(self, old: Json, random: Random) -> Json:
        chance = random.random()
        if chance < 0.3:
            return deepcopy(random.choice(_SCALARS))
        if chance < 0.55:
            return deepcopy(random.choice(self._parts))
        if chance < 0.6:
            return [old]
        if chance < 0.65:
            return {random.choice(self._names): old}
        return self._varied(old, random)

    def _varied(self, old: Json, random: Random) -> Json:
        """Something much like the old one."""
        match old:
            case bool() | None:
                return not old
            case int() | float():
                return random.choice((old + 1, old - 1, -old, old * 2, old / 2 if abs(old) < 1e300 else 0, str(old)))
            case str():
                return mutated_text(old, random, self._words)
            case list():
                return random.choice((old[::-1], old + deepcopy(old), old[:1], random.sample(old, len(old))))
        return dict(random.sample(list(old.items()), len(old) // 2 if random.random() < 0.5 else len(old)))


def _collect(container: Json, places: list[tuple[list[Json] | dict[str, Json], int | str]]) -> None:
    """Every place in a document."""
    if isinstance(container, dict):
        for key, part in container.items():
            places.append((container, key))
            _collect(part, places)
    elif isinstance(container, list):
        for number, part in enumerate(container):
            places.append((container, number))
            _collect(part, places)


class StoreMutator:
    """Changes stores in their packing: documents as JSON, all else as bytes, and which keys there are.

    Parameters
    ----------
    stores
        From which it has its words, keys and values.
    """

    def __init__(self, stores: Iterable[bytes]) -> None:
        entries = [entry for store in stores for entry in unpack(store).items()]
        self._entries = entries
        self._keys = [key for key, _ in entries]
        self._documents = JsonMutator(json.loads(value) for key, value in entries if is_document(key))

    def mutate(self, data: bytes, random: Random) -> bytes:
        """Another store; by chance, other bytes of the packing."""
        entries = unpack(data)
        chance = random.random()
        if not entries or chance < 0.03:
            return mutated_bytes(data, random)
        key = random.choice(list(entries))
        if chance < 0.08:
            del entries[key]
        elif chance < 0.12:
            entries[mutated_text(key, random, self._keys)] = entries[key]
        elif chance < 0.18:
            other, value = random.choice(self._entries)
            entries[random.choice((key, other))] = value
        elif is_document(key):
            entries[key] = self._documents.mutate(entries[key], random)
        else:
            entries[key] = mutated_bytes(entries[key], random)
        return pack(entries)


def is_document(key: str) -> bool:
    """Whether JSON belongs under a key."""
    return key.rpartition("/")[2] in ("zarr.json", ".zarray", ".zgroup", ".zattrs")
