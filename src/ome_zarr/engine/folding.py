"""Cells put together from the blocks of a dask graph, with the tasks that serve one cell alone folded into it.

A scheduler takes as long over a block of a few kilobytes as over one of many megabytes: a third of a
millisecond with dask's threads, three with `distributed`. What only one cell needs is therefore no task
of its own: the cell's task does it, block by block, and lets go of each block when its pixels are in
place. What several cells need stays a task, and is done once.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from dask.task_spec import GraphNode, Task, TaskRef

from ome_zarr.engine.blocks import Part, put_together
from ome_zarr.geometry.region import Region

if TYPE_CHECKING:
    from dask.typing import Key

__all__ = ["Cell", "assemble", "fold", "shared_keys", "take_private"]


@dataclass(frozen=True, slots=True)
class Cell:
    """Pixels to be put together."""

    region: Region
    """Where they lie."""
    dtype: np.dtype
    """What they become."""
    blocks: "Mapping[Key, Region]"
    """The blocks that cover the region, and where they lie."""


def fold(
    graph: "Mapping[Key, GraphNode]", cells: "Mapping[Key, Cell]", closed: "Collection[Key]" = ()
) -> "dict[Key, GraphNode]":
    """The graph with a task for every cell, and without the tasks that went into one.

    Parameters
    ----------
    graph
        What makes the blocks. A key that it does not have is known to the scheduler.
    cells
        By the keys of their tasks.
    closed
        Cells that nothing is folded into.
    """
    rest = dict(graph)
    private = take_private(rest, cells, closed)
    return rest | {key: _cell_task(key, cell, private[key]) for key, cell in cells.items()}


def take_private(
    graph: "dict[Key, GraphNode]", cells: "Mapping[Key, Cell]", closed: "Collection[Key]" = ()
) -> "dict[Key, list[GraphNode]]":
    """The tasks that each cell alone needs, in an order in which they can be done, taken out of the graph.

    The order is that of the blocks, each right after what it alone needs.

    Parameters
    ----------
    graph, cells, closed
        As of :func:`fold`; of the graph, only what several cells need is left.
    """
    private: dict[Key, list[GraphNode]] = {key: [] for key in cells}
    users = Counter(dep for task in graph.values() for dep in task.dependencies)
    users.update(block for cell in cells.values() for block in cell.blocks)
    owners: dict[Key, Key | None] = {}
    # From the cells down: a task is decided on when all that need it have been. The last that came is looked at first.
    pending = [(block, None if key in closed else key) for key, cell in cells.items() for block in cell.blocks]
    while pending:
        key, user = pending.pop()
        if key not in graph:
            continue
        owners[key] = user if owners.get(key, user) == user else None
        users[key] -= 1
        if users[key]:
            continue
        task, owner = graph[key], owners[key] if _can_fold(graph[key], graph) else None
        if owner is not None:
            private[owner].append(graph.pop(key))
        pending += [(dep, owner) for dep in task.dependencies]
    return {key: tasks[::-1] for key, tasks in private.items()}


def _can_fold(task: GraphNode, graph: "Mapping[Key, GraphNode]") -> bool:
    """Whether a task needs nothing that only a scheduler has (futures), and is done when it returns."""
    return not task.is_coro and all(dep in graph for dep in task.dependencies)


def _cell_task(key: "Key", cell: Cell, private: list[GraphNode]) -> Task:
    shared = shared_keys(cell, private)
    produces = any(task.data_producer for task in private)
    return Task(key, _assemble, cell, private, shared, *map(TaskRef, shared), _data_producer=produces)


def shared_keys(cell: Cell, private: Iterable[GraphNode]) -> "list[Key]":
    """What a cell needs beside its private tasks: blocks, and what these tasks begin with."""
    own = {task.key for task in private}
    needed = {*cell.blocks, *(dep for task in private for dep in task.dependencies)}
    return [key for key in needed if key not in own]


def _assemble(cell: Cell, private: list[GraphNode], shared: "list[Key]", *values: object) -> np.ndarray:
    return assemble(cell, private, dict(zip(shared, values, strict=True)))


def assemble(cell: Cell, private: Iterable[GraphNode], values: "dict[Key, object]") -> np.ndarray:
    """The pixels of a cell.

    Parameters
    ----------
    cell
        The cell.
    private
        Tasks that are done here, in this order.
    values
        The results of the others, by key. Used up.
    """
    return put_together(cell.region, cell.dtype, _blocks(cell, private, values))


def _blocks(cell: Cell, private: Iterable[GraphNode], values: "dict[Key, object]") -> Iterator[Part]:
    """The blocks of a cell: those that are there, then the others, each made when the one before has been used."""
    for key in cell.blocks.keys() & values.keys():
        yield cell.blocks[key], cast("np.ndarray", values[key])
    left = Counter(dep for task in private for dep in task.dependencies)
    for task in private:
        values[task.key] = block = task(values)
        if task.key in cell.blocks:
            yield cell.blocks[task.key], block
        left.subtract(task.dependencies)
        for key in (task.key, *task.dependencies):
            if not left[key]:
                values.pop(key, None)
