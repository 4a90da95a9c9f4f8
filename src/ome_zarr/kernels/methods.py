"""The methods that come with the package, and the registry that a user's own join."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.step import Step, is_whole
from ome_zarr.kernels.backend import kernels
from ome_zarr.kernels.method import Method, as_computed, one_nan
from ome_zarr.kernels.pick import Pick
from ome_zarr.kernels.rows import gaussian_linear_rows, linear_rows
from ome_zarr.kernels.weighted import Weighted
from ome_zarr.kernels.window import Mean, Window

__all__ = ["BUILT_IN", "find_method", "method_names", "register_method", "unregister_method"]

type WindowFunction = Callable[[np.ndarray, tuple[int, ...]], np.ndarray]


def _centres(step: Step) -> NDArray[np.int64]:
    """The pixel nearest the centre of each window: floor((j + 1/2) F), or of each share of the axis."""
    j = np.arange(step.size, dtype=np.int64)
    whole = is_whole(step.factor)
    index = j * step.window + step.window // 2 if whole else ((2 * j + 1) * step.base) // (2 * step.size)
    return np.minimum(index, step.base - 1)


def _corners(step: Step) -> NDArray[np.int64]:
    """The first pixel of each window."""
    return np.arange(step.size, dtype=np.int64) * step.window


def _majority(block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
    """Whether more than half of the pixels of each window are True."""
    count = int(np.prod(window))
    return kernels.mean_of_sums(kernels.window_sum(as_computed(block), window, np.uint64), count, np.bool_)


def _of_order(function: WindowFunction, *, by_majority: bool) -> WindowFunction:
    """A window function of ordered numbers, for every dtype that a block may have."""

    def apply(block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        if block.dtype.kind == "b" and by_majority:
            return _majority(block, window)
        values = function(as_computed(block), window)
        return one_nan(values).astype(block.dtype, copy=False)

    return apply


BUILT_IN: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Weighted(
                "resize",
                "Gaussian smoothing, then linear interpolation: no aliasing; for images",
                placement="resized",
                parameters={"sigma": "(n/m - 1) / 2", "truncate": 4.0, "order": 1, "mode": "mirror"},
                rows=gaussian_linear_rows,
            ),
            Pick(
                "nearest",
                "the pixel nearest the window's centre, unchanged; for labels, every dtype",
                labels=True,
                place=_centres,
            ),
            Mean("local_mean", "the true mean of every window, exactly rounded", placement="window"),
            Weighted(
                "zoom",
                "linear interpolation without smoothing",
                placement="resized",
                parameters={"order": 1, "grid_mode": True, "mode": "nearest"},
                rows=linear_rows,
            ),
            Window(
                "mode",
                "the most frequent value of every window; for labels",
                kinds="biu",
                labels=True,
                function=_of_order(kernels.window_mode, by_majority=True),
            ),
            Window(
                "median",
                "the median of every window; the lower one of an even number of integers",
                kinds="biuf",
                function=_of_order(kernels.window_median, by_majority=True),
            ),
            Window(
                "min",
                "the least pixel of every window; keeps dark structures",
                kinds="biuf",
                labels=True,
                function=_of_order(kernels.window_min, by_majority=False),
            ),
            Window(
                "max",
                "the greatest pixel of every window; keeps bright structures",
                kinds="biuf",
                labels=True,
                function=_of_order(kernels.window_max, by_majority=False),
            ),
            Pick(
                "stride",
                "the first pixel of every window, unchanged: a[::F]",
                labels=True,
                placement="corner",
                place=_corners,
                needs_whole_factors=True,
            ),
        )
    }
)

_registered: dict[str, Method] = {}


def register_method(method: Method, *, replace: bool = False) -> Method:
    """Make a method of one's own known by its name, to every function that takes ``method=``.

    Parameters
    ----------
    method
        A :class:`~ome_zarr.kernels.window.Window` around a function ``f(block, window)``, or a
        :class:`~ome_zarr.kernels.weighted.Weighted` around a table of weights. It gets what the built-in
        ones have: results that do not depend on chunks or threads, bounded memory, right placement.
    replace
        Whether a registered method of the same name is replaced; a built-in one never is.

    Returns
    -------
    Method
        The method.

    Raises
    ------
    RecipeError
        The name is taken or no identifier.

    Examples
    --------
    >>> import numpy as np
    >>> def extent(block, window):
    ...     parts = [block[tuple(slice(o, None, w) for o, w in zip(p, window))] for p in np.ndindex(*window)]
    ...     return np.max(parts, axis=0) - np.min(parts, axis=0)
    >>> register_method(Window("extent", "greatest less least pixel of every window", function=extent)).name
    'extent'
    >>> unregister_method("extent")
    """
    if not method.name.isidentifier():
        raise RecipeError(f"method name {method.name!r} is no identifier; use letters, digits and '_'")
    if replace and method.name not in BUILT_IN:
        _registered[method.name] = method
    elif method.name in BUILT_IN or _registered.setdefault(method.name, method) is not method:
        raise RecipeError(f"a method named {method.name!r} is there already; choose another name, or replace=True")
    return method


def unregister_method(name: str) -> None:
    """Forget a registered method; one that is not there is no error."""
    _registered.pop(name, None)


def method_names() -> tuple[str, ...]:
    """The names of all methods, built-in ones first."""
    return (*BUILT_IN, *_registered)


def find_method(name: str) -> Method:
    """The method of this name.

    Raises
    ------
    RecipeError
        There is none; the message lists those that are.
    """
    method = BUILT_IN.get(name) or _registered.get(name)
    if method is None:
        raise RecipeError(f"unknown method {name!r}; choose one of {', '.join(map(repr, method_names()))}")
    return method
