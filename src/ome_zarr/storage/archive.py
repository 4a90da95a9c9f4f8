"""A directory packed into one zip file, as OME-Zarr's proposal for single-file images wants it."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ome_zarr.storage.node_path import DOCUMENT_NAMES
from ome_zarr.storage.protocol import Json

__all__ = ["pack"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every entry, the first that the format knows: equal images give equal files."""

_FILE_MODE = 0o644 << 16
_COPY_BYTES = 1 << 20


def pack(directory: Path, file: Path, attributes: Mapping[str, Json]) -> None:
    """Write everything below `directory` into the new zip file `file`.

    Entries are stored without compression (chunks have theirs). Metadata come first, in the archive and in
    its directory, the root's before those of deeper groups, so that a reader over a network has them after
    one request; the comment says so and repeats the version.

    Parameters
    ----------
    directory
        A whole image.
    file
        Must not exist.
    attributes
        Of the image's root group.

    Notes
    -----
    NGFF RFC-9, "Zipped OME-Zarr".
    """
    with zipfile.ZipFile(file, "x", compression=zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name in _ordered(directory):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.external_attr = _FILE_MODE
            with (directory / name).open("rb") as source, archive.open(info, "w", force_zip64=True) as entry:
                shutil.copyfileobj(source, entry, _COPY_BYTES)
        archive.comment = _comment(attributes)


def _ordered(directory: Path) -> list[str]:
    """Names of the files, metadata first and breadth-first, then the rest by name."""

    def order(name: str) -> tuple[bool, int, str]:
        is_document = name.rpartition("/")[2] in DOCUMENT_NAMES
        return (not is_document, name.count("/") if is_document else 0, name)

    return sorted(_files(directory), key=order)


def _files(directory: Path) -> Iterator[str]:
    for parent, _, names in os.walk(directory):
        prefix = Path(parent).relative_to(directory)
        for name in names:
            yield (prefix / name).as_posix()


def _comment(attributes: Mapping[str, Json]) -> bytes:
    ome = attributes.get("ome")
    if not isinstance(ome, Mapping):  # the proposal is about zarr 3, where the attributes have this key
        return b""
    comment: dict[str, object] = {"zipFile": {"centralDirectory": {"jsonFirst": True}}}
    if "version" in ome:
        comment = {"version": ome["version"], **comment}
    return json.dumps({"ome": comment}).encode()
