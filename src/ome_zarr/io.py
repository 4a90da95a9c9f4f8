"""Places of images, opened to look at their metadata, as ome-zarr-py has it."""

import logging
from typing import TYPE_CHECKING

from zarr.abc.store import Store
from zarr.storage import StorePath

from ome_zarr._doors.stores import (
    StoreLike,
    below,
    find_group,
    lazy_array,
    make_group,
    opened,
    parts_of,
    unwrapped,
    within,
)
from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.format import CurrentFormat, Format, detect_format
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.types import JSONDict

if TYPE_CHECKING:  # dask is slow to import, and not needed before pixels are wanted
    import dask.array as da

__all__ = ["ZarrLocation", "parse_url"]

LOGGER = logging.getLogger("ome_zarr.io")


class ZarrLocation:
    """A place in a zarr hierarchy, there or not; its metadata are read at once, its pixels never.

    Parameters
    ----------
    path
        A path, a URL, a zarr store, a `StorePath` or a group.
    mode
        ``"r"``: to be read only. ``"w"``: a group is made where nothing is; what is there stays. ``"a"``: to be
        written to, nothing is made.
    fmt
        The version, where the metadata do not name one, and of a group that is made.

    Attributes
    ----------
    zgroup
        What the group says of itself: its attributes, or what is below ``ome`` in them.
    zarray
        Always empty: a place is a group.

    Raises
    ------
    RecipeError
        `path` is no name of a place.
    ExistsError
        `mode` is ``"w"``, and there is something else than a group.
    UnreachableError
        A store gives no answer.
    """

    def __init__(
        self,
        path: StoreLike,
        mode: str = "r",
        fmt: Format = CurrentFormat(),  # noqa: B008 - the published default; it has no state
    ) -> None:
        self._place = opened(path, fmt, mode)
        self._mode = mode
        self._group = self._find_group()
        self._exists = self._group is not None or mode == "w"
        if self._group is None and mode == "w":
            make_group(self._place.store, self._inner(""), fmt)
        self.zgroup: JSONDict = unwrapped(self._group)
        self.zarray: JSONDict = {}
        self._fmt = detect_format(self.zgroup, fmt)
        if self._fmt != fmt:
            LOGGER.warning("%s is of %s, not of %s, which was asked for", self, self._fmt, fmt)

    def exists(self) -> bool:
        """Whether there is a group."""
        return self._exists

    @property
    def fmt(self) -> Format:
        """The version that the metadata name, or the one that was given."""
        return self._fmt

    @property
    def mode(self) -> str:
        """As it was given."""
        return self._mode

    @property
    def version(self) -> str:
        """Of OME-Zarr, such as ``"0.5"``."""
        return self._fmt.version

    @property
    def path(self) -> str:
        """The path or URL; in a store that is neither on disk nor on the web the path within it."""
        return self._place.path

    @property
    def store(self) -> Store:
        """The zarr store; it begins here, unless the caller's own is shared."""
        return self._place.store

    @property
    def root_attrs(self) -> JSONDict:
        """What the group says of itself, as a new mapping."""
        return dict(self.zgroup)

    @property
    def document(self) -> GroupDocument:
        """All attributes and the zarr format of the group.

        Raises
        ------
        NotFoundError
            There was no group when this was opened.
        """
        if self._group is None:
            where = without_secrets(self.path)
            raise NotFoundError(f"there is no zarr group at {where!r}; give the path of an image, or write one")
        return self._group

    def load(self, subpath: str = "") -> "da.Array":
        """The pixels of an array, lazily.

        Parameters
        ----------
        subpath
            Of the array, from here.

        Raises
        ------
        NotFoundError
            There is no array.
        DocumentError
            zarr cannot read such an array.
        """
        known = None if self._group is None else self._group.zarr_format
        return lazy_array(self._place.store, self._inner(subpath), known)

    def basename(self) -> str:
        """The last name of the path: ``"cells.zarr"`` of ``"images/cells.zarr"``."""
        return self.path.rstrip("/").rpartition("/")[2]

    def create(self, path: str) -> "ZarrLocation":
        """The place below this one, opened in the same way."""
        place: StoreLike = self.subpath(path)
        if self._place.within is not None:
            place = StorePath(self._place.store, self._inner(path))
        return type(self)(place, mode=self._mode, fmt=self._fmt)

    def parts(self) -> list[str]:
        """The names that the path is made of."""
        return parts_of(self.path, self._place.store)

    def subpath(self, subpath: str = "") -> str:
        """The path or URL of a place below this one; of this one, absolute, by default."""
        return below(self.path, subpath, self._place.store)

    def _inner(self, subpath: str) -> str:
        """The path of a place below this one within the store."""
        return within(self._place.within or "", subpath)

    def _find_group(self) -> GroupDocument | None:
        try:
            return find_group(self._place.store, self._inner(""))
        except (DocumentError, NotFoundError) as error:
            LOGGER.warning("no group can be read at %s: %s", without_secrets(self.path), error)
            return None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ZarrLocation) or type(self) is not type(other):
            return False
        if self._place.within is not None or other._place.within is not None:
            return self._place.store is other._place.store and self._inner("") == other._inner("")
        return self.subpath() == other.subpath()

    def __hash__(self) -> int:
        return hash(self.basename())

    def __repr__(self) -> str:
        return f"{without_secrets(self.subpath())}{' [zgroup]' if self.zgroup else ''}"


def parse_url(
    path: StoreLike,
    mode: str = "r",
    fmt: Format = CurrentFormat(),  # noqa: B008 - the published default; it has no state
) -> ZarrLocation | None:
    """The place that a path or URL names; None if it is to be read and no group is there.

    Parameters
    ----------
    path, mode, fmt
        As of `ZarrLocation`, and so are the errors.
    """
    location = ZarrLocation(path, mode, fmt)
    return location if location.exists() or "r" not in mode else None
