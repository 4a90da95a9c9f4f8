"""OME-Zarr (NGFF) images: pyramids written exactly, fast and in bounded memory; read with the same package.

>>> import numpy as np, ome_zarr
>>> image = ome_zarr.write(np.zeros((512, 512), "uint16"), "blank.ome.zarr", axes="yx", scale_factors=[2, 4])
>>> image[2].shape
(128, 128)
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "1.0.0"

USE_DASK_ARRAY_KWARGS = True
"""Whether dask is 2026.3 or newer, which this package requires; ome-zarr-py has this name."""

if TYPE_CHECKING:  # at run time names are imported when they are first used, see __getattr__
    from ome_zarr.api.collection import Collection
    from ome_zarr.api.diff import diff
    from ome_zarr.api.image import Image, Labels
    from ome_zarr.api.level import Level
    from ome_zarr.api.open import open  # noqa: A004 - ome_zarr.open
    from ome_zarr.api.plan import plan
    from ome_zarr.api.plate import Plate, Well
    from ome_zarr.api.resume import clean, resume
    from ome_zarr.api.scene import Scene
    from ome_zarr.api.verify import verify
    from ome_zarr.api.write import write, write_labels
    from ome_zarr.classes import OMEZarrImage, OMEZarrLabels, OMEZarrMultiscale, OMEZarrScene
    from ome_zarr.errors import OmeZarrError
    from ome_zarr.kernels.methods import register_method
    from ome_zarr.kernels.rows import Rows
    from ome_zarr.kernels.weighted import Weighted
    from ome_zarr.kernels.window import Window
    from ome_zarr.planning.plan import Plan
    from ome_zarr.planning.recipe import Recipe

__all__ = [
    "Collection",
    "Image",
    "Labels",
    "Level",
    "OMEZarrImage",
    "OMEZarrLabels",
    "OMEZarrMultiscale",
    "OMEZarrScene",
    "OmeZarrError",
    "Plan",
    "Plate",
    "Recipe",
    "Rows",
    "Scene",
    "Weighted",
    "Well",
    "Window",
    "__version__",
    "clean",
    "diff",
    "open",
    "plan",
    "register_method",
    "resume",
    "verify",
    "write",
    "write_labels",
]

_PLACES = {
    "Collection": ("api.collection", "Collection"),
    "Image": ("api.image", "Image"),
    "Labels": ("api.image", "Labels"),
    "Level": ("api.level", "Level"),
    "OMEZarrImage": ("classes.single", "OMEZarrImage"),
    "OMEZarrLabels": ("classes.labels", "OMEZarrLabels"),
    "OMEZarrMultiscale": ("classes.multiscale", "OMEZarrMultiscale"),
    "OMEZarrScene": ("classes.scene", "OMEZarrScene"),
    "OmeZarrError": ("errors", "OmeZarrError"),
    "Plan": ("planning.plan", "Plan"),
    "Plate": ("api.plate", "Plate"),
    "Recipe": ("planning.recipe", "Recipe"),
    "Rows": ("kernels.rows", "Rows"),
    "Scene": ("api.scene", "Scene"),
    "Weighted": ("kernels.weighted", "Weighted"),
    "Well": ("api.plate", "Well"),
    "Window": ("kernels.window", "Window"),
    "clean": ("api.resume", "clean"),
    "diff": ("api.diff", "diff"),
    "open": ("api.open", "open"),
    "plan": ("api.plan", "plan"),
    "register_method": ("kernels.methods", "register_method"),
    "resume": ("api.resume", "resume"),
    "verify": ("api.verify", "verify"),
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
