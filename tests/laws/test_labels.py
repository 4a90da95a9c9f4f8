"""Law 7: the values of each level are values of level 0."""

import numpy as np
import zarr
from hypothesis import given
from tests.laws.test_placement import levels_of
from zarr.storage import MemoryStore

import ome_zarr
from ome_zarr.kernels.methods import BUILT_IN
from ome_zarr.testing.strategies import pyramids

KEEPING = [name for name, method in BUILT_IN.items() if method.labels]


def test_the_methods_that_keep_labels_are_those_of_the_definition():
    assert set(KEEPING) == {"nearest", "mode", "min", "max", "stride"}


@given(pyramids(methods=KEEPING, kinds="biu"))
def test_values_of_a_level_are_values_of_level_0(case):
    image = levels_of(case.source(), axes=case.axes, **{**case.wishes, "kind": "labels"})
    values = np.unique(np.asarray(image[0]))
    for level in image:
        assert np.isin(np.asarray(level), values).all()


@given(pyramids(methods=["nearest", "stride"]))
def test_sampled_pixels_are_pixels_of_level_0_bit_for_bit(case):
    image = levels_of(case.source(), axes=case.axes, **case.wishes)
    width = case.pixels.dtype.itemsize
    first = {bytes(pixel) for pixel in np.ascontiguousarray(np.asarray(image[0])).view(f"V{width}").ravel()}
    for level in image:
        assert first.issuperset(
            bytes(pixel) for pixel in np.ascontiguousarray(np.asarray(level)).view(f"V{width}").ravel()
        )


def test_a_mask_of_bool_is_stored_as_uint8():
    store = MemoryStore()
    mask = np.eye(16, dtype=bool)
    ome_zarr.write(np.zeros((16, 16), "u1"), store, axes="yx", scale_factors=[])
    labels = ome_zarr.write_labels(mask, store, "mask", scale_factors=[2])
    assert [level.dtype for level in labels] == [np.uint8] * 2
    np.testing.assert_array_equal(zarr.open_array(store, path="labels/mask/s0", mode="r")[...], mask)
