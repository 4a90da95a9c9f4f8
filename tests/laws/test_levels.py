"""Law 2, streamed = whole: every level is the reference applied to whole levels in memory, bit for bit."""

import warnings

import numpy as np
import pytest
import zarr
from hypothesis import event, given
from tests.laws.reference import assert_same_bits, pyramid
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.errors import OmeZarrWarning
from ome_zarr.kernels.methods import BUILT_IN
from ome_zarr.testing.strategies import pyramids


def written(case, **wishes):
    """The levels as zarr reads them from where they were written."""
    store = MemoryStore()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmeZarrWarning)
        image = ome_zarr.write(case.source(), store, axes=case.axes, **{**case.wishes, **wishes})
    return [np.asarray(zarr.open_array(store, path=level.path, mode="r")[...]) for level in image]


@pytest.mark.parametrize("method", BUILT_IN)
def test_levels_are_those_of_the_definition(method):
    @given(pyramids(methods=[method]))
    def law(case):
        event(case.kind)
        event(case.pixels.dtype.name)
        mine = written(case)
        definition = pyramid(case.pixels, case.axes, method, case.wishes["scale_factors"], case.wishes["edge"])
        assert len(mine) == len(definition)
        for level, (found, expected) in enumerate(zip(mine, definition, strict=True)):
            assert_same_bits(found, expected, f"level {level}")

    law()
