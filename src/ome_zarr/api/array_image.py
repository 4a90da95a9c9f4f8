"""An image made of a zarr array, beside the array or in its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

from ome_zarr.api.image import Image
from ome_zarr.api.open import open_image
from ome_zarr.api.write import write
from ome_zarr.engine.events import Listener
from ome_zarr.errors import NotFoundError, RecipeError
from ome_zarr.metadata.axes import AxesLike
from ome_zarr.metadata.versions import parse_version
from ome_zarr.planning.recipe import Wishes
from ome_zarr.storage.directory import is_zarr_directory
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.locate import locate
from ome_zarr.storage.protocol import Json
from ome_zarr.storage.rename import hidden_sibling
from ome_zarr.storage.staging import try_to_remove
from ome_zarr.storage.undo import Undo, remove_directory

__all__ = ["array_attributes", "replace_by_image", "write_with_attributes"]


def array_attributes(path: str) -> Mapping[str, Json]:
    """The attributes of the zarr array at a path or URL.

    Raises
    ------
    NotFoundError
        Nothing is there.
    RecipeError
        It is no array.
    """
    return _open_array(path)[1]


def write_with_attributes(
    array: str,
    target: str,
    *,
    axes: AxesLike,
    attributes: Mapping[str, Json],
    on_event: Listener | None = None,
    **wishes: Unpack[Wishes],
) -> Image:
    """The image that was made of an array, with further attributes; those of the image count where both have one.

    Parameters
    ----------
    array
        Path or URL of a zarr array.
    attributes
        Of the group of the image, besides its own.
    target, axes, on_event, **wishes
        As of :func:`ome_zarr.write`.

    Raises
    ------
    RecipeError, ExistsError, TargetError, BudgetError
        As of :func:`ome_zarr.write`.
    """
    image = write(array, target, axes=axes, on_event=on_event, **wishes)
    if not attributes:
        return image
    import zarr  # noqa: PLC0415 - slow to import, and not always wanted

    from ome_zarr.storage.noting import update_attributes  # noqa: PLC0415 - likewise

    group = zarr.open_group(image.location.store, path=image.location.path, mode="r+")
    update_attributes(group, {**attributes, **group.attrs.asdict()})
    return open_image(image.location)


def replace_by_image(
    array: str,
    *,
    axes: AxesLike,
    attributes: Mapping[str, Json],
    on_event: Listener | None = None,
    **wishes: Unpack[Wishes],
) -> Image:
    """The image that took the place of the array it was made of.

    The array stays until the image is whole, and there is room for both; then they change names in one step. The
    image is of the version that is stored in the array's zarr format, unless `wishes` say otherwise.

    Parameters
    ----------
    array
        Path of a local zarr array.
    axes, attributes, on_event, **wishes
        As of `write_with_attributes`.

    Raises
    ------
    NotFoundError
        Nothing is there.
    RecipeError
        It is no local array, or as of :func:`ome_zarr.write`.
    TargetError, BudgetError
        As of :func:`ome_zarr.write`.
    """
    place = locate(array).directory
    if place is None or not is_zarr_directory(place) or place.is_symlink():
        raise RecipeError(f"{array!r} is no folder of a zarr array, which alone can be replaced; write elsewhere")
    zarr_format, _ = _open_array(array)
    wishes = {"version": parse_version("0.4" if zarr_format == 2 else "0.5").name, "name": _stem(place), **wishes}
    beside = hidden_sibling(place.absolute())
    undo = Undo()
    undo.then(lambda: remove_directory(beside))
    try:
        write_with_attributes(array, str(beside), axes=axes, attributes=attributes, on_event=on_event, **wishes)
        with as_target_errors(f"target {array!r}"):
            undo.swap(beside, place.absolute())
    except BaseException:
        undo.run()
        raise
    undo.forget()
    try_to_remove(beside)
    return open_image(locate(array))


def _open_array(path: str) -> tuple[int, Mapping[str, Json]]:
    """Zarr format and attributes of an array."""
    import zarr  # noqa: PLC0415 - slow to import, and not always wanted

    location = locate(path)
    try:
        array = zarr.open_array(location.store, path=location.path, mode="r")
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no zarr array at {path!r}; give the path of one") from error
    except (KeyError, TypeError, ValueError) as error:
        raise RecipeError(f"{path!r} is no zarr array: {error}; give the path of one") from error
    return array.metadata.zarr_format, array.attrs.asdict()


def _stem(place: Path) -> str:
    return place.absolute().name.removesuffix(".zarr").removesuffix(".ome") or "image"
