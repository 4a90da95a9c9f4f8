"""Journals that are written at every occasion, for tests that count operations, or at any."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from unittest.mock import patch

from ome_zarr.engine import journal, pace


@contextmanager
def at_once() -> Iterator[None]:
    """Write down what is done whenever something is."""
    with patch.multiple(pace, FIRST_S=0.0, SHARE=0.0):
        yield


class _Chance:
    """A pace without any rule."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    @property
    def is_due(self) -> bool:
        return self._chance.random() < 0.3

    def kept(self) -> None:
        """Forget that."""


@contextmanager
def by_chance(chance: Random) -> Iterator[None]:
    """Write down what is done at some occasions, and not when the work fails: as if the process were killed."""
    with (
        patch.object(journal, "Pace", lambda goes_on: _Chance(chance)),
        patch.object(journal.Journal, "write", lambda journal: None),
    ):
        yield
