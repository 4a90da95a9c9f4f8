"""zarr arrays made from documents that have been read already."""

from collections.abc import Mapping
from typing import cast

import zarr
from zarr.abc.store import Store
from zarr.core.common import JSON
from zarr.storage import StorePath

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.errors import DocumentError
from ome_zarr.storage.protocol import Json

__all__ = ["array_of"]


def array_of(
    store: Store, path: str, document: ArrayDocument, name: str, attributes: Mapping[str, Json] | None = None
) -> ZarrArray:
    """The array at `path` of a store; the store is asked for nothing.

    Parameters
    ----------
    store, path
        Where it is.
    document
        What was read.
    name
        How messages call it.
    attributes
        Of an array of format 2, which keeps them in a document of their own.

    Raises
    ------
    DocumentError
        zarr cannot read such an array.
    """
    content = dict(document.document) if attributes is None else {**document.document, "attributes": attributes}
    try:
        array = zarr.Array.from_dict(StorePath(store, path), cast("dict[str, JSON]", content))
    except Exception as error:  # each codec and data type of the registry has errors of its own
        raise DocumentError(
            f"array {name!r} cannot be read: {' '.join(str(error).split())}; see whether the package that registers "
            "its codecs and data type is installed"
        ) from error
    return cast(ZarrArray, array)
