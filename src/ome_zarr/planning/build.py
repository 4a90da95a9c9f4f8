"""From a wish to a plan: everything is decided and checked here, before a byte is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from math import prod
from typing import cast

import numpy as np

from ome_zarr.errors import RecipeError
from ome_zarr.geometry.ladder import Ladder
from ome_zarr.kernels.method import Method
from ome_zarr.kernels.methods import BUILT_IN, find_method
from ome_zarr.metadata.axes import Axes
from ome_zarr.metadata.jsonvalue import JsonObject, plain_float, plain_number, shown
from ome_zarr.metadata.labels import parse_image_label
from ome_zarr.metadata.multiscale import Dataset, Multiscale
from ome_zarr.metadata.omero import Omero, channels_for, parse_omero
from ome_zarr.metadata.versions import parse_version
from ome_zarr.planning.factors import Factors, auto_factors, check_whole, clip_factors, parse_factors
from ome_zarr.planning.layout import (
    Layout,
    default_chunks,
    keeps_objects,
    level_specs,
)
from ome_zarr.planning.memory import default_budget, parse_bytes, parse_workers, usable_cpus
from ome_zarr.planning.passes import Work, choose_passes
from ome_zarr.planning.plan import LevelPlan, Plan, held_dtypes
from ome_zarr.planning.recipe import PerAxis, Recipe
from ome_zarr.sources.protocol import SourceSpec
from ome_zarr.storage.protocol import Json

__all__ = ["per_axis", "plan_pyramid", "stored_dtype"]


def plan_pyramid(source: SourceSpec, axes: Axes, recipe: Recipe) -> Plan:
    """The plan that fulfils a recipe for a source.

    Parameters
    ----------
    source
        What is known about the pixels.
    axes
        Of the source, in storage order.
    recipe
        The wishes.

    Raises
    ------
    RecipeError
        A wish that cannot be fulfilled; the message says which, what is allowed and what to do.
    BudgetError
        The memory budget cannot hold the work; the message names the smallest that can.
    """
    version = parse_version(recipe.version)
    axes.validate(version.name)
    method = _method(recipe)
    dtype = stored_dtype(source.dtype, recipe)
    method.check_dtype(dtype)
    scale = per_axis(recipe.scale, source.hints.scale, axes, "scale", 1.0)
    translation = per_axis(recipe.translation, {}, axes, "translation", 0.0)
    ladder = _ladder(source, axes, recipe, method, dtype, scale)
    paths = [f"s{level}" for level in range(len(ladder))]
    layout = Layout.of(source, axes.names, dtype, version.zarr_format)
    specs = level_specs(recipe, layout, ladder.shapes, paths)
    lineage = _lineage(ladder, method, dtype)
    levels = tuple(
        LevelPlan(parent.base, parent.carried, *_placement(ladder, method, level, scale, translation), spec)
        for level, (parent, spec) in enumerate(zip(lineage, specs, strict=True))
    )
    work = Work(
        ladder=ladder,
        method=method,
        dtype=dtype,
        bases=tuple(parent.base or 0 for parent in lineage[1:]),
        carried=tuple(parent.carried for parent in lineage[1:]),
        held=held_dtypes(ladder, method, dtype, levels),
        specs=specs,
        source_chunks=source.chunks,
    )
    budget = default_budget() if recipe.memory_budget is None else parse_bytes(recipe.memory_budget)
    threads = usable_cpus() if recipe.workers is None else parse_workers(recipe.workers)
    chosen = choose_passes(work, budget, threads)
    return Plan(
        axes=axes.names,
        ladder=ladder,
        method=method,
        dtype=dtype,
        source_chunks=source.chunks,
        keeps_objects=keeps_objects(source, specs[0], version.zarr_format),
        levels=levels,
        passes=chosen.passes,
        cost=chosen.cost,
        kind=recipe.kind,
        version=version.name,
        zarr_format=version.zarr_format,
        attributes=_attributes(source, axes, recipe, method, ladder, levels),
        threads=threads,
        workers=chosen.workers,
        budget_bytes=budget,
    )


def _method(recipe: Recipe) -> Method:
    _check_one_of("kind", recipe.kind, "image", "labels")
    default = "nearest" if recipe.kind == "labels" else "resize"
    wish: object = default if recipe.method is None else recipe.method  # a caller's, whatever the annotation says
    if not isinstance(wish, Method | str):
        raise RecipeError(f"method is {shown(wish)}; give the name of a method, such as {default!r}, or a Method")
    method = wish if isinstance(wish, Method) else find_method(wish)
    if recipe.kind == "labels" and not method.labels:
        keeping = ", ".join(repr(name) for name, other in BUILT_IN.items() if other.labels)
        raise RecipeError(
            f"method {method.name!r} makes values that are no labels of the source; labels take one of {keeping}"
        )
    return method


def _check_one_of(what: str, wish: object, *allowed: str) -> None:
    if not isinstance(wish, str) or wish not in allowed:
        raise RecipeError(f"{what} is {shown(wish)}; give {' or '.join(map(repr, allowed))}")


def stored_dtype(dtype: np.dtype, recipe: Recipe) -> np.dtype:
    """The dtype in which pixels of a source are stored: a mask that is to be labels becomes uint8.

    Raises
    ------
    RecipeError
        Labels that are no integers.
    """
    if recipe.kind == "image":
        return dtype
    if dtype.kind == "b":
        return np.dtype(np.uint8)
    if dtype.kind not in "iu":
        raise RecipeError(
            f"labels have dtype {dtype.name!r}; label pixels are integers of 8 to 64 bits; convert them, for example "
            "with labels.astype('uint32')"
        )
    return dtype


def per_axis(
    wish: PerAxis | None, hint: Mapping[str, float], axes: Axes, what: str, default: float
) -> tuple[float, ...]:
    """One finite number per axis; of `scale` greater than 0."""
    if wish is None:
        wish = {name: value for name, value in hint.items() if name in axes.names}
    if isinstance(wish, Mapping):
        unknown = [name for name in wish if name not in axes.names]
        if unknown:
            raise RecipeError(f"{what} names axis {shown(unknown[0])}; the image has the axes {list(axes.names)}")
        values: Sequence[object] = [wish.get(name, default) for name in axes.names]
    elif isinstance(wish, str | bytes) or not isinstance(wish, Sequence | np.ndarray):
        raise RecipeError(
            f"{what} is {shown(wish)}; give a mapping from axis names, or one number for each of {list(axes.names)}"
        )
    else:
        values = list(wish)
        if len(values) != len(axes):
            raise RecipeError(f"{what} has {len(values)} entries for the axes {list(axes.names)}; give one for each")
    numbers = []
    for name, value in zip(axes.names, values, strict=True):
        number = plain_float(value, f"{what} of axis {name!r}")
        if what == "scale" and number <= 0:
            raise RecipeError(f"scale of axis {name!r} is {shown(value)}; give a finite number above 0")
        numbers.append(number)
    return tuple(numbers)


def _ladder(
    source: SourceSpec, axes: Axes, recipe: Recipe, method: Method, dtype: np.dtype, scale: Sequence[float]
) -> Ladder:
    _check_one_of("edge", recipe.edge, "trim", "partial")
    rows = _wished_factors(source, axes, recipe, dtype, scale)
    check_whole(rows, method, axes.names)
    return Ladder(source.shape, clip_factors(rows, source.shape, axes.names), recipe.edge)


def _wished_factors(
    source: SourceSpec, axes: Axes, recipe: Recipe, dtype: np.dtype, scale: Sequence[float]
) -> tuple[Factors, ...]:
    if recipe.scale_factors is not None:
        return parse_factors(recipe.scale_factors, axes.names)
    count = recipe.levels
    if isinstance(count, str) and count == "auto":
        return auto_factors(source.shape, axes.names, scale, default_chunks(source.shape, axes.names, dtype))
    levels = plain_number(count, "levels")
    if not isinstance(levels, int) or levels < 1:
        raise RecipeError(f"levels is {shown(count)}; give 'auto', or the number of levels, level 0 included")
    return auto_factors(source.shape, axes.names, scale, None, levels)


@dataclass(frozen=True, slots=True)
class _Parent:
    base: int | None
    carried: bool


def _lineage(ladder: Ladder, method: Method, dtype: np.dtype) -> tuple[_Parent, ...]:
    """What every level is made from: the source, the level below, what that carries, or level 0."""
    parents = [_Parent(None, carried=False)]
    for level in range(1, len(ladder)):
        below = level - 1
        if method.cascades:
            parents.append(_Parent(below, carried=False))
        elif below and ladder.nests(below, level) and method.whole_factors and _carries(ladder, method, dtype, level):
            parents.append(_Parent(below, carried=True))
        else:
            parents.append(_Parent(0, carried=False))
    return tuple(parents)


def _carries(ladder: Ladder, method: Method, dtype: np.dtype, level: int) -> bool:
    return method.carries(dtype, prod(step.window for step in ladder.steps(0, level)))


def _placement(
    ladder: Ladder, method: Method, level: int, scale: tuple[float, ...], translation: tuple[float, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Scale and translation of a level.

    OME-NGFF: the centre of a pixel is its place. A pixel that stands for a window of F pixels lies in the
    centre of that window, (F - 1)/2 level-0 pixels after the first one's centre.
    """
    here = ladder.scale(level, scale, resized=method.placement == "resized")
    if method.placement == "corner":
        return here, translation
    return here, tuple(t + (s - s0) / 2 for t, s, s0 in zip(translation, here, scale, strict=True))


