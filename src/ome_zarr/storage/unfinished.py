"""What every sink is until its commit: something that can be taken back as a whole."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from ome_zarr.errors import RecipeError
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.job import Job, JobOptions
from ome_zarr.storage.undo import Undo

__all__ = ["Unfinished"]

_LOGGER = logging.getLogger(__name__)


class Unfinished[U: Undo]:
    """A context manager: leaving it before `_finished`, by whatever exception or none, takes everything back.

    Parameters
    ----------
    name
        Of the target, for messages.
    undo
        Takes the way back of everything that is done.
    options
        Whether what is done stays instead.

    Attributes
    ----------
    job
        The work on a local target, which others can go on with; None in groups and stores.
    """

    def __init__(self, name: str, undo: U, options: JobOptions) -> None:
        self._name = name
        self._undo = undo
        self._options = options
        self._open = True
        self.job: Job | None = None

    def abort(self) -> None:
        """Remove everything that this sink made; does nothing after `commit` or a second time."""
        if self._open:
            self._open = False
            self._undo.run()

    def suspend(self) -> None:
        """Stop here, and keep what is done for somebody to go on with it; without a job this is an `abort`."""
        if self._open and self.job is not None:
            self._finished()
            self.job.suspend()
        self.abort()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.job is not None and self._open and self._options.keeps and self.job.has_progress:
            self.suspend()
            if error is not None:
                error.add_note(
                    f"what is done of {self._name!r} is kept: 'ome_zarr resume {self._name}' or "
                    f"ome_zarr.resume({self._name!r}) goes on with it, 'ome_zarr clean {self._name}' removes it"
                )
        self.abort()

    def _check_open(self) -> None:
        if not self._open:
            raise RecipeError(f"the sink of {self._name!r} is committed or aborted; open another")

    def _finished(self) -> None:
        """From here on everything stays."""
        self._open = False
        self._undo.forget()

    def _job_done(self) -> None:
        """Remove what the work has left beside the target; the image is there, whatever comes of it."""
        if self.job is not None:
            try:
                self.job.remove()
            except OSError as error:
                _LOGGER.warning("could not remove %s, as ome_zarr.clean can: %s", self.job.folder, error)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Take everything back if the body fails."""
        try:
            with as_target_errors(f"target {self._name!r}"):
                yield
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
