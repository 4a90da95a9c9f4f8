"""Where an image lies: a path, URL, zip file, zarr store or group becomes a `Location`."""

import os
import re
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ome_zarr.chunks.path import path_identity
from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.errors import MissingDependencyError, RecipeError
from ome_zarr.storage.node_path import join

if TYPE_CHECKING:  # zarr takes long to import, and writing a local image can do without it
    import zarr
    from zarr.abc.store import Store
    from zarr.storage import StorePath

__all__ = ["ARCHIVE_SUFFIXES", "Location", "Target", "check_not_source", "is_url", "locate"]

type Target = str | os.PathLike[str] | Store | StorePath | zarr.Group
"""Whatever names a place for an image."""

ARCHIVE_SUFFIXES = (".zip", ".ozx")
"""Names that end so are zip files when they are local paths."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class Location:
    """A node of a zarr hierarchy, there or not; made by `locate`.

    Parameters
    ----------
    root
        The zarr store; of what is named by a local path, the directory or zip file that `store` opens.
    path
        Of the node within the store; ``""`` is the root.
    name
        How messages call it; without passwords and queries.
    directory
        The node's directory, if it is one on a local disk.
    archive
        The zip file, if the store is one that was named by its path.
    in_group
        The caller gave an open group: what is written joins what the group holds, where another
        location is taken up as a whole.
    """

    root: "Store | Path"
    path: str
    name: str
    directory: Path | None = None
    archive: Path | None = None
    in_group: bool = False

    @property
    def store(self) -> "Store":
        """The zarr store."""
        if not isinstance(self.root, Path):
            return self.root
        from zarr.storage import LocalStore, ZipStore  # noqa: PLC0415 - slow to import, and not always wanted

        return LocalStore(self.root) if self.archive is None else ZipStore(self.root, mode="r")

    @property
    def identity(self) -> str:
        """The same for every way to name the same place; as in the origins of a source."""
        if self.directory is not None:
            return path_identity(self.directory)
        if self.archive is not None:
            return join(path_identity(self.archive), self.path)
        from ome_zarr.chunks.identity import store_identity  # noqa: PLC0415 - it needs zarr

        return store_identity(self.store, self.path)

    def __truediv__(self, path: str) -> "Location":
        """The location of a node below this one, itself to be taken up as a whole."""
        directory = None if self.directory is None else self.directory / path
        return replace(
            self,
            path=join(self.path, path),
            name=f"{self.name.rstrip('/')}/{path}",
            directory=directory,
            in_group=False,
        )


def locate(target: Target, *, storage_options: Mapping[str, object] | None = None) -> Location:
    """The location that `target` names. Nothing is opened, created or asked.

    Parameters
    ----------
    target
        A local path (``~`` is the home directory; names that end in ``.zip`` or ``.ozx`` are zip files), a
        URL, a zarr store, a `StorePath` or an open `zarr.Group`.
    storage_options
        For the file system behind a URL: credentials, endpoint and so on.

    Raises
    ------
    RecipeError
        `target` is empty or none of these, or `storage_options` were given for something else than a URL.
    MissingDependencyError
        The package that reaches this kind of URL is not installed.
    """
    if isinstance(target, str) and is_url(target) and not target.startswith("file://"):
        return _locate_url(target, storage_options or {})
    if storage_options:
        raise RecipeError(f"storage_options are for URLs, and the target is {reprlib.repr(target)}; leave them out")
    if isinstance(target, str) and target.startswith("file://"):
        return _locate_path(unquote(urlsplit(target).path))
    if isinstance(target, str | os.PathLike):
        return _locate_path(os.fsdecode(target))
    return _locate_object(target)


def is_url(text: str) -> bool:
    """Whether text begins as a URL does, ``file://`` among them."""
    return _URL.match(text) is not None


def check_not_source(location: Location, origins: Iterable[str]) -> None:
    """Refuse a target that is, contains or lies in something that is read.

    Parameters
    ----------
    location
        What will be written.
    origins
        Identities of what is read, see `ome_zarr.chunks.identity`.

    Raises
    ------
    RecipeError
        They overlap: reading what is being replaced would give wrong pixels.
    """
    target = _slashed(location.identity)
    for origin in sorted(origins):
        source = _slashed(origin)
        if target == source or target.startswith(f"{source}/") or source.startswith(f"{target}/"):
            raise RecipeError(
                f"target {location.name!r} overlaps the source {without_secrets(origin)!r}: its pixels would be "
                "replaced while they are read; write to another place, then replace the old image"
            )


