"""Several threads doing one list of things, and their clean end."""

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

__all__ = ["Crew", "StoppedError"]


class StoppedError(Exception):
    """Another thread failed, or the user stopped the work; never seen outside the engine."""


class Crew:
    """Threads that take one item after the other from a common list.

    The first error ends the work: the others finish or drop the item they have, no thread is left
    behind, and the error is raised. Ctrl-C does the same.
    """

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._failure: BaseException | None = None

    def run[T](self, items: Iterable[T], work: Callable[[T], None], threads: int) -> None:
        """Do `work` for every item, begun in their order.

        Parameters
        ----------
        items
            What is to be done.
        work
            Called from several threads at once; with one thread, from the caller's own.
        threads
            How many; no more begin than there are items.
        """
        queue = iter(items)
        first = list(islice(queue, threads))
        threads, queue = len(first), chain(first, queue)
        if threads <= 1:
            for item in queue:
                work(item)
            return
        crew = [
            threading.Thread(target=self._labour, args=(queue, work), name=f"ome-zarr-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in crew:
            thread.start()
        try:
            for thread in crew:
                _join(thread)
        except BaseException as interrupt:  # noqa: BLE001 - Ctrl-C arrives here, in the thread that waits
            self.fail(interrupt)
            for thread in crew:
                _join(thread)
        if self._failure is not None:
            raise self._failure

    def fail(self, error: BaseException) -> None:
        """End the work of all threads; the first error is the one that counts."""
        with self._change:
            if self._failure is None:
                self._failure = error
            self._change.notify_all()

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

    def _labour[T](self, queue: Iterator[T], work: Callable[[T], None]) -> None:
        try:
            while (item := self._next(queue)) is not None:
                work(item)
        except StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - whatever it is, the caller gets it
            self.fail(error)

    def _next[T](self, queue: Iterator[T]) -> T | None:
        with self._change:
            return None if self._failure is not None else next(queue, None)


def _join(thread: threading.Thread) -> None:
    """Wait for a thread in short steps: on Windows a wait without end cannot be interrupted."""
    while thread.is_alive():
        thread.join(0.2)
