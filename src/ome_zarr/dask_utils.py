"""Downsampling of dask arrays, as ome-zarr-py has it: dask in, dask out, nothing computed.

The result never depends on how the array is cut: it is that of the whole array, bit for bit.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import dask.array as da
import numpy as np

from ome_zarr.engine.lazy import lazy_level
from ome_zarr.errors import RecipeError
from ome_zarr.geometry.step import Step
from ome_zarr.kernels.backend import kernels
from ome_zarr.kernels.methods import find_method

__all__ = ["downscale_nearest", "local_mean", "resize", "zoom"]

type _Resize = Callable[[np.ndarray, tuple[int, ...]], np.ndarray]

_RESIZE_PARAMETERS = (
    "order",
    "mode",
    "cval",
    "clip",
    "preserve_range",
    "anti_aliasing",
    "anti_aliasing_sigma",
)
"""Parameters of `skimage.transform.resize` after the first two, in their order."""

_DEFAULTS = MappingProxyType(
    {"order": None, "mode": "reflect", "cval": 0, "clip": True, "anti_aliasing": None, "anti_aliasing_sigma": None}
)


def resize(image: da.Array, output_shape: Sequence[int], *args: object, **kwargs: object) -> da.Array:
    """The array resized as `skimage.transform.resize` does it, with the dtype of `image`, rounded.

    Parameters
    ----------
    image
        Any numbers.
    output_shape
        One extent per axis.
    *args, **kwargs
        Further parameters of `skimage.transform.resize`. Linear interpolation after smoothing (``order=1,
        mode="reflect", anti_aliasing=True``) is the library's own method, and so is ``order=0`` without
        smoothing, which keeps values exactly; all else is done by scikit-image. `preserve_range` has no
        effect: values are always kept, as the dtype is.

    Raises
    ------
    RecipeError
        A parameter that there is not, or a shape that does not fit.
    """
    shape = _parse_shape(image, output_shape)
    options = _parse_options(args, kwargs)
    smaller = any(m < n for n, m in zip(image.shape, shape, strict=True))
    order = options["order"] if options["order"] is not None else int(image.dtype != bool)
    smooth = options["anti_aliasing"]
    if smooth is None:
        smooth = smaller and order != 0
    if order == 0 and not smooth:
        return lazy_level(image, find_method("nearest"), _shares(image, shape))
    shrinks = all(m <= n for n, m in zip(image.shape, shape, strict=True))
    plain = order == 1 and options["mode"] == "reflect" and options["anti_aliasing_sigma"] is None
    if plain and shrinks and (smooth or not smaller):
        return lazy_level(image, find_method("resize"), _shares(image, shape))
    return _by_scikit_image(image, shape, {**options, "order": order, "anti_aliasing": smooth})


def local_mean(image: da.Array, output_shape: Sequence[int], *args: object, **kwargs: object) -> da.Array:
    """The mean of every window of whole pixels, exactly rounded.

    Parameters
    ----------
    image
        Any numbers.
    output_shape
        One extent per axis: the extent of `image` divided by a whole number, rounded down or up.
    *args, **kwargs
        Have no effect.

    Raises
    ------
    RecipeError
        No whole factor leads to this shape.
    """
    del args, kwargs
    shape = _parse_shape(image, output_shape)
    steps = [_whole(n, m, axis) for axis, (n, m) in enumerate(zip(image.shape, shape, strict=True))]
    return lazy_level(image, find_method("local_mean"), steps)


def zoom(image: da.Array, output_shape: Sequence[int], *args: object, **kwargs: object) -> da.Array:
    """The array linearly interpolated, without smoothing.

    Parameters
    ----------
    image
        Any numbers.
    output_shape
        One extent per axis.
    *args, **kwargs
        Have no effect.

    Raises
    ------
    RecipeError
        A shape that does not fit.
    """
    del args, kwargs
    shape = _parse_shape(image, output_shape)
    if any(m > n for n, m in zip(image.shape, shape, strict=True)):
        return _by_scikit_image(image, shape, {"order": 1, "mode": "edge", "anti_aliasing": False})
    return lazy_level(image, find_method("zoom"), _shares(image, shape))


def downscale_nearest(image: da.Array, factors: tuple[int, ...]) -> da.Array:
    """Every `factors`-th pixel, beginning with the first: ``image[::factor, ...]``.

    Parameters
    ----------
    image
        Any array.
    factors
        One whole number per axis, from 1 to the extent of the axis.

    Raises
    ------
    RecipeError
        Another number of factors, or one that is not possible.
    """
    if len(factors) != image.ndim:
        raise RecipeError(f"factors {factors!r} are {len(factors)} for {image.ndim} axes; give one per axis")
    for axis, (factor, extent) in enumerate(zip(factors, image.shape, strict=True)):
        if int(factor) != factor or not 1 <= factor <= extent:
            raise RecipeError(f"factor {factor!r} for axis {axis}; give a whole number from 1 to {extent}")
    picked: da.Array = image[tuple(slice(None, None, int(factor)) for factor in factors)]
    return picked


def _parse_shape(image: da.Array, output_shape: Sequence[int]) -> tuple[int, ...]:
    shape = tuple(int(n) for n in output_shape)
    if len(shape) != image.ndim or min(shape, default=1) < 1:
        raise RecipeError(f"output_shape {tuple(output_shape)!r} for shape {image.shape!r}; give one extent per axis")
    return shape


def _parse_options(args: tuple[object, ...], kwargs: dict[str, object]) -> dict[str, object]:
    given = dict(zip(_RESIZE_PARAMETERS, args, strict=False))
    unknown = [name for name in kwargs if name not in _RESIZE_PARAMETERS or name in given]
    if unknown or len(args) > len(_RESIZE_PARAMETERS):
        raise RecipeError(
            f"resize does not take {unknown or args!r}; give output_shape and, by name, any of {_RESIZE_PARAMETERS}"
        )
    options = {**_DEFAULTS, **given, **kwargs}
    options.pop("preserve_range", None)
    return options


def _shares(image: da.Array, shape: tuple[int, ...]) -> list[Step]:
    """Steps to pixels that share each axis equally."""
    return [Step(n, m, n // m if n % m == 0 else n / m) for n, m in zip(image.shape, shape, strict=True)]


def _whole(n: int, m: int, axis: int) -> Step:
    """The step to windows of whole pixels; the last of them may be cut off."""
    if m <= n:
        factor = n // m
        if n // factor == m:
            return Step(n, m, factor)
        factor = -(-n // m)
        if -(-n // factor) == m:
            return Step(n, m, factor)
    raise RecipeError(
        f"{n} to {m} pixels along axis {axis} is no whole factor, which 'local_mean' needs; give another "
        "output_shape, or use resize"
    )


def _by_scikit_image(image: da.Array, shape: tuple[int, ...], options: dict[str, object]) -> da.Array:
    """The result of scikit-image, on blocks that reach across every axis which matters to it."""
    from skimage.transform import resize as whole_resize

    # splines reach through the whole array, and are clipped to its range: only up to linear are axes independent
    linear = options["order"] in (0, 1) and options.get("anti_aliasing_sigma") is None
    rigid = [axis for axis, (n, m) in enumerate(zip(image.shape, shape, strict=True)) if n != m or not linear]
    image = image.rechunk(dict.fromkeys(rigid, -1))
    chunks = tuple((m,) if axis in rigid else image.chunks[axis] for axis, m in enumerate(shape))
    resized: da.Array = da.map_blocks(
        _resize_block,
        image,
        resize=partial(whole_resize, preserve_range=True, **options),
        extents={axis: shape[axis] for axis in rigid},
        chunks=chunks,
        meta=np.empty((0,) * image.ndim, image.dtype),
    )
    return resized


def _resize_block(block: np.ndarray, resize: _Resize, extents: Mapping[int, int]) -> np.ndarray:
    """A block resized along the axes that have a new extent; whole numbers are rounded, not cut off."""
    shape = tuple(extents.get(axis, n) for axis, n in enumerate(block.shape))
    values = resize(block.astype(np.float32) if block.dtype == bool else block, shape)
    if block.dtype.kind == "b":
        return values > 0.5
    if block.dtype.kind in "iu":
        return kernels.round_to(np.ascontiguousarray(values), block.dtype)
    return values.astype(block.dtype)
