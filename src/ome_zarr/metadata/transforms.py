"""Transformations of points whose numbers stand in the document, one class for each type.

A transformation takes points of N coordinates to points of M, in axis order. `compound` has those that are made
of others, `fields` those whose numbers are in an array.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue, shown
from ome_zarr.metadata.vectors import Matrix, parse_extents, parse_indices, parse_matrix, parse_translation

__all__ = [
    "Affine",
    "Identity",
    "MapAxis",
    "ProjectAxis",
    "Rotation",
    "Scale",
    "Transform",
    "Translation",
    "check_kinds",
]

_ROTATION_TOLERANCE = 1e-3
"""How far a rotation times its transpose may be from the identity: documents hold a few digits only."""

type Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Transform(ABC):
    """A transformation from N coordinates to M.

    Parameters
    ----------
    name
        Of this transformation, or None.
    """

    type_name: ClassVar[str]
    """As in the documents: ``"scale"``."""

    name: str | None = field(default=None, kw_only=True, repr=False)

    @property
    def inputs(self) -> int | None:
        """Number of coordinates that go in; None where any number can."""
        return None

    def outputs(self, inputs: int | None = None) -> int | None:
        """Number of coordinates that come out where `inputs` go in; None if that is not known.

        Raises
        ------
        RecipeError
            So many cannot go in.
        """
        expected = self.inputs
        if inputs is not None and expected is not None and inputs != expected:
            raise RecipeError(
                f"a transformation of type {self.type_name!r} takes {expected} coordinates, and there are {inputs}; "
                "give one number per axis"
            )
        return self._outputs(expected if inputs is None else inputs)

    def apply(self, points: ArrayLike) -> Points:
        """Where points go.

        Parameters
        ----------
        points
            Shape ``(..., N)``, in axis order.

        Returns
        -------
        numpy.ndarray
            Shape ``(..., M)``, float64.

        Raises
        ------
        RecipeError
            Points have another number of coordinates, or the transformation cannot be computed from the document
            alone.
        """
        try:
            array = np.asarray(points, np.float64)
        except (TypeError, ValueError) as error:
            raise RecipeError(f"points are {shown(points)}; give an array of numbers of shape (..., N)") from error
        if array.ndim == 0:
            raise RecipeError(f"points are {shown(points)}; give an array of numbers of shape (..., N)")
        self.outputs(array.shape[-1])
        return self._applied(array)

    def as_affine(self, ndim: int | None = None) -> "Affine":
        """The same transformation as one matrix.

        Parameters
        ----------
        ndim
            Number of coordinates that go in; needed only where any number can.

        Raises
        ------
        RecipeError
            There is no such matrix, or the number of coordinates is another or not known.
        """
        inputs = self.inputs if ndim is None else ndim
        if inputs is None:
            raise RecipeError(f"a transformation of type {self.type_name!r} takes any number of coordinates; give ndim")
        self.outputs(inputs)
        return Affine(tuple(map(tuple, self._matrix(inputs).tolist())))

    @abstractmethod
    def inverse(self) -> "Transform":
        """The transformation that leads back.

        Raises
        ------
        RecipeError
            There is none in closed form.
        """

    def to_json(self) -> JsonObject:
        """The transformation as in the documents of 0.6."""
        named: JsonObject = {} if self.name is None else {"name": self.name}
        return {"type": self.type_name} | named | self._members()

    @abstractmethod
    def _members(self) -> JsonObject:
        """The parameters as in the documents."""

    @abstractmethod
    def _applied(self, points: Points) -> Points:
        """Where points of the right number of coordinates go."""

    @abstractmethod
    def _matrix(self, inputs: int) -> Points:
        """The transformation as a matrix of M rows and N + 1 columns, the last one the offset."""

    def _outputs(self, inputs: int | None) -> int | None:
        """Number of coordinates that come out; as many as go in, unless a type says otherwise."""
        return inputs


@dataclass(frozen=True, slots=True)
class Identity(Transform):
    """Leave every point where it is."""

    type_name = "identity"

    def inverse(self) -> "Identity":
        """The same."""
        return Identity()

    def _members(self) -> JsonObject:
        return {}

    def _applied(self, points: Points) -> Points:
        return points.copy()

    def _matrix(self, inputs: int) -> Points:
        return np.eye(inputs, inputs + 1)


@dataclass(frozen=True, slots=True)
class Scale(Transform):
    """Multiply by a number along every axis, such as the physical size of a pixel; finite and not 0."""

    type_name = "scale"

    scale: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", parse_extents(self.scale, "scale"))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.scale)

    @property
    def inputs(self) -> int:
        """Number of axes."""
        return len(self.scale)

    def inverse(self) -> "Scale":
        """Divide by the same numbers."""
        return Scale(tuple(1 / factor for factor in self.scale))

    def _members(self) -> JsonObject:
        return {"scale": [*self.scale]}

    def _applied(self, points: Points) -> Points:
        return points * self.scale

    def _matrix(self, inputs: int) -> Points:
        matrix: Points = np.eye(inputs, inputs + 1) * np.array(self.scale)[:, np.newaxis]
        return matrix


@dataclass(frozen=True, slots=True)
class Translation(Transform):
    """Add an offset along every axis; finite."""

    type_name = "translation"

    translation: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "translation", parse_translation(self.translation, "translation"))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.translation)

    @property
    def inputs(self) -> int:
        """Number of axes."""
        return len(self.translation)

    def inverse(self) -> "Translation":
        """Subtract the same offset."""
        return Translation(tuple(-offset for offset in self.translation))

    def _members(self) -> JsonObject:
        return {"translation": [*self.translation]}

    def _applied(self, points: Points) -> Points:
        return points + self.translation

    def _matrix(self, inputs: int) -> Points:
        matrix = np.eye(inputs, inputs + 1)
        matrix[:, -1] = self.translation
        return matrix


@dataclass(frozen=True, slots=True)
class MapAxis(Transform):
    """Put coordinates into another order: coordinate i of the result is coordinate ``order[i]`` of the point."""

    type_name = "mapAxis"

    order: tuple[int, ...]

    def __post_init__(self) -> None:
        order = parse_indices(self.order, "mapAxis")
        if not order or sorted(order) != list(range(len(order))):
            raise RecipeError(f"mapAxis is {shown(order)}; it must have each of the numbers from 0 on once")
        object.__setattr__(self, "order", order)

    @property
    def inputs(self) -> int:
        """Number of axes."""
        return len(self.order)

    def inverse(self) -> "MapAxis":
        """The order as it was."""
        return MapAxis(tuple(self.order.index(i) for i in range(len(self.order))))

    def _members(self) -> JsonObject:
        return {"mapAxis": [*self.order]}

    def _applied(self, points: Points) -> Points:
        return points[..., list(self.order)]

    def _matrix(self, inputs: int) -> Points:
        return np.eye(inputs, inputs + 1)[list(self.order)]


@dataclass(frozen=True, slots=True)
class ProjectAxis(Transform):
    """Leave coordinates out, then put zeros in.

    Parameters
    ----------
    dropped
        Which coordinates of the point are left out.
    created
        Which coordinates of the result are the new ones, 0.
    """

    type_name = "projectAxis"

    dropped: tuple[int, ...] = ()
    created: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for key, what in (("dropped", "droppedInputs"), ("created", "createdOutputs")):
            indices = parse_indices(getattr(self, key), what)
            if len(set(indices)) != len(indices):
                raise RecipeError(f"{what} is {shown(indices)}; it must name every coordinate once")
            object.__setattr__(self, key, indices)
        if not self.dropped and not self.created:
            raise RecipeError(
                "projectAxis neither drops nor creates a coordinate; give droppedInputs or createdOutputs"
            )

    def inverse(self) -> "ProjectAxis":
        """What was created is dropped; what was dropped cannot be had again."""
        if self.dropped:
            raise RecipeError(f"projectAxis drops the coordinates {self.dropped}, so nothing leads back from it")
        return ProjectAxis(self.created)

    def _members(self) -> JsonObject:
        members: dict[str, JsonValue] = {"droppedInputs": [*self.dropped], "createdOutputs": [*self.created]}
        return {key: value for key, value in members.items() if value}

    def _outputs(self, inputs: int | None) -> int | None:
        if inputs is None:
            return None
        outputs = inputs - len(self.dropped) + len(self.created)
        if any(index >= inputs for index in self.dropped) or any(index >= outputs for index in self.created):
            raise RecipeError(
                f"projectAxis drops {self.dropped} of {inputs} coordinates and creates {self.created} of {outputs}; "
                "the numbers count from 0"
            )
        return outputs

    def _applied(self, points: Points) -> Points:
        kept = np.delete(points, self.dropped, axis=-1)
        result = np.zeros((*points.shape[:-1], kept.shape[-1] + len(self.created)))
        result[..., self._kept_outputs(result.shape[-1])] = kept
        return result

    def _matrix(self, inputs: int) -> Points:
        kept = np.delete(np.eye(inputs, inputs + 1), self.dropped, axis=0)
        matrix = np.zeros((len(kept) + len(self.created), inputs + 1))
        matrix[self._kept_outputs(len(matrix))] = kept
        return matrix

    def _kept_outputs(self, outputs: int) -> list[int]:
        return [i for i in range(outputs) if i not in self.created]


@dataclass(frozen=True, slots=True)
class Affine(Transform):
    """Multiply by a matrix of M rows and N + 1 columns, of which the last is the offset."""

    type_name = "affine"

    matrix: Matrix

    def __post_init__(self) -> None:
        matrix = parse_matrix(self.matrix, "affine")
        if len(matrix[0]) < 2:
            raise RecipeError(f"affine is {shown(matrix)}; a row has one number per coordinate, and the offset")
        object.__setattr__(self, "matrix", matrix)

    @property
    def inputs(self) -> int:
        """Columns without the offset."""
        return len(self.matrix[0]) - 1

    def inverse(self) -> "Affine":
        """The inverse of the matrix, where it is square and has one."""
        matrix = np.array(self.matrix)
        linear, offset = matrix[:, :-1], matrix[:, -1]
        back = _inverted(linear, self.type_name)
        return Affine(tuple(map(tuple, np.column_stack([back, -back @ offset]).tolist())))

    def _members(self) -> JsonObject:
        return {"affine": [[*row] for row in self.matrix]}

    def _outputs(self, inputs: int | None) -> int:
        del inputs
        return len(self.matrix)

    def _applied(self, points: Points) -> Points:
        matrix = np.array(self.matrix)
        moved: Points = points @ matrix[:, :-1].T + matrix[:, -1]
        return moved

    def _matrix(self, inputs: int) -> Points:
        del inputs
        return np.array(self.matrix)


@dataclass(frozen=True, slots=True)
class Rotation(Transform):
    """Multiply by a square matrix that keeps lengths and handedness (its determinant is 1)."""

    type_name = "rotation"

    matrix: Matrix

    def __post_init__(self) -> None:
        matrix = parse_matrix(self.matrix, "rotation")
        if len(matrix) != len(matrix[0]):
            raise RecipeError(f"rotation has {len(matrix)} rows and {len(matrix[0])} columns; it must be square")
        array = np.array(matrix)
        with np.errstate(over="ignore", invalid="ignore"):
            error = np.abs(array @ array.T - np.eye(len(array))).max()
            determinant = np.linalg.det(array)
        # 0.6: "MUST have determinant equal to one, with orthonormal rows and columns"; `not <=` refuses NaN too
        if not error <= _ROTATION_TOLERANCE or determinant <= 0:
            raise RecipeError(
                f"rotation is {shown(matrix)}, which changes lengths or handedness; give an orthonormal matrix with "
                "the determinant 1, or an affine"
            )
        object.__setattr__(self, "matrix", matrix)

    @property
    def inputs(self) -> int:
        """Rows of the matrix."""
        return len(self.matrix)

    def inverse(self) -> "Rotation":
        """The inverse of the matrix; not its transpose, which is the same only up to the digits stored."""
        return Rotation(tuple(map(tuple, _inverted(np.array(self.matrix), self.type_name).tolist())))

    def _members(self) -> JsonObject:
        return {"rotation": [[*row] for row in self.matrix]}

    def _applied(self, points: Points) -> Points:
        turned: Points = points @ np.array(self.matrix).T
        return turned

    def _matrix(self, inputs: int) -> Points:
        return np.column_stack([np.array(self.matrix), np.zeros(inputs)])


def check_kinds(transforms: Sequence[Transform], whose: str) -> None:
    """Check that transformations are one scale, then at most one translation.

    Raises
    ------
    RecipeError
        They are not.
    """
    kinds = tuple(type(transform) for transform in transforms)
    # 0.4 and 0.5: "They MUST contain exactly one scale transformation", "It MAY contain exactly one
    # translation", "If translation is given it MUST be listed after scale"
    if kinds not in ((Scale,), (Scale, Translation)):
        found = [transform.type_name for transform in transforms]
        raise RecipeError(
            f"{whose} has the transformations {found}; allowed are one scale, then at most one translation"
        )


def _inverted(matrix: Points, kind: str) -> Points:
    """The inverse of a square matrix."""
    if matrix.shape[0] != matrix.shape[1]:
        raise RecipeError(f"{kind} goes from {matrix.shape[1]} to {matrix.shape[0]} coordinates; nothing leads back")
    try:
        inverse: Points = np.linalg.inv(matrix)
    except np.linalg.LinAlgError as error:
        raise RecipeError(f"{kind} is {shown(matrix.tolist())}, a singular matrix; nothing leads back") from error
    return inverse
