"""The images below a local folder, for a table of them."""

import csv
import io
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from ome_zarr.chunks.path import node_path_fault
from ome_zarr.errors import ExistsError, OmeZarrError
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import locate
from ome_zarr.storage.rename import hidden_sibling

__all__ = ["CSV_NAME", "FoundImage", "find_images", "images_of", "is_zarr", "write_table"]

_LOGGER = logging.getLogger(__name__)

CSV_NAME = "biofile_finder.csv"
"""What the table is called that BioFile Finder reads."""

_HEADS = ("File Path", "File Name", "Folders", "Uploaded")
"""Columns of that table, by the names that BioFile Finder knows."""

_FIRST_FIELD = "0"
"""Of a well, where its own document does not say better."""


class FoundImage(NamedTuple):
    """An image that can be shown.

    Attributes
    ----------
    path
        The image; of a plate its first field, of a scene its first image.
    name
        What people call it.
    folder
        Where it is, or the plate or file whose part it is.
    """

    path: Path
    name: str
    folder: str


def is_zarr(path: Path) -> bool:
    """Whether a folder has the attributes of a zarr group."""
    return any(os.path.isfile(path / name) for name in ("zarr.json", ".zattrs"))  # noqa: PTH113 - Path's may raise


def find_images(path: Path) -> Iterator[FoundImage]:
    """Every image below a folder, or the folder itself, in the order of their names.

    Folders are not looked into where a zarr hierarchy begins. Plates and scenes are one entry each. What
    cannot be read is left out, and told in the log.
    """
    seen: set[str] = set()
    todo = [path]
    while todo:
        folder = todo.pop()
        real = os.path.realpath(folder)
        if real in seen:  # a link that leads in circles
            continue
        seen.add(real)
        if is_zarr(folder):
            yield from images_of(folder)
        else:
            todo += reversed(_folders(folder))


def images_of(path: Path) -> list[FoundImage]:
    """The images that one zarr group stands for; none where it is nothing of OME-Zarr."""
    try:
        body = _body(path)
        return list(_images(path, body))
    except (OmeZarrError, OSError) as error:
        _LOGGER.warning("%s is left out: %s", path, error)
        return []


def write_table(images: Iterable[FoundImage], directory: Path, url: str) -> Path:
    """The table for BioFile Finder, written into a folder.

    Parameters
    ----------
    images
        Below the folder.
    directory
        The folder; a table that this function wrote there before is replaced.
    url
        Under which the folder is served.

    Raises
    ------
    ExistsError
        A file of that name is there, and no such table.
    """
    file = directory / CSV_NAME
    if file.exists() and not _is_table(file):
        raise ExistsError(f"{str(file)!r} exists and is no table of this command; rename it, or delete it")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADS)
    writer.writerows(_row(image, directory, url) for image in images)
    partial = hidden_sibling(file)
    try:
        partial.write_text(text.getvalue(), "utf-8", newline="")
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return file


def _row(image: FoundImage, directory: Path, url: str) -> tuple[str, ...]:
    path = Path(os.path.relpath(image.path, directory)).as_posix()
    folders = Path(os.path.relpath(image.folder, directory)).parts
    return f"{url}/{quote(path)}", image.name or image.path.name, ",".join(folders or (".",)), _changed(image.path)


def _changed(path: Path) -> str:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%d %H:%M:%S.%Z")
    except OSError:
        return ""


def _is_table(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace", newline="") as lines:
        return next(csv.reader(lines), None) == list(_HEADS)


def _folders(path: Path) -> list[Path]:
    try:
        return sorted(found for found in path.iterdir() if found.is_dir())
    except OSError as error:
        _LOGGER.warning("%s is left out: %s", path, error)
        return []


def _body(path: Path) -> Mapping[str, object]:
    """What OME-Zarr says in the attributes of a group; nothing where it is no group."""
    group = Hierarchy(locate(path)).find_group()
    attributes: Mapping[str, object] = {} if group is None else group.attributes
    enclosed = attributes.get("ome")
    return enclosed if isinstance(enclosed, Mapping) else attributes


def _images(path: Path, body: Mapping[str, object]) -> Iterator[FoundImage]:
    folder = str(path.parent)
    if "plate" in body:
        for well in _paths(body["plate"], "wells")[:1]:
            fields = _paths(_body(path / well).get("well"), "images")
            yield FoundImage(path / well / (fields or [_FIRST_FIELD])[0], path.name, folder)
    elif "scene" in body:
        inputs = [path / inner for inner in _inputs(body["scene"])]
        yield FoundImage((inputs or [path])[0], path.name, folder)
    elif "bioformats2raw.layout" in body:
        for number, name in enumerate(_series_names(path)):
            yield FoundImage(path / str(number), name or f"{path.name} Series:{number}", folder)
    elif body.get("multiscales"):
        yield FoundImage(path, path.name, folder)


def _series_names(path: Path) -> list[str | None]:
    """Names of the images in a converted file, None where they have none."""
    try:
        tree = ElementTree.parse(path / "OME" / "METADATA.ome.xml")
    except (OSError, ElementTree.ParseError, DefusedXmlException) as error:
        _LOGGER.warning("the series of %s are not known: %s", path, error)
        return []
    return [child.get("Name") for child in tree.iterfind("{*}Image")]


def _inputs(scene: object) -> list[str]:
    """Paths of the images from which the transformations of a scene lead."""
    transformations = scene.get("coordinateTransformations") if isinstance(scene, Mapping) else None
    entries = transformations if isinstance(transformations, list) else []
    inputs = [entry.get("input") for entry in entries if isinstance(entry, Mapping)]
    return _paths({"inputs": inputs}, "inputs")


def _paths(owner: object, key: str) -> list[str]:
    """The path of every object in a list, but those that might lead out of the group."""
    entries = owner.get(key) if isinstance(owner, Mapping) else None
    found = [entry.get("path") for entry in entries or () if isinstance(entry, Mapping)]
    return [path for path in found if isinstance(path, str) and node_path_fault(path) is None]
