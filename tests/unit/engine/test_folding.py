"""What one cell alone needs of a graph goes into its task; what several need stays a task."""

import weakref
from operator import add

import numpy as np
from dask.task_spec import Alias, DataNode, Task, TaskRef

from ome_zarr.engine.folding import Cell, assemble, fold
from ome_zarr.geometry.region import Region

UINT16 = np.dtype("u2")


def row(first, last):
    return Region((first,), (last,))


def cell(first, last, **blocks):
    return Cell(row(first, last), UINT16, {name: row(*place) for name, place in blocks.items()})


def filled(key, value, size=4):
    return Task(key, np.full, size, value, "u2")


def test_a_block_of_one_cell_and_what_it_is_made_from_are_folded():
    graph = {"raw": filled("raw", 1), "a": Task("a", add, TaskRef("raw"), 1)}
    folded = fold(graph, {"cell": cell(0, 4, a=(0, 4))})
    assert folded.keys() == {"cell"}
    np.testing.assert_array_equal(folded["cell"](), [2, 2, 2, 2])


def test_a_block_of_two_cells_stays_a_task_as_does_what_it_is_made_from():
    graph = {"raw": filled("raw", 1), "a": Task("a", add, TaskRef("raw"), 1), "b": filled("b", 7)}
    cells = {"left": cell(0, 2, a=(0, 4)), "right": cell(2, 8, a=(0, 4), b=(4, 8))}
    folded = fold(graph, cells)
    assert folded.keys() == {"raw", "a", "left", "right"}
    assert folded["right"].dependencies == {"a"}
    block = folded["a"]({"raw": folded["raw"]()})
    np.testing.assert_array_equal(folded["right"]({"a": block}), [2, 2, 7, 7, 7, 7])


def test_what_the_blocks_of_two_cells_are_made_from_stays_a_task():
    graph = {"raw": filled("raw", 1)} | {key: Task(key, add, TaskRef("raw"), n) for n, key in enumerate("ab")}
    folded = fold(graph, {"left": cell(0, 4, a=(0, 4)), "right": cell(4, 8, b=(4, 8))})
    assert folded.keys() == {"raw", "left", "right"}
    np.testing.assert_array_equal(folded["right"]({"raw": folded["raw"]()}), [2, 2, 2, 2])


def test_what_two_blocks_of_a_cell_are_made_from_is_done_once():
    calls = []
    graph = {"raw": Task("raw", lambda: calls.append(1) or np.ones(4, "u2"))}
    graph |= {key: Task(key, add, TaskRef("raw"), n) for n, key in enumerate("ab")}
    folded = fold(graph, {"cell": cell(0, 8, a=(0, 4), b=(4, 8))})
    np.testing.assert_array_equal(folded["cell"](), [1, 1, 1, 1, 2, 2, 2, 2])
    assert len(calls) == 1


def test_a_block_that_another_block_is_made_from_is_put_in_place_too():
    graph = {"a": filled("a", 1), "b": Task("b", add, TaskRef("a"), 1)}
    folded = fold(graph, {"cell": cell(0, 8, a=(0, 4), b=(4, 8))})
    np.testing.assert_array_equal(folded["cell"](), [1, 1, 1, 1, 2, 2, 2, 2])


def test_nothing_is_folded_into_a_closed_cell():
    folded = fold({"a": filled("a", 1)}, {"cell": cell(0, 4, a=(0, 4))}, {"cell"})
    assert folded.keys() == {"a", "cell"}
    assert folded["cell"].dependencies == {"a"}


def test_what_only_the_scheduler_knows_is_left_to_it():
    graph = {"a": Alias("a", "future"), "b": filled("b", 1)}
    folded = fold(graph, {"cell": cell(0, 8, a=(0, 4), b=(4, 8))})
    assert folded.keys() == {"a", "cell"}
    assert folded["cell"].dependencies == {"a"}


def test_data_in_a_graph_are_found_where_they_went():
    folded = fold({"a": DataNode("a", np.arange(4))}, {"cell": cell(1, 3, a=(0, 4))})
    np.testing.assert_array_equal(folded["cell"](), [1, 2])


class Block(np.ndarray):
    """Arrays to which there are weak references."""


def test_a_block_is_let_go_before_the_next_but_one_is_made():
    made, alive = [], []

    def make():
        alive.append(sum(reference() is not None for reference in made))
        block = np.zeros(4, "u2").view(Block)
        made.append(weakref.ref(block))
        return block

    blocks = {f"b{n}": row(4 * n, 4 * n + 4) for n in range(20)}
    assemble(Cell(row(0, 80), UINT16, blocks), [Task(key, make) for key in blocks], {})
    assert max(alive) <= 1
