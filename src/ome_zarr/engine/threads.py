"""Doing what a plan says on threads of this process, in bounded memory."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from itertools import filterfalse

from ome_zarr.engine.boxes import BoxWorker
from ome_zarr.engine.crew import Crew
from ome_zarr.engine.events import (
    Event,
    Listener,
    Outcome,
    PassStarted,
    TileDone,
    WorkKept,
    WriteFinished,
    WriteStarted,
)
from ome_zarr.engine.heap import keep_freed_memory
from ome_zarr.engine.journal import Journal
from ome_zarr.engine.sweep import Handed, SweepWorker
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import Sink

__all__ = ["run_threads"]

type _Work = Callable[[tuple[int, ...]], Handed]


def run_threads(
    plan: Plan, source: Source, sink: Sink, *, on_event: Listener | None = None, journal: Journal | None = None
) -> Outcome:
    """Read the source, make all levels and hand them to the sink; the metadata are left to the caller.

    Parameters
    ----------
    plan
        What to do, and with how many threads.
    source
        The pixels; read from several threads at once.
    sink
        Where they go; written to from several threads at once.
    on_event
        Told what happens, from the thread to which it happens, one event at a time.
    journal
        Where it is written down what is done; what an earlier process did is left out.

    Returns
    -------
    Outcome
        What was done.

    Raises
    ------
    Exception
        The first error of the source, a method or the sink, as it was raised. No thread is left behind, but one for
        which its source has no answer for some seconds; that one will write nothing.
    KeyboardInterrupt
        The user stopped the work; likewise.
    """
    keep_freed_memory()
    progress = _Progress(plan, on_event)
    if journal is not None and journal.done:
        progress.tell(WorkKept(journal.done))
    for number, walk in enumerate(plan.passes):
        progress.tell(PassStarted(number, walk.levels))
        crew = Crew()
        items: Iterable[tuple[int, ...]]
        work: _Work
        if walk.kind == "sweep":
            items, work = plan.order(), SweepWorker(plan, source, sink, crew, journal).do
        else:
            boxes = BoxWorker(plan, number, sink)
            items, work = boxes.grid.cells(boxes.grid.whole), boxes.do
        if journal is not None:
            items = filterfalse(partial(journal.is_done, number), items)
        crew.run(items, progress.followed(work), plan.workers, plan.threads - plan.workers)
    return progress.finish()


class _Progress:
    """Adds up what is done, and tells the listener."""

    def __init__(self, plan: Plan, listener: Listener | None) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._handed = Handed()
        self._tasks = 0
        self.tell(WriteStarted(plan.cost.tasks, plan.bytes_of_pixels))

    def tell(self, event: Event) -> None:
        if self._listener is not None:
            with self._lock:
                self._listener(event)

    def followed(self, work: _Work) -> Callable[[tuple[int, ...]], None]:
        """The same work, with its end told."""

        def do(tile: tuple[int, ...]) -> None:
            handed = work(tile)
            with self._lock:
                self._handed += handed
                self._tasks += 1
            self.tell(TileDone(tile, handed.pixels, handed.stored))

        return do

    def finish(self) -> Outcome:
        outcome = Outcome(self._tasks, self._handed.pixels, self._handed.stored)
        self.tell(WriteFinished(outcome))
        return outcome
