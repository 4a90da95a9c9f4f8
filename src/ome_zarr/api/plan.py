"""What will be written: a source, axes and wishes become a plan, before anything is touched."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import PurePath
from typing import Unpack

from ome_zarr.api.source import source_of
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes, AxesLike
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.planning.build import plan_pyramid
from ome_zarr.planning.plan import Plan
from ome_zarr.planning.recipe import LabelsWishes, Recipe, Wishes
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.locate import Target, locate

__all__ = ["named", "opened", "plan", "planned"]


def plan(
    source: object,
    target: Target | None = None,
    *,
    axes: AxesLike = None,
    recipe: Recipe | None = None,
    **wishes: Unpack[Wishes],
) -> Plan:
    """What :func:`ome_zarr.write` would do, and what it would cost. Nothing is read but metadata, nothing is written.

    Parameters
    ----------
    source, target, axes, recipe, **wishes
        As of :func:`ome_zarr.write`; `target` only names the image.

    Raises
    ------
    RecipeError, BudgetError
        As of :func:`ome_zarr.write`.

    Examples
    --------
    >>> import numpy as np, ome_zarr
    >>> plan = ome_zarr.plan(np.zeros((64, 512, 512), "uint16"), axes="zyx", scale_factors=[2, 4])
    >>> [level.spec.shape for level in plan.levels]
    [(64, 512, 512), (64, 256, 256), (64, 128, 128)]
    >>> plan.cost.source_reads
    1.0
    """
    name = "" if target is None else locate(target).name
    with opened(source) as pixels:
        return planned(pixels, axes, named(recipe, wishes, name))


@contextmanager
def opened(data: object) -> Iterator[Source]:
    """`data` as a source, closed in the end if it was opened here."""
    source = source_of(data)
    try:
        yield source
    finally:
        if source is not data:
            source.close()


def named(recipe: Recipe | None, wishes: Wishes | LabelsWishes, target: str) -> Recipe:
    """All wishes in one recipe; an image without a name gets the target's.

    Raises
    ------
    RecipeError
        `recipe` is none, or has no field for a wish.
    """
    if not isinstance(recipe, Recipe | None):
        raise RecipeError(f"recipe is {shown(recipe)}; give an ome_zarr.Recipe, or leave it out")
    _check_known(wishes)
    recipe = replace(recipe or Recipe(), **wishes)
    name = PurePath(target.rstrip("/")).name
    said: object = recipe.name  # a caller's, to be judged when all is planned
    unnamed = said is None or (isinstance(said, str) and not said)
    return replace(recipe, name=_stem(name) if unnamed else recipe.name)


def _check_known(wishes: Mapping[str, object]) -> None:
    known = [field.name for field in fields(Recipe)]
    for wish in wishes:
        if wish not in known:
            from difflib import get_close_matches  # noqa: PLC0415 - most options are known

            near = get_close_matches(wish, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"
            raise RecipeError(f"there is no option {wish!r}{meant}")


def _stem(name: str) -> str | None:
    for suffix in (".ome.zarr", ".zarr", ".ozx", ".zip"):
        name = name.removesuffix(suffix)
    return name or None


def planned(source: Source, axes: AxesLike, recipe: Recipe) -> Plan:
    """The plan for a source, with axes and units as the caller or the source says.

    Raises
    ------
    RecipeError, BudgetError
        As of :func:`ome_zarr.write`.
    """
    hints = source.spec.hints
    if axes is None and hints.axes is not None:
        axes = list(hints.axes)
    if axes is None and hints.axes_note:
        raise RecipeError(f"{hints.axes_note}; give axes=")
    wished: object = recipe.units  # a caller's, to be judged
    if not isinstance(wished, Mapping | None):
        raise RecipeError(f"units is {shown(wished)}; give a mapping from axis names, such as {{'x': 'micrometer'}}")
    units = {**hints.units, **(recipe.units or {})}
    parsed = Axes.parse(axes, source.spec.ndim)
    known = {name: unit for name, unit in units.items() if name in parsed.names}
    unknown = [name for name in recipe.units or {} if name not in parsed.names]
    if unknown:
        raise RecipeError(f"units name axis {shown(unknown[0])}; the image has the axes {list(parsed.names)}")
    return plan_pyramid(source.spec, Axes.parse(parsed, source.spec.ndim, known), recipe)
