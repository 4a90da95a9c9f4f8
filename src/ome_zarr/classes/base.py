"""What images and labels of several resolutions have in common."""

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, ClassVar, Literal, Self, cast

import zarr
from ome_zarr_models.v06.coordinate_transforms import AnyTransform, CoordinateSystem, CoordinateSystemIdentifier
from ome_zarr_models.v06.multiscales import Multiscale

from ome_zarr._doors.classes.items import Item, Wish
from ome_zarr._doors.classes.levels import Made, StorageWish, make_levels
from ome_zarr._doors.classes.reading import Found, read_found
from ome_zarr._doors.classes.spaces import described_levels, system_named
from ome_zarr._doors.classes.writing import find_target, write_items
from ome_zarr._doors.open_groups import is_open_group, tell
from ome_zarr.api.kept import attributes_at
from ome_zarr.classes.single import OMEZarrImage
from ome_zarr.metadata.versions import parse_version
from ome_zarr.planning.factors import FactorWish
from ome_zarr.planning.recipe import Kind, Recipe
from ome_zarr.scale import Methods

if TYPE_CHECKING:
    from dask.delayed import Delayed

__all__ = ["DEFAULT_VERSION", "OMEZarrMultiscaleBase"]

DEFAULT_VERSION: Literal["0.6", "0.5", "0.4"] = "0.6"
"""What the classes write; the functions of :mod:`ome_zarr.writer` write 0.5."""


class OMEZarrMultiscaleBase:
    """Several resolutions of one image, and what they mean.

    Parameters
    ----------
    image
        The full resolution.
    scale_factors, coordinate_transformations, coordinate_systems, method, default_coordinate_system_name
        As of :class:`OMEZarrMultiscale`.

    Attributes
    ----------
    name
        Of the image.
    metadata
        What is stored: axes, levels and their places, as 0.6 has them, whatever version is read or written.
    """

    name: str
    metadata: Multiscale
    _kind: ClassVar[Kind] = "image"
    _kinds: ClassVar[dict[Kind, type["OMEZarrMultiscaleBase"]]] = {}

    def __init__(
        self,
        image: OMEZarrImage,
        scale_factors: Iterable[FactorWish] | None = None,
        coordinate_transformations: Sequence[AnyTransform] | None = None,
        coordinate_systems: Sequence[CoordinateSystem] | None = None,
        method: Methods | str | None = Methods.RESIZE,
        default_coordinate_system_name: str = "physical",
    ) -> None:
        recipe = Recipe(
            kind=self._kind,
            scale_factors=scale_factors,
            method=method.value if isinstance(method, Methods) else method,
            scale=image.scale,
            translation=image.translation,
        )
        made = make_levels(image.source, image.array, image.parsed_axes, recipe)
        self.name = image.name
        self.metadata = described_levels(
            made, image.name, default_coordinate_system_name, coordinate_systems, coordinate_transformations
        )
        self._made: Made | None = made
        self._images = [
            OMEZarrImage(
                array,
                image.axes,
                dict(zip(made.axes.names, level.scale, strict=True)),
                image.axes_units,
                image.axes_types,
                image.name,
                translation=dict(zip(made.axes.names, level.translation, strict=True)),
            )
            for array, level in zip(made.arrays, made.plan.levels, strict=True)
        ]

    @property
    def images(self) -> list[OMEZarrImage]:
        """The image at every resolution, the finest first; pixels are computed when they are asked for."""
        return self._images

    def __init_subclass__(cls, kind: Kind | None = None) -> None:
        if kind is not None:
            cls._kind = kind
            cls._kinds[kind] = cls

    @classmethod
    def from_ome_zarr(cls, group: zarr.Group | str) -> Self:
        """What is stored somewhere: an :class:`OMEZarrLabels` where it says that it is labels, else an image.

        Nothing but metadata is read. Every version is, drafts included; what is unusual or malformed is
        told in a warning where the image can be shown all the same.

        Parameters
        ----------
        group
            An open group, a path or a URL.

        Raises
        ------
        NotFoundError
            There is no group, or an array that its metadata name is missing.
        DocumentError
            The group is no image: a plate, a well, a scene, or nothing of OME-Zarr.
        """
        return cast("Self", cls._of(read_found(group)))

    @classmethod
    def _of(cls, found: Found) -> "OMEZarrMultiscaleBase":
        kind = cls._kinds[found.kind]
        made = object.__new__(cls if issubclass(cls, kind) else kind)
        made.name = found.name
        made.metadata = found.model
        made._made = None
        made._images = [
            OMEZarrImage(
                level.array,
                list(found.axes.names),
                found.by_axis(level.scale),
                {axis.name: axis.unit for axis in found.axes if axis.unit is not None} or None,
                {axis.name: axis.type for axis in found.axes},
                found.name,
                translation=found.by_axis(level.translation),
            )
            for level in found.levels
        ]
        made._take(found)
        return made

    def _take(self, found: Found) -> None:
        """Take over what only images, or only labels, have."""
        raise NotImplementedError

    def to_ome_zarr(
        self,
        group: zarr.Group | str | PathLike[str],
        storage_options: StorageWish | None = None,
        version: Literal["0.6", "0.5", "0.4"] = DEFAULT_VERSION,
        compute: bool = True,
        overwrite: bool = False,
    ) -> "list[Delayed]":
        """Write all levels, metadata and labels.

        On a local disk everything appears in one step, when it is whole, and what is replaced can be read until
        then: pixels may come from the very image that is replaced. A failure leaves nothing behind.

        Parameters
        ----------
        group
            A path, which is taken up as a whole, or an open group, which keeps what it holds besides.
        storage_options
            Keywords of ``zarr.create_array``, one mapping for all levels or a list of one per level. Dask arrays
            keep their chunks unless `chunks` or `shards` are among them.
        version
            Of OME-Zarr: ``"0.4"``, ``"0.5"`` or ``"0.6"``. Before 0.6 there is one coordinate system; others are
            left out, with a warning.
        compute
            Whether the pixels are written now. If not, arrays and metadata are there on return, and the pixels
            when all that is returned has been computed, together.
        overwrite
            Whether what is there is replaced. An open group is always there.

        Returns
        -------
        list of dask Delayed
            One per level, those of labels included; empty with `compute`.

        Raises
        ------
        RecipeError
            Something cannot be written as wished; or pixels come from an open group that they shall replace.
        ExistsError
            Something is there and `overwrite` is false.
        TargetError
            The place cannot be written, or holds something else than zarr.
        """
        wish = Wish(parse_version(version), storage_options, compute, overwrite)
        target = find_target(group, overwrite=overwrite)
        left = write_items(target, self._items(), wish)
        if is_open_group(group):
            tell(group, attributes_at(target))
        return left

    def get_local_coordinate_system(self, name: str) -> CoordinateSystem | None:
        """The coordinate system of this name that the metadata describe; None if there is none."""
        return system_named(self.metadata, name)

    def _get_descendant_coordinate_system(self, csid: CoordinateSystemIdentifier) -> CoordinateSystem | None:
        """The coordinate system that a transformation of this image names; None if there is none."""
        own = csid.path in (None, "", ".")
        return self.get_local_coordinate_system(csid.name) if own and csid.name is not None else None

    def _item(self) -> Item:
        """What is to be written of the image itself."""
        raise NotImplementedError

    def _items(self) -> dict[str, Item]:
        """The same by path, with all that is written below the image."""
        return {"": self._item()}