def _attributes(
    source: SourceSpec,
    axes: Axes,
    recipe: Recipe,
    method: Method,
    ladder: Ladder,
    levels: Sequence[LevelPlan],
) -> Mapping[str, Json]:
    """The attributes of the image's group."""
    version = parse_version(recipe.version)
    name, metadata = cast("tuple[object, object]", (recipe.name, recipe.metadata))  # a caller's, to be judged
    if name is not None and not isinstance(name, str):
        raise RecipeError(f"name is {shown(name)}; give text, such as 'embryo', or leave it out")
    if metadata is not None and not isinstance(metadata, Mapping):
        raise RecipeError(f"metadata is {shown(metadata)}; give a mapping with text keys")
    multiscale = Multiscale(
        axes=axes,
        datasets=tuple(
            Dataset(level.spec.path, level.scale, level.translation if any(level.translation) else None)
            for level in levels
        ),
        name=name or source.hints.name or None,
        type=method.name if len(levels) > 1 else None,
        metadata=cast("JsonObject", {**_provenance(method, ladder), **(metadata or {})}),  # which judges it
    )
    if recipe.kind == "image" and recipe.image_label is not None:
        raise RecipeError(
            f"image_label is {shown(recipe.image_label)}, and says what the values of labels mean; give kind='labels', "
            "or leave it out"
        )
    if recipe.kind == "labels":
        return version.image_label_attributes(multiscale, parse_image_label(recipe.image_label))
    return version.image_attributes(multiscale, _omero(source, axes, recipe))


