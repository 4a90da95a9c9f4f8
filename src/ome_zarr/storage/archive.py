"""A directory packed into one zip file, as OME-Zarr's proposal for single-file images wants it."""

import json
import os
import shutil
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from ome_zarr.errors import DocumentError
from ome_zarr.storage.node_path import DOCUMENT_NAMES
from ome_zarr.storage.protocol import Json

__all__ = ["open_archive", "pack"]

_MOST_DIRECTORY_BYTES = 128 << 20
"""About a million entries; more would take gigabytes of memory before anything is read."""

_MOST_BYTES, _MOST_GROWTH = 16 << 20, 100
"""A larger entry may not become a hundred times what it takes up: chunks have compressors of their own."""

_MOST_COMMENT_BYTES = 0xFFFF
_IN_64 = 0xFFFFFFFF
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_POINTER_64 = struct.Struct("<4sLQL")

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


def open_archive(path: Path) -> zipfile.ZipFile:
    """A zip file, to read from.

    Raises
    ------
    FileNotFoundError
        There is none.
    DocumentError
        It is no zip file, or none of an image: with two entries of one name, or of an absurd size.
    """
    try:
        with path.open("rb") as file:
            _check_directory(file)
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error) as error:
        raise DocumentError(f"{path} is no zip file: {error}; it is damaged: write it again") from error
    try:
        _check_entries(archive.infolist())
    except zipfile.BadZipFile as error:
        archive.close()
        raise DocumentError(f"{path} is not the zip file of an image: {error}; write it again") from error
    return archive


def _check_directory(file: BinaryIO) -> None:
    """Refuse a directory that is too large, before it is read (APPNOTE 4.3.14 to 4.3.16)."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - _END.size - _MOST_COMMENT_BYTES)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0:
        return  # zipfile says what is wrong
    size = _END.unpack_from(tail, at)[5]
    if at >= _POINTER_64.size and tail.startswith(b"PK\6\7", at - _POINTER_64.size):
        file.seek(_POINTER_64.unpack_from(tail, at - _POINTER_64.size)[2])
        size = max(size if size != _IN_64 else 0, _END_64.unpack(file.read(_END_64.size))[8])
    if size > _MOST_DIRECTORY_BYTES:
        raise zipfile.BadZipFile(f"its directory has {size} bytes, and may have {_MOST_DIRECTORY_BYTES}")


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    for entry in entries:
        if entry.filename in names:
            raise zipfile.BadZipFile(f"it has two entries {entry.filename!r}")
        names.add(entry.filename)
        if entry.file_size > _MOST_BYTES and entry.file_size > _MOST_GROWTH * entry.compress_size:
            raise zipfile.BadZipFile(
                f"its entry {entry.filename!r} of {entry.compress_size} bytes stands for {entry.file_size}"
            )
