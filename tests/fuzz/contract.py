"""What an execution may do, whatever its input: end with a result or one of our errors, soon, in little memory."""

import resource
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from tests.fuzz.sentry import sentry
from tests.fuzz.target import Target

from ome_zarr.errors import OmeZarrError, OmeZarrWarning

__all__ = ["BreachError", "execute", "warm_up"]

_MOST_CPU_SECONDS = 1.0
_MOST_BYTES = 256 << 20
_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in what the system counts the peak of memory in."""
_THIS = psutil.Process()


class BreachError(Exception):
    """An execution took too long or too much, or touched what is none of its business."""


def execute[T](target: Target[T], data: bytes) -> None:
    """Run a target with an input, and raise whatever it should not have done.

    Time is that of the processor, which does not depend on what else the machine has to do.
    """
    thing = target.prepare(data)
    with (
        _bounded(removes=target.removes),
        _our_warnings_only(),
        suppress(OmeZarrError),
    ):  # this is how a bad input is to end
        target.run(thing)


def warm_up[T](target: Target[T]) -> None:
    """Run a target with its seeds, unwatched: what is imported and started once is no execution's doing."""
    with _our_warnings_only():
        for seed in target.seeds():
            with suppress(OmeZarrError):
                target.run(target.prepare(seed))


@contextmanager
def _bounded(*, removes: bool) -> Iterator[None]:
    resident, peak, began = _THIS.memory_info().rss, _peak_bytes(), time.process_time()
    with sentry().watching(removes=removes) as breaches:
        yield
    seconds, after = time.process_time() - began, _peak_bytes()
    if breaches:
        raise BreachError(f"it did what no reader does: {breaches[:3]}")
    if seconds > _MOST_CPU_SECONDS:
        raise BreachError(f"it took {seconds:.1f} s of the processor")
    if after > peak and after - resident > _MOST_BYTES:
        raise BreachError(f"it took {(after - resident) >> 20} MiB of memory")


@contextmanager
def _our_warnings_only() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", OmeZarrWarning)
        yield


def _peak_bytes() -> int:
    """The most memory that this process has ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