@cache
def _package_version() -> str:
    """Ours, as it was installed; looking it up takes a millisecond."""
    return installed_version("ome-zarr")


def _provenance(method: Method, ladder: Ladder) -> Mapping[str, object]:
    """Who made the levels, and how; nothing where there is only one."""
    if len(ladder) == 1:
        return {}
    return {
        "package": "ome-zarr",
        "version": _package_version(),
        "method": method.name,
        "parameters": {
            **method.parameters,
            "edge": ladder.edge,
            "factors": [list(row) for row in ladder.factors],
        },
        "description": method.summary,
    }


def _omero(source: SourceSpec, axes: Axes, recipe: Recipe) -> Omero | None:
    """How channels are to be shown: as wished, else as the source says, else nothing is said."""
    count = source.shape[axes.channel] if axes.channel is not None else 1
    if recipe.omero is not None:
        return parse_omero(recipe.omero, count).completed(source.dtype)
    hints = source.hints
    wishes = (
        _said(recipe.channel_names, hints.channel_names, count),
        _said(recipe.channel_colors, hints.channel_colors, count),
        _said(recipe.channel_windows, hints.channel_windows, count),
    )
    if all(wish is None for wish in wishes):
        return None
    return channels_for(*wishes, count=count, dtype=source.dtype)  # type: ignore[arg-type] # it judges each entry


def _said[T](wish: Sequence[T] | None, hints: Sequence[T], count: int) -> Sequence[T] | None:
    """What is wished for the channels; else what a source says of them, if it does so for each."""
    if wish is not None:
        return wish
    return hints if hints and len(hints) == count else None
