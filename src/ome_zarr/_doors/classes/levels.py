"""The levels that are made of one image: planned when they are wished for, computed when they are written or used."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import dask.array as da

from ome_zarr.engine.lazy import lazy_level
from ome_zarr.errors import OmeZarrWarning
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.jsonvalue import JsonValue
from ome_zarr.planning.build import plan_pyramid
from ome_zarr.planning.plan import Plan
from ome_zarr.planning.recipe import Recipe, StorageOptions
from ome_zarr.sources.protocol import Source

__all__ = ["Made", "StorageWish", "make_levels"]

type StorageWish = StorageOptions | Sequence[StorageOptions]

_DEFAULT_FACTORS = (2, 4, 8, 16)


@dataclass(frozen=True)
class Made:
    """Levels made of one image, none of which is computed yet.

    Attributes
    ----------
    source
        Level 0.
    axes
        Its axes.
    recipe
        How the others are made.
    plan
        What that comes to.
    arrays
        All levels, as dask arrays.
    """

    source: Source
    axes: Axes
    recipe: Recipe
    plan: Plan
    arrays: tuple[da.Array, ...]

    @property
    def provenance(self) -> tuple[JsonValue, JsonValue]:
        """``type`` and ``metadata`` of the multiscale: who made the levels, and how."""
        body = cast("Mapping[str, Sequence[Mapping[str, JsonValue]]]", self.plan.attributes["ome"])
        multiscale = body["multiscales"][0]
        return multiscale.get("type"), multiscale.get("metadata") or None

    def planned(self, version: str, storage_options: StorageWish) -> Plan:
        """The plan for writing the same levels in a version, stored as wished."""
        with warnings.catch_warnings():  # what is bent was told when the levels were made
            warnings.simplefilter("ignore", OmeZarrWarning)
            recipe = replace(self.recipe, version=version, storage_options=storage_options)
            return plan_pyramid(self.source.spec, self.axes, recipe)


def make_levels(source: Source, base: da.Array, axes: Axes, recipe: Recipe) -> Made:
    """The levels that a recipe makes of an image.

    Parameters
    ----------
    source, base
        Level 0, to be read region by region, and as a dask array.
    axes
        Of level 0.
    recipe
        How; without factors they are 2, 4, 8 and 16.

    Raises
    ------
    RecipeError
        Something of this cannot be done.
    """
    factors = _DEFAULT_FACTORS if recipe.scale_factors is None else recipe.scale_factors
    recipe = replace(recipe, scale_factors=list(factors))  # it is needed again when the levels are written
    plan = plan_pyramid(source.spec, axes, recipe)
    return Made(source, axes, recipe, plan, _arrays(base, plan))


def _arrays(base: da.Array, plan: Plan) -> tuple[da.Array, ...]:
    levels = [base if base.dtype == plan.dtype else base.astype(plan.dtype)]
    for level in range(1, len(plan.levels)):
        below = level - 1 if plan.method.cascades else 0
        levels.append(lazy_level(levels[below], plan.method, plan.ladder.steps(below, level)))
    return tuple(levels)
