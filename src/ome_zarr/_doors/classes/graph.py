"""Transformations of ome-zarr-models as those of transformnd, which can be applied to points."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Protocol

import dask.array as da
import numpy as np
import ome_zarr_models.v06.coordinate_transforms as models
import transformnd as tnd

from ome_zarr.errors import OmeZarrError

__all__ = ["Context", "Field", "Fields", "UnsupportedTransformation", "as_transformnd", "field_arguments"]

type Converted = tnd.Transform[np.ndarray]


class Field(Protocol):
    """What counts of an image whose pixels are vectors."""

    @property
    def images(self) -> "Sequence[FieldLevel]":
        """Its levels."""
        ...


class FieldLevel(Protocol):
    """What counts of a level of it."""

    @property
    def array(self) -> da.Array:
        """The vectors."""
        ...

    scale: dict[str, float] | None
    translation: Mapping[str, float] | None
    axes_types: dict[str, str | None]


type Fields = Mapping[str, Field]
"""Fields of vectors by the last part of their paths."""

_VECTOR_TYPES = frozenset({"coordinate", "displacement"})

_ORDERS: Mapping[str | None, int] = {None: 1, "linear": 1, "nearest": 0, "cubic": 3, "bspline-cubic": 3}
"""Order of the spline that each kind of interpolation is; linear is what the specification has by default."""


class UnsupportedTransformation(OmeZarrError):  # noqa: N818 - ome-zarr-py's name
    """A transformation that is understood and cannot be applied here.

    Attributes
    ----------
    msg
        Why.
    parsed
        The transformation.
    """

    def __init__(self, msg: str, parsed: models.Transform) -> None:
        super().__init__(msg, parsed)
        self.msg = msg
        self.parsed = parsed

    def __str__(self) -> str:
        return f"{self.msg}: {self.parsed!r:.300}"


@dataclass(frozen=True)
class Context:
    """Where a transformation stands.

    Attributes
    ----------
    path
        Of the group that describes it.
    source, target
        Numbers of dimensions before and after it, where they are known.
    fields
        Fields of vectors that can be named.
    """

    path: str
    source: int | None
    target: int | None
    fields: Fields

    def between(self, source: int | None, target: int | None) -> "Context":
        """The same place, with other dimensions."""
        return replace(self, source=source, target=target)


def as_transformnd(transform: models.Transform, context: Context) -> Converted:
    """The transformation of transformnd that does the same.

    Raises
    ------
    UnsupportedTransformation
        There is none; or something that it needs is missing, or does not fit.
    """
    try:
        return _convert(transform, context)
    except (ValueError, IndexError, NotImplementedError) as error:
        raise UnsupportedTransformation(f"the transformation does not fit ({error})", transform) from error


@singledispatch
def _convert(transform: models.Transform, context: Context) -> Converted:
    del context
    raise UnsupportedTransformation(f"transformations of type {transform.type!r} cannot be applied", transform)


@_convert.register
def _(transform: models.Identity, context: Context) -> Converted:
    return tnd.transforms.Identity(_ndim(transform, context))


@_convert.register
def _(transform: models.MapAxis, context: Context) -> Converted:
    del context
    return tnd.transforms.MapAxis(list(transform.mapAxis))


@_convert.register
def _(transform: models.ProjectAxis, context: Context) -> Converted:
    _ndim(transform, context)
    return tnd.transforms.ProjectAxis(
        dropped=set(transform.droppedInputs or ()),
        created=set(transform.createdOutputs or ()),
        source_ndim=context.source,
        target_ndim=context.target,
    )


@_convert.register
def _(transform: models.Scale, context: Context) -> Converted:
    del context
    return tnd.transforms.Scale(transform.scale)


@_convert.register
def _(transform: models.Translation, context: Context) -> Converted:
    del context
    return tnd.transforms.Translate(transform.translation)


@_convert.register
def _(transform: models.Affine, context: Context) -> Converted:
    del context
    matrix = np.asarray(transform.affine_matrix, np.float64)
    return tnd.transforms.Affine.from_linear_map(matrix[:, :-1], matrix[:, -1])


@_convert.register
def _(transform: models.Rotation, context: Context) -> Converted:
    del context
    return tnd.transforms.Affine.from_linear_map(np.asarray(transform.rotation_matrix, np.float64))


@_convert.register
def _(transform: models.Sequence, context: Context) -> Converted:
    steps = transform.transformations
    if not steps:
        return tnd.TransformSequence.empty(_ndim(transform, context))
    ndim, converted = context.source, []
    for number, step in enumerate(steps, start=1):
        target = context.target if number == len(steps) else None
        converted.append(_convert(step, context.between(ndim, target)))
        ndim = converted[-1].ndims.target
    return tnd.TransformSequence(converted)


@_convert.register
def _(transform: models.ByDimension, context: Context) -> Converted:
    return tnd.transforms.ByDimension(
        [
            tnd.transforms.SubTransform(
                _convert(part.transformation, context.between(len(part.inputAxes), len(part.outputAxes))),
                list(part.inputAxes),
                list(part.outputAxes),
            )
            for part in transform.transformations
        ]
    )


@_convert.register
def _(transform: models.Bijection, context: Context) -> Converted:
    return tnd.transforms.Bijection(
        _convert(transform.forward, context),
        _convert(transform.inverse, context.between(context.target, context.source)),
    )


@_convert.register
def _(transform: models.Coordinates, context: Context) -> Converted:
    return _by_field(tnd.transforms.Coordinates, transform, context)


@_convert.register
def _(transform: models.Displacements, context: Context) -> Converted:
    return _by_field(tnd.transforms.Displacements, transform, context)


def field_arguments(
    transform: models.Coordinates | models.Displacements, context: Context
) -> tuple[da.Array, Converted, int]:
    """The vectors that a transformation looks up, the way from points to their pixels, and the axis of the vectors.

    Raises
    ------
    UnsupportedTransformation
        The field is missing, or does not say where its pixels lie.
    """
    path = posixpath.join(context.path, transform.path)
    field = context.fields.get(path) or context.fields.get(posixpath.basename(path))
    if field is None:
        raise UnsupportedTransformation(f"the field of vectors {transform.path!r} is missing", transform)
    level = field.images[0]
    if level.scale is None:
        raise UnsupportedTransformation(f"the field of vectors {transform.path!r} has no scale", transform)
    names = list(level.scale)
    vectors = next((i for i, name in enumerate(names) if level.axes_types.get(name) in _VECTOR_TYPES), 0)
    across = [name for i, name in enumerate(names) if i != vectors]
    to_pixels: Converted = ~tnd.transforms.Scale([level.scale[name] for name in across])
    if level.translation is not None and any(level.translation[name] for name in across):
        start = tnd.transforms.Translate([-level.translation[name] for name in across])
        to_pixels = tnd.TransformSequence([start, to_pixels])
    return level.array, to_pixels, vectors


def _by_field(
    kind: Callable[..., Converted], transform: models.Coordinates | models.Displacements, context: Context
) -> Converted:
    vectors, to_pixels, axis = field_arguments(transform, context)
    order = _ORDERS.get(transform.interpolation)
    if order is None:
        raise UnsupportedTransformation(f"interpolation {transform.interpolation!r} is unknown", transform)
    return kind(vectors, index_transform=to_pixels, interpolation_order=order, vector_axis=axis)


def _ndim(transform: models.Transform, context: Context) -> int:
    ndim = context.source or context.target
    if ndim is None:
        raise UnsupportedTransformation("the number of dimensions is not known", transform)
    return ndim
