"""Steps in a zarr store that can be taken back."""

from zarr.abc.store import Store

from ome_zarr.storage.keys import create_key, delete_key, delete_under, first_key, get_key, move_under, set_key
from ome_zarr.storage.undo import Undo

__all__ = ["StoreUndo"]


class StoreUndo(Undo):
    """An `Undo` for the keys of stores, too."""

    def move_keys(self, store: Store, source: str, target: str) -> None:
        """Move every key below `source` to below `target`, where there are none; see `move_under`."""

        def back() -> None:
            if first_key(store, target) is not None:
                move_under(store, target, source)

        self.then(back)
        move_under(store, source, target)

    def set_key(self, store: Store, key: str, value: bytes, *, needs_rest: bool = False) -> None:
        """Store a value, in place of what is there; see `Undo.then` for `needs_rest`."""
        old = get_key(store, key)

        def back() -> None:
            if old is None:
                delete_key(store, key)
            else:
                set_key(store, key, old)

        self.then(back, needs_rest=needs_rest)
        set_key(store, key, value)

    def create_key(self, store: Store, key: str, value: bytes, *, needs_rest: bool = False) -> bool:
        """Store a value, which nobody else stores, where there is none; False: there is another.

        See `Undo.then` for `needs_rest`.
        """

        def back() -> None:
            found = get_key(store, key)
            if found and value.startswith(found):  # the store may have failed after some or all of it was there
                delete_key(store, key)

        self.then(back, needs_rest=needs_rest)
        return create_key(store, key, value)

    def delete_key(self, store: Store, key: str) -> None:
        """Remove a key; nothing happens where it is absent."""
        old = get_key(store, key)
        if old is not None:
            self.then(lambda: set_key(store, key, old))
            delete_key(store, key)

    def fill(self, store: Store, path: str) -> None:
        """Announce that keys will appear below `path`, where there are none."""
        self.then(lambda: delete_under(store, path))
