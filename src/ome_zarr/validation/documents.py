"""Whether documents are those that were written together with arrays."""

import posixpath
from collections.abc import Callable, Iterator

from ome_zarr.chunks.fingerprint import fingerprint
from ome_zarr.chunks.inventory import Inventory
from ome_zarr.errors import DocumentError
from ome_zarr.validation.findings import Finding

__all__ = ["DocumentCheck"]


class DocumentCheck:
    """Compares documents with what the inventories of arrays say about them.

    A document that several inventories know, as that of the group ``labels``, need be what one of them says: it was
    written again with every array.
    """

    def __init__(self) -> None:
        self._noted: dict[str, set[int]] = {}

    def add(self, path: str, inventory: Inventory) -> None:
        """Take what the inventory of the array at `path` says; documents above where paths start are left out."""
        for name, mark in inventory.documents.items():
            key = posixpath.normpath(posixpath.join(path or ".", name))
            if not key.startswith(("..", "/")):
                self._noted.setdefault(key, set()).add(mark)

    def findings(self, content: Callable[[str, str], bytes | None]) -> Iterator[Finding]:
        """What is wrong with the documents.

        Parameters
        ----------
        content
            The bytes of the document at a path under a name; None: there is none.
        """
        for key, marks in sorted(self._noted.items()):
            path, _, name = key.rpartition("/")
            try:
                data = content(path, name)
            except DocumentError as error:
                yield Finding("document", path, str(error), {"document": name})
                continue
            if data is None:
                yield Finding("missing", path, f"the document {name!r} is gone", {"document": name})
            elif fingerprint(data) not in marks:
                yield Finding(
                    "changed",
                    path,
                    f"the document {name!r} has changed since it was written: by damage, or by a program that had to",
                    {"document": name},
                )
