"""Levels made again from level 0, to see whether those that are stored are what they should be."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from ome_zarr.api.image import Image, Labels
from ome_zarr.engine.events import Listener
from ome_zarr.engine.threads import run_threads
from ome_zarr.errors import BudgetError, RecipeError
from ome_zarr.kernels.methods import find_method
from ome_zarr.planning.build import plan_pyramid
from ome_zarr.planning.plan import Plan
from ome_zarr.planning.recipe import Recipe
from ome_zarr.sources.protocol import Hints
from ome_zarr.sources.stored import StoredSource
from ome_zarr.storage.node_path import join
from ome_zarr.validation.findings import Finding, Report
from ome_zarr.validation.levels import Comparison

if TYPE_CHECKING:
    from ome_zarr.chunks.objects import ArrayObjects
    from ome_zarr.geometry.ladder import Edge
    from ome_zarr.storage.protocol import Sink

__all__ = ["remake"]


def remake(image: Image, place: str, *, workers: int | None = None, on_event: Listener | None = None) -> Report:
    """What is wrong with the levels of an image; a note where nobody can tell.

    All levels are made from level 0 tile by tile, in the memory and on the threads that writing them takes.

    Parameters
    ----------
    image
        All of whose objects can be decoded.
    place
        Of the image, for findings.
    workers, on_event
        As of :func:`ome_zarr.write`.
    """
    if len(image.levels) == 1:
        return Report()
    try:
        objects = _lossless(image)
        plan = _plan(image, objects, workers)
    except (RecipeError, BudgetError) as error:
        return Report.of((), [Finding("levels", place, f"whether its levels are right cannot be told: {error}")])
    wrong = _wrong_shapes(image, plan, place)
    if wrong:
        return Report.of(wrong)
    source = StoredSource(objects[0], Hints(), frozenset())
    comparison = Comparison(objects)
    # which only write, put and read
    run_threads(plan, source, cast("Sink", comparison), on_event=on_event)
    return Report.of(comparison.findings([join(place, level.path) for level in image.levels], plan.method.name))


def _lossless(image: Image) -> "list[ArrayObjects]":
    """The objects of all levels, whose codecs must give back what they were given."""
    found = []
    for level in image.levels:
        if level.objects is None or level.objects.codec.encoding is None:
            raise RecipeError(f"the codecs of level {level.path!r} may lose something")
        found.append(level.objects)
    return found


def _plan(image: Image, objects: "list[ArrayObjects]", workers: int | None) -> Plan:
    """How the levels were made, as the metadata of the image say."""
    said = image.multiscale.metadata
    parameters = said.get("parameters") if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or said.get("package") != "ome-zarr" or not isinstance(parameters, Mapping):
        raise RecipeError("its metadata do not say how they were made, or another package made them")
    method = find_method(str(said.get("method")))
    if any(parameters.get(name) != value for name, value in method.parameters.items()):
        raise RecipeError(f"the method {method.name!r} that is registered has other parameters")
    recipe = Recipe(
        scale_factors=_factors(parameters.get("factors"), image.axes.names),
        method=method,
        edge=cast("Edge", parameters.get("edge")),  # which the plan judges
        kind="labels" if isinstance(image, Labels) else "image",
        storage_options=[{"chunks": level.chunks, "shards": level.shards} for level in image.levels],
        compressors=None,
        version=image.version,
        workers=workers,
    )
    return plan_pyramid(StoredSource(objects[0], Hints(), frozenset()).spec, image.axes, recipe)


def _factors(said: object, axes: tuple[str, ...]) -> list[Mapping[str, float]]:
    """The factors of all levels above 0 by axis, from the rows of all levels."""
    rows = said if isinstance(said, list) else []
    if len(rows) < 2 or not all(isinstance(row, list) and len(row) == len(axes) for row in rows):
        raise RecipeError(f"its metadata name the factors {said!r}, which are not one number for each level and axis")
    return [dict(zip(axes, row, strict=True)) for row in rows[1:]]


def _wrong_shapes(image: Image, plan: Plan, place: str) -> list[Finding]:
    stored, made = [level.shape for level in image.levels], list(plan.ladder.shapes)
    if stored == made:
        return []
    return [
        Finding("shape", place, f"its levels have the shapes {stored}; the factors in its metadata give {made}"),
    ]
