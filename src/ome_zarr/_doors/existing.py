"""The error for levels that are there already; imported where it is raised, because it is zarr's as well."""

from zarr.errors import ContainsArrayError

from ome_zarr.errors import ExistsError

__all__ = ["ImageExistsError"]


class ImageExistsError(ExistsError, ContainsArrayError):
    """Levels are there already; also what zarr raises for an array that is there."""
