"""Writing an image: the whole road of a pixel in a few lines."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import Unpack, cast

from ome_zarr.api.image import Image, image_of
from ome_zarr.api.likeness import axes_like, like_image
from ome_zarr.api.open import open_image
from ome_zarr.api.source import source_of
from ome_zarr.engine.events import Listener
from ome_zarr.engine.executors import Executor, run
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import Axes, AxesLike
from ome_zarr.metadata.paths import parse_label_name
from ome_zarr.metadata.versions import merge_attributes, parse_version
from ome_zarr.planning.build import plan_pyramid
from ome_zarr.planning.plan import Plan
from ome_zarr.planning.recipe import LabelsWishes, Recipe, Wishes
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Location, Target, locate
from ome_zarr.storage.protocol import Json
from ome_zarr.storage.sink import open_sink

__all__ = ["plan", "write", "write_labels"]


def write(
    source: object,
    target: Target,
    *,
    axes: AxesLike = None,
    overwrite: bool = False,
    recipe: Recipe | None = None,
    executor: Executor | None = None,
    on_event: Listener | None = None,
    **wishes: Unpack[Wishes],
) -> Image:
    """The image that was written: all its levels, in one pass over the source.

    Nothing is visible at the target before it is whole, and a failure leaves nothing behind.

    Parameters
    ----------
    source
        The pixels: a NumPy, dask, zarr, h5py, tensorstore or xarray array, anything with ``shape``, ``dtype``
        and slicing, the path of a TIFF, ``.npy`` or zarr array, or an image or level that was opened.
    target
        Where the image goes: a path (a folder, or a ``.zip`` or ``.ozx`` file), a URL, a zarr group or a zarr store.
    axes
        Names of the axes in storage order, such as ``"tczyx"``, or the axes as in the document. None: as the
        source says; two axes are ``"yx"``, five ``"tczyx"``.
    overwrite
        Whether an image that is there is replaced. It stays as it is until the new one is whole.
    recipe
        Everything else, see :class:`Recipe`.
    executor
        What does the work: ``"threads"`` of this process, in bounded memory, or ``"dask"``, as one graph on
        whichever scheduler is in charge. None: dask for a dask array, else threads. The bytes are the same.
    on_event
        Told how far the work is.
    **wishes
        Fields of `Recipe`, instead of or on top of `recipe`.

    Raises
    ------
    RecipeError
        A wish that cannot be fulfilled.
    ExistsError
        Something is there and `overwrite` is False.
    TargetError
        The target cannot be written, or is no place for an image.
    BudgetError
        The memory budget is too small.

    Examples
    --------
    >>> import numpy as np, ome_zarr
    >>> pixels = np.arange(2 * 256 * 256, dtype="uint16").reshape(2, 256, 256)
    >>> image = ome_zarr.write(pixels, "image.ome.zarr", axes="cyx", scale_factors=[2, 4])
    >>> [level.shape for level in image]
    [(2, 256, 256), (2, 128, 128), (2, 64, 64)]
    """
    location = locate(target)
    with _opened(source) as pixels:
        made = _plan(pixels, axes, _named(recipe, wishes, location.name))
        with open_sink(
            location,
            made.specs,
            zarr_format=made.zarr_format,
            overwrite=overwrite,
            origins=pixels.spec.origins,
        ) as sink:
            run(made, pixels, sink, executor=executor, on_event=on_event)
            sink.commit({"": _kept(location, made.attributes) if location.in_group else made.attributes})
    return image_of(Hierarchy(location), GroupDocument(made.zarr_format, made.attributes))


def write_labels(  # noqa: PLR0913 - those of write, and the name
    labels: object,
    image: Image | Target,
    name: str,
    *,
    axes: AxesLike = None,
    overwrite: bool = False,
    recipe: Recipe | None = None,
    executor: Executor | None = None,
    on_event: Listener | None = None,
    **wishes: Unpack[LabelsWishes],
) -> Image:
    """The labels image that was written into an image, as ``labels/<name>``, and listed there.

    Parameters
    ----------
    labels
        Integers that name objects, or a mask of bool, which is stored as uint8; as `source` of :func:`write`.
    image
        The image, or where it is.
    name
        Of the labels.
    axes, overwrite, recipe, executor, on_event, **wishes
        As of :func:`write`. Of the image by default: `version`, `axes` where they are as many (or one fewer: then
        without the channels), `scale`, `translation` and `units`, and its levels (labels must have as many levels
        as their image).

    Raises
    ------
    NotFoundError
        There is no image.
    RecipeError, ExistsError, TargetError, BudgetError
        As of :func:`write`.
    """
    parent = image if isinstance(image, Image) else open_image(image)
    name = parse_label_name(name)
    within = f"labels/{name}"
    recipe = replace(recipe or Recipe(version=parent.version), kind="labels")
    with _opened(labels) as pixels:
        if axes is None and pixels.spec.hints.axes is None:
            axes = axes_like(parent, pixels.spec.ndim)
        made = _plan(pixels, axes, like_image(_named(recipe, wishes, name), parent, pixels.spec, axes))
        names = [*(listed for listed in parent.label_names if listed != name), name]
        listing = parse_version(made.version).labels_group_attributes(names)
        with open_sink(
            parent.location,
            made.specs,
            zarr_format=made.zarr_format,
            overwrite=overwrite,
            within=within,
            origins=pixels.spec.origins,
        ) as sink:
            run(made, pixels, sink, executor=executor, on_event=on_event)
            sink.commit({within: made.attributes, "labels": _kept(parent.location / "labels", listing)})
    return open_image(parent.location / within)


def plan(
    source: object,
    target: Target | None = None,
    *,
    axes: AxesLike = None,
    recipe: Recipe | None = None,
    **wishes: Unpack[Wishes],
) -> Plan:
    """What :func:`write` would do, and what it would cost. Nothing is read but metadata, nothing is written.

    Parameters
    ----------
    source, target, axes, recipe, **wishes
        As of :func:`write`; `target` only names the image.

    Raises
    ------
    RecipeError, BudgetError
        As of :func:`write`.

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
    with _opened(source) as pixels:
        return _plan(pixels, axes, _named(recipe, wishes, name))


