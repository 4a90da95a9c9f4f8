"""The groups around an image that is written into a larger hierarchy."""

import json
from collections.abc import Mapping

from zarr.abc.store import Store

from ome_zarr.errors import RecipeError
from ome_zarr.storage.keys import ancestors, get_key, node_format, read_attributes
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import join
from ome_zarr.storage.nodes import group_documents
from ome_zarr.storage.protocol import Documents, ZarrFormat
from ome_zarr.storage.store_undo import StoreUndo

__all__ = ["check_enclosing", "write_enclosing"]


def check_enclosing(location: Location, within: str, zarr_format: ZarrFormat) -> None:
    """Refuse to mix the two zarr formats in one hierarchy.

    Raises
    ------
    RecipeError
        The group at `location`, or one on the way to `within`, has another format.
    """
    if location.archive is not None or not (within or location.in_group):
        return
    for path in ancestors(within) or ("",):
        found = node_format(location.store, join(location.path, path))
        if found not in (None, zarr_format):
            raise RecipeError(
                f"group {join(location.name, path)!r} is zarr {found}, and what shall be written into it is "
                f"zarr {zarr_format}; write zarr {found}, or into another group"
            )


def write_enclosing(
    location: Location, within: str, documents: Documents, zarr_format: ZarrFormat, undo: StoreUndo
) -> None:
    """Create or update the groups that lead to `within`, the innermost first.

    Those that are there keep their attributes unless `documents` has them, and lose their consolidated metadata, which
    do not know of the new image. What `documents` has is written as it is: inventories know its bytes.
    """
    for path in reversed(ancestors(within)):
        node = join(location.path, path)
        present = read_attributes(location.store, node)
        wanted = documents.get(path, present or {})
        if path in documents or present is None or _is_consolidated(location.store, node):
            for name, value in group_documents(wanted, zarr_format).items():
                undo.set_key(location.store, join(node, name), value)
        undo.delete_key(location.store, join(node, ".zmetadata"))


def _is_consolidated(store: Store, node: str) -> bool:
    value = get_key(store, join(node, "zarr.json"))
    document = {} if value is None else json.loads(value)
    return isinstance(document, Mapping) and document.get("consolidated_metadata") is not None
