"""Levels and images as xarray has them: arrays whose axes carry physical coordinates."""

from typing import TYPE_CHECKING

import numpy as np

from ome_zarr.errors import MissingDependencyError

if TYPE_CHECKING:  # xarray is optional, and images are turned into it through this module
    import xarray as xr

    from ome_zarr.api.image import Image
    from ome_zarr.api.level import Level

__all__ = ["image_tree", "level_array"]


def level_array(level: "Level") -> "xr.DataArray":
    """See :meth:`ome_zarr.Level.to_xarray`."""
    try:
        import xarray as xr  # noqa: PLC0415 - optional
    except ImportError as error:
        raise MissingDependencyError("xarray is not installed; install ome-zarr[xarray]") from error
    coordinates = {
        axis.name: xr.Variable(axis.name, _positions(level, number), {"units": axis.unit} if axis.unit else {})
        for number, axis in enumerate(level.axes)
    }
    return xr.DataArray(level.dask, coordinates, level.axes.names, attrs={"level": level.path})


def image_tree(image: "Image") -> "xr.DataTree":
    """See :meth:`ome_zarr.Image.to_datatree`."""
    nodes = _nodes(image, "image")
    for name, labels in image.labels.items():
        nodes |= {f"labels/{name}/{path}": node for path, node in _nodes(labels, "labels").items()}
    import xarray as xr  # noqa: PLC0415 - optional, and there: the nodes are made of it

    return xr.DataTree.from_dict(nodes, name=image.name)


def _nodes(image: "Image", variable: str) -> "dict[str, xr.Dataset]":
    return {f"s{number}": level_array(level).to_dataset(name=variable) for number, level in enumerate(image.levels)}


def _positions(level: "Level", axis: int) -> np.ndarray:
    """Where the centres of the pixels lie along an axis; of channels their names, where these differ."""
    extent, names = level.shape[axis], level.channel_names
    if level.axes[axis].type == "channel" and len(names) == extent == len(set(names)):
        return np.array(names)
    return np.asarray(level.translation[axis] + level.scale[axis] * np.arange(extent))
