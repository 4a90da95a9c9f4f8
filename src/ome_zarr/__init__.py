"""OME-Zarr (NGFF) images: pyramids written exactly, fast and in bounded memory; read with the same package.

>>> import numpy as np, ome_zarr
>>> image = ome_zarr.write(np.zeros((512, 512), "uint16"), "blank.ome.zarr", axes="yx", scale_factors=[2, 4])
>>> image[2].shape
(128, 128)
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "1.0.0"

if TYPE_CHECKING:  # at run time names are imported when they are first used, see __getattr__
    from ome_zarr.api.image import Image, Level
    from ome_zarr.api.image import open_image as open  # noqa: A004 - ome_zarr.open
    from ome_zarr.api.write import plan, write, write_labels
    from ome_zarr.errors import OmeZarrError
    from ome_zarr.kernels.methods import register_method
    from ome_zarr.kernels.rows import Rows
    from ome_zarr.kernels.weighted import Weighted
    from ome_zarr.kernels.window import Window
    from ome_zarr.planning.plan import Plan
    from ome_zarr.planning.recipe import Recipe

__all__ = [
    "Image",
    "Level",
    "OmeZarrError",
    "Plan",
    "Recipe",
    "Rows",
    "Weighted",
    "Window",
    "__version__",
    "open",
    "plan",
    "register_method",
    "write",
    "write_labels",
]

_PLACES = {
    "Image": ("api.image", "Image"),
    "Level": ("api.image", "Level"),
    "OmeZarrError": ("errors", "OmeZarrError"),
    "Plan": ("planning.plan", "Plan"),
    "Recipe": ("planning.recipe", "Recipe"),
    "Rows": ("kernels.rows", "Rows"),
    "Weighted": ("kernels.weighted", "Weighted"),
    "Window": ("kernels.window", "Window"),
    "open": ("api.image", "open_image"),
    "plan": ("api.write", "plan"),
    "register_method": ("kernels.methods", "register_method"),
    "write": ("api.write", "write"),
    "write_labels": ("api.write", "write_labels"),
}
"""Where each public name is defined."""


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'ome_zarr' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    found: object = getattr(import_module(f"ome_zarr.{module}"), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
