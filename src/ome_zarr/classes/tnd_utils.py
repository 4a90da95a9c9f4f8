"""Transformations between coordinate systems as objects that can be applied to points."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import dask.array as da
import ome_zarr_models.v06.coordinate_transforms as ozmt
import transformnd as tnd

from ome_zarr._doors.classes.graph import Context, UnsupportedTransformation, as_transformnd, field_arguments
from ome_zarr._doors.classes.scene_graph import Edge, Space, spaced_of

if TYPE_CHECKING:
    import numpy as np

    from ome_zarr.classes.multiscale import OMEZarrMultiscale

__all__ = ["VECTOR_FIELD_AXIS", "UnsupportedTransformation", "ozmp_tf_to_tnd_spaced"]

VECTOR_FIELD_AXIS = 0
"""The axis of the vectors in a field that does not say which of its axes it is."""


def ozmp_tf_to_tnd_spaced(
    transform: ozmt.AnyTransform,
    zarr_context: str = "",
    source_cs: ozmt.CoordinateSystem | None = None,
    target_cs: ozmt.CoordinateSystem | None = None,
    coordinate_displacements: "Mapping[str, OMEZarrMultiscale] | None" = None,
) -> "tnd.Spaced[np.ndarray, Space]":
    """The transformation of transformnd that does the same, between spaces called ``(path, name)``.

    Parameters
    ----------
    transform
        Of ome-zarr-models, with input and output.
    zarr_context
        Path of the group that describes it, below which its own paths lie.
    source_cs, target_cs
        The coordinate systems that it leads between, where they are known: they tell the numbers of dimensions.
    coordinate_displacements
        Fields of vectors, by the last part of their path.

    Raises
    ------
    UnsupportedTransformation
        There is none that does the same; or input, output, or something that it needs is missing.
    """
    return spaced_of(Edge(transform, zarr_context, source_cs, target_cs), coordinate_displacements or {})


def _ozmp_tf_to_tnd(
    transform: ozmt.AnyTransform,
    zarr_context: str,
    source_ndim: int | None,
    target_ndim: int | None,
    coordinate_displacements: "Mapping[str, OMEZarrMultiscale]",
) -> "tnd.Transform[np.ndarray]":
    """As :func:`ozmp_tf_to_tnd_spaced`, without the spaces."""
    return as_transformnd(transform, Context(zarr_context, source_ndim, target_ndim, coordinate_displacements))


def _setup_vectorfield_args(
    transform: ozmt.Displacements | ozmt.Coordinates,
    zarr_context: str,
    coordinate_displacements: "Mapping[str, OMEZarrMultiscale]",
) -> "tuple[da.Array, tnd.Transform[np.ndarray], int]":
    """The vectors of a field, the way from points to their pixels, and the axis of the vectors."""
    return field_arguments(transform, Context(zarr_context, None, None, coordinate_displacements))
