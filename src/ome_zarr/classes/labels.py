"""Labels: images whose values name objects."""

from collections.abc import Iterable, Mapping

from ome_zarr_models.common.image_label_types import LabelBase

from ome_zarr._doors.classes.items import Item
from ome_zarr._doors.classes.label_values import colored_labels
from ome_zarr._doors.classes.models import image_label_model, parse_image_label_model
from ome_zarr._doors.classes.reading import Found
from ome_zarr.classes.base import OMEZarrMultiscaleBase
from ome_zarr.classes.single import OMEZarrImage
from ome_zarr.metadata.labels import parse_image_label
from ome_zarr.planning.factors import FactorWish
from ome_zarr.scale import Methods

__all__ = ["OMEZarrLabels"]


class OMEZarrLabels(OMEZarrMultiscaleBase, kind="labels"):
    """A labels image of several resolutions.

    Parameters
    ----------
    image
        The full resolution: integers that name objects, or a mask of bool, which becomes uint8.
    scale_factors
        As of :class:`OMEZarrMultiscale`.
    method
        The downsampling method. Methods that make new values are refused.
    auto_parse_labels
        Whether every value gets a colour, always the same one, when `image_label` is first wanted. All
        pixels are read for that. More than 256 values get none: viewers have colours of their own.

    Raises
    ------
    RecipeError
        Pixels that are no integers, or something else that cannot be done.
    """

    def __init__(
        self,
        image: OMEZarrImage,
        scale_factors: Iterable[FactorWish] | None = None,
        method: Methods | str | None = Methods.NEAREST,
        auto_parse_labels: bool = True,
    ) -> None:
        super().__init__(image, scale_factors, method=method)
        self._unparsed = bool(auto_parse_labels)
        self._image_label: LabelBase | None = None

    @property
    def image_label(self) -> LabelBase | None:
        """Colours and properties of label values; None: nothing is said of them.

        Settable: a model, a mapping as in the documents (or one with a mapping from value to colour), or None.
        """
        if self._unparsed:
            self._unparsed = False
            self._image_label = image_label_model(colored_labels(self.images[0].array))
        return self._image_label

    @image_label.setter
    def image_label(self, value: LabelBase | Mapping[str, object] | None) -> None:
        self._image_label = None if value is None else parse_image_label_model(value)
        self._unparsed = False

    def _take(self, found: Found) -> None:
        self._unparsed = False
        self._image_label = found.image_label

    def _item(self) -> Item:
        arrays = [image.array for image in self.images]
        return Item(arrays, self._made, self.metadata, "labels", image_label=parse_image_label(self.image_label))
