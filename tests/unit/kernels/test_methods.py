"""The registry, and methods of one's own with every guarantee of the built-in ones."""

import numpy as np
import pytest
from hypothesis import given
from tests.laws.budgets import plan, some_budgets
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr import Rows, Weighted, Window
from ome_zarr.errors import RecipeError
from ome_zarr.kernels.methods import BUILT_IN, find_method, method_names, register_method, unregister_method
from ome_zarr.testing.stores import snapshot
from ome_zarr.testing.strategies import pyramids


def spread(block, window):
    parts = [block[tuple(slice(o, None, w) for o, w in zip(p, window, strict=True))] for p in np.ndindex(*window)]
    return np.max(parts, axis=0) - np.min(parts, axis=0)


def ends(n, m):
    """Each output pixel is the mean of the first and the last pixel of a sliding window."""
    table = np.zeros((m, n))
    for j in range(m):
        table[j, j * n // m] += 0.5
        table[j, (j + 1) * n // m - 1] += 0.5
    return Rows.from_dense(table)


SPREAD = Window("spread", "greatest less least", kinds="u", function=spread)
ENDS = Weighted("ends", "mean of both ends", kinds="u", placement="resized", rows=ends)


@pytest.fixture
def registered():
    yield register_method(SPREAD)
    unregister_method("spread")


def test_a_registered_method_is_known_by_its_name(registered):
    assert find_method("spread") is registered
    assert method_names()[: len(BUILT_IN)] == tuple(BUILT_IN)
    assert method_names()[-1] == "spread"
    image = ome_zarr.write(np.eye(8, dtype="u1"), MemoryStore(), axes="yx", scale_factors=[2], method="spread")
    np.testing.assert_array_equal(image[1], np.eye(4))
    assert image.multiscale.type == "spread"


def test_a_method_need_not_be_registered():
    image = ome_zarr.write(np.eye(8, dtype="u1"), MemoryStore(), axes="yx", scale_factors=[2], method=SPREAD)
    np.testing.assert_array_equal(image[1], np.eye(4))


def test_registering_twice_needs_to_be_said(registered):
    other = Window("spread", "another", function=spread)
    with pytest.raises(RecipeError, match="a method named 'spread' is there already"):
        register_method(other)
    assert register_method(registered) is registered
    assert register_method(other, replace=True) is find_method("spread")


def test_a_built_in_method_is_never_replaced():
    with pytest.raises(RecipeError, match="'mode' is there already"):
        register_method(Window("mode", "mine", function=spread), replace=True)


@pytest.mark.parametrize("name", ["", "two words", "3d", "a-b"])
def test_a_name_is_an_identifier(name):
    with pytest.raises(RecipeError, match="is no identifier"):
        register_method(Window(name, "mine", function=spread))


def test_an_unknown_method_is_refused_with_those_that_are_known():
    with pytest.raises(
        RecipeError, match="unknown method 'average'; choose one of 'resize', 'nearest', 'local_mean', 'zoom'"
    ):
        find_method("average")


def test_forgetting_what_is_not_there_is_no_error():
    unregister_method("never_there")


@pytest.mark.parametrize(("method", "like"), [(SPREAD, "local_mean"), (ENDS, "resize")], ids=["spread", "ends"])
def test_the_result_of_a_method_of_one_s_own_depends_on_no_tile_either(method, like):
    @given(pyramids(methods=[like], kinds="u", clipped=False))
    def law(case):
        wishes = {"axes": case.axes, **case.wishes, "method": method}
        roomy, tight = MemoryStore(), MemoryStore()
        ome_zarr.write(case.pixels, roomy, workers=1, **wishes)
        budget = some_budgets(case.pixels, workers=3, **wishes)[0]
        assert plan(case.pixels, workers=3, memory_budget=budget, **wishes).cost.peak_bytes <= budget
        ome_zarr.write(case.pixels, tight, workers=3, memory_budget=budget, **wishes)
        assert snapshot(roomy) == snapshot(tight)

    law()


def test_a_function_that_makes_another_shape_is_refused_by_what_it_should_make():
    wrong = Window("wrong", "keeps the shape", function=lambda block, window: block)
    with pytest.raises(RecipeError, match=r"method 'wrong' made shape .* it must make \(.*\), one value per window"):
        ome_zarr.write(np.zeros((8, 8), "u1"), MemoryStore(), axes="yx", scale_factors=[2], method=wrong)


@pytest.mark.parametrize(
    "rows",
    [lambda n, m: Rows.from_dense(np.ones((m + 1, n))), lambda n, m: Rows.from_dense(np.ones((m, n + 3)))],
    ids=["rows", "reach"],
)
def test_a_table_of_another_size_is_refused(rows):
    wrong = Weighted("wrong", "too much", rows=rows)
    with pytest.raises(RecipeError, match=r"a table of weights .* it needs 4 rows within 0 to 7"):
        ome_zarr.plan(np.zeros((8, 8), "u1"), axes="yx", scale_factors=[2], method=wrong)


def test_an_error_of_a_function_is_raised_as_it_is(tmp_path):
    def failing(block, window):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        ome_zarr.write(
            np.zeros((8, 8), "u1"),
            tmp_path / "a",
            axes="yx",
            scale_factors=[2],
            method=Window("bad", "fails", function=failing),
        )
    assert list(tmp_path.iterdir()) == []
