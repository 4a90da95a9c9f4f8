"""An image: its levels, where their pixels are, and what they mean. Nothing is read before it is asked for."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal, overload

from numpy.typing import ArrayLike, NDArray

from ome_zarr.api.choice import at_pixel_size, fitting_level
from ome_zarr.api.lazy import LazyMapping
from ome_zarr.api.level import Level
from ome_zarr.api.opened import Opened
from ome_zarr.api.xarrays import image_tree
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.labels import ImageLabel
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.omero import Channel, Omero
from ome_zarr.metadata.versions import ImageModels, Version, document_version
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.protocol import ZarrFormat

if TYPE_CHECKING:  # slow to import, and not always wanted
    import numpy as np
    import xarray as xr

__all__ = ["Image", "Labels", "image_below", "image_of"]


class Image(Opened):
    """An OME-Zarr image: metadata at hand, pixels on demand.

    A sequence of its levels, the finest first. Made by :func:`ome_zarr.open` and :func:`ome_zarr.write`.
    Shown in a notebook with a picture of the smallest level.

    Parameters
    ----------
    hierarchy, document, version
        As of :class:`ome_zarr.api.opened.Opened`.
    models
        What its attributes say.
    """

    kind: ClassVar[Literal["image", "labels"]] = "image"

    def __init__(self, hierarchy: Hierarchy, document: GroupDocument, version: Version, models: ImageModels) -> None:
        super().__init__(hierarchy, document, version)
        self._models = models

    @property
    def multiscale(self) -> Multiscale:
        """What the document says of axes and levels."""
        return self._models.multiscale

    @property
    def omero(self) -> Omero | None:
        """How the channels are to be shown, where the document says so."""
        return self._models.omero

    @property
    def image_label(self) -> ImageLabel | None:
        """Colours and properties of label values; None: this is no labels image."""
        return self._models.image_label

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Names, colours and windows of the channels, where the document has them."""
        return self.omero.channels if self.omero else ()

    @property
    def name(self) -> str | None:
        """Of the image, where it has one."""
        return self.multiscale.name

    @property
    def axes(self) -> Axes:
        """Names, types and units, in storage order."""
        return self.multiscale.axes

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """All resolutions, the finest first.

        Raises
        ------
        NotFoundError
            A level that the document lists is not there.
        DocumentError
            The document of a level is malformed, or has another number of axes than the image.
        """
        return tuple(
            self._level(dataset, array) for dataset, array in zip(self.placed.datasets, self._arrays, strict=True)
        )

    @cached_property
    def placed(self) -> Multiscale:
        """What the document says of axes and levels, with every level where its pixels are.

        Levels of which it does not say so share the space of the first one, and what it says of all levels together
        is taken into each of them. Errors as of `levels`.
        """
        return self.multiscale.placed_by([array.shape for array in self._arrays]).folded()

    @cached_property
    def _arrays(self) -> list[ArrayDocument]:
        """What the document of every level says."""
        datasets = self.multiscale.datasets
        try:
            arrays = self._hierarchy.arrays((dataset.path for dataset in datasets), self._document.zarr_format)
        except NotFoundError as error:
            raise NotFoundError(
                f"{self.location.name!r} lists a level that is not there: {error}; the image is incomplete: write it "
                "again"
            ) from error
        for dataset, array in zip(datasets, arrays, strict=True):
            if len(array.shape) != len(self.axes):
                raise DocumentError(
                    f"level {dataset.path!r} of {self.location.name!r} has {len(array.shape)} axes, and the image "
                    f"{len(self.axes)}: {self.axes.names}; the document and the arrays do not belong together"
                )
        return arrays

    @property
    def shape(self) -> tuple[int, ...]:
        """Pixels along every axis, at full resolution."""
        return self.levels[0].shape

    @property
    def dtype(self) -> "np.dtype":
        """Of the pixels."""
        return self.levels[0].dtype

    @property
    def label_names(self) -> tuple[str, ...]:
        """Of the labels images that belong to this image."""
        group = self._hierarchy.find_group("labels", self._document.zarr_format)
        return () if group is None else self._version.labels_of(group.attributes)

    @property
    def labels(self) -> Mapping[str, "Labels"]:
        """The labels images that belong to this image, by name; each is opened when it is asked for."""
        return LazyMapping(self.label_names, self._labels, "labels image")

    def at(self, *, nm: float | None = None, um: float | None = None, mm: float | None = None) -> Level:
        """The coarsest level whose pixels are not larger than this, along any axis in space with a unit.

        Level 0 where all are larger. As ``level_for(pixel_size=...)``, with the unit in the name.

        Parameters
        ----------
        nm, um, mm
            Extent of a pixel in nanometers, micrometers or millimeters: one of them.

        Raises
        ------
        RecipeError
            Not exactly one positive number is given, or no axis of the image has a unit of length.

        Examples
        --------
        >>> from ome_zarr.api.sample import write_sample
        >>> image = write_sample("cells.zarr", shape=(8, 128, 128))
        >>> image.at(um=0.5)
        <Level s1 czyx 2×8×64×64 uint16, pixels of 1×0.5×0.4×0.4>
        """
        return at_pixel_size(self.levels, nm=nm, um=um, mm=mm)

    def level_for(
        self,
        *,
        pixel_size: float | Mapping[str, float] | None = None,
        max_shape: int | Mapping[str, int] | None = None,
    ) -> Level:
        """The level that is good enough, and no larger than needed.

        Parameters
        ----------
        pixel_size
            Physical extent of a pixel in the image's own units, along all axes in space or by axis name: the
            coarsest level that is at least as fine is taken, level 0 where none is.
        max_shape
            Pixels along all axes in space or by axis name: the finest level that is not larger is taken, the
            coarsest where all are.

        Raises
        ------
        RecipeError
            Not exactly one of them is given, it is not positive, or it names an axis that is not there.
        """
        return fitting_level(self.levels, pixel_size=pixel_size, max_shape=max_shape)

    def to_world(self, points: ArrayLike, level: int = 0) -> "NDArray[np.float64]":
        """Physical positions of points of a level; as `Level.to_world`."""
        return self.levels[level].to_world(points)

    def to_pixels(self, points: ArrayLike, level: int = 0) -> "NDArray[np.float64]":
        """Where physical positions lie in a level, in pixels; as `Level.to_pixels`."""
        return self.levels[level].to_pixels(points)

    def to_xarray(self, level: int = 0) -> "xr.DataArray":
        """A level with physical coordinates; as `Level.to_xarray`."""
        return self.levels[level].to_xarray().rename(self.name)

    def to_datatree(self) -> "xr.DataTree":
        """All levels with physical coordinates, as nodes ``s0``, ``s1`` ...; labels below ``labels/<name>``.

        Every node has one variable, ``image`` or ``labels``; all is lazy.

        Raises
        ------
        MissingDependencyError
            xarray is not installed.
        """
        return image_tree(self)

    def __len__(self) -> int:
        return len(self.multiscale.datasets)

    @overload
    def __getitem__(self, level: int) -> Level: ...
    @overload
    def __getitem__(self, level: slice) -> tuple[Level, ...]: ...
    def __getitem__(self, level: int | slice) -> Level | tuple[Level, ...]:
        return self.levels[level]

    def __iter__(self) -> Iterator[Level]:
        return iter(self.levels)

    def __repr__(self) -> str:
        from ome_zarr.api.show import image_text  # noqa: PLC0415 - most images are not shown

        return image_text(self)

    def _repr_html_(self) -> str:
        from ome_zarr.api.show import image_html  # noqa: PLC0415 - see `__repr__`

        return image_html(self)

    def _level(self, dataset: Dataset, array: ArrayDocument) -> Level:
        names = tuple(channel.label or "" for channel in self.channels)
        return Level(
            self._hierarchy,
            dataset.path,
            array,
            self.axes,
            scale=dataset.scale,
            translation=dataset.translation or (0.0,) * len(self.axes),
            channel_names=names if all(names) else (),
        )

    def _labels(self, name: str) -> "Labels":
        hierarchy = self._hierarchy / f"labels/{name}"
        document = hierarchy.group("", self._document.zarr_format)
        return Labels(hierarchy, document, *_parsed(document, None), self)


