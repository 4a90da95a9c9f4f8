"""One image of one resolution, with what its axes mean."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

import dask.array as da
import numpy as np

from ome_zarr._doors.classes.described import as_numbers, as_types, as_units, axes_of, parse_names
from ome_zarr._doors.classes.pixels import as_array_source, as_dask
from ome_zarr.metadata.axes import Axes
from ome_zarr.sources.protocol import Hints, Source

__all__ = ["OMEZarrImage"]


@dataclass(eq=False)
class OMEZarrImage:
    """An image of one resolution and its place in space: what :class:`OMEZarrMultiscale` makes levels of.

    Parameters
    ----------
    data
        The pixels: a dask array, which keeps its chunks, or whatever :func:`ome_zarr.write` takes: a NumPy,
        zarr, h5py or xarray array. Afterwards a dask array; nothing of it is computed or copied.
    axes
        Names in storage order, ``"czyx"`` or ``["c", "z", "y", "x"]``.
    scale
        Extent of a pixel by axis, in the axis' unit. None: as an xarray says, else 1; what is missing is 1, with
        a warning. Afterwards a number for every axis.
    axes_units
        Units by axis, such as ``{"x": "micrometer"}``; None for an axis is no unit.
    axes_types
        Types by axis: ``"space"``, ``"time"``, ``"channel"``, ``"displacement"``, ``"coordinate"`` or one of
        your own. Those of x, y, z, c and t need not be given. Afterwards one for every axis, in their order.
    name
        Of the image.
    translation
        Where the centre of the first pixel lies by axis, in the axis' unit; 0 where nothing is said.

    Raises
    ------
    RecipeError
        The axes do not fit the pixels, `scale` or `translation` name another axis or hold no number, or
        `data` is nothing that pixels can be read from.

    Examples
    --------
    >>> import numpy as np
    >>> from ome_zarr import OMEZarrImage
    >>> image = OMEZarrImage(np.zeros((2, 64, 64), "uint8"), axes="cyx", scale={"c": 1, "y": 0.5, "x": 0.5})
    >>> image.scale
    {'c': 1.0, 'y': 0.5, 'x': 0.5}
    """

    data: da.Array | np.ndarray
    axes: Sequence[str] | str
    scale: dict[str, float] | None = None
    axes_units: dict[str, str] | None = None
    axes_types: dict[str, str | None] = field(default_factory=dict)
    name: str = "image"
    _: KW_ONLY
    translation: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        # what the graph of a dask array reads is looked up when it is needed: graphs can be large
        source = None if isinstance(self.data, da.Array) else as_array_source(self.data)
        hints = Hints() if source is None else source.spec.hints
        names = parse_names(self.axes, self.data.ndim if source is None else source.spec.ndim)
        self.axes = self.axes if isinstance(self.axes, tuple) else list(names)
        if self.scale is None and hints.scale:
            self.scale = {name: hints.scale.get(name, 1.0) for name in names}
        self.scale = as_numbers(self.scale, names, "scale", 1.0)
        self.axes_units = as_units(self.axes_units if self.axes_units is not None else hints.units or None, names)
        self.axes_types = as_types(self.axes_types or {}, names)
        if isinstance(self.translation, Mapping):
            self.translation = {**dict.fromkeys(names, 0.0), **self.translation}
        if self.translation is not None:
            self.translation = as_numbers(self.translation, names, "translation", 0.0)
        if source is not None:
            self.data = as_dask(self.data, source, names)
        self._given = (self.data, source)

    @property
    def array(self) -> da.Array:
        """The pixels as a dask array, which `data` is unless it was replaced by another array."""
        return self.data if isinstance(self.data, da.Array) else as_dask(self.data, self.source, self.axes)

    @property
    def source(self) -> Source:
        """The pixels, to be read region by region: as they were given, unless `data` was replaced since."""
        data, source = self._given
        return source if source is not None and self.data is data else as_array_source(self.data)

    @property
    def parsed_axes(self) -> Axes:
        """The axes as the library's model, with units spelled out."""
        return axes_of(self.axes, self.axes_types, self.axes_units)
