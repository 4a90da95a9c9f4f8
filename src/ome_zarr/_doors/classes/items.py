"""An image or labels as it is to be written: judged whole before anything is touched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import dask.array as da
from dask.base import compute as compute_together
from ome_zarr_models.v06.multiscales import Multiscale as MultiscaleModel

from ome_zarr._doors.classes.levels import Made, StorageWish
from ome_zarr._doors.classes.models import multiscale_from_model
from ome_zarr._doors.formats import FormatV04, FormatV05
from ome_zarr._doors.wishes import Storage
from ome_zarr.engine.delayed import delayed_arrays, delayed_levels
from ome_zarr.engine.executors import run
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.labels import ImageLabel
from ome_zarr.metadata.multiscale import Multiscale
from ome_zarr.metadata.omero import Omero
from ome_zarr.metadata.versions import Version
from ome_zarr.planning.plan import Plan
from ome_zarr.planning.ready import ready_specs
from ome_zarr.planning.recipe import Kind, Recipe
from ome_zarr.sources.dask import DaskSource
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.protocol import LevelSpec, LevelWriter, Sink

if TYPE_CHECKING:
    from dask.delayed import Delayed

__all__ = ["Item", "Prepared", "Wish"]


class Wish(NamedTuple):
    """How images are to be written."""

    version: Version
    storage_options: StorageWish | None
    compute: bool
    overwrite: bool


@dataclass(frozen=True)
class Item:
    """An image or labels, with all that is said of it.

    Attributes
    ----------
    arrays
        The levels, the finest first.
    made
        Where they come from, if they were made here.
    model
        What they mean.
    kind
        Image or labels.
    omero, image_label
        Of an image, and of labels.
    """

    arrays: Sequence[da.Array]
    made: Made | None
    model: MultiscaleModel
    kind: Kind
    omero: Omero | None = None
    image_label: ImageLabel | None = None

    def prepared(self, path: str, wish: Wish) -> "Prepared":
        """What is to be written, and where below the target.

        Raises
        ------
        RecipeError
            It cannot be written as wished.
        """
        multiscale = multiscale_from_model(self.model, wish.version.name)
        if len(self.arrays) != len(multiscale.datasets):
            raise RecipeError(
                f"there are {len(self.arrays)} images for the {len(multiscale.datasets)} datasets of the metadata; "
                "describe every level"
            )
        storage = Storage.parse(wish.storage_options, FormatV04() if wish.version.zarr_format == 2 else FormatV05())
        made = self._still_made(multiscale.axes)
        if made is not None:
            plan = made.planned(wish.version.name, storage.for_levels([made.source]))
            return Prepared(path, [made.source], plan, plan.specs, self._attributes(multiscale, plan.specs, wish))
        sources = [DaskSource(array) for array in self.arrays]
        recipe = Recipe(kind=self.kind, storage_options=storage.for_levels(sources))
        specs = ready_specs([source.spec for source in sources], multiscale.axes, recipe, wish.version.zarr_format)
        return Prepared(path, sources, None, specs, self._attributes(multiscale, specs, wish))

    def _still_made(self, axes: Axes) -> Made | None:
        """How the levels are made, unless somebody has put other arrays or axes in place."""
        made = self.made
        if made is None or made.axes.names != axes.names or len(made.arrays) != len(self.arrays):
            return None
        return made if all(a is b for a, b in zip(made.arrays, self.arrays, strict=True)) else None

    def _attributes(self, multiscale: Multiscale, specs: Sequence[LevelSpec], wish: Wish) -> JsonObject:
        datasets = zip(multiscale.datasets, specs, strict=True)
        multiscale = replace(multiscale, datasets=tuple(replace(dataset, path=spec.path) for dataset, spec in datasets))
        if self.kind == "labels":
            return wish.version.image_label_attributes(multiscale, self.image_label or ImageLabel())
        return wish.version.image_attributes(multiscale, self.omero)


class Prepared(NamedTuple):
    """An image whose writing can only fail by the world outside.

    Attributes
    ----------
    path
        Below the target; ``""`` is the target itself.
    sources
        Level 0 if there is a plan, else every level.
    plan
        How the levels are made; None: they are there.
    specs
        The arrays.
    attributes
        Of the image's group.
    """

    path: str
    sources: Sequence[Source]
    plan: Plan | None
    specs: Sequence[LevelSpec]
    attributes: JsonObject

    @property
    def origins(self) -> frozenset[str]:
        """What is read."""
        return frozenset[str]().union(*(source.spec.origins for source in self.sources))

    def write(self, sink: Sink) -> None:
        """Write all levels."""
        if self.plan is not None:
            run(self.plan, self.sources[0], sink)
        else:
            compute_together(*self.delayed(sink.writer))

    def delayed(self, writer: LevelWriter) -> "list[Delayed]":
        """The writing of every level, to be computed together."""
        if self.plan is not None:
            return delayed_levels(self.plan, self.sources[0], writer)
        return delayed_arrays(self.sources, self.specs, writer)