class Labels(Image):
    """An image whose values name objects: 0 is background."""

    kind = "labels"

    def __init__(
        self,
        hierarchy: Hierarchy,
        document: GroupDocument,
        version: Version,
        models: ImageModels,
        image: Image | None = None,
    ) -> None:
        super().__init__(hierarchy, document, version, models)
        self._image = image

    @property
    def image(self) -> Image | None:
        """The image in which the objects are; None where the labels were opened by themselves."""
        return self._image


def image_of(hierarchy: Hierarchy, document: GroupDocument, name: str | None = None) -> Image:
    """The image (or labels) that a group says it is.

    Parameters
    ----------
    hierarchy, document
        Of the group.
    name
        Of the multiscale, where the group has several; by default the first.

    Raises
    ------
    DocumentError
        It is no image, or its attributes are malformed.
    """
    version, models = _parsed(document, name)
    kind = Image if models.image_label is None else Labels
    return kind(hierarchy, document, version, models)


def image_below(hierarchy: Hierarchy, path: str, zarr_format: ZarrFormat) -> Image:
    """The image (or labels) at a path below a group of that format; errors as of `image_of`, and NotFoundError."""
    found = hierarchy / path
    return image_of(found, found.group("", zarr_format))


def _parsed(document: GroupDocument, name: str | None) -> tuple[Version, ImageModels]:
    version = document_version(document.attributes, document.zarr_format)
    return version, version.parse_image(document.attributes, name)
