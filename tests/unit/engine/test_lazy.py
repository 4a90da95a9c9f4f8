"""A level as a dask array is the level of the whole array, however that is cut."""

import dask.array as da
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.laws.reference import assert_same_bits, clipped, pyramid

from ome_zarr.engine.lazy import lazy_level
from ome_zarr.errors import RecipeError
from ome_zarr.geometry.ladder import Ladder
from ome_zarr.kernels.methods import BUILT_IN, find_method
from ome_zarr.testing.strategies import irregular_chunks, pyramids


@pytest.mark.parametrize("method", BUILT_IN)
def test_a_lazy_level_is_that_of_the_definition(method):
    @given(pyramids(methods=[method], levels=1), st.data())
    def law(case, data):
        factors, edge = case.wishes["scale_factors"], case.wishes["edge"]
        rows = clipped(factors, case.axes, case.pixels.shape)
        ladder = Ladder(case.pixels.shape, tuple(map(tuple, rows)), edge)
        base = da.from_array(case.pixels, chunks=data.draw(irregular_chunks(case.pixels.shape)))
        level = lazy_level(base, find_method(method), ladder.steps(0, len(rows) - 1))
        mine = level.compute(scheduler="synchronous")
        assert level.shape == mine.shape
        assert level.dtype == mine.dtype
        assert_same_bits(mine, pyramid(case.pixels, case.axes, method, factors, edge)[-1])

    law()


def test_a_method_that_is_not_defined_for_the_dtype_is_refused_before_anything_is_computed():
    with pytest.raises(RecipeError, match="'mode' is not defined"):
        lazy_level(da.zeros((8, 8)), find_method("mode"), Ladder((8, 8), ((1, 1), (2, 2))).steps(0, 1))
