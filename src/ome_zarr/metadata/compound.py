"""Transformations that are made of others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.transforms import Points, Transform
from ome_zarr.metadata.vectors import parse_indices

__all__ = ["Bijection", "ByDimension", "Part", "Sequence", "leaves"]


@dataclass(frozen=True, slots=True)
class Sequence(Transform):
    """One transformation after the other, the first one first; at least one."""

    type_name = "sequence"

    transforms: tuple[Transform, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "transforms", tuple(self.transforms))
        if not self.transforms:
            raise RecipeError("the sequence is empty; give at least one transformation, such as Identity()")
        self._outputs(None)

    @property
    def inputs(self) -> int | None:
        """As many as the first transformation takes that is no identity."""
        return next((t.inputs for t in self.transforms if t.type_name != "identity"), None)

    def inverse(self) -> "Sequence":
        """The inverses, the last one first."""
        return Sequence(tuple(transform.inverse() for transform in reversed(self.transforms)))

    def _members(self) -> JsonObject:
        return {"transformations": [transform.to_json() for transform in self.transforms]}

    def _outputs(self, inputs: int | None) -> int | None:
        count = inputs
        for transform in self.transforms:
            count = transform.outputs(count)
        return count

    def _applied(self, points: Points) -> Points:
        for transform in self.transforms:
            points = transform.apply(points)
        return points

    def _matrix(self, inputs: int) -> Points:
        total = np.eye(inputs, inputs + 1)
        for transform in self.transforms:
            matrix = np.array(transform.as_affine(len(total)).matrix)
            total = matrix[:, :-1] @ total
            total[:, -1] += matrix[:, -1]
        return total


@dataclass(frozen=True, slots=True)
class Bijection(Transform):
    """A transformation together with the one that leads back.

    Parameters
    ----------
    forward
        The transformation.
    backward
        Its inverse, which is used as it is given.
    """

    type_name = "bijection"

    forward: Transform
    backward: Transform

    def __post_init__(self) -> None:
        # 0.6: the dimensions of forward and inverse "MUST match bijection's input and output space dimensions"
        self.backward.outputs(self.forward.outputs())
        self.forward.outputs(self.backward.outputs())

    @property
    def inputs(self) -> int | None:
        """As many as the forward transformation takes."""
        return self.forward.inputs

    def inverse(self) -> "Bijection":
        """The same the other way round."""
        return Bijection(self.backward, self.forward)

    def _members(self) -> JsonObject:
        return {"forward": self.forward.to_json(), "inverse": self.backward.to_json()}

    def _outputs(self, inputs: int | None) -> int | None:
        return self.forward.outputs(inputs)

    def _applied(self, points: Points) -> Points:
        return self.forward.apply(points)

    def _matrix(self, inputs: int) -> Points:
        return np.array(self.forward.as_affine(inputs).matrix)


class Part(NamedTuple):
    """What becomes of some coordinates, as a part of `ByDimension`.

    Parameters
    ----------
    transform
        From these coordinates to those.
    inputs
        Which coordinates of the point go in, in this order.
    outputs
        Which coordinates of the result come out, in this order.
    """

    transform: Transform
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ByDimension(Transform):
    """Transformations side by side, each of some of the coordinates.

    Every coordinate of the result comes out of exactly one part.
    """

    type_name = "byDimension"

    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        parts = tuple(
            Part(transform, parse_indices(inputs, "inputAxes"), parse_indices(outputs, "outputAxes"))
            for transform, inputs, outputs in self.parts
        )
        object.__setattr__(self, "parts", parts)
        for transform, inputs, outputs in parts:
            count = transform.outputs(len(inputs))
            if count is not None and count != len(outputs):
                raise RecipeError(
                    f"a part of byDimension makes {count} coordinates, and outputAxes names {outputs}; name as many"
                )
        made = sorted(index for part in parts for index in part.outputs)
        # 0.6: every axis of the output "MUST appear in exactly one of its child transformations"
        if not made or made != list(range(len(made))):
            raise RecipeError(f"byDimension makes the coordinates {made}; it must make each from 0 on once")

    def inverse(self) -> "ByDimension":
        """The inverses of all parts, side by side."""
        return ByDimension(tuple(Part(part.transform.inverse(), part.outputs, part.inputs) for part in self.parts))

    def _members(self) -> JsonObject:
        return {
            "transformations": [
                {
                    "transformation": part.transform.to_json(),
                    "inputAxes": [*part.inputs],
                    "outputAxes": [*part.outputs],
                }
                for part in self.parts
            ]
        }

    def _outputs(self, inputs: int | None) -> int:
        needed = max((index for part in self.parts for index in part.inputs), default=-1) + 1
        if inputs is not None and needed > inputs:
            raise RecipeError(f"byDimension takes {needed} coordinates or more, and there are {inputs}")
        return sum(len(part.outputs) for part in self.parts)

    def _applied(self, points: Points) -> Points:
        result = np.empty((*points.shape[:-1], self._outputs(None)))
        for part in self.parts:
            result[..., list(part.outputs)] = part.transform.apply(points[..., list(part.inputs)])
        return result

    def _matrix(self, inputs: int) -> Points:
        matrix = np.zeros((self._outputs(None), inputs + 1))
        for part in self.parts:
            affine = np.array(part.transform.as_affine(len(part.inputs)).matrix)
            matrix[np.ix_(part.outputs, (*part.inputs, inputs))] = affine
        return matrix


def leaves(transform: Transform) -> Iterator[Transform]:
    """The transformations that one is made of, down to those that are made of no other."""
    match transform:
        case Sequence():
            inner: tuple[Transform, ...] = transform.transforms
        case Bijection():
            inner = (transform.forward, transform.backward)
        case ByDimension():
            inner = tuple(part.transform for part in transform.parts)
        case _:
            yield transform
            return
    for part in inner:
        yield from leaves(part)
