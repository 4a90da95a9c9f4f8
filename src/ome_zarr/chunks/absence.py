"""What it means that an object is not stored: nothing but the fill value, or that it is gone."""

from functools import cached_property

from ome_zarr.chunks.inventory import INVENTORY_NAME, Inventory, OutdatedInventoryError
from ome_zarr.chunks.store import ObjectStore
from ome_zarr.errors import MissingChunkError

__all__ = ["Absence"]


class Absence:
    """Judges the objects of an array that are not stored.

    The array's inventory is read when the first one is missing, once; where all are there it costs nothing.

    Parameters
    ----------
    strict
        None: those that the inventory lists as stored are gone, which is an error. True: all are gone that it does not
        list as left out. False: none is.
    store, prefix
        Where the array is: its keys begin with the prefix.
    grid
        Number of its objects along every axis.
    """

    def __init__(self, strict: bool | None, store: ObjectStore, prefix: str, grid: tuple[int, ...]) -> None:
        self._strict = strict
        self._store = store
        self._prefix = prefix
        self._grid = grid

    @cached_property
    def inventory(self) -> Inventory | None:
        """What was stored; None where nobody has noted it, or where the array has been cut otherwise since.

        Raises
        ------
        DocumentError
            It is damaged.
        """
        try:
            return self.read_inventory()
        except OutdatedInventoryError:
            return None

    def read_inventory(self) -> Inventory | None:
        """What was stored; None where nobody has noted it.

        Raises
        ------
        OutdatedInventoryError
            The array has been cut otherwise since.
        DocumentError
            It is damaged.
        """
        data = self._store.get(f"{self._prefix}{INVENTORY_NAME}")
        return None if data is None else Inventory.of_bytes(data, self._grid)

    def check(self, index: tuple[int, ...], key: str) -> None:
        """Do nothing if an object that is not stored stands for the fill value.

        Raises
        ------
        MissingChunkError
            It is gone, or may be.
        DocumentError
            The inventory is damaged.
        """
        if self._strict is False:
            return
        size = None if self.inventory is None else self.inventory.size(index)
        if size:
            raise MissingChunkError(
                f"object {key!r} of {self._store} is gone: {size} bytes were stored; see what else is missing with "
                "'ome_zarr verify', and write the image again. Where another program has cleared these pixels, open "
                "it with strict=False"
            )
        if size is None and self._strict:
            raise MissingChunkError(
                f"object {key!r} of {self._store} is not stored, and no inventory says that it was left out; write it, "
                "or open the array without strict=True (of zarr-python: without array.read_missing_chunks=False)"
            )

    def __reduce__(self) -> tuple[object, ...]:
        return Absence, (self._strict, self._store, self._prefix, self._grid)
