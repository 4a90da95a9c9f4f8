"""Which adapter reads which thing."""

import reprlib
from collections.abc import Callable
from os import PathLike

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.sources.arraylike import Arraylike, ArraylikeSource
from ome_zarr.sources.numpy import NumpySource
from ome_zarr.sources.protocol import Source

__all__ = ["as_source"]


def as_source(data: object) -> Source:
    """`data` as a source of pixels, nothing of which is read yet.

    Parameters
    ----------
    data
        One of: a `Source`; a NumPy array or memory map; a dask array; a zarr array, or a zarr group that is
        an OME-Zarr image (its level 0); the path or URL of one of these; the path of a TIFF or ``.npy`` file;
        an object of tifffile (`TiffFile`, `TiffPageSeries`, `ZarrTiffStore`), TensorStore, h5py or xarray;
        any object with `shape`, `dtype` and slicing; nested sequences of numbers.

    Raises
    ------
    RecipeError
        `data` is nothing of that kind, or its shape or dtype cannot be an image.
    NotFoundError
        There is nothing at the path.
    DocumentError
        The file is damaged or not what its name says.
    """
    if isinstance(data, Source):
        return data
    if isinstance(data, np.ndarray):
        return NumpySource(data)
    if isinstance(data, np.generic):
        return NumpySource(np.asarray(data))
    if isinstance(data, str | PathLike):
        return _from_path(data)
    adapt = _ADAPTERS.get(type(data).__module__.partition(".")[0], _from_object)
    return adapt(data)


def _from_path(path: str | PathLike[str]) -> Source:
    from ome_zarr.sources.files import open_path

    return open_path(path)


def _from_dask(data: object) -> Source:
    import dask.array as da

    from ome_zarr.sources.dask import DaskSource

    return DaskSource(data) if isinstance(data, da.Array) else _from_object(data)


def _from_zarr(data: object) -> Source:
    import zarr

    from ome_zarr.sources.zarr import open_zarr_source

    if isinstance(data, zarr.Group):
        raise RecipeError(f"{data!r} is a group, not an array; give one of its arrays")
    return open_zarr_source(data) if isinstance(data, zarr.Array) else _from_object(data)


def _from_tifffile(data: object) -> Source:
    from ome_zarr.sources.tiff import open_tiff_object

    return open_tiff_object(data)


def _from_tensorstore(data: object) -> Source:
    import tensorstore as ts

    from ome_zarr.sources.tensorstore import open_tensorstore

    return open_tensorstore(data) if isinstance(data, ts.TensorStore) else _from_object(data)


def _from_h5py(data: object) -> Source:
    if not isinstance(data, Arraylike):
        raise RecipeError(f"{data!r} of h5py has no pixels of its own; give one of its data sets, such as data['name']")
    # h5py takes its own lock in every call.
    return ArraylikeSource(data, concurrent=True)


def _from_xarray(data: object) -> Source:
    from ome_zarr.sources.xarray import open_dataarray

    return open_dataarray(data)


def _from_object(data: object) -> Source:
    """An object of an unknown library, or numbers in sequences."""
    if isinstance(data, Arraylike):
        return ArraylikeSource(data)
    return NumpySource(_as_array(data))


def _as_array(data: object) -> np.ndarray:
    try:
        array = np.asarray(data)
    except (TypeError, ValueError) as error:
        raise RecipeError(
            f"{type(data).__name__} {reprlib.repr(data)} is no array: {error}; "
            "give an array, or sequences of numbers of equal length"
        ) from error
    if array.dtype == object:
        raise RecipeError(
            f"{type(data).__name__} {reprlib.repr(data)} is no array of numbers; give a NumPy, dask or zarr array, "
            "the path of an image, or an object with shape, dtype and slicing"
        )
    return array


_ADAPTERS: dict[str, Callable[[object], Source]] = {
    "dask": _from_dask,
    "zarr": _from_zarr,
    "tifffile": _from_tifffile,
    "tensorstore": _from_tensorstore,
    "h5py": _from_h5py,
    "xarray": _from_xarray,
}
