"""xarray: named axes and coordinates."""

import numpy as np
import xarray as xr

from ome_zarr.errors import RecipeError
from ome_zarr.sources.arraylike import ArraylikeSource
from ome_zarr.sources.dask import DaskSource
from ome_zarr.sources.numpy import NumpySource
from ome_zarr.sources.protocol import Hints, Source

__all__ = ["open_dataarray"]


def open_dataarray(data: object) -> Source:
    """The source of a `DataArray`; its dimensions name the axes, evenly spaced coordinates give the scale.

    Blocks of dask stay in dask; what xarray would load lazily is loaded region by region.
    """
    if not isinstance(data, xr.DataArray):
        raise RecipeError(f"an xarray {type(data).__name__} has several arrays; give one of them, such as data['name']")
    hints = Hints(
        axes=tuple(map(str, data.dims)),
        scale=_scale(data),
        units=_units(data),
        name="" if data.name is None else str(data.name),
    )
    if data.chunks is not None:
        return DaskSource(data.data, hints)
    if data.variable._in_memory:  # noqa: SLF001 - xarray has no public way to ask without loading
        return NumpySource(data.values, hints)
    # xarray locks its files itself.
    return ArraylikeSource(data.variable, hints=hints, concurrent=True)


def _scale(data: xr.DataArray) -> dict[str, float]:
    spacings = {str(name): _spacing(data.coords[name].values) for name in data.dims if name in data.coords}
    return {name: spacing for name, spacing in spacings.items() if spacing is not None}


def _spacing(values: np.ndarray) -> float | None:
    """The distance between neighbours, if it is positive and the same everywhere (to a part in 10 000)."""
    if values.ndim != 1 or len(values) < 2 or values.dtype.kind not in "iuf":
        return None
    steps = np.diff(values.astype(np.float64))
    mean = float(steps.mean())
    return mean if mean > 0 and np.allclose(steps, mean, rtol=1e-4, atol=0) else None


def _units(data: xr.DataArray) -> dict[str, str]:
    units = {str(name): data.coords[name].attrs.get("units") for name in data.dims if name in data.coords}
    return {name: unit for name, unit in units.items() if isinstance(unit, str)}