def _locate_path(text: str) -> Location:
    if not text or "\0" in text or not _is_encodable(text):
        raise RecipeError(f"target {text!r} is no path; give one, such as 'image.zarr', or a URL")
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:  # "~name" of nobody
        raise RecipeError(f"target {text!r} names no home directory: {error}; give a full path") from error
    if path.suffix.lower() in ARCHIVE_SUFFIXES and not path.is_dir():
        return Location(path, "", text, archive=path)
    return Location(path, "", text, directory=path)


def _is_encodable(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def _locate_object(target: object) -> Location:
    """The location that an object of zarr's names."""
    import zarr  # noqa: PLC0415 - whoever gives such an object has imported it
    from zarr.abc.store import Store  # noqa: PLC0415 - likewise
    from zarr.storage import StorePath  # noqa: PLC0415 - likewise

    match target:
        case zarr.Group():
            return replace(_locate_store(target.store, target.path), in_group=True)
        case StorePath():
            return _locate_store(target.store, target.path)
        case Store():
            return _locate_store(target, "")
        case _:
            raise RecipeError(
                f"target {reprlib.repr(target)} is a {type(target).__name__}; give a path, a URL, a zarr store or a "
                "zarr.Group"
            )


def _locate_store(store: "Store", path: str) -> Location:
    from zarr.storage import LocalStore  # noqa: PLC0415 - the store is zarr's

    from ome_zarr.chunks.identity import store_identity  # noqa: PLC0415 - it needs zarr

    if type(store) is LocalStore:
        directory = Path(store.root, path)
        return Location(store, path, str(directory), directory=directory)
    identity = store_identity(store)
    name = identity if is_url(identity) else str(store)
    return Location(store, path, join(without_secrets(name).rstrip("/"), path))


def _locate_url(url: str, storage_options: Mapping[str, object]) -> Location:
    if not url.partition("://")[2].strip("/"):
        raise RecipeError(f"target {url!r} names no place; give a URL such as 's3://bucket/image.zarr'")
    from ome_zarr.storage.retrying import RetryingStore  # noqa: PLC0415 - it needs zarr

    try:
        store: Store = _fsspec_store(url, storage_options)
    except ImportError as error:
        store = _object_store(url, storage_options, error)
    except ValueError as error:
        raise RecipeError(
            f"target {without_secrets(url)!r} is a URL that no installed file system reaches: "
            f"{without_secrets(str(error))}; "
            "give a local path, a URL such as 's3://bucket/image.zarr', or a zarr store"
        ) from error
    return Location(RetryingStore(store), "", without_secrets(url))


def _fsspec_store(url: str, storage_options: Mapping[str, object]) -> "Store":
    from zarr.storage import FsspecStore  # noqa: PLC0415 - slow to import, and not always wanted

    from ome_zarr.storage.waiting import fsspec_options  # noqa: PLC0415 - only here

    is_web = url.lower().startswith(("http://", "https://"))  # where nothing can be written
    store = FsspecStore.from_url(url, storage_options=fsspec_options(url, storage_options), read_only=is_web)
    if hasattr(store.fs, "retries"):  # of s3fs, beside those of the library under it
        store.fs.retries = 1
    return store


def _object_store(url: str, storage_options: Mapping[str, object], reason: ImportError) -> "Store":
    """The store of a URL through obstore, for when fsspec or its file system is not installed."""
    from zarr.storage import ObjectStore  # noqa: PLC0415 - slow to import, and not always wanted

    try:
        from obstore.store import from_url  # noqa: PLC0415 - optional
    except ImportError:
        scheme = urlsplit(url).scheme
        raise MissingDependencyError(
            f"target {without_secrets(url)!r} needs a package that is not installed: {reason}; "
            f"install obstore, or fsspec with its file system for {scheme!r}"
        ) from reason
    from ome_zarr.storage.waiting import obstore_options  # noqa: PLC0415 - only here

    return ObjectStore(from_url(url, **obstore_options(storage_options)))  # type: ignore[call-overload]


def _slashed(identity: str) -> str:
    return identity.replace(os.sep, "/").rstrip("/")
