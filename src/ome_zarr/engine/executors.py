"""Who does the work: threads of this process, or whichever dask scheduler is in charge."""

import sys
from typing import Literal

from ome_zarr.engine.events import Listener, Outcome, WriteFinished, WriteStarted
from ome_zarr.engine.gate import Gate
from ome_zarr.engine.threads import run_threads
from ome_zarr.errors import RecipeError
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import Sink

__all__ = ["Executor", "run"]

type Executor = Literal["threads", "dask"]


def run(
    plan: Plan,
    source: Source,
    sink: Sink,
    *,
    executor: Executor | None = None,
    on_event: Listener | None = None,
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
        Who does it. None: dask for a dask array, as one graph scheduled once; else threads.
    on_event
        Told what happens; of the work of dask only its beginning and end.

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
    chosen = executor or ("dask" if _is_dask(source) else "threads")
    if chosen == "threads":
        return run_threads(plan, source, sink, on_event=on_event)
    if chosen != "dask":
        raise RecipeError(f"executor is {chosen!r}; give 'threads' or 'dask'")
    return _run_dask(plan, source, sink, on_event)


def _is_dask(source: Source) -> bool:
    """Whether a source is a dask array, without importing dask to find out."""
    module = sys.modules.get("ome_zarr.sources.dask")
    return module is not None and isinstance(source, module.DaskSource)


def _run_dask(plan: Plan, source: Source, sink: Sink, on_event: Listener | None) -> Outcome:
    from dask.base import compute  # noqa: PLC0415 - only where it is asked for

    from ome_zarr.engine.delayed import delayed_levels  # noqa: PLC0415 - it needs dask

    total = plan.bytes_of_pixels
    gate = Gate(sink.writer)
    levels = delayed_levels(plan, source, gate)
    if on_event:
        on_event(WriteStarted(len(levels), total))
    try:
        stored = compute(*levels)
    finally:
        gate.close()
    outcome = Outcome(len(levels), total, sum(stored))
    if on_event:
        on_event(WriteFinished(outcome))
    return outcome
