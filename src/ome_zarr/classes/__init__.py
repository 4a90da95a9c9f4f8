"""Images, labels and scenes as ome-zarr-py's classes: metadata in models of ome-zarr-models, pixels in dask arrays."""

from ome_zarr.classes.labels import OMEZarrLabels
from ome_zarr.classes.multiscale import OMEZarrMultiscale
from ome_zarr.classes.scene import OMEZarrScene
from ome_zarr.classes.single import OMEZarrImage

__all__ = ["OMEZarrImage", "OMEZarrLabels", "OMEZarrMultiscale", "OMEZarrScene"]
