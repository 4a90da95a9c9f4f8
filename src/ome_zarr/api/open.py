"""Opening whatever of OME-Zarr is stored somewhere."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ome_zarr.api.image import Image, Labels, image_of
from ome_zarr.errors import NotFoundError
from ome_zarr.metadata.versions import document_kind, document_version
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Location, Target, locate

if TYPE_CHECKING:  # loaded where there is one: most processes meet images only
    from ome_zarr.api.collection import Collection
    from ome_zarr.api.plate import Plate, Well
    from ome_zarr.api.scene import Scene

__all__ = ["open", "open_image", "opened_group"]


def open(  # noqa: A001 - ome_zarr.open
    target: Target,
    *,
    name: str | None = None,
    strict: bool | None = None,
    storage_options: Mapping[str, object] | None = None,
) -> "Image | Labels | Plate | Well | Scene | Collection":
    """What is stored somewhere: an image, labels, a plate, a well, a scene, or a collection of images.

    Every version of OME-Zarr from 0.1 to 0.6 is read, and drafts of them with a warning. Only the document of
    the group is read now: levels, labels and pixels are when they are asked for.

    Parameters
    ----------
    target
        A path (a folder, or a ``.zip`` or ``.ozx`` file), a URL (``https://``, ``s3://``, ``gs://``, ``az://``), a zarr
        group or a zarr store.
    name
        Of the image, where a group describes several; by default the first.
    strict
        What becomes of chunks that are not stored. None: those are an error that were stored when the image was
        written, which its inventory says; without one all have the fill value. True: all are an error that are not
        known to hold nothing else. False: none is.
    storage_options
        For a URL: credentials, endpoint and so on, as the file system takes them.

    Returns
    -------
    Image | Labels | Plate | Well | Scene | Collection
        ``Collection`` for the group ``labels`` of an image, and for several images side by side as bioformats2raw
        writes them.

    Raises
    ------
    NotFoundError
        There is no zarr group, or it is nothing of OME-Zarr.
    DocumentError
        Its document is malformed.
    UnreachableError
        A store gives no answer.
    RecipeError
        `target` names no place, or the image has not that `name`.

    Examples
    --------
    >>> import ome_zarr
    >>> from ome_zarr.api.sample import write_sample
    >>> _ = write_sample("cells.zarr", shape=(8, 128, 128))
    >>> image = ome_zarr.open("cells.zarr")
    >>> image.axes.names, image.levels[-1].shape, list(image.labels)
    (('c', 'z', 'y', 'x'), (2, 4, 32, 32), ['nuclei'])
    """
    hierarchy = Hierarchy(locate(target, storage_options=storage_options), strict=strict)
    return opened_group(hierarchy, hierarchy.group(), name)


def open_image(target: Target | Location | Hierarchy) -> Image:
    """The image (or labels) that is stored somewhere, where nothing else will do.

    Raises
    ------
    NotFoundError, DocumentError, UnreachableError, RecipeError
        As of `open`; DocumentError also where there is something else than an image.
    """
    if not isinstance(target, Hierarchy):
        target = Hierarchy(target if isinstance(target, Location) else locate(target))
    return image_of(target, target.group())


def opened_group(
    hierarchy: Hierarchy, document: GroupDocument, name: str | None = None
) -> "Image | Labels | Plate | Well | Scene | Collection":
    """What a group is whose document has been read; errors as of `open`."""
    match document_kind(document.attributes, document.zarr_format):
        case "image":
            return image_of(hierarchy, document, name)
        case "plate":
            from ome_zarr.api.plate import Plate

            return Plate(hierarchy, document, document_version(document.attributes, document.zarr_format))
        case "well":
            from ome_zarr.api.plate import Well

            return Well(hierarchy, document, document_version(document.attributes, document.zarr_format))
        case "scene":
            from ome_zarr.api.scene import Scene

            return Scene(hierarchy, document, document_version(document.attributes, document.zarr_format))
        case "labels" | "collection" as kind:
            from ome_zarr.api.collection import Collection

            version = document_version(document.attributes, document.zarr_format)
            return Collection(hierarchy, document, version, kind=kind)
        case None:
            raise NotFoundError(
                f"the zarr group {hierarchy.location.name!r} is nothing of OME-Zarr: its attributes are "
                f"{sorted(document.attributes)}; give the group of an image, a plate, a well or a scene"
            )
