"""Writing an image into a place, at once or later."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ome_zarr._doors.later import check_later
from ome_zarr._doors.place import Place
from ome_zarr.engine.executors import run
from ome_zarr.metadata.axes import Axes
from ome_zarr.planning.build import plan_pyramid
from ome_zarr.planning.recipe import Recipe
from ome_zarr.sources.adapt import as_source
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import Json, LevelSpec

if TYPE_CHECKING:
    from dask.delayed import Delayed

__all__ = ["closing", "write_pyramid", "write_ready"]


@contextmanager
def closing(data: Sequence[object], *, later: bool) -> Iterator[list[Source]]:
    """Arrays as sources; what was opened here is closed in the end, unless it is read later."""
    sources = [as_source(item) for item in data]
    try:
        yield sources
    finally:
        for source, item in zip(sources, data, strict=True):
            if source is not item and not later:
                source.close()


def write_pyramid(
    source: Source, place: Place, axes: Axes, recipe: Recipe, *, overwrite: bool, compute: bool
) -> "list[Delayed]":
    """Write a source and the levels that a recipe makes of it; return what is left to compute, one per level.

    With `compute` nothing is left, and nothing is visible before it is whole. Without, arrays and metadata are
    there on return.
    """
    plan = plan_pyramid(source.spec, axes, recipe)
    documents = place.documents(plan.attributes)
    check_later(place.location, compute=compute)
    if not compute:
        from ome_zarr.engine.delayed import delayed_levels  # noqa: PLC0415 - it needs dask, which is slow to import

        with place.later_sink(plan.specs, source.spec.origins, overwrite=overwrite) as begun:
            begun.commit(documents)
        place.tell(documents)
        return delayed_levels(plan, source, begun.visible_writer)
    with place.sink(plan.specs, source.spec.origins, overwrite=overwrite) as sink:
        run(plan, source, sink)
        sink.commit(documents)
    place.tell(documents)
    return []


def write_ready(
    levels: Sequence[Source],
    place: Place,
    specs: Sequence[LevelSpec],
    attributes: Mapping[str, Json],
    *,
    overwrite: bool,
    compute: bool,
) -> "list[Delayed]":
    """Write levels that are there already, as `write_pyramid`; what dask levels share is computed once."""
    from dask.base import compute as compute_together  # noqa: PLC0415 - slow to import, and not always wanted

    from ome_zarr.engine.delayed import delayed_arrays  # noqa: PLC0415 - it needs dask

    documents = place.documents(attributes)
    check_later(place.location, compute=compute)
    origins = frozenset[str]().union(*(level.spec.origins for level in levels))
    if not compute:
        with place.later_sink(specs, origins, overwrite=overwrite) as begun:
            begun.commit(documents)
        place.tell(documents)
        return delayed_arrays(levels, specs, begun.visible_writer)
    with place.sink(specs, origins, overwrite=overwrite) as sink:
        compute_together(*delayed_arrays(levels, specs, sink.writer))
        sink.commit(documents)
    place.tell(documents)
    return []
