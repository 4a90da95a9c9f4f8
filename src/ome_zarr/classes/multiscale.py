"""Images of several resolutions, with their labels and how their channels are shown."""

from collections.abc import Iterable, Mapping, Sequence

from ome_zarr_models.common.omero import Omero
from ome_zarr_models.v06.coordinate_transforms import AnyTransform, CoordinateSystem, CoordinateSystemIdentifier

from ome_zarr._doors.classes.channels import default_omero
from ome_zarr._doors.classes.items import Item
from ome_zarr._doors.classes.models import parse_omero_model
from ome_zarr._doors.classes.reading import Found
from ome_zarr.classes.base import OMEZarrMultiscaleBase
from ome_zarr.classes.labels import OMEZarrLabels
from ome_zarr.classes.single import OMEZarrImage
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.omero import parse_omero
from ome_zarr.metadata.paths import parse_label_name
from ome_zarr.planning.factors import FactorWish
from ome_zarr.scale import Methods

__all__ = ["DEFAULT_COLORS", "OMEZarrMultiscale"]

type LabelsWish = OMEZarrLabels | Sequence[OMEZarrLabels] | Mapping[str, OMEZarrLabels] | None

DEFAULT_COLORS = [
    *("00FFFF", "FF00FF", "FFFF00", "FF0000", "00FF00"),
    *("0000FF", "FFFFFF", "FFA500", "800080", "008000"),
]
"""Of channels, in turn: cyan, magenta, yellow, red, green, blue, white, orange, purple, dark green."""


class OMEZarrMultiscale(OMEZarrMultiscaleBase, kind="image"):
    """An image of several resolutions.

    The levels are dask arrays, made when they are written or used; how they are cut never changes a bit of them.

    Parameters
    ----------
    image
        The full resolution.
    scale_factors
        One entry per level above 0, against level 0: a number for y and x, or a mapping by axis, such as
        ``{"z": 2, "y": 2, "x": 2}``. None: 2, 4, 8 and 16; ``[]`` is one level.
    method
        The downsampling method: one of `Methods`, or its name.
    coordinate_transformations
        From or to the coordinate system of the pixels, as models of 0.6 or as mappings.
    coordinate_systems
        Further coordinate systems, as models of 0.6 or as mappings.
    default_coordinate_system_name
        Of the one that pixels are placed in.
    labels
        That belong to the image: one, several, or several by name.
    channel_names, channel_colors, contrast_limits
        One entry per channel. Colours are hexadecimal digits, names, or red, green and blue from 0 to 255; contrast
        limits are the values shown darkest and brightest, by default the full range of integers, 0 to 1 for floats.

    Raises
    ------
    RecipeError
        Something of this cannot be done, or is malformed.

    Examples
    --------
    >>> import numpy as np
    >>> from ome_zarr import OMEZarrImage, OMEZarrMultiscale
    >>> image = OMEZarrImage(np.zeros((2, 128, 128), "uint8"), axes="cyx")
    >>> multiscale = OMEZarrMultiscale(image, scale_factors=[2, 4], channel_names=["DAPI", "GFP"])
    >>> [level.data.shape for level in multiscale.images]
    [(2, 128, 128), (2, 64, 64), (2, 32, 32)]
    >>> multiscale.to_ome_zarr("cells.ome.zarr")
    []
    """

    def __init__(
        self,
        image: OMEZarrImage,
        scale_factors: Iterable[FactorWish] | None = None,
        method: Methods | str | None = Methods.RESIZE,
        coordinate_transformations: Sequence[AnyTransform] | None = None,
        coordinate_systems: Sequence[CoordinateSystem] | None = None,
        default_coordinate_system_name: str = "physical",
        labels: LabelsWish = None,
        channel_names: Sequence[str] | None = None,
        channel_colors: Sequence[str | Sequence[int]] | None = None,
        contrast_limits: Sequence[tuple[float, float]] | None = None,
    ) -> None:
        super().__init__(
            image, scale_factors, coordinate_transformations, coordinate_systems, method, default_coordinate_system_name
        )
        self.labels = labels
        self._omero: Omero | None = default_omero(
            channel_names, channel_colors, contrast_limits, DEFAULT_COLORS, self._channels, self.images[0].array.dtype
        )

    @property
    def labels(self) -> dict[str, OMEZarrLabels] | None:
        """The labels that belong to the image, by name; None: there are none. Settable: one, several, a mapping."""
        return self._labels

    @labels.setter
    def labels(self, value: LabelsWish) -> None:
        self._labels = None if value is None else _by_name(value)

    @property
    def omero(self) -> Omero | None:
        """How the channels are shown; None: nothing is said. Settable: a model, a mapping as in documents, or None."""
        return self._omero

    @omero.setter
    def omero(self, value: Omero | Mapping[str, object] | None) -> None:
        dtype = self.images[0].array.dtype
        self._omero = None if value is None else parse_omero_model(value, self._channels, dtype)

    @property
    def _channels(self) -> int:
        """Number of channels."""
        first = self.images[0]
        axis = first.parsed_axes.channel
        return 1 if axis is None else int(first.array.shape[axis])

    def _get_descendant_coordinate_system(self, csid: CoordinateSystemIdentifier) -> CoordinateSystem | None:
        labels = (self.labels or {}).get((csid.path or "").removeprefix("labels/"))
        if labels is not None and csid.name is not None:
            return labels.get_local_coordinate_system(csid.name)
        return super()._get_descendant_coordinate_system(csid)

    def _take(self, found: Found) -> None:
        self._omero = found.omero
        read = {name: OMEZarrLabels._of(labels) for name, labels in found.labels.items()}  # noqa: SLF001 - a sibling
        self._labels = {name: labels for name, labels in read.items() if isinstance(labels, OMEZarrLabels)} or None

    def _item(self) -> Item:
        arrays = [image.array for image in self.images]
        omero = None if self.omero is None else parse_omero(self.omero, self._channels)
        return Item(arrays, self._made, self.metadata, "image", omero)

    def _items(self) -> dict[str, Item]:
        labels = {f"labels/{name}": one._item() for name, one in (self.labels or {}).items()}  # noqa: SLF001 - a sibling
        return {**super()._items(), **labels}


def _by_name(value: LabelsWish) -> dict[str, OMEZarrLabels]:
    """Labels by their names."""
    if isinstance(value, OMEZarrLabels):
        value = [value]
    if not isinstance(value, Sequence | Mapping):
        raise RecipeError(f"labels is {value!r:.80}, a {type(value).__name__}; give OMEZarrLabels, a list or a mapping")
    listed = list(value.values() if isinstance(value, Mapping) else value)
    for labels in listed:
        if not isinstance(labels, OMEZarrLabels):
            raise RecipeError(f"labels hold {labels!r:.80}, a {type(labels).__name__}; give OMEZarrLabels")
    names = [parse_label_name(name) for name in (value if isinstance(value, Mapping) else [one.name for one in listed])]
    if len(set(names)) < len(names):
        raise RecipeError(f"labels have the names {names}; give each its own")
    return dict(zip(names, listed, strict=True))
