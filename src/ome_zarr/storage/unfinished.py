"""What every sink is until its commit: something that can be taken back as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from ome_zarr.errors import RecipeError
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.undo import Undo

__all__ = ["Unfinished"]


class Unfinished[U: Undo]:
    """A context manager: leaving it before `_finished`, by whatever exception or none, takes everything back.

    Parameters
    ----------
    name
        Of the target, for messages.
    undo
        Takes the way back of everything that is done.
    """

    def __init__(self, name: str, undo: U) -> None:
        self._name = name
        self._undo = undo
        self._open = True

    def abort(self) -> None:
        """Remove everything that this sink made; does nothing after `commit` or a second time."""
        if self._open:
            self._open = False
            self._undo.run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()

    def _check_open(self) -> None:
        if not self._open:
            raise RecipeError(f"the sink of {self._name!r} is committed or aborted; open another")

    def _finished(self) -> None:
        """From here on everything stays."""
        self._open = False
        self._undo.forget()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Take everything back if the body fails."""
        try:
            with as_target_errors(f"target {self._name!r}"):
                yield
        except BaseException:
            self.abort()
            raise
