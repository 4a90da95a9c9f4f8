"""Downsampling methods under ome-zarr-py's names, and its deprecated `Scaler`."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from ome_zarr import __version__
from ome_zarr._doors.methods import Methods
from ome_zarr.errors import RecipeError
from ome_zarr.kernels.methods import BUILT_IN

if TYPE_CHECKING:  # what needs dask is imported when it is first used: that takes longer than writing many an image
    import dask.array as da

    from ome_zarr._doors.pyramids import ArrayLike, ListOfArrayLike

    method_dispatch: "dict[Methods, Dispatch]"

__all__ = ["SPATIAL_DIMS", "ArrayLike", "ListOfArrayLike", "Methods", "Scaler", "method_dispatch"]

LOGGER = logging.getLogger("ome_zarr.scale")

SPATIAL_DIMS = ("z", "y", "x")
"""Names of the axes of space."""


class Dispatch(TypedDict):
    """What does the work of a method, on dask arrays.

    `func` is called as ``func(image, output_shape=shape, **kwargs)``; `used_function` and `version` say what
    it is.
    """

    func: "Callable[..., da.Array]"
    kwargs: dict[str, object]
    used_function: str
    version: str


class _Dispatches(dict[Methods, Dispatch]):
    """Has an entry for registered methods too."""

    def __missing__(self, method: Methods) -> Dispatch:
        if not isinstance(method, Methods):
            raise KeyError(method)
        from ome_zarr._doors.pyramids import make_level

        return _dispatch(make_level, method=method.value)


def _dispatch(func: "Callable[..., da.Array]", **kwargs: object) -> Dispatch:
    return Dispatch(func=func, kwargs=kwargs, used_function=f"{func.__module__}.{func.__name__}", version=__version__)


def _dispatches() -> _Dispatches:
    """What does the work of every method."""
    from ome_zarr._doors.pyramids import make_level
    from ome_zarr.dask_utils import local_mean, resize, zoom

    return _Dispatches(
        {
            Methods.RESIZE: _dispatch(resize, order=1, mode="reflect", anti_aliasing=True, preserve_range=True),
            Methods.NEAREST: _dispatch(resize, order=0, mode="reflect", anti_aliasing=False, preserve_range=True),
            Methods.LOCAL_MEAN: _dispatch(local_mean),
            Methods.ZOOM: _dispatch(zoom),
        }
        | {
            Methods(name): _dispatch(make_level, method=name)
            for name in BUILT_IN
            if name not in ("resize", "nearest", "local_mean", "zoom")
        }
    )


@dataclass
class Scaler:
    """Downsampling of the last two axes, plane by plane; deprecated.

    Give `scale_factors` and `method` to the functions that write instead.

    Parameters
    ----------
    copy_metadata
        Whether `scale` copies the attributes of the array.
    downscale
        Factor from each level to the next.
    in_place
        Not supported.
    labeled
        Whether `scale` checks that every level has values of the array only.
    max_layer
        Number of levels above 0.
    method
        Name of the method that `scale` uses, one of `methods`.
    order
        Of the interpolation in `resize_image`.
    """

    copy_metadata: bool = False
    downscale: int = 2
    in_place: bool = False
    labeled: bool = False
    max_layer: int = 4
    method: str = "nearest"
    order: int = 1

    def __post_init__(self) -> None:
        warnings.warn(
            "Scaler is deprecated since 0.14.0; give scale_factors and method to the function that writes",
            DeprecationWarning,
            stacklevel=3,
        )

    @staticmethod
    def methods() -> Iterator[str]:
        """The names that `method` can have."""
        yield from ("gaussian", "laplacian", "local_mean", "nearest", "resize_image", "zoom")

    @property
    def func(self) -> "Callable[[ArrayLike], object]":
        """The method of this object that `method` names.

        Raises
        ------
        RecipeError
            There is none.
        """
        if self.method not in self.methods():
            raise RecipeError(f"unknown method {self.method!r}; choose one of {sorted(self.methods())}")
        found: Callable[[ArrayLike], object] = getattr(self, self.method)
        return found

    def scale(self, input_array: str, output_directory: str) -> None:
        """Write an array and its levels as an image whose axes are the last of t, c, z, y and x.

        Parameters
        ----------
        input_array
            Path of a zarr array.
        output_directory
            Where nothing is yet.

        Raises
        ------
        RecipeError
            `in_place` is set, or a level has values that the array does not have and `labeled` is set.
        """
        import zarr

        from ome_zarr.storage.noting import update_attributes
        from ome_zarr.writer import write_multiscale

        if self.in_place:
            raise RecipeError("in_place is True, which is not supported; leave it out")
        base = zarr.open_array(input_array, mode="r")
        pixels = np.asarray(base[...])
        made = self.func(pixels)
        pyramid: list[np.ndarray] = made if isinstance(made, list) else [pixels, np.asarray(made)]
        if self.labeled:
            _check_values(pyramid)
        write_multiscale(pyramid, output_directory, axes="tczyx"[-base.ndim :], name="image")
        if self.copy_metadata:
            update_attributes(zarr.open_group(output_directory, mode="r+"), base.attrs.asdict())

    def resize_image(self, image: "ArrayLike") -> "ArrayLike":
        """The next level alone, resized as scikit-image does it."""
        import dask.array as da

        from ome_zarr.dask_utils import resize

        shape = (*image.shape[:-2], *(max(1, n // self.downscale) for n in image.shape[-2:]))
        resized = resize(da.asarray(image), shape, order=self.order, anti_aliasing=self.order > 0)
        return resized if isinstance(image, da.Array) else np.asarray(resized)

    def nearest(self, base: "ArrayLike") -> "list[ArrayLike]":
        """The levels, by the pixel nearest each window's centre."""
        return self._pyramid(base, "nearest")

    def gaussian(self, base: "ArrayLike") -> "list[ArrayLike]":
        """The levels of scikit-image's Gaussian pyramid, along all axes."""
        return self._by_scikit_image(base, "pyramid_gaussian")

    def laplacian(self, base: "ArrayLike") -> "list[ArrayLike]":
        """The levels of scikit-image's Laplacian pyramid, along all axes."""
        return self._by_scikit_image(base, "pyramid_laplacian")

    def local_mean(self, base: "ArrayLike") -> "list[ArrayLike]":
        """The levels, by the mean of each window."""
        return self._pyramid(base, "local_mean")

    def zoom(self, base: "ArrayLike") -> "list[ArrayLike]":
        """The levels, linearly interpolated."""
        return self._pyramid(base, "zoom")

    def _pyramid(self, base: "ArrayLike", method: str) -> "list[ArrayLike]":
        import dask.array as da

        from ome_zarr._doors.pyramids import build_pyramid

        dims = [f"axis {axis}" for axis in range(base.ndim)]
        factors = [dict.fromkeys(dims[-2:], self.downscale**level) for level in range(1, self.max_layer + 1)]
        levels = build_pyramid(base, factors, dims, method)[1:]
        return [base, *(levels if isinstance(base, da.Array) else da.compute(*levels))]

    def _by_scikit_image(self, base: "ArrayLike", name: str) -> "list[ArrayLike]":
        from skimage import transform

        pyramid = getattr(transform, name)(
            np.asarray(base), max_layer=self.max_layer, downscale=self.downscale, preserve_range=True
        )
        return [base, *(np.asarray(level).astype(base.dtype) for level in list(pyramid)[1:])]


def _check_values(pyramid: "Sequence[ArrayLike]") -> None:
    known = np.unique(pyramid[0])
    for level, pixels in enumerate(pyramid):
        new = np.setdiff1d(pixels, known)
        if new.size:
            raise RecipeError(
                f"level {level} has the value {new[0].item()!r}, which level 0 does not have; use method='nearest'"
            )


def __getattr__(name: str) -> object:
    """Names that need dask."""
    if name not in _NEED_DASK:
        raise AttributeError(f"module 'ome_zarr.scale' has no attribute {name!r}")
    from ome_zarr import dask_utils
    from ome_zarr._doors import pyramids

    found: object = {
        "ArrayLike": pyramids.ArrayLike,
        "ListOfArrayLike": pyramids.ListOfArrayLike,
        "_build_pyramid": pyramids.build_pyramid,
        "dask_local_mean": dask_utils.local_mean,
        "dask_resize": dask_utils.resize,
        "dask_zoom": dask_utils.zoom,
    }.get(name) or _dispatches()
    globals()[name] = found
    return found


_NEED_DASK = frozenset(
    {"ArrayLike", "ListOfArrayLike", "_build_pyramid", "dask_local_mean", "dask_resize", "dask_zoom", "method_dispatch"}
)
