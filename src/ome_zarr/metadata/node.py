"""A value in a document, together with the place where it stands."""

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from ome_zarr.errors import DocumentError, OmeZarrError, RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue, plain, plain_number, shown

__all__ = ["Node"]


@runtime_checkable
class _Dumpable(Protocol):
    """A model of another package (pydantic's way) that can be turned into a mapping."""

    def model_dump(self, *, by_alias: bool, exclude_none: bool) -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class Node:
    """A value of unknown form and its place; every access says what is wrong and where.

    The same parser serves documents read from a store and mappings given by a caller: only the class of the
    error differs.

    Parameters
    ----------
    value
        The value: what `json.loads` gives, or a caller's mapping, sequence or pydantic model.
    path
        The place of the value, like a JSON pointer (``/multiscales/0/axes``).
    error
        The class of the errors: `DocumentError` for a store, `RecipeError` for a wish.
    """

    value: object
    path: str = ""
    error: type[OmeZarrError] = DocumentError

    def fail(self, allowed: str) -> OmeZarrError:
        """The error that says that this value is not what is allowed here; to be raised."""
        return self.error(f"{self.path or 'the document'} is {shown(self.value)}; {allowed}")

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """A context in which a `RecipeError` of a model becomes an error of this place."""
        try:
            yield
        except RecipeError as error:
            raise self.error(f"{self.path}: {error}") from error

    def fields(self) -> Mapping[str, object]:
        """The members of this object; keys are text."""
        value = self.value
        if not isinstance(value, Mapping):
            if not isinstance(value, _Dumpable):
                raise self.fail("it must be an object (a mapping)")
            value = value.model_dump(by_alias=True, exclude_none=True)
        for key in value:
            if not isinstance(key, str):
                raise self.error(f"{self.path} has the key {shown(key)}; keys must be text")
        return value

    def find(self, key: str) -> "Node | None":
        """The member of this object, or None if there is none or it is null."""
        value = self.fields().get(key)
        return None if value is None else self._at(key, value)

    def child(self, key: str) -> "Node":
        """The member of this object; null counts as missing."""
        node = self.find(key)
        if node is None:
            raise self.error(f"{self.path or 'the document'} has no {key!r}; it is required here")
        return node

    def pairs(self) -> tuple[tuple[object, "Node"], ...]:
        """The keys, of any kind, and the values of a mapping given by a caller."""
        if not isinstance(self.value, Mapping):
            raise self.fail("it must be a mapping")
        return tuple((key, self._at(str(key), value)) for key, value in self.value.items())

    def others(self, known: Container[str]) -> dict[str, "Node"]:
        """The members of this object under other keys than the known ones; null is a member too."""
        return {key: self._at(key, value) for key, value in self.fields().items() if key not in known}

    def rest(self, known: Container[str]) -> JsonObject:
        """A copy of the members of this object under other keys than the known ones."""
        return {key: member.plain() for key, member in self.others(known).items()}

    def items(self) -> tuple["Node", ...]:
        """The entries of this list."""
        values = self.value.tolist() if isinstance(self.value, np.ndarray) else self.value
        if not isinstance(values, list | tuple):
            raise self.fail("it must be a list")
        return tuple(self._at(str(i), item) for i, item in enumerate(values))

    def text(self) -> str:
        """The value, which is text."""
        if not isinstance(self.value, str):
            raise self.fail("it must be text")
        return str.__str__(self.value)

    def flag(self) -> bool:
        """The value, which is true or false."""
        if not isinstance(self.value, bool | np.bool_):
            raise self.fail("it must be true or false")
        return bool(self.value)

    def number(self) -> int | float:
        """The value, which is a finite number."""
        return plain_number(self.value, self.path, self.error)

    def integer(self) -> int:
        """The value, which is a whole number; ``2.0`` is 2."""
        number = self.number()
        if number != int(number):
            raise self.fail("it must be a whole number")
        return int(number)

    def plain(self) -> JsonValue:
        """A copy of this value in plain Python objects."""
        return plain(self.value, self.path, self.error)

    def plain_object(self) -> JsonObject:
        """A copy of this object in plain Python objects."""
        return self.rest(())

    def _at(self, key: str, value: object) -> "Node":
        # RFC 6901: "~" is written "~0" and "/" is written "~1" inside a pointer
        return Node(value, f"{self.path}/{key.replace('~', '~0').replace('/', '~1')}", self.error)
