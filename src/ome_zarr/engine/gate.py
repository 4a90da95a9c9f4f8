"""A writer that can be closed, for schedulers that do not wait for what they have begun."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.engine.crew import StoppedError
from ome_zarr.geometry.region import Region
from ome_zarr.storage.protocol import LevelWriter

__all__ = ["Gate"]


class Gate:
    """Passes blocks on to a writer until it is closed.

    When a task fails, dask's threads go on with the tasks that they have, while the caller already cleans
    up. Behind a closed gate nothing is written any more. Pickled, a gate is the writer itself: other
    processes are not within its reach.

    Parameters
    ----------
    writer
        What stores the blocks.
    """

    def __init__(self, writer: LevelWriter) -> None:
        self._writer = writer
        self._change = threading.Condition()
        self._inside = 0
        self._closed = False

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for the pixels of `region`; see `Sink.write`.

        Raises
        ------
        StoppedError
            The gate is closed.
        """
        with self._passage():
            return self._writer.write(level, region, block)

    def put(self, level: int, index: tuple[int, ...], data: Bytes | None) -> int:
        """Number of bytes stored for one write unit that is encoded already; see `Sink.put`.

        Raises
        ------
        StoppedError
            The gate is closed.
        """
        with self._passage():
            return self._writer.put(level, index, data)

    def close(self) -> None:
        """Let nobody in any more, and wait for those who are inside."""
        with self._change:
            self._closed = True
            self._change.wait_for(lambda: self._inside == 0)

    @contextmanager
    def _passage(self) -> Iterator[None]:
        with self._change:
            if self._closed:
                raise StoppedError
            self._inside += 1
        try:
            yield
        finally:
            with self._change:
                self._inside -= 1
                self._change.notify_all()

    def __reduce__(self) -> tuple[object, ...]:
        return _itself, (self._writer,)


def _itself(writer: LevelWriter) -> LevelWriter:
    return writer
