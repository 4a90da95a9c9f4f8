"""The arrays of a pyramid that is there already."""

import numpy as np
import pytest

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.planning.ready import ready_specs
from ome_zarr.planning.recipe import Recipe
from ome_zarr.sources.protocol import SourceSpec

YX = Axes.parse("yx", 2)


def level(*shape: int, dtype: str = "uint16", chunks: tuple[int, ...] | None = None) -> SourceSpec:
    return SourceSpec(shape, np.dtype(dtype), chunks, keep_chunks=True)


def test_every_level_has_its_shape_path_and_dtype() -> None:
    specs = ready_specs([level(64, 64), level(32, 32, dtype="float32")], YX, Recipe(), 3)
    assert [(spec.path, spec.shape, spec.dtype.name) for spec in specs] == [
        ("s0", (64, 64), "uint16"),
        ("s1", (32, 32), "float32"),
    ]


def test_sensible_chunks_of_a_level_are_kept() -> None:
    specs = ready_specs([level(64, 64, chunks=(32, 16)), level(32, 32, chunks=(8, 32))], YX, Recipe(), 3)
    assert [spec.chunks for spec in specs] == [(32, 16), (8, 32)]


def test_a_mask_that_is_to_be_labels_is_stored_as_bytes() -> None:
    (spec,) = ready_specs([level(8, 8, dtype="bool")], YX, Recipe(kind="labels"), 2)
    assert spec.dtype == np.uint8


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ([], "no level"),
        ([level(8)], "one extent per axis"),
        ([level(8, 8), level(8, 9)], "from the largest to the smallest"),
    ],
)
def test_what_is_no_pyramid_is_refused(levels: list[SourceSpec], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        ready_specs(levels, YX, Recipe(), 3)


@pytest.mark.parametrize(
    ("shards", "chunks"), [((96, 96), (96, 96)), ((1024, 1024), (512, 512)), ((521, 600), (521, 300))]
)
def test_chunks_that_nobody_wishes_for_divide_the_shards(shards: tuple[int, int], chunks: tuple[int, int]) -> None:
    recipe = Recipe(storage_options={"shards": shards})
    (spec,) = ready_specs([level(2048, 2048)], YX, recipe, 3)
    assert (spec.shards, spec.chunks) == (shards, chunks)
