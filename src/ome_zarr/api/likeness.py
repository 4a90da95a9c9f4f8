"""What labels take over from their image where nobody says otherwise: its levels, and its place in space."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ome_zarr.api.image import Image
from ome_zarr.metadata.axes import Axes, AxesLike
from ome_zarr.planning.recipe import Recipe
from ome_zarr.sources.protocol import SourceSpec

__all__ = ["axes_like", "like_image"]


def axes_like(image: Image, ndim: int) -> AxesLike:
    """The axes of an image for labels of as many axes, or of one fewer: those without the channels; else None."""
    without = tuple(axis for axis in image.axes if axis.type != "channel")
    return next((axes for axes in (tuple(image.axes), without) if len(axes) == ndim), None)


def like_image(recipe: Recipe, image: Image, labels: SourceSpec, axes: AxesLike) -> Recipe:
    """The recipe with the image's factors, scale, translation and units, along the axes that both have.

    What the recipe says stays. Factors are taken over only where the labels are as large as the image.

    Parameters
    ----------
    recipe
        For the labels.
    image
        To which they belong.
    labels, axes
        What is known about them.
    """
    parsed = Axes.parse(labels.hints.axes if axes is None else axes, len(labels.shape))
    shared = [name for name in parsed.names if name in image.axes.names]
    place = {name: image.axes.index(name) for name in shared}
    first = image.levels[0]
    if recipe.scale is None and not labels.hints.scale:
        recipe = replace(recipe, scale={name: first.scale[place[name]] for name in shared})
    if recipe.translation is None:
        recipe = replace(recipe, translation={name: first.translation[place[name]] for name in shared})
    if recipe.units is None and not labels.hints.units:
        recipe = replace(recipe, units={name: first.units[place[name]] for name in shared})
    same_size = all(labels.shape[parsed.index(name)] == first.shape[place[name]] for name in shared)
    if recipe.scale_factors is None and recipe.levels == "auto" and same_size:
        recipe = replace(recipe, scale_factors=_factors(image, place))
    return recipe


def _factors(image: Image, place: Mapping[str, int]) -> Sequence[Mapping[str, float]]:
    """The factors of the image's levels above 0, as whole numbers wherever these give the same shapes."""
    first = image.levels[0].shape
    return [
        {name: _factor(first[axis], level.shape[axis]) for name, axis in place.items()} for level in image.levels[1:]
    ]


def _factor(full: int, reduced: int) -> float:
    whole = round(full / reduced)
    return whole if full // whole == reduced else full / reduced
