"""A dask array that is read region by region, each task of its graph done once."""

import threading
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ome_zarr.engine.blocks import blocks_of, tasks_of
from ome_zarr.engine.folding import Cell, assemble, shared_keys, take_private
from ome_zarr.geometry.region import Region
from ome_zarr.sources.dask import DaskSource
from ome_zarr.sources.protocol import SourceSpec

if TYPE_CHECKING:
    from dask.task_spec import GraphNode
    from dask.typing import Key

__all__ = ["GraphSource"]


class GraphSource:
    """A source for whoever reads known regions, each once, on any number of threads.

    What one region alone needs of the graph is done by the thread that reads it, block by block. What several need
    is done by the first that comes, while the others wait, and kept until the last has had it.

    Parameters
    ----------
    source
        The dask array.
    regions
        Those that will be read.
    """

    def __init__(self, source: DaskSource, regions: Iterable[Region]) -> None:
        array, dtype = source.array, source.spec.dtype
        self._source = source
        self._cells: dict[Key, Cell] = {
            _key(region): Cell(region, dtype, {key: place for place, key in blocks_of(array, region)})
            for region in regions
        }
        shared = tasks_of([array])
        self._private = take_private(shared, self._cells)
        self._shared = _Shared(shared, self._cells, self._private)

    @property
    def spec(self) -> SourceSpec:
        """That of the dask array."""
        return self._source.spec

    def read(self, region: Region) -> np.ndarray:
        """The pixels of one of the regions."""
        key = _key(region)
        cell, private = self._cells[key], self._private.pop(key)
        needed = shared_keys(cell, private)
        pixels = assemble(cell, private, self._shared.obtain(needed))
        self._shared.release(needed)
        return pixels

    def close(self) -> None:
        """Do nothing: the array is the caller's."""


def _key(region: Region) -> "Key":
    return ("region", *region.start)


class _Shared:
    """The tasks that several regions need, and those of their results that are still to be used."""

    def __init__(
        self,
        tasks: "dict[Key, GraphNode]",
        cells: "dict[Key, Cell]",
        private: "dict[Key, list[GraphNode]]",
    ) -> None:
        self._tasks = tasks
        self._users = Counter(key for cell in cells for key in shared_keys(cells[cell], private[cell]))
        self._users.update(dep for task in tasks.values() for dep in task.dependencies)
        self._values: dict[Key, object] = {}
        self._begun: set[Key] = set()
        self._change = threading.Condition()

    def obtain(self, keys: "Iterable[Key]") -> "dict[Key, object]":
        """The results of tasks, and before them those that they need."""
        wanted = list(keys)
        while (task := self._begin(wanted)) is not None:
            self._do(task)
        return {key: self._values[key] for key in wanted}

    def release(self, keys: "Iterable[Key]") -> None:
        """Let go of results that were obtained."""
        with self._change:
            self._users.subtract(keys)
            for key in keys:
                if not self._users[key]:
                    self._values.pop(key, None)

    def _begin(self, wanted: "Iterable[Key]") -> "GraphNode | None":
        """A task that is this thread's to do, so that in the end all is there that is wanted; None: it is."""
        with self._change:
            while True:
                key = self._missing(wanted)
                if key is None:
                    return None
                # What has been used by all that need it is gone: look down only from what is not there yet.
                while (needed := self._missing(self._tasks[key].dependencies)) is not None:
                    key = needed
                if key not in self._begun:
                    self._begun.add(key)
                    return self._tasks[key]
                self._change.wait()

    def _missing(self, keys: "Iterable[Key]") -> "Key | None":
        return next((key for key in keys if key not in self._values), None)

    def _do(self, task: "GraphNode") -> None:
        try:
            value = task({key: self._values[key] for key in task.dependencies})
            with self._change:
                self._values[task.key] = value
            self.release(task.dependencies)
        finally:
            with self._change:
                self._begun.discard(task.key)
                self._change.notify_all()
