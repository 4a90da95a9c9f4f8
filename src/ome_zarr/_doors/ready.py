"""Levels that are there already, as ome-zarr-py's functions take them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ome_zarr._doors.axes import check_axes, listed
from ome_zarr._doors.documents import enclosed, image_label_parts, image_parts, placements
from ome_zarr._doors.formats import Format, Transformations
from ome_zarr._doors.levels import closing, write_ready
from ome_zarr._doors.notices import deprecated
from ome_zarr._doors.place import Place
from ome_zarr._doors.wishes import AxesWish, Said, Storage, find_axes, find_omero
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.planning.build import per_axis
from ome_zarr.planning.ready import ready_specs
from ome_zarr.planning.recipe import Kind, Recipe, StorageOptions

if TYPE_CHECKING:
    from dask.delayed import Delayed

__all__ = ["Ready"]


class Ready(NamedTuple):
    """What callers say of levels that are there already."""

    transformations: Transformations | None
    storage_options: StorageOptions | Sequence[StorageOptions] | None
    scale: Mapping[str, float] | None
    axes: AxesWish
    units: Mapping[str, str] | None
    compute: bool

    def write(
        self,
        pyramid: Sequence[object],
        place: Place,
        name: str,
        said: Said,
        image_label: Mapping[str, object] | None = None,
    ) -> "list[Delayed]":
        """Write the levels; as labels where `image_label` is given."""
        fmt = place.fmt
        storage = Storage.parse(self.storage_options, fmt)
        with closing(_as_levels(pyramid), later=not self.compute) as levels:
            axes = find_axes(self.axes, self.units, levels[0])
            kind: Kind = "labels" if place.within else "image"
            recipe = Recipe(kind=kind, storage_options=storage.for_levels(levels))
            specs = ready_specs([level.spec for level in levels], axes, recipe, fmt.zarr_format)
            shapes = [spec.shape for spec in specs]
            datasets = self._datasets([spec.path for spec in specs], shapes, axes, fmt)
            omero = None if place.within else find_omero(said.omero, axes, levels[0].spec)
            check_axes(axes, fmt)
            named = listed(axes, fmt) if fmt.release > "0.2" else None
            parts = image_parts(fmt, datasets, named, name, said.metadata, omero)
            if image_label is not None:
                parts |= image_label_parts(fmt, image_label)
            attributes = enclosed(fmt, parts)
            return write_ready(levels, place, specs, attributes, overwrite=storage.overwrite, compute=self.compute)

    def _datasets(
        self, paths: Sequence[str], shapes: Sequence[tuple[int, ...]], axes: Axes, fmt: Format
    ) -> Sequence[Mapping[str, object]]:
        transformations = self.transformations
        if transformations is not None:
            deprecated("coordinate_transformations is deprecated; give scale, where levels share the same space")
            fmt.validate_coordinate_transformations(len(axes), len(paths), transformations)
        elif self.scale is None:
            transformations = fmt.generate_coordinate_transformations(list(shapes))
        else:
            scale = per_axis(self.scale, {}, axes, "scale", 1.0)
            transformations = placements(shapes, scale, [0.0] * len(axes))
        if transformations is None or fmt.release < "0.4":
            return [{"path": path} for path in paths]
        return [
            {"path": path, "coordinateTransformations": level}
            for path, level in zip(paths, transformations, strict=True)
        ]


def _as_levels(pyramid: object) -> Sequence[object]:
    if not isinstance(pyramid, list | tuple) or not pyramid:
        raise RecipeError(
            f"pyramid is a {type(pyramid).__name__} ({shown(pyramid)}); give a list of arrays, one per level, the "
            "finest first"
        )
    return pyramid
