"""Places as callers name them, with the store that they are in and the group that is there."""

import posixpath
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import unquote, urljoin, urlsplit

import zarr
from zarr.abc.store import Store
from zarr.errors import ArrayNotFoundError as ZarrArrayNotFoundError
from zarr.storage import FsspecStore, LocalStore, StorePath, ZipStore

from ome_zarr._doors.formats import Document, Format
from ome_zarr.api.level import check_blocks
from ome_zarr.chunks.identity import innermost
from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.errors import ExistsError, NotFoundError, RecipeError
from ome_zarr.sources.stored import StoredPixels
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.keys import node_format
from ome_zarr.storage.locate import locate
from ome_zarr.storage.node_path import join
from ome_zarr.storage.protocol import ZarrFormat

if TYPE_CHECKING:  # dask is slow to import, and not needed before pixels are wanted
    import dask.array as da

__all__ = [
    "Opened",
    "StoreLike",
    "below",
    "find_group",
    "lazy_array",
    "make_group",
    "opened",
    "parts_of",
    "unwrapped",
    "within",
]

type StoreLike = str | PathLike[str] | Store | StorePath | zarr.Group
"""How callers name a place."""


class ArrayNotFoundError(NotFoundError, ZarrArrayNotFoundError):
    """There is no array; also what zarr raises where none is, under the same name, which others tell their users."""


class Opened(NamedTuple):
    """A place and its store.

    Attributes
    ----------
    path
        The place: a path, a URL, or the path within a store that is neither on disk nor on the web.
    store
        The caller's own, or one that was opened for the path.
    within
        Path of the place within the store, which the places below share; None: each has a store of its own.
    """

    path: str
    store: Store
    within: str | None


def opened(place: StoreLike, fmt: Format, mode: str) -> Opened:
    """The place that a caller names; nothing is created, and nothing asked.

    Parameters
    ----------
    place
        Its name.
    fmt
        Opens the store of a path or URL.
    mode
        ``"r"``: to be read only.

    Raises
    ------
    RecipeError
        `place` is no name of a place.
    """
    match place:
        case str() | PathLike():
            path = _plain(place)
            store = fmt.init_store(path, mode)
            return Opened(path, store, "" if isinstance(store, ZipStore) else None)
        case zarr.Group() | StorePath():
            return Opened(_shown(place.store, place.path), place.store, place.path)
        case Store():
            # a folder can be opened anew at every place below, which then begins at its store
            return Opened(_shown(place, ""), place, None if type(place) is LocalStore else "")
        case _:
            raise RecipeError(
                f"{place!r} is a {type(place).__name__}; give a path, a URL, a zarr store, a StorePath or a zarr.Group"
            )


def find_group(store: Store, path: str) -> GroupDocument | None:
    """What the documents of a group say; None: nothing is there.

    Raises
    ------
    DocumentError
        They are malformed.
    NotFoundError
        An array is there.
    """
    return Hierarchy(locate(StorePath(store, path))).find_group()


def lazy_array(store: Store, path: str, zarr_format: ZarrFormat | None) -> "da.Array":
    """The pixels of an array, a block for each chunk; only its document is read now.

    A chunk that is gone, by what was noted when the array was written, is an error when it is computed.

    Parameters
    ----------
    store, path
        Where it is.
    zarr_format
        Of the group that holds it; None: it may be of either.

    Raises
    ------
    ArrayNotFoundError
        There is no array.
    DocumentError
        Its document is malformed, or zarr cannot read such an array.
    BudgetError
        It has more chunks along an axis than dask can list.
    """
    hierarchy = Hierarchy(locate(store))
    document = hierarchy.find(path, zarr_format, first="array")
    if document is None or isinstance(document, GroupDocument):
        what = "no zarr array" if document is None else "a group, and no zarr array,"
        raise ArrayNotFoundError(
            f"there is {what} at {join(hierarchy.location.name.rstrip('/'), path)!r}; give the path of a level"
        )
    check_blocks(document.shape, document.chunks, f"the array {path!r}")
    if document.is_regular:
        identity = (hierarchy.location / path).identity
        return StoredPixels(hierarchy.objects(path, document), identity).as_dask(document.chunks)
    import dask.array as da  # noqa: PLC0415 - slow to import, and not always wanted

    cut: da.Array = da.from_zarr(hierarchy.open_array(path, document), chunks=document.chunks)
    return cut


def make_group(store: Store, path: str, fmt: Format) -> None:
    """Make a group where nothing is; what is not of zarr stays.

    Raises
    ------
    ExistsError
        An array is there, or metadata that cannot be read.
    """
    if node_format(store, path) is not None:
        where = join(without_secrets(str(store)).rstrip("/"), path)
        raise ExistsError(f"{where!r} holds something else than a group that can be read; give another place")
    zarr.create_group(store, path=path, zarr_format=fmt.zarr_format)


def unwrapped(group: GroupDocument | None) -> Document:
    """What is below ``ome`` in the attributes of a group, or all of them where nothing is; a new mapping."""
    attributes = {} if group is None else cast("Document", group.attributes)
    enclosed = attributes.get("ome")
    return dict(enclosed if isinstance(enclosed, dict) else attributes)


def below(path: str, subpath: str, store: Store) -> str:
    """The path of a place below another, as its kind of store spells it; ``..`` leads up."""
    if isinstance(store, LocalStore):
        return str((Path(path) / subpath).resolve())
    whole = f"{path.rstrip('/')}/"
    if _on_the_web(store):
        return urljoin(whole, subpath)
    scheme, mark, names = whole.rpartition("://")
    return f"{scheme}{mark}{posixpath.normpath(names + subpath)}" if ".." in subpath.split("/") else whole + subpath


def within(path: str, subpath: str) -> str:
    """The path of a place below another in the same store; ``..`` leads up.

    Raises
    ------
    RecipeError
        It leads out of the store.
    """
    found = posixpath.normpath(posixpath.join(path, subpath))
    if found.startswith(("..", "/")):
        raise RecipeError(f"{subpath!r} leads from {path!r} out of the store; give a place in it")
    return "" if found == "." else found


def parts_of(path: str, store: Store) -> list[str]:
    """The names that a path is made of."""
    return list(Path(path).parts) if isinstance(store, LocalStore) else path.split("/")


def _plain(place: str | PathLike[str]) -> str:
    """A path or URL as text; a path object as that of where it leads."""
    if not isinstance(place, str):
        return str(Path(place).resolve())
    if place.startswith("file://"):
        return unquote(urlsplit(place).path)
    return str(Path(place).expanduser()) if place.startswith("~") else place


def _shown(store: Store, within: str) -> str:
    if isinstance(store, LocalStore):
        return str(Path(store.root, within))
    inner = innermost(store)
    return join(inner.path.rstrip("/"), within) if isinstance(inner, FsspecStore) else within


def _on_the_web(store: Store) -> bool:
    """Whether relative paths are resolved as in a browser; in object stores they are names."""
    inner = innermost(store)
    if not isinstance(inner, FsspecStore):
        return False
    protocol = inner.fs.protocol
    return not {"http", "https"}.isdisjoint([protocol] if isinstance(protocol, str) else protocol)
