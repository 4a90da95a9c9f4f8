"""An image as a pyramid: its axes, its levels and what is known about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.coordinate_systems import CoordinateSystem, SystemRef
from ome_zarr.metadata.jsonvalue import JsonValue, plain, shown
from ome_zarr.metadata.links import Link
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path
from ome_zarr.metadata.placement import Placement
from ome_zarr.metadata.transforms import Scale, Translation, check_kinds
from ome_zarr.metadata.vectors import parse_extents, parse_translation

__all__ = ["INTRINSIC", "Dataset", "Multiscale"]

INTRINSIC = "physical"
"""What the coordinate system of the levels is called where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where the array of one level is, and where its pixels are.

    Parameters
    ----------
    path
        Path of the array below the group of the image.
    scale
        Physical size of a pixel along every axis, in storage order; finite and not 0. In documents of others it can be
        negative; it is written only where it is greater than 0.
    translation
        Physical position of the centre of the first pixel, or None for the origin.
    extra
        Further members of the dataset in the document.
    placed
        Whether somebody said so: False where a document does not say, or not in a way that can be understood, where
        the pixels of this level are. The scale is then 1 along every axis, and stands for nothing: the place follows
        from the shapes of the levels, see `Multiscale.placed_by`.
    """

    path: str
    scale: tuple[float, ...]
    translation: tuple[float, ...] | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)
    placed: bool = True

    def __post_init__(self) -> None:
        whose = f"level {shown(self.path)}"
        parse_relative_path(Node(self.path, "path of a level", RecipeError))
        object.__setattr__(self, "scale", parse_extents(self.scale, f"{whose}: scale"))
        if self.translation is not None:
            translation = parse_translation(self.translation, f"{whose}: translation")
            object.__setattr__(self, "translation", translation)
            _check_length(translation, Translation.type_name, len(self.scale), whose)

    @property
    def transforms(self) -> tuple[Scale | Translation, ...]:
        """The scale, and the translation if there is one."""
        return Placement(self.scale, self.translation).transforms


@dataclass(frozen=True, slots=True)
class Multiscale:
    """A pyramid of levels, from the highest resolution to the lowest.

    Parameters
    ----------
    axes
        The axes of every level.
    datasets
        The levels, the full resolution first; at least one.
    name
        Name of the image.
    type
        The method by which the levels were made.
    metadata
        What is to be known about that method: any JSON.
    coordinate_transformations
        A scale, and perhaps a translation, that apply to all levels after their own (before 0.6).
    extra
        Further members of the multiscale in the document.
    intrinsic
        Name of the coordinate system that scale and translation of the levels lead to, which has `axes` (from 0.6 on).
    systems
        Further coordinate systems (from 0.6 on).
    links
        Transformations between the intrinsic system and others (from 0.6 on).
    """

    axes: Axes
    datasets: tuple[Dataset, ...]
    name: str | None = None
    type: str | None = None
    metadata: JsonValue = field(default=None, hash=False)
    coordinate_transformations: tuple[Scale | Translation, ...] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)
    intrinsic: str = INTRINSIC
    systems: tuple[CoordinateSystem, ...] = ()
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        if not self.datasets:
            raise RecipeError("the image has no level; give at least one dataset")
        paths: set[str] = set()
        for dataset in self.datasets:
            if dataset.path in paths:
                raise RecipeError(f"path {dataset.path!r} is used by two levels; give every level its own")
            paths.add(dataset.path)
            _check_length(dataset.scale, Scale.type_name, len(self.axes), f"level {dataset.path!r}")
        if self.coordinate_transformations:
            check_kinds(self.coordinate_transformations, "the image")
            for transform in self.coordinate_transformations:
                numbers = transform.scale if isinstance(transform, Scale) else transform.translation
                _check_length(numbers, transform.type_name, len(self.axes), "the image")
        object.__setattr__(self, "metadata", plain(self.metadata, "metadata"))
        _check_names([self.intrinsic, *(system.name for system in self.systems)])

    @property
    def placed(self) -> bool:
        """Whether it was said of every level where its pixels are."""
        return all(dataset.placed for dataset in self.datasets)

    def placed_by(self, shapes: Sequence[Sequence[int]]) -> Self:
        """The same image with a place for the levels that have none.

        They cover what the first level with a place covers (or the first of all, with pixels of size 1): a level of
        half as many pixels has pixels twice as large, and its first pixel has its outer edge where all have it.

        Parameters
        ----------
        shapes
            Of the arrays of all levels.

        Raises
        ------
        RecipeError
            That is not one shape per level, with one number of pixels for every axis.
        """
        if self.placed:
            return self
        if len(shapes) != len(self.datasets) or any(len(shape) != len(self.axes) for shape in shapes):
            raise RecipeError(
                f"shapes are {shown(shapes)} for {len(self.datasets)} levels with the axes {self.axes.names}; give one "
                "shape for every level"
            )
        known = next((k for k, dataset in enumerate(self.datasets) if dataset.placed), 0)
        datasets = (
            dataset if dataset.placed else _covering(dataset, shape, self.datasets[known], shapes[known])
            for dataset, shape in zip(self.datasets, shapes, strict=True)
        )
        return replace(self, datasets=tuple(datasets))

    def folded(self) -> Self:
        """The same image with the transformations of the whole image taken into those of the levels."""
        if not self.coordinate_transformations:
            return self
        datasets = tuple(_moved(dataset, self.coordinate_transformations) for dataset in self.datasets)
        return replace(self, datasets=datasets, coordinate_transformations=())

    def system(self, ref: SystemRef) -> CoordinateSystem | None:
        """The coordinate system of this image that a reference means; None if it is another's, or not there."""
        if ref.path is not None:
            return None
        if ref.name == self.intrinsic:
            return CoordinateSystem(self.intrinsic, self.axes)
        return next((system for system in self.systems if system.name == ref.name), None)


def _covering(dataset: Dataset, shape: Sequence[int], known: Dataset, known_shape: Sequence[int]) -> Dataset:
    """A level of this shape that covers what a known one of the other shape covers."""
    # an axis without pixels has no size to compare: its scale stays that of the known level
    scale = tuple(
        size * count / here if count and here else size
        for size, count, here in zip(known.scale, known_shape, shape, strict=True)
    )
    origin = known.translation or (0.0,) * len(scale)
    shift = tuple(offset + (b - a) / 2 for offset, a, b in zip(origin, known.scale, scale, strict=True))
    return replace(dataset, scale=scale, translation=shift if any(shift) else None, placed=True)


def _moved(dataset: Dataset, transforms: Sequence[Scale | Translation]) -> Dataset:
    """A level to which transformations were applied after its own."""
    placement = Placement(dataset.scale, dataset.translation)
    for transform in transforms:
        placement = placement.then(transform)
    return replace(dataset, scale=placement.scale, translation=placement.translation)


def _check_length(numbers: Sequence[float], what: str, ndim: int, whose: str) -> None:
    """Check that a transformation has `ndim` numbers."""
    if len(numbers) != ndim:
        raise RecipeError(f"{whose} has a {what} of {len(numbers)} numbers for {ndim} axes; give one number per axis")


def _check_names(names: Sequence[str]) -> None:
    """Check that the names of coordinate systems are text, and that no two are the same."""
    seen: set[str] = set()
    for name in names:
        if not Node(name, "name of a coordinate system", RecipeError).text():
            raise RecipeError(f"the name of a coordinate system is ''; give one such as {INTRINSIC!r}")
        if name in seen:
            raise RecipeError(f"coordinate system {name!r} is there twice; give every one a name of its own")
        seen.add(name)
