"""Writing an image: the whole road of a pixel in a few lines."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Literal, Unpack

from ome_zarr.api.begun import begun_at, continued, ended_at, journal_of, wish_of
from ome_zarr.api.image import Image, image_of
from ome_zarr.api.kept import on_top
from ome_zarr.api.likeness import axes_like, like_image
from ome_zarr.api.open import open_image
from ome_zarr.api.plan import named, opened, planned
from ome_zarr.engine.events import Listener
from ome_zarr.engine.executors import Executor, check_executor, run
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.axes import AxesLike
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.paths import parse_label_name
from ome_zarr.metadata.versions import parse_version
from ome_zarr.planning.plan import Plan
from ome_zarr.planning.recipe import LabelsWishes, Recipe, Wishes
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.job import Begun, JobOptions
from ome_zarr.storage.locate import Location, Target, locate
from ome_zarr.storage.protocol import Json
from ome_zarr.storage.sink import open_sink

__all__ = ["write", "write_labels"]


def write(  # noqa: PLR0913 - all of them are what a caller may want to say
    source: object,
    target: Target,
    *,
    axes: AxesLike = None,
    overwrite: bool = False,
    resume: bool = False,
    on_error: Literal["keep", "discard"] = "keep",
    durable: bool = False,
    recipe: Recipe | None = None,
    executor: Executor | None = None,
    on_event: Listener | None = None,
    **wishes: Unpack[Wishes],
) -> Image:
    """The image that was written: all its levels, in one pass over the source.

    Nothing is visible at the target before it is whole. What is done when the work fails or is cut off is kept in
    hidden folders beside a local target, and :func:`ome_zarr.resume` goes on with it.

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
        Whether an image that is there is replaced. It stays as it is until the new one is whole. What is kept of
        work that was cut off is removed.
    resume
        Whether work at the same target that was cut off is gone on with; if there is none, it begins. Source and
        wishes must be the same.
    on_error
        What becomes of the part that is done when the work fails: ``"keep"`` or ``"discard"``. It is discarded in
        any case at URLs, in groups and stores, with dask as `executor`, and where not one tile is done.
    durable
        Whether to wait until the whole image is on the disk before it becomes visible, so that it survives even a
        loss of power. Without, it survives everything that ends the process.
    recipe
        Everything else, see :class:`Recipe`.
    executor
        What does the work: ``"threads"`` of this process, in bounded memory, or ``"dask"``, as one graph on
        whichever scheduler is in charge. None: threads; dask for a dask array where somebody has chosen a
        scheduler, its pool or number of workers, or looks on with a callback. The bytes are the same.
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
    TargetBusy
        Somebody else is writing there.
    IncompleteError
        Work at the target was cut off, and neither `resume` nor `overwrite` says what becomes of it.
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
    if on_error not in ("keep", "discard"):
        raise RecipeError(f"on_error is {shown(on_error)}; give 'keep' or 'discard'")
    for name, flag in (("resume", resume), ("durable", durable)):
        if not isinstance(flag, bool):
            raise RecipeError(f"{name} is {shown(flag)}; give True or False")
    check_executor(executor, on_event)
    location = locate(target)
    with opened(source) as pixels:
        made = planned(pixels, axes, named(recipe, wishes, location.name))
        wish = begun_at(location) if resume else None
        if wish is not None:
            made = continued(wish, pixels, location.name, made)
        if resume and ended_at(location):
            return open_image(location)
        begun: Begun = "resume" if resume else "discard" if overwrite else "refuse"
        options = JobOptions(begun, keeps=on_error == "keep", durable=durable)
        wanted = partial(wish_of, made, pixels, source, overwrite=overwrite, durable=durable) if wish is None else None
        return carried_out(
            made, pixels, location, wanted, options, overwrite=overwrite, executor=executor, on_event=on_event
        )


def carried_out(  # noqa: PLR0913 - all that was found out before
    plan: Plan,
    source: Source,
    location: Location,
    wanted: Callable[[], dict[str, Json]] | None,
    options: JobOptions,
    *,
    overwrite: bool,
    executor: Executor | None = None,
    on_event: Listener | None = None,
) -> Image:
    """The image that a plan makes of a source.

    Parameters
    ----------
    plan, source, location
        What is done, with what, and where the image goes.
    wanted
        Tells what is to be written down for another process; None: it is written down.
    options
        What becomes of work that is cut off.
    overwrite, executor, on_event
        As of :func:`write`.
    """
    with open_sink(
        location,
        plan.specs,
        zarr_format=plan.zarr_format,
        overwrite=overwrite,
        origins=source.spec.origins,
        options=options,
    ) as sink:
        with journal_of(sink, plan, wanted) as journal:
            run(plan, source, sink, executor=executor, on_event=on_event, journal=journal)
        sink.commit({"": on_top(location, plan.attributes) if location.in_group else plan.attributes})
    return image_of(Hierarchy(location), GroupDocument(plan.zarr_format, plan.attributes))


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
    check_executor(executor, on_event)
    recipe = Recipe(version=parent.version) if recipe is None else recipe
    with opened(labels) as pixels:
        if axes is None and pixels.spec.hints.axes is None:
            axes = axes_like(parent, pixels.spec.ndim)
        wished = replace(named(recipe, wishes, name), kind="labels")
        made = planned(pixels, axes, like_image(wished, parent, pixels.spec, axes))
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
            sink.commit({within: made.attributes, "labels": on_top(parent.location / "labels", listing)})
    return open_image(parent.location / within)
