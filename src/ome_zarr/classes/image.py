"""Images and labels as ome-zarr-py's classes, under the names that its module has."""

from ome_zarr_models.common.image_label_types import LabelBase as Label
from ome_zarr_models.common.omero import Omero
from ome_zarr_models.v06.coordinate_transforms import (
    AnyTransform,
    Axis,
    CoordinateSystem,
    CoordinateSystemIdentifier,
    Identity,
    Scale,
    Translation,
)
from ome_zarr_models.v06.coordinate_transforms import Sequence as TransformSequence
from ome_zarr_models.v06.multiscales import Dataset
from ome_zarr_models.v06.multiscales import Multiscale as MultiscaleV06

from ome_zarr.classes.base import DEFAULT_VERSION, OMEZarrMultiscaleBase
from ome_zarr.classes.labels import OMEZarrLabels
from ome_zarr.classes.multiscale import DEFAULT_COLORS, OMEZarrMultiscale
from ome_zarr.classes.single import OMEZarrImage
from ome_zarr.scale import Methods

__all__ = [
    "DEFAULT_COLORS",
    "DEFAULT_VERSION",
    "DISCRETE_DIMS",
    "AnyTransform",
    "Axis",
    "CoordinateSystem",
    "CoordinateSystemIdentifier",
    "Dataset",
    "Identity",
    "Label",
    "Methods",
    "MultiscaleV06",
    "OMEZarrImage",
    "OMEZarrLabels",
    "OMEZarrMultiscale",
    "OMEZarrMultiscaleBase",
    "Omero",
    "Scale",
    "TransformSequence",
    "Translation",
]

DISCRETE_DIMS = ["coordinate", "displacement", "channel"]
"""Types of axes between whose places there is nothing."""