def _kept(location: Location, attributes: Mapping[str, Json]) -> dict[str, Json]:
    """The attributes on top of those that a group has from others, and keeps."""
    there = Hierarchy(location).find_group()
    return cast("dict[str, Json]", merge_attributes(there.attributes if there else {}, attributes))


@contextmanager
def _opened(data: object) -> Iterator[Source]:
    """`data` as a source, closed in the end if it was opened here."""
    source = source_of(data)
    try:
        yield source
    finally:
        if source is not data:
            source.close()


def _named(recipe: Recipe | None, wishes: Wishes | LabelsWishes, target: str) -> Recipe:
    """All wishes in one recipe; an image without a name gets the target's."""
    recipe = replace(recipe or Recipe(), **wishes)
    name = PurePath(target.rstrip("/")).name
    return replace(recipe, name=recipe.name or _stem(name))


def _stem(name: str) -> str | None:
    for suffix in (".ome.zarr", ".zarr", ".ozx", ".zip"):
        name = name.removesuffix(suffix)
    return name or None


def _plan(source: Source, axes: AxesLike, recipe: Recipe) -> Plan:
    hints = source.spec.hints
    if axes is None and hints.axes is not None:
        axes = list(hints.axes)
    if axes is None and hints.axes_note:
        raise RecipeError(f"{hints.axes_note}; give axes=")
    units = {**hints.units, **(recipe.units or {})}
    parsed = Axes.parse(axes, source.spec.ndim)
    known = {name: unit for name, unit in units.items() if name in parsed.names}
    unknown = [name for name in recipe.units or {} if name not in parsed.names]
    if unknown:
        raise RecipeError(f"units name axis {unknown[0]!r}; the image has the axes {list(parsed.names)}")
    return plan_pyramid(source.spec, Axes.parse(parsed, source.spec.ndim, known), recipe)
