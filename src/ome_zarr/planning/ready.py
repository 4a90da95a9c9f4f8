"""The arrays of a pyramid that its owner made: nothing is downsampled, everything is checked."""

from collections.abc import Sequence
from itertools import pairwise

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.planning.build import stored_dtype
from ome_zarr.planning.layout import Layout, kept_chunks, level_specs
from ome_zarr.planning.recipe import Recipe
from ome_zarr.sources.protocol import SourceSpec
from ome_zarr.storage.protocol import LevelSpec, ZarrFormat

__all__ = ["ready_specs"]


def ready_specs(
    levels: Sequence[SourceSpec], axes: Axes, recipe: Recipe, zarr_format: ZarrFormat
) -> tuple[LevelSpec, ...]:
    """The array of every level that is there already.

    Parameters
    ----------
    levels
        What is known about the pixels of each level, the finest first.
    axes
        Of all of them.
    recipe
        Wishes about storage, and the kind.
    zarr_format
        Of the arrays.

    Raises
    ------
    RecipeError
        No level, levels of other dimensions than the axes, a level that is larger than the one before, labels
        that are no integers, or storage options that cannot be fulfilled.
    """
    _check_shapes(levels, axes)
    shapes = [level.shape for level in levels]
    paths = [f"s{level}" for level in range(len(levels))]
    specs = []
    for number, level in enumerate(levels):
        dtype = stored_dtype(level.dtype, recipe)
        layout = Layout(axes.names, dtype, zarr_format, kept_chunks(level, dtype))
        specs.append(level_specs(recipe, layout, shapes, paths)[number])
    return tuple(specs)


def _check_shapes(levels: Sequence[SourceSpec], axes: Axes) -> None:
    if not levels:
        raise RecipeError("the pyramid has no level; give at least one array")
    for number, level in enumerate(levels):
        if level.ndim != len(axes):
            raise RecipeError(
                f"level {number} has shape {level.shape!r} for the axes {axes.names}; every level needs one extent "
                "per axis"
            )
    for number, (fine, coarse) in enumerate(pairwise(levels), start=1):
        if any(m > n for n, m in zip(fine.shape, coarse.shape, strict=True)):
            raise RecipeError(
                f"level {number} has shape {coarse.shape!r}, and the one before {fine.shape!r}; give the levels "
                "from the largest to the smallest"
            )
