"""Local directories as places for images: what may be written where."""

import os
import reprlib
from pathlib import Path

import numpy as np

from ome_zarr.errors import ExistsError, RecipeError, TargetError
from ome_zarr.storage.node_path import DOCUMENT_NAMES

__all__ = ["check_directory", "check_overwrite", "is_zarr_directory", "symlink_error"]

_ELSEWHERE = "give the path of an image in it, such as 'image.zarr'"


def is_zarr_directory(path: Path) -> bool:
    """Whether zarr metadata, of either format, lie in this directory."""
    return any((path / name).is_file() for name in DOCUMENT_NAMES)


def check_overwrite(overwrite: object) -> None:
    """Refuse what is neither true nor false: an image might be deleted because of ``overwrite="no"``.

    Raises
    ------
    RecipeError
        It is neither.
    """
    if not isinstance(overwrite, bool | np.bool_):
        raise RecipeError(f"overwrite is {reprlib.repr(overwrite)}; give True or False")


def check_directory(path: Path, *, overwrite: bool) -> bool:
    """Whether there is an image in this directory that writing there would replace.

    Raises
    ------
    RecipeError
        `overwrite` is neither True nor False.
    ExistsError
        Something is there and `overwrite` is false.
    TargetError
        It is no place for an image; see `ome_zarr.storage.guard.check_target`.
    """
    check_overwrite(overwrite)
    resolved = path.resolve()
    _check_common(path, resolved)
    if not resolved.exists():
        return False
    if not resolved.is_dir():
        raise TargetError(f"target {str(path)!r} is a file; give the path of a directory that is yet to be made")
    if not any(resolved.iterdir()):
        return False
    if not overwrite:
        held = "a zarr hierarchy" if is_zarr_directory(resolved) else "other files"
        raise ExistsError(
            f"target {str(path)!r} exists and holds {held}; "
            "pass overwrite=True to replace a zarr hierarchy, or give another path"
        )
    if path.is_symlink():
        raise symlink_error(path)
    if not is_zarr_directory(resolved):
        raise TargetError(
            f"target {str(path)!r} is a directory with files and no zarr metadata, which is never deleted; "
            "give the path of an image, or delete the directory"
        )
    return True


def _check_common(path: Path, resolved: Path) -> None:
    """Refuse directories that belong to more than one image, whether they are to be replaced or not."""
    what = None
    if resolved.parent == resolved:
        what = "the root of the file system"
    elif _is_home(resolved):
        what = "a home directory"
    elif Path.cwd().is_relative_to(resolved):
        what = "the working directory or one that contains it"
    elif os.path.ismount(resolved):
        what = "a mount point"
    if what is not None:
        raise TargetError(f"target {str(path)!r} is {what}; {_ELSEWHERE}")


def _is_home(resolved: Path) -> bool:
    try:
        return resolved == Path.home().resolve()
    except RuntimeError:  # a user without a home, as in some containers
        return False


def symlink_error(path: Path) -> TargetError:
    """The refusal of a target that is a symbolic link to an image."""
    return TargetError(
        f"target {str(path)!r} is a symbolic link to an existing image, which is not deleted through the "
        f"link; give the path {str(path.resolve())!r}"
    )
