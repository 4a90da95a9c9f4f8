"""An image: its levels, where their pixels are, and what they mean. Nothing is read before it is asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.labels import ImageLabel
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.omero import Channel, Omero
from ome_zarr.metadata.versions import ImageModels, document_version
from ome_zarr.planning.explain import table
from ome_zarr.storage.locate import Location, Target, locate

if TYPE_CHECKING:  # dask and zarr take long to import, and an image that was written need not be read
    import dask.array as da
    import zarr
    from zarr.core.metadata import ArrayV2Metadata, ArrayV3Metadata

__all__ = ["Image", "Level", "image_of", "open_image"]

type Array = zarr.Array[ArrayV2Metadata | ArrayV3Metadata]


@dataclass(frozen=True, eq=False)
class Level:
    """One resolution of an image.

    ``np.asarray(level)`` reads all of it, ``level[...]`` a part.

    Attributes
    ----------
    path
        Of the array, relative to the image.
    zarr
        The array itself.
    axes
        In storage order, as everything here.
    scale
        Physical extent of a pixel along every axis.
    translation
        Where the centre of the first pixel lies.
    """

    path: str
    zarr: "Array"
    axes: Axes
    scale: tuple[float, ...]
    translation: tuple[float, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Pixels along every axis."""
        return self.zarr.shape

    @property
    def dtype(self) -> np.dtype:
        """Of the pixels."""
        return np.dtype(self.zarr.dtype)

    @property
    def chunks(self) -> tuple[int, ...]:
        """Shape of what is compressed as one."""
        return self.zarr.chunks

    @property
    def shards(self) -> tuple[int, ...] | None:
        """Shape of what is stored as one, where several chunks are."""
        return self.zarr.shards

    @property
    def units(self) -> tuple[str | None, ...]:
        """Unit of scale and translation along every axis."""
        return tuple(axis.unit for axis in self.axes)

    @property
    def dask(self) -> "da.Array":
        """The pixels as a dask array, a block for each chunk (or shard)."""
        import dask.array as da  # noqa: PLC0415 - heavy, and not always wanted

        array: da.Array = da.from_zarr(self.zarr)
        return array

    def __getitem__(self, index: object) -> np.ndarray:
        return np.asarray(self.zarr[index])  # type: ignore[index] # zarr judges it

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("the pixels of a level are stored: they cannot be had without a copy; leave copy out")
        return np.asarray(self.zarr[...], dtype)

    def __repr__(self) -> str:
        extent = "×".join(map(str, self.shape))
        scale = "×".join(f"{s:g}" for s in self.scale)
        return f"<Level {self.path} {''.join(self.axes.names)} {extent} {self.dtype.name}, pixels of {scale}>"


class Image:
    """An OME-Zarr image (or labels image): metadata at hand, pixels on demand.

    Made by :func:`ome_zarr.open` and :func:`ome_zarr.write`.
    """

    def __init__(self, location: Location, version: str, models: ImageModels) -> None:
        self._location = location
        self._models = models
        self.version = version
        """Of OME-Zarr, such as ``"0.5"``."""

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

    @property
    def location(self) -> Location:
        """Where the image is."""
        return self._location

    @cached_property
    def group(self) -> "zarr.Group":
        """The image's zarr group."""
        return _open_group(self._location)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """All resolutions, the finest first."""
        return tuple(self._level(dataset) for dataset in self.multiscale.datasets)

    @property
    def label_names(self) -> tuple[str, ...]:
        """Of the labels images that belong to this image."""
        try:
            labels = self.group["labels"]
        except KeyError:
            return ()
        attributes = labels.attrs.asdict()
        return document_version(attributes, labels.metadata.zarr_format).labels_of(attributes) if attributes else ()

    @property
    def labels(self) -> Mapping[str, "Image"]:
        """The labels images that belong to this image, by name; opened here."""
        return {name: open_image(self._location / f"labels/{name}") for name in self.label_names}

    def __len__(self) -> int:
        return len(self.multiscale.datasets)

    def __getitem__(self, level: int) -> Level:
        return self.levels[level]

    def __iter__(self) -> Iterator[Level]:
        return iter(self.levels)

    def __repr__(self) -> str:
        kind = "labels" if self.image_label else "image"
        head = f"OME-Zarr {self.version} {kind} {self._location.name!r}, axes {''.join(self.axes.names)}"
        units = {axis.unit for axis in self.axes if axis.unit}
        rows = [
            [
                "level",
                "shape",
                "dtype",
                "chunks",
                "shards",
                "scale" + (f" ({', '.join(sorted(units))})" if units else ""),
            ]
        ]
        rows += [
            [
                level.path,
                _by(level.shape),
                level.dtype.name,
                _by(level.chunks),
                _by(level.shards),
                _by(level.scale),
            ]
            for level in self.levels
        ]
        tail = [f"labels: {', '.join(self.label_names)}"] if self.label_names else []
        return "\n".join([head, table(rows), *tail])

    def _level(self, dataset: Dataset) -> Level:
        try:
            array = self.group[dataset.path]
        except KeyError as error:
            raise NotFoundError(
                f"{self._location.name!r} lists level {dataset.path!r}, which is not there; the image is incomplete: "
                "write it again"
            ) from error
        import zarr  # noqa: PLC0415 - slow to import, and not always wanted

        if not isinstance(array, zarr.Array) or array.ndim != len(self.axes):
            raise DocumentError(
                f"level {dataset.path!r} of {self._location.name!r} is {array!r}, not an array with the axes "
                f"{self.axes.names}; the document and the arrays do not belong together"
            )
        translation = dataset.translation or (0.0,) * len(self.axes)
        return Level(dataset.path, array, self.axes, dataset.scale, translation)


def _by(numbers: tuple[float, ...] | None) -> str:
    return "-" if numbers is None else " × ".join(f"{n:g}" for n in numbers)


def open_image(target: Target | Location) -> Image:
    """The image (or labels image) that is stored somewhere.

    Parameters
    ----------
    target
        A path, a URL, a zarr group or a zarr store.

    Raises
    ------
    NotFoundError
        There is no zarr group.
    DocumentError
        The group is no image, or its document is malformed.
    """
    location = target if isinstance(target, Location) else locate(target)
    group = _open_group(location)
    image = image_of(location, group.attrs.asdict(), group.metadata.zarr_format)
    image.group = group
    return image


def image_of(location: Location, attributes: Mapping[str, object], zarr_format: int) -> Image:
    """The image whose group has these attributes.

    Raises
    ------
    DocumentError
        They are not those of an image, or malformed.
    """
    version = document_version(attributes, zarr_format)
    return Image(location, version.name, version.parse_image(attributes))


def _open_group(location: Location) -> "zarr.Group":
    import zarr  # noqa: PLC0415 - slow to import, and not always wanted

    try:
        return zarr.open_group(location.store, path=location.path, mode="r")
    except (FileNotFoundError, KeyError, ValueError) as error:
        raise NotFoundError(
            f"there is no zarr group at {location.name!r}; give the folder (or URL) of an image, the one that holds "
            "'zarr.json' or '.zgroup'"
        ) from error
