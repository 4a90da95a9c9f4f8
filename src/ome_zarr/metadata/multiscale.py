"""An image as a pyramid: its axes, its levels and what is known about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.jsonvalue import JsonValue, plain, shown
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.paths import parse_relative_path
from ome_zarr.metadata.transforms import (
    Scale,
    Transform,
    Translation,
    check_kinds,
    parse_scale,
    parse_translation,
)

__all__ = ["Dataset", "Multiscale"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where the array of one level is, and where its pixels are.

    Parameters
    ----------
    path
        Path of the array below the group of the image.
    scale
        Physical size of a pixel along every axis, in storage order.
    translation
        Physical position of the centre of the first pixel, or None for the origin.
    extra
        Further members of the dataset in the document.
    """

    path: str
    scale: tuple[float, ...]
    translation: tuple[float, ...] | None = None
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        whose = f"level {shown(self.path)}"
        parse_relative_path(Node(self.path, "path of a level", RecipeError))
        object.__setattr__(self, "scale", parse_scale(self.scale, f"{whose}: scale"))
        if self.translation is not None:
            translation = parse_translation(self.translation, f"{whose}: translation")
            object.__setattr__(self, "translation", translation)
        _check_lengths(self.transforms, len(self.scale), whose)

    @property
    def transforms(self) -> tuple[Transform, ...]:
        """The scale, and the translation if there is one."""
        if self.translation is None:
            return (Scale(self.scale),)
        return Scale(self.scale), Translation(self.translation)


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
        A scale, and perhaps a translation, that apply to all levels after their own.
    extra
        Further members of the multiscale in the document.
    """

    axes: Axes
    datasets: tuple[Dataset, ...]
    name: str | None = None
    type: str | None = None
    metadata: JsonValue = field(default=None, hash=False)
    coordinate_transformations: tuple[Transform, ...] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.datasets:
            raise RecipeError("the image has no level; give at least one dataset")
        paths: set[str] = set()
        for dataset in self.datasets:
            if dataset.path in paths:
                raise RecipeError(f"path {dataset.path!r} is used by two levels; give every level its own")
            paths.add(dataset.path)
            _check_lengths(dataset.transforms, len(self.axes), f"level {dataset.path!r}")
        if self.coordinate_transformations:
            check_kinds(self.coordinate_transformations, "the image")
            _check_lengths(self.coordinate_transformations, len(self.axes), "the image")
        object.__setattr__(self, "metadata", plain(self.metadata, "metadata"))


def _check_lengths(transforms: Sequence[Transform], ndim: int, whose: str) -> None:
    """Check that every transformation has `ndim` numbers."""
    for transform in transforms:
        if transform.ndim != ndim:
            kind = type(transform).__name__.lower()
            raise RecipeError(
                f"{whose} has a {kind} of {transform.ndim} numbers for {ndim} axes; give one number per axis"
            )
