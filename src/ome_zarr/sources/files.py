"""Files and URLs."""

from os import PathLike, fspath
from pathlib import Path

import numpy as np

from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.sources.numpy import NumpySource
from ome_zarr.sources.protocol import Source

__all__ = ["is_image_file", "open_path"]

_TIFF = (".tif", ".tiff", ".btf", ".tf2", ".tf8", ".lsm", ".svs", ".ndpi", ".scn")


def open_path(path: str | PathLike[str]) -> Source:
    """The source at a path or URL: TIFF and ``.npy`` files by their names, everything else as zarr.

    Raises
    ------
    NotFoundError
        There is nothing.
    DocumentError
        It is damaged, or not what its name says.
    RecipeError
        A TIFF or ``.npy`` file that is not on a local disk.
    """
    name = fspath(path)
    return _open_file(_local(name)) if is_image_file(name) else _open_zarr(path)


def is_image_file(path: str | PathLike[str]) -> bool:
    """Whether a path is, by its name, that of a TIFF or ``.npy`` file."""
    return Path(fspath(path)).suffix.lower() in (*_TIFF, ".npy")


def _open_file(path: Path) -> Source:
    if path.suffix.lower() == ".npy":
        return _open_npy(path)
    from ome_zarr.sources.tiff import open_tiff

    return open_tiff(path)


def _local(name: str) -> Path:
    if name.startswith("file://"):
        return Path(name.removeprefix("file://"))
    if "://" in name:
        raise RecipeError(
            f"{name!r} is a URL; TIFF and .npy files are read from a local disk only; download the file first"
        )
    return Path(name).expanduser()


def _open_npy(path: Path) -> NumpySource:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {str(path)!r}; give the path of an .npy file") from error
    except (ValueError, EOFError) as error:
        raise DocumentError(
            f"{str(path)!r} cannot be mapped as .npy: {error}; save a numeric array with numpy.save"
        ) from error
    return NumpySource(array)


def _open_zarr(path: str | PathLike[str]) -> Source:
    import zarr
    from zarr.errors import BaseZarrError

    from ome_zarr.sources.adapt import as_source

    place = path if isinstance(path, str) and "://" in path else Path(path).expanduser()
    try:
        node = zarr.open(store=place, mode="r")
    except FileNotFoundError as error:
        raise NotFoundError(
            f"there is no zarr array or group at {fspath(path)!r}; give the path of one, or of a TIFF "
            f"({', '.join(_TIFF[:3])}) or .npy file"
        ) from error
    except (BaseZarrError, ValueError, KeyError) as error:
        raise DocumentError(f"the zarr metadata at {fspath(path)!r} cannot be read: {error}; write it again") from error
    return as_source(node)
