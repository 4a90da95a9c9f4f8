"""Plates of wells, wells of fields, and the mosaics that they make."""

import logging
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from ome_zarr.api.image import Image, image_below
from ome_zarr.api.lazy import LazyMapping
from ome_zarr.api.opened import Opened
from ome_zarr.api.show import plate_html, plate_text
from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.geometry.square import square_grid
from ome_zarr.metadata import plate as plates
from ome_zarr.metadata import well as wells

if TYPE_CHECKING:  # slow to import, and not always wanted
    import dask.array as da

__all__ = ["Plate", "Well"]

_LOGGER = logging.getLogger(__name__)


class Well(Opened):
    """A well of a plate: its fields of view, each an image.

    ``well[0]`` is the first field, ``well["0"]`` the one of that path.
    """

    @cached_property
    def layout(self) -> wells.Well:
        """What the document says."""
        return self._version.parse_well(self._document.attributes)

    @property
    def fields(self) -> tuple[wells.Field, ...]:
        """Path and acquisition of every field of view."""
        return self.layout.fields

    @cached_property
    def images(self) -> Mapping[str, Image]:
        """The fields of view by their paths; each is opened when it is asked for."""
        return LazyMapping((field.path for field in self.fields), self._field, "field")

    def of_acquisition(self, acquisition: int) -> tuple[Image, ...]:
        """The fields of view that were taken in one acquisition (its id)."""
        return tuple(self.images[field.path] for field in self.fields if field.acquisition == acquisition)

    def mosaic(self, level: int = 0) -> "da.Array":
        """All fields side by side, in a grid that is as good as square; lazy.

        Parameters
        ----------
        level
            Of every field.
        """
        from ome_zarr.api.mosaic import mosaic  # noqa: PLC0415 - it needs dask

        tiles = [image.levels[level].dask for image in self.images.values()]
        return mosaic(dict(zip(square_grid(len(tiles)), tiles, strict=True)))

    def __getitem__(self, field: int | str) -> Image:
        return self.images[self.fields[field].path if isinstance(field, int) else field]

    def __iter__(self) -> Iterator[Image]:
        return iter(self.images.values())

    def __len__(self) -> int:
        return len(self.fields)

    def __repr__(self) -> str:
        paths = ", ".join(field.path for field in self.fields)
        return f"OME-Zarr {self.version} well {self.location.name!r}\nfields: {paths}"

    def _field(self, path: str) -> Image:
        return image_below(self._hierarchy, path, self._document.zarr_format)


class Plate(Opened):
    """A plate: rows and columns of wells.

    ``plate["A/1"]`` is a well, and so is ``plate["A", "1"]``.
    """

    @cached_property
    def layout(self) -> plates.Plate:
        """What the document says."""
        return self._version.parse_plate(self._document.attributes)

    @property
    def name(self) -> str | None:
        """Of the plate, where it has one."""
        return self.layout.name

    @property
    def rows(self) -> tuple[str, ...]:
        """Their names, from the top."""
        return self.layout.rows

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names, from the left."""
        return self.layout.columns

    @property
    def acquisitions(self) -> tuple[plates.Acquisition, ...]:
        """What was taken, one after the other."""
        return self.layout.acquisitions

    @cached_property
    def wells(self) -> Mapping[str, Well]:
        """The wells by their paths, such as ``"A/1"``; each is opened when it is asked for."""
        return LazyMapping((well.path for well in self.layout.wells), self._well, "well")

    def mosaic(self, level: int = 0, field: int = 0) -> "da.Array":
        """One field of every well, where the wells are; lazy. Wells that are listed and not there are 0.

        Parameters
        ----------
        level
            Of every field.
        field
            Which one of every well; wells with fewer fields are left out.

        Raises
        ------
        RecipeError
            No well has such a field.
        """
        from ome_zarr.api.mosaic import mosaic  # noqa: PLC0415 - it needs dask

        tiles = {}
        for place in self.layout.wells:
            tile = self._tile(place.path, level, field)
            if tile is not None:
                tiles[place.row_index, place.column_index] = tile
        if not tiles:
            raise RecipeError(f"no well of {self.location.name!r} has a field {field}; give a smaller number")
        return mosaic(tiles, (len(self.rows), len(self.columns)))

    def __getitem__(self, well: str | tuple[str, str]) -> Well:
        return self.wells[well if isinstance(well, str) else "/".join(well)]

    def __iter__(self) -> Iterator[Well]:
        return iter(self.wells.values())

    def __len__(self) -> int:
        return len(self.wells)

    def __repr__(self) -> str:
        return plate_text(self)

    def _repr_html_(self) -> str:
        return plate_html(self)

    def _tile(self, path: str, level: int, field: int) -> "da.Array | None":
        """A level of a field of a well; None where the well is not there, or has fewer fields."""
        try:
            well = self.wells[path]
            return well[field].levels[level].dask if field < len(well) else None
        except NotFoundError:
            _LOGGER.warning("well %s of %s is listed and not there, or not whole", path, self.location.name)
            return None

    def _well(self, path: str) -> Well:
        hierarchy = self._hierarchy / path
        return Well(hierarchy, hierarchy.group("", self._document.zarr_format), self._version)
