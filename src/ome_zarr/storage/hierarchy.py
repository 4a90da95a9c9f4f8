"""The groups and arrays below a location, each read by its path; nothing is ever listed."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import DocumentError, NotFoundError
from ome_zarr.storage.documents import GroupDocument, parse_array, parse_group, parse_json
from ome_zarr.storage.key_reader import REQUESTS_AT_ONCE, KeyReader, key_reader
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import join
from ome_zarr.storage.protocol import Json, ZarrFormat

if TYPE_CHECKING:  # zarr takes long to import, and documents are read without it
    from zarr.abc.store import Store

    from ome_zarr.chunks.array import ZarrArray
    from ome_zarr.chunks.objects import ArrayObjects

__all__ = ["Hierarchy"]


class Hierarchy:
    """Reads the groups and arrays of a zarr hierarchy.

    Asks for as few keys as there can be: one for a group or an array of format 3, two for a group and one for
    an array of format 2. All methods can be called from any thread.

    Parameters
    ----------
    location
        Of the node at which paths start.
    reader
        Of its store, where there is one already.
    strict
        What becomes of chunks that are not stored, see :func:`ome_zarr.open`.
    """

    def __init__(self, location: Location, reader: KeyReader | None = None, *, strict: bool | None = None) -> None:
        self._location = location
        self._reader = key_reader(location) if reader is None else reader
        self._strict = strict

    @property
    def location(self) -> Location:
        """Where paths start."""
        return self._location

    @property
    def store(self) -> "Store":
        """The zarr store, to read from; the same one each time."""
        return self._reader.store

    @property
    def slow(self) -> bool:
        """Whether the store answers slowly, as over a network."""
        return self._reader.slow

    def __truediv__(self, path: str) -> "Hierarchy":
        """The part below `path`, read from the same store."""
        return Hierarchy(self._location / path, self._reader, strict=self._strict)

    def find(
        self, path: str = "", zarr_format: ZarrFormat | None = None, *, first: Literal["group", "array"] = "group"
    ) -> GroupDocument | ArrayDocument | None:
        """What the documents of a group or array say; None: there is neither.

        Parameters
        ----------
        path
            Below the location.
        zarr_format
            Where it is known, which saves requests.
        first
            What it most likely is: asked for first in format 2, which has a name of its own for either document.

        Raises
        ------
        DocumentError
            A document is malformed.
        """
        if zarr_format != 2:
            document = self.document(path, "zarr.json")
            if document is not None:
                place = self._place(path, "zarr.json")
                return parse_array(document, 3, place) if _is_array(document) else parse_group(document, place)
            if zarr_format == 3:
                return None
        finders = (self._find_v2_group, self._find_v2_array)
        for find in finders if first == "group" else reversed(finders):
            found = find(path)
            if found is not None:
                return found
        return None

    def find_group(self, path: str = "", zarr_format: ZarrFormat | None = None) -> GroupDocument | None:
        """What the documents of a group say; None: there is none.

        Parameters
        ----------
        path
            Below the location.
        zarr_format
            Where it is known, which saves a request.

        Raises
        ------
        DocumentError
            A document is malformed.
        NotFoundError
            There is an array instead.
        """
        if zarr_format != 2:
            document = self.document(path, "zarr.json")
            if document is not None and _is_array(document):
                raise NotFoundError(f"{self._named(path)!r} is a zarr array, not a group; give the group that holds it")
            if document is not None:
                return parse_group(document, self._place(path, "zarr.json"))
            if zarr_format == 3:
                return None
        return self._find_v2_group(path)

    def group(self, path: str = "", zarr_format: ZarrFormat | None = None) -> GroupDocument:
        """What the documents of a group say; parameters and errors as in `find_group`.

        Raises
        ------
        NotFoundError
            There is no group.
        """
        found = self.find_group(path, zarr_format)
        if found is None:
            raise NotFoundError(
                f"there is no zarr group at {self._named(path)!r}; give the folder (or URL) of an image, the one "
                "that holds 'zarr.json' or '.zgroup'"
            )
        return found

    def array(self, path: str, zarr_format: ZarrFormat) -> ArrayDocument:
        """What the document of an array says.

        Parameters
        ----------
        path
            Below the location.
        zarr_format
            Of the group that holds it.

        Raises
        ------
        NotFoundError
            There is no array.
        DocumentError
            Its document is malformed, or that of a group.
        """
        name = "zarr.json" if zarr_format == 3 else ".zarray"
        document = self.document(path, name)
        if document is None:
            raise NotFoundError(f"there is no zarr {zarr_format} array at {self._named(path)!r}: no {name!r}")
        return parse_array(document, zarr_format, self._place(path, name))

    def arrays(self, paths: Iterable[str], zarr_format: ZarrFormat) -> list[ArrayDocument]:
        """What the documents of several arrays say; asked for at once where the store is slow."""
        return self.each(lambda path: self.array(path, zarr_format), list(paths))

    def each[T, R](self, ask: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """What `ask` gives for every item; asked at once where the store is slow."""
        if not self.slow or len(items) < 2:
            return [ask(item) for item in items]
        with ThreadPoolExecutor(min(REQUESTS_AT_ONCE, len(items)), "ome-zarr-documents") as pool:
            return list(pool.map(ask, items))

    def open_array(self, path: str, document: ArrayDocument) -> "ZarrArray":
        """The zarr array at a path whose document has been read; in format 2 its attributes are asked for.

        Raises
        ------
        DocumentError
            zarr cannot read such an array: an unknown codec, say.
        """
        from ome_zarr.storage.reopening import array_of  # noqa: PLC0415 - it needs zarr, which is slow to import

        attributes = self.document(path, ".zattrs") or {} if document.zarr_format == 2 else None
        return array_of(self.store, join(self._location.path, path), document, self._named(path), attributes)

    def objects(self, path: str, document: ArrayDocument) -> "ArrayObjects":
        """The stored objects of the array at a path whose document has been read; its grid must be regular.

        Raises
        ------
        DocumentError
            Its codecs or data type are unknown.
        """
        from ome_zarr.chunks.objects import ArrayObjects  # noqa: PLC0415 - codecs, which documents do not need

        try:
            return ArrayObjects.of_document(
                document,
                self._reader.objects,
                join(self._location.path, path),
                strict=_refuses_missing() or None if self._strict is None else self._strict,
            )
        except DocumentError as error:
            raise DocumentError(f"array {self._named(path)!r}: {error}") from error

    def document(self, path: str, name: str) -> dict[str, Json] | None:
        """The JSON object at a path under a name such as ``"zarr.json"``; None: there is none.

        Raises
        ------
        DocumentError
            It is no JSON object.
        """
        data = self.content(path, name)
        return None if data is None else parse_json(data, self._place(path, name))

    def content(self, path: str, name: str) -> bytes | None:
        """The bytes at a path under a name such as ``"zarr.json"``; None: there are none."""
        return self._reader.get(join(self._location.path, path, name))

    def _find_v2_group(self, path: str) -> GroupDocument | None:
        if self.document(path, ".zgroup") is None:
            return None
        return GroupDocument(2, self.document(path, ".zattrs") or {})

    def _find_v2_array(self, path: str) -> ArrayDocument | None:
        document = self.document(path, ".zarray")
        return None if document is None else parse_array(document, 2, self._place(path, ".zarray"))

    def _place(self, path: str, name: str) -> str:
        return repr(join(self._named(path), name))

    def _named(self, path: str) -> str:
        return join(self._location.name.rstrip("/") or "/", path)


def _refuses_missing() -> bool:
    """Whether somebody has told zarr-python that a chunk which is not stored is an error."""
    zarr = sys.modules.get("zarr")
    return zarr is not None and not zarr.config.get("array.read_missing_chunks", True)


def _is_array(document: Mapping[str, Json]) -> bool:
    return document.get("node_type") == "array"
