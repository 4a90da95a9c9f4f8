"""Images with their labels, and scenes of them, written as one: at once or later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING

import zarr

from ome_zarr._doors.classes.items import Item, Prepared, Wish
from ome_zarr._doors.classes.whole import Aside, is_built_aside
from ome_zarr._doors.later import check_later
from ome_zarr.api.kept import attributes_at, on_top
from ome_zarr.errors import ExistsError, RecipeError
from ome_zarr.metadata.versions import Version
from ome_zarr.storage.backends.zarr import open_sink
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.keys import node_format, set_key
from ome_zarr.storage.locate import Location, check_not_source, locate
from ome_zarr.storage.node_path import join
from ome_zarr.storage.nodes import group_documents
from ome_zarr.storage.protocol import Documents, Json
from ome_zarr.storage.visible import open_arrays

if TYPE_CHECKING:
    from dask.delayed import Delayed

__all__ = ["find_missing", "find_target", "is_group", "write_items"]


def find_target(group: zarr.Group | str | PathLike[str], *, overwrite: bool) -> Location:
    """The place that a caller names: an open group joins what it holds, a path is taken up as a whole.

    Raises
    ------
    ExistsError
        An open group, and `overwrite` is false.
    RecipeError
        This is no group.
    """
    if not isinstance(group, zarr.Group | str | PathLike):
        raise RecipeError(f"group is {group!r}, a {type(group).__name__}; give a zarr.Group or a path")
    if isinstance(group, zarr.Group) and not overwrite:
        raise ExistsError(
            f"group {group.name!r} of {group.store} is there already; pass overwrite=True to write into it, or give "
            "a path where nothing is"
        )
    return locate(group)


def find_missing(target: Location, paths: Iterable[str]) -> list[str]:
    """The paths below a group at which there is nothing."""
    return [path for path in paths if node_format(target.store, join(target.path, path)) is None]


def is_group(target: Location) -> bool:
    """Whether there is something that images can be added to."""
    return target.archive is None and node_format(target.store, target.path) is not None


def write_items(
    target: Location,
    items: Mapping[str, Item],
    wish: Wish,
    root: Mapping[str, Json] | None = None,
) -> "list[Delayed]":
    """Write images, and return what is left to compute: nothing with `compute`, else one object per level.

    On a local disk all appear in one step, when they are whole, and what they replace can be read until then.
    Elsewhere each image does so by itself.

    Parameters
    ----------
    target
        Where to.
    items
        By path below the target; the image that labels belong to comes before them.
    wish
        How.
    root
        Attributes of the target itself, where it is no image; written last.

    Raises
    ------
    RecipeError
        Something cannot be written as wished; nothing was touched.
    ExistsError
        Something is there and `overwrite` is false.
    TargetError
        The target cannot be written, or is no place for an image.
    """
    prepared = [item.prepared(path, wish) for path, item in items.items()]
    _check_sources(target, prepared, wish)
    if is_built_aside(target):
        with Aside(target, overwrite=wish.overwrite) as aside:
            paths = _write_into(replace(aside.location, in_group=True), prepared, wish, root, aside=True)
            aside.appear()
    else:
        paths = _write_into(target, prepared, wish, root, aside=False)
    if wish.compute:
        return []
    return [
        level
        for image, names in zip(prepared, paths, strict=True)
        for level in image.delayed(
            open_arrays(target.store, [join(target.path, n) for n in names], image.specs, wish.version.zarr_format)
        )
    ]


def _check_sources(target: Location, prepared: Sequence[Prepared], wish: Wish) -> None:
    """Refuse to replace what is still to be read, and a zip file that would be filled after it has appeared."""
    if is_built_aside(target):
        check_later(target, compute=wish.compute)
        places = [] if wish.compute else [target]
    else:
        places = [place for image in prepared for place in _places(target, image)]
    origins = frozenset[str]().union(*(image.origins for image in prepared))
    for place in places:
        check_not_source(place, origins)


def _places(target: Location, image: Prepared) -> list[Location]:
    """What an image takes up: of an open group its levels, else all that there is."""
    place = target / image.path if image.path else target
    return [place / spec.path for spec in image.specs] if place.in_group else [place]


def _write_into(
    location: Location, prepared: Sequence[Prepared], wish: Wish, root: Mapping[str, Json] | None, *, aside: bool
) -> list[list[str]]:
    """Write images; return the paths of their levels below the location."""
    paths = []
    for image in prepared:
        with open_sink(
            location,
            image.specs,
            zarr_format=wish.version.zarr_format,
            overwrite=wish.overwrite,
            within=image.path,
            origins=() if aside else image.origins,
        ) as sink:
            if wish.compute:
                image.write(sink)
            sink.commit(_documents(location, image, wish.version))
            paths.append([join(image.path, name) for name in sink.paths])
    if root is not None:
        _write_root(location, root, wish.version)
    return paths


def _documents(location: Location, image: Prepared, version: Version) -> Documents:
    """The attributes of an image on top of what a group has from others, and the list that its labels are in."""
    documents: dict[str, Mapping[str, Json]] = {image.path: image.attributes}
    if not image.path and location.in_group:
        documents[""] = on_top(location, image.attributes)
    parent, _, name = image.path.rpartition("/")
    if parent.rpartition("/")[2] == "labels":
        listed = version.labels_of(attributes_at(location / parent))
        documents[parent] = on_top(location / parent, version.labels_group_attributes([*listed, name]))
    return documents


def _write_root(location: Location, root: Mapping[str, Json], version: Version) -> None:
    attributes = {**attributes_at(location), **root}
    with as_target_errors(f"target {location.name!r}"):
        for name, value in group_documents(attributes, version.zarr_format).items():
            set_key(location.store, join(location.path, name), value)
