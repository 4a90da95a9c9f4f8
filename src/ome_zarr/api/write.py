"""Writing an image: the whole road of a pixel in a few lines."""

from dataclasses import replace
from typing import Unpack

from ome_zarr.api.image import Image, image_of
from ome_zarr.api.kept import on_top
from ome_zarr.api.likeness import axes_like, like_image
from ome_zarr.api.open import open_image
from ome_zarr.api.plan import named, opened, planned
from ome_zarr.engine.events import Listener
from ome_zarr.engine.executors import Executor, run
from ome_zarr.metadata.axes import AxesLike
from ome_zarr.metadata.paths import parse_label_name
from ome_zarr.metadata.versions import parse_version
from ome_zarr.planning.recipe import LabelsWishes, Recipe, Wishes
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Target, locate
from ome_zarr.storage.sink import open_sink

__all__ = ["write", "write_labels"]


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
    with opened(source) as pixels:
        made = planned(pixels, axes, named(recipe, wishes, location.name))
        with open_sink(
            location,
            made.specs,
            zarr_format=made.zarr_format,
            overwrite=overwrite,
            origins=pixels.spec.origins,
        ) as sink:
            run(made, pixels, sink, executor=executor, on_event=on_event)
            sink.commit({"": on_top(location, made.attributes) if location.in_group else made.attributes})
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
    with opened(labels) as pixels:
        if axes is None and pixels.spec.hints.axes is None:
            axes = axes_like(parent, pixels.spec.ndim)
        made = planned(pixels, axes, like_image(named(recipe, wishes, name), parent, pixels.spec, axes))
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
