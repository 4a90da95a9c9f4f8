"""Several threads doing one list of things, and their clean end."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import cast

__all__ = ["Crew", "StoppedError"]

_LOGGER = logging.getLogger(__name__)

_PATIENCE_S = 3.0
"""How long work that has ended waits for what may never come: a read takes less, and Ctrl-C shall end within 5 s."""


class StoppedError(Exception):
    """Another thread failed, or the user stopped the work; never seen outside the engine."""


class Crew:
    """Threads that take one item after the other from a common list.

    The first error ends the work: the others finish or drop the item they have, no thread is left
    behind, and the error is raised. Ctrl-C does the same. Only who is :meth:`outside` for longer than some seconds is
    not waited for. A thread that finds no further item helps the others with what they :meth:`share`.
    """

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._failure: BaseException | None = None
        self._failed_s = 0.0
        self._outside: set[threading.Thread] = set()
        self._busy = 0
        self._offers: list[_Offer] = []

    def run[T](self, items: Iterable[T], work: Callable[[T], None], threads: int, helpers: int = 0) -> None:
        """Do `work` for every item, begun in their order.

        Parameters
        ----------
        items
            What is to be done.
        work
            Called from several threads at once; with one thread, from the caller's own.
        threads
            How many; no more begin than there are items.
        helpers
            Threads beside them that take no items, only what is shared.
        """
        queue = iter(items)
        first = list(islice(queue, threads))
        threads, queue = len(first), chain(first, queue)
        if threads + helpers <= 1 or not first:
            for item in queue:
                work(item)
            return
        self._busy = threads + helpers
        crew = [
            threading.Thread(
                target=self._labour,
                args=(queue if number < threads else iter(()), work),
                name=f"ome-zarr-{number}",
                daemon=True,
            )
            for number in range(threads + helpers)
        ]
        for thread in crew:
            thread.start()
        try:
            for thread in crew:
                self._join(thread)
        except BaseException as interrupt:  # noqa: BLE001 - Ctrl-C arrives here, in the thread that waits
            self.fail(interrupt)
            for thread in crew:
                self._join(thread)
        if self._failure is not None:
            raise self._failure

    def fail(self, error: BaseException) -> None:
        """End the work of all threads; the first error is the one that counts."""
        with self._change:
            if self._failure is None:
                self._failure = error
                self._failed_s = time.monotonic()
            self._change.notify_all()

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Do something that may take for ever, and touches nothing of ours: the reading of a source.

        Raises
        ------
        StoppedError
            The work has ended meanwhile.
        """
        thread = threading.current_thread()
        with self._change:
            self._outside.add(thread)
        try:
            yield
        finally:
            with self._change:
                self._outside.remove(thread)
        if self._failure is not None:
            raise StoppedError

    def share[T](self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """What each of several jobs gives, in their order; threads that have nothing else to do take some of them.

        Raises
        ------
        StoppedError
            The work has ended meanwhile.
        """
        offer = _Offer(jobs)
        with self._change:
            self._offers.append(offer)
            self._change.notify_all()
        try:
            while (number := self._take(offer)) is not None:
                self._do(offer, number)
        finally:
            with self._change:
                self._offers.remove(offer)
        self.wait_for(lambda: offer.missing == 0 or None)
        return cast("list[T]", offer.results)

    def wait_for[T](self, ready: Callable[[], T | None]) -> T:
        """The first thing other than None that `ready` gives; it is asked again after each :meth:`tell`.

        Raises
        ------
        StoppedError
            The work has ended meanwhile.
        """
        with self._change:
            while True:
                found = ready()
                if found is not None:
                    return found
                if self._failure is not None:
                    raise StoppedError
                self._change.wait()

    def tell(self, change: Callable[[], None]) -> None:
        """Make a change that others may be waiting for."""
        with self._change:
            change()
            self._change.notify_all()

    def _join(self, thread: threading.Thread) -> None:
        """Wait for a thread, unless the work has ended and it does not come back from outside."""
        while thread.is_alive():
            thread.join(0.2)  # in short steps: on Windows a wait without end cannot be interrupted
            with self._change:
                late = self._failure is not None and time.monotonic() > self._failed_s + _PATIENCE_S
                if late and thread in self._outside:
                    _LOGGER.warning(
                        "%s still reads from a source that gives no answer; it will write nothing", thread.name
                    )
                    return

    def _labour[T](self, queue: Iterator[T], work: Callable[[T], None]) -> None:
        try:
            while (item := self._next(queue)) is not None:
                work(item)
            self.tell(self._one_less)
            while (offered := self._offered()) is not None:
                self._do(*offered)
        except StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - whatever it is, the caller gets it
            self.fail(error)

    def _next[T](self, queue: Iterator[T]) -> T | None:
        with self._change:
            return None if self._failure is not None else next(queue, None)

    def _one_less(self) -> None:
        self._busy -= 1

    def _offered(self) -> "tuple[_Offer, int] | None":
        """A job of another thread; None once all threads have come to an end."""
        with self._change:
            while self._failure is None:
                for offer in self._offers:
                    if offer.left:
                        return offer, offer.left.pop()
                if self._busy == 0:
                    return None
                self._change.wait()
            return None

    def _take(self, offer: "_Offer") -> int | None:
        with self._change:
            return offer.left.popleft() if offer.left and self._failure is None else None

    def _do(self, offer: "_Offer", number: int) -> None:
        offer.results[number] = offer.jobs[number]()
        with self._change:
            offer.missing -= 1
            if offer.missing == 0:
                self._change.notify_all()


class _Offer:
    """Jobs that one thread has, and others may take."""

    def __init__(self, jobs: Sequence[Callable[[], object]]) -> None:
        self.jobs = jobs
        self.left = deque(range(len(jobs)))
        self.missing = len(jobs)
        self.results: list[object] = [None] * len(jobs)
