"""Transformations that cannot be computed from the document alone."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from numpy.typing import ArrayLike

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject, JsonValue, shown
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path
from ome_zarr.metadata.transforms import Affine, Points, Rotation, Transform

__all__ = ["Coordinates", "Displacements", "StoredAffine", "StoredRotation", "UnknownTransform"]


class _Elsewhere(Transform):
    """A transformation whose numbers are not in the document."""

    __slots__ = ()

    def inverse(self) -> NoReturn:
        """Not there in closed form."""
        raise self._lacking("has no inverse in closed form")

    def _applied(self, points: Points) -> Points:
        del points
        raise self._lacking("cannot be applied")

    def _matrix(self, inputs: int) -> Points:
        del inputs
        raise self._lacking("has no matrix")

    def _lacking(self, what: str) -> RecipeError:
        """The error that says what cannot be had, and why."""
        return RecipeError(f"a transformation of type {self.type_name!r} {what} by its document alone: {self._why()}")

    @abstractmethod
    def _why(self) -> str:
        """Where its numbers are, and what to do."""


@dataclass(frozen=True, slots=True)
class _Stored(_Elsewhere):
    """A transformation whose numbers are at a path below the group whose document this is."""

    path: str

    def __post_init__(self) -> None:
        parse_relative_path(Node(self.path, "path of a transformation", RecipeError))

    def _members(self) -> JsonObject:
        return {"path": self.path}


class _StoredMatrix(_Stored):
    """One whose numbers are a matrix; a subclass has `with_matrix`."""

    __slots__ = ()

    def _why(self) -> str:
        return f"its matrix is at {self.path!r}; read it there, and use with_matrix"


@dataclass(frozen=True, slots=True)
class StoredAffine(_StoredMatrix):
    """An affine whose matrix is in an array.

    Parameters
    ----------
    path
        Of the array, below the group whose document this is.
    """

    type_name = "affine"

    def with_matrix(self, matrix: ArrayLike) -> Affine:
        """The transformation, once its array was read.

        Raises
        ------
        RecipeError
            The array is no such matrix.
        """
        return Affine(matrix, name=self.name)  # type: ignore[arg-type] # the class judges it

    def _outputs(self, inputs: int | None) -> None:
        del inputs  # only the array knows how many there are


@dataclass(frozen=True, slots=True)
class StoredRotation(_StoredMatrix):
    """A rotation whose matrix is in an array.

    Parameters
    ----------
    path
        Of the array, below the group whose document this is.
    """

    type_name = "rotation"

    def with_matrix(self, matrix: ArrayLike) -> Rotation:
        """The transformation, once its array was read.

        Raises
        ------
        RecipeError
            The array is no such matrix.
        """
        return Rotation(matrix, name=self.name)  # type: ignore[arg-type] # the class judges it


@dataclass(frozen=True, slots=True)
class _Field(_Stored):
    """A transformation by a field of vectors.

    Parameters
    ----------
    path
        Of the field, below the group whose document this is.
    interpolation
        Between its vectors: ``"nearest"``, ``"linear"`` and so on, or None.
    """

    interpolation: str | None = None

    def _members(self) -> JsonObject:
        members: JsonObject = {"path": self.path}
        return members if self.interpolation is None else members | {"interpolation": self.interpolation}

    def _why(self) -> str:
        return f"its vectors are at {self.path!r}; read them there"


@dataclass(frozen=True, slots=True)
class Displacements(_Field):
    """Add to every point the vector that a field has there.

    Parameters
    ----------
    path
        Of the field, below the group whose document this is.
    interpolation
        Between its vectors: ``"nearest"``, ``"linear"`` and so on, or None.
    """

    type_name = "displacements"


@dataclass(frozen=True, slots=True)
class Coordinates(_Field):
    """Put every point where a field says.

    Parameters
    ----------
    path
        Of the field, below the group whose document this is.
    interpolation
        Between its vectors: ``"nearest"``, ``"linear"`` and so on, or None.
    """

    type_name = "coordinates"

    def _outputs(self, inputs: int | None) -> None:
        del inputs  # only the field knows how many there are


@dataclass(frozen=True, slots=True)
class UnknownTransform(_Elsewhere):
    """A transformation that could not be understood, kept as it is.

    Parameters
    ----------
    document
        Its members.
    """

    type_name = "unknown"

    document: Mapping[str, JsonValue] = field(hash=False)

    def to_json(self) -> JsonObject:
        """The members as they were."""
        return dict(self.document)

    def _members(self) -> JsonObject:
        return dict(self.document)

    def _outputs(self, inputs: int | None) -> None:
        del inputs

    def _why(self) -> str:
        return f"it is {shown(self.document)}, which could not be understood"
