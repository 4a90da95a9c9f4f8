"""What the command line of ome-zarr-py does, as functions."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ome_zarr._doors.downloading import told_download
from ome_zarr._doors.node_lines import Data, node_lines
from ome_zarr._doors.nones import without_nones as _recursive_pop_nones  # noqa: F401 - imported by other packages
from ome_zarr._doors.paths import splitall, strip_common_prefix
from ome_zarr.errors import NotFoundError
from ome_zarr.metadata.versions import document_version
from ome_zarr.viewer.catalogue import images_of, is_zarr
from ome_zarr.viewer.pages import show_folder, show_image

if TYPE_CHECKING:  # the reader needs dask, which is slow to import
    from ome_zarr.reader import Node

__all__ = ["download", "find_multiscales", "finder", "info", "splitall", "strip_common_prefix", "view"]

LOGGER = logging.getLogger("ome_zarr.utils")


def info(path: str, stats: bool = False) -> "Iterator[Node]":
    """Every node that is found from a path, each printed before it is given.

    Parameters
    ----------
    path
        Of an image, labels, a plate or a well; or its URL.
    stats
        Whether the least and greatest value of every level are printed too, for which all pixels are read.

    Raises
    ------
    NotFoundError
        There is no zarr group.
    DocumentError
        A document is malformed.
    """
    from ome_zarr.io import parse_url
    from ome_zarr.reader import Reader

    location = parse_url(path)
    if location is None:
        raise NotFoundError(f"not a zarr: {path!r}; give the path or URL of an image, labels, a plate or a well")
    for node in Reader(location)():
        if not node.specs:
            _print(f"not an ome-zarr node: {node}")
            continue
        specs = [type(spec).__name__ for spec in node.specs]
        group = node.zarr.document
        version = document_version(group.attributes, group.zarr_format).name
        for line in node_lines(str(node), version, specs, _data(node, stats=stats)):
            _print(line)
        yield node


def download(input_path: str, output_dir: str = ".") -> None:
    """Copy everything at a path or URL into a folder of the same name, which appears when it is whole.

    Documents, chunks and shards are copied as they are; see :func:`ome_zarr.api.download.download`.

    Parameters
    ----------
    input_path
        Of an image, labels, a plate, a well, a scene or a collection of images.
    output_dir
        Where the folder is made.

    Raises
    ------
    NotFoundError, ExistsError, RecipeError, DocumentError, UnreachableError, TargetError
        As of :func:`ome_zarr.api.download.download`.
    """
    told_download(os.fspath(input_path), output_dir, _print)


def view(input_path: str, port: int = 8000, dry_run: bool = False, force: bool = False) -> None:
    """Show an image in the browser, with ome-ngff-validator, and serve it until Ctrl-C.

    Only this machine can see it, and only the image is served.

    Parameters
    ----------
    input_path
        The folder of the image, or a URL.
    port
        On which it is served; 0 takes any that is free.
    dry_run
        Whether nothing is served or opened.
    force
        Whether a folder is shown that is no image.

    Raises
    ------
    RecipeError
        The port is taken.
    """
    try:
        show_image(os.fspath(input_path), port, _print, force=force, serve=not dry_run)
    except NotFoundError as error:
        _print(str(error))


def finder(input_path: str, port: int = 8000, dry_run: bool = False) -> None:
    """Show all images below a folder in the browser, with BioFile Finder, and serve them until Ctrl-C.

    The table of the images is written into the folder, as ``biofile_finder.csv``.

    Parameters
    ----------
    input_path
        The folder.
    port
        On which it is served; 0 takes any that is free.
    dry_run
        Whether only the table is written.

    Raises
    ------
    ExistsError
        ``biofile_finder.csv`` is there, and no such table.
    RecipeError
        The port is taken.
    """
    try:
        show_folder(os.fspath(input_path), port, _print, serve=not dry_run)
    except NotFoundError as error:
        _print(str(error))


def find_multiscales(path_to_zattrs: str | os.PathLike[str]) -> list[list[object]]:
    """The images that a zarr group stands for: for each its path, its name, and the folder that it is in.

    A plate is one entry, with its first field, and a scene too, with its first image; a file converted by
    bioformats2raw is one per series.

    Parameters
    ----------
    path_to_zattrs
        The folder of the group.
    """
    path = Path(path_to_zattrs)
    if not is_zarr(path):
        _print(f"No .zattrs or zarr.json found in {path}")
    return [list(image) for image in images_of(path)]


def _data(node: "Node", *, stats: bool) -> Iterator[Data]:
    from dask.base import compute

    for level in node.data:
        yield level.shape, compute(level.min(), level.max()) if stats else None


def _print(line: str) -> None:
    print(line)  # noqa: T201 - these functions print; it is what they are for
