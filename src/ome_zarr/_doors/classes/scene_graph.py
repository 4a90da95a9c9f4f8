"""The graph of the coordinate systems of a scene."""

import posixpath
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import transformnd as tnd
from ome_zarr_models.v06.coordinate_transforms import AnyTransform, CoordinateSystem, CoordinateSystemIdentifier

from ome_zarr._doors.classes.graph import Context, Fields, UnsupportedTransformation, as_transformnd
from ome_zarr._doors.notices import notice
from ome_zarr.errors import RecipeError

__all__ = ["Edge", "Space", "check_ends", "graph_of", "spaced_of"]

type Space = tuple[str, str | None]
"""A coordinate system: the path of the group that describes it, and its name there."""


class Edge(NamedTuple):
    """A transformation between coordinate systems.

    Attributes
    ----------
    transform
        With input and output.
    path
        Of the group that describes it, below which its own paths lie.
    source, target
        The systems that it leads between, where they are known.
    """

    transform: AnyTransform
    path: str
    source: CoordinateSystem | None
    target: CoordinateSystem | None


def spaced_of(edge: Edge, fields: Fields) -> "tnd.Spaced[np.ndarray, Space]":
    """The transformation of transformnd that does the same, with the spaces that it leads between.

    Raises
    ------
    UnsupportedTransformation
        There is none; or input, output, or something that it needs is missing.
    """
    transform = edge.transform
    if transform.input is None or transform.output is None:
        raise UnsupportedTransformation("input or output is missing", transform)
    context = Context(edge.path, _ndim(edge.source), _ndim(edge.target), fields)
    converted = as_transformnd(transform, context)
    return tnd.Spaced(converted, _space(transform.input, edge.path), _space(transform.output, edge.path))


def graph_of(edges: Iterable[Edge], fields: Fields) -> "tnd.TransformGraph[np.ndarray, Space]":
    """The graph of coordinate systems, with a way back wherever there is one.

    What cannot be applied is left out, with a warning.
    """
    graph: tnd.TransformGraph[np.ndarray, Space] = tnd.TransformGraph()  # type: ignore[no-untyped-call] # its author left out the annotation
    for edge in edges:
        try:
            spaced = spaced_of(edge, fields)
            graph.add_transform(spaced)
        except (UnsupportedTransformation, ValueError) as error:  # the latter of a system with other dimensions
            notice(f"a transformation is left out of the graph of the scene: {error}")
            continue
        back = spaced.invert()
        if back is not None:
            graph.add_transform(back)
    return graph


def check_ends(edge: Edge, known: Sequence[Space]) -> None:
    """Check that a transformation of the scene leads between coordinate systems that somebody has described.

    Raises
    ------
    RecipeError
        It does not.
    """
    if not edge.path and None in (edge.source, edge.target):
        kind, source, target = edge.transform.type, edge.transform.input, edge.transform.output
        raise RecipeError(
            f"a transformation of type {kind!r} leads from {source!r} to {target!r}, and the scene has the coordinate "
            f"systems {list(known)}, by path and name; name two of them"
        )


def _space(system: CoordinateSystemIdentifier, path: str) -> Space:
    return posixpath.join(path, system.path or "").rstrip("/"), system.name


def _ndim(system: CoordinateSystem | None) -> int | None:
    return None if system is None else len(system.axes)
