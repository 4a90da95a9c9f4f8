"""What may be written where: refuse a dangerous target before anything is touched."""

from collections.abc import Iterable
from pathlib import Path

from ome_zarr.errors import ExistsError, TargetError
from ome_zarr.storage.directory import check_directory, check_overwrite, symlink_error
from ome_zarr.storage.keys import first_key, node_format
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import join

__all__ = ["check_target"]


def check_target(location: Location, paths: Iterable[str], *, overwrite: bool) -> bool:
    """Whether something is at the target that writing there would replace.

    Parameters
    ----------
    location
        Where the image will be.
    paths
        Of the arrays to be written, relative to the image.
    overwrite
        The caller wants what is there to be replaced.

    Raises
    ------
    ExistsError
        Something is there and `overwrite` is false.
    RecipeError
        `overwrite` is neither True nor False.
    TargetError
        An image may not be written there, whatever the caller wants: the store is read-only, the path is
        somebody's directory (the root, a home, one that contains the working directory, a mount point), a
        file, or holds things that are no zarr hierarchy.
    """
    check_overwrite(overwrite)
    if location.store.read_only and location.archive is None:
        raise TargetError(f"target {location.name!r} is read-only; open it for writing, or give another place")
    if location.in_group:
        return _check_group(location, paths, overwrite=overwrite)
    if location.archive is not None:
        return _check_archive(location.archive, overwrite=overwrite)
    if location.directory is not None:
        return check_directory(location.directory, overwrite=overwrite)
    return _check_store(location, overwrite=overwrite)


def _check_group(location: Location, paths: Iterable[str], *, overwrite: bool) -> bool:
    found = [path for path in paths if first_key(location.store, join(location.path, path)) is not None]
    if found and not overwrite:
        raise ExistsError(
            f"group {location.name!r} already holds {', '.join(map(repr, found))}; "
            "pass overwrite=True to replace, or write into another group"
        )
    if found and not location.store.supports_deletes:
        raise TargetError(
            f"group {location.name!r} already holds {', '.join(map(repr, found))}, and nothing in "
            "its store can be replaced; write into another group"
        )
    return bool(found)


def _check_store(location: Location, *, overwrite: bool) -> bool:
    if node_format(location.store, location.path) is None:
        return _check_unclaimed(location)
    if not overwrite:
        raise ExistsError(
            f"target {location.name!r} already holds a zarr hierarchy; "
            "pass overwrite=True to replace it, or give another place"
        )
    if not location.store.supports_deletes:
        raise TargetError(
            f"target {location.name!r} already holds a zarr hierarchy, and nothing in it can be replaced; "
            "give another place"
        )
    return True


def _check_unclaimed(location: Location) -> bool:
    """Keys without a root document: a write that was cut off, which may be replaced, or somebody's data."""
    if not location.store.supports_listing:
        return False
    key = first_key(location.store, location.path)
    if key is None:
        return False
    raise TargetError(
        f"target {location.name!r} holds {key!r}, but no zarr group: "
        "a write that was cut off, or not an image; delete it all, or give another place"
    )


def _check_archive(path: Path, *, overwrite: bool) -> bool:
    if path.is_symlink() and path.exists():
        raise symlink_error(path)
    if not path.exists():
        return False
    if not overwrite:
        raise ExistsError(f"target {str(path)!r} exists; pass overwrite=True to replace it, or give another path")
    with path.open("rb") as file:
        if file.read(2) not in (b"PK", b""):
            raise TargetError(f"target {str(path)!r} is a file, and no zip file; delete it, or give another path")
    return True
