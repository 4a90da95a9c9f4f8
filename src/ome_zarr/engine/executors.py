"""Who does the work: threads of this process, or whichever dask scheduler is in charge."""

import sys
from typing import TYPE_CHECKING, Literal, cast

from ome_zarr.engine.events import Listener, Outcome, WriteFinished, WriteStarted
from ome_zarr.engine.gate import Gate
from ome_zarr.engine.journal import Journal
from ome_zarr.engine.threads import run_threads
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import Sink

if TYPE_CHECKING:
    from ome_zarr.sources.dask import DaskSource

__all__ = ["Executor", "check_executor", "run"]

type Executor = Literal["threads", "dask"]


def run(
    plan: Plan,
    source: Source,
    sink: Sink,
    *,
    executor: Executor | None = None,
    on_event: Listener | None = None,
    journal: Journal | None = None,
) -> Outcome:
    """Read the source, make all levels and hand them to the sink; the metadata are left to the caller.

    Parameters
    ----------
    plan
        What to do.
    source
        The pixels.
    sink
        Where they go.
    executor
        Who does it. None: threads, but dask for a dask array where somebody has chosen a scheduler, its pool or its
        number of workers, or looks on with a callback (a progress bar of dask's).
    on_event
        Told what happens; of the work of dask only its beginning and end.
    journal
        Where threads of this process write down what is done, and find what another did. With dask it stays empty.

    Returns
    -------
    Outcome
        What was done.

    Raises
    ------
    RecipeError
        There is no such executor.
    Exception
        The first error of the source, a method or the sink, as it was raised.
    KeyboardInterrupt
        The user stopped the work; no thread is left behind.
    """
    check_executor(executor, on_event)
    chosen = executor or ("dask" if _is_dask(source) and _dask_is_in_charge() else "threads")
    if chosen == "threads":
        return run_threads(plan, _read_once(plan, source), sink, on_event=on_event, journal=journal)
    return _run_dask(plan, source, sink, on_event)


def check_executor(executor: object, on_event: object) -> None:
    """Refuse what cannot do the work, or cannot be told of it, before anything is written.

    Raises
    ------
    RecipeError
        `executor` is none, or `on_event` cannot be called.
    """
    if executor is not None and not (isinstance(executor, str) and executor in ("threads", "dask")):
        raise RecipeError(f"executor is {shown(executor)}; give 'threads' or 'dask', or leave it out")
    if on_event is not None and not callable(on_event):
        raise RecipeError(f"on_event is {shown(on_event)}; give a function that takes one event, or leave it out")


def _is_dask(source: Source) -> bool:
    """Whether a source is a dask array, without importing dask to find out."""
    module = sys.modules.get("ome_zarr.sources.dask")
    return module is not None and isinstance(source, module.DaskSource)


def _dask_is_in_charge() -> bool:
    """Whether somebody has said how dask is to compute, or wants to see it do so.

    Threads of our own read each task once as well, but hold no more than the plan says: dask's order of tasks knows
    nothing of their size.
    """
    from dask import config  # noqa: PLC0415 - only for dask arrays
    from dask.base import get_scheduler  # noqa: PLC0415
    from dask.callbacks import Callback  # noqa: PLC0415

    told = any(config.get(name, None) is not None for name in ("pool", "num_workers"))
    return told or bool(Callback.active) or get_scheduler() is not None


def _read_once(plan: Plan, source: Source) -> Source:
    """The source; of a dask array one that does each task once, unless the plan says that it is read more often."""
    if not _is_dask(source) or plan.cost.source_reads > 1:
        return source
    from ome_zarr.engine.graph_source import GraphSource  # noqa: PLC0415 - it needs dask

    return GraphSource(cast("DaskSource", source), (plan.sweep.made(0, tile) for tile in plan.order()))


def _run_dask(plan: Plan, source: Source, sink: Sink, on_event: Listener | None) -> Outcome:
    from ome_zarr.engine.delayed import compute_levels  # noqa: PLC0415 - it needs dask

    total = plan.bytes_of_pixels
    gate = Gate(sink.writer)
    if on_event:
        on_event(WriteStarted(len(plan.levels), total))
    try:
        stored = compute_levels(plan, source, gate)
    finally:
        gate.close()
    outcome = Outcome(len(plan.levels), total, stored)
    if on_event:
        on_event(WriteFinished(outcome))
    return outcome
