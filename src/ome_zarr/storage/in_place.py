"""An image that is built in its place, in a group or store that cannot be renamed as a whole.

A new image appears with its root document. One that replaces another is built under a prefix of its own; where keys can
be renamed its arrays then get their names, and else they stay where they are and the root document says so.

Of several who write a new image at the same place one wins: who begins creates a claim, a key that only one can create,
and then looks whether he is alone. The claim is needed until the first document of an array is there, which everybody
finds who looks before he writes.
"""

import errno
import logging
import secrets
from collections.abc import Mapping, Sequence

from ome_zarr.errors import ExistsError, TargetBusy, TargetError
from ome_zarr.storage.durable import sync_file_system
from ome_zarr.storage.keys import delete_key, delete_under, first_key, get_key, is_movable, keys_under, names_under
from ome_zarr.storage.locate import Location
from ome_zarr.storage.node_path import join
from ome_zarr.storage.nodes import group_documents
from ome_zarr.storage.protocol import ZarrFormat
from ome_zarr.storage.stage import Groups, Place
from ome_zarr.storage.store_undo import StoreUndo

__all__ = ["CLAIM_NAME", "InPlaceStage"]

_LOGGER = logging.getLogger(__name__)

CLAIM_NAME = ".ome_zarr_claim"
"""A key that is there from the first moment of a new image until its first array is."""


class InPlaceStage:
    """Builds inside a group or store, which cannot be renamed as a whole."""

    def __init__(
        self, location: Location, paths: Sequence[str], zarr_format: ZarrFormat, undo: StoreUndo, *, replaces: bool
    ) -> None:
        self._location = location
        self._format = zarr_format
        self._undo = undo
        self._replaces = replaces
        self._moves = replaces and is_movable(location.store)
        self._wished = tuple(paths)
        token = secrets.token_hex(4)
        self._aside = join(location.path, f".{token}.old")
        prefix = "" if not replaces else f".{token}.partial" if self._moves else f"g-{token}"
        built = tuple(join(prefix, path) for path in paths)
        self.names = self._wished if self._moves else built
        self.place = Place(location.store, [join(location.path, path) for path in built])
        self._prefix = prefix
        self._before = frozenset(names_under(location.store, location.path)) if self._is_beside else frozenset()
        self._root = self._root_documents() if self._is_beside else {}
        self._claim = None if replaces or location.in_group else self._claimed()
        self._is_claimed = self._claim is not None
        if prefix:
            undo.fill(location.store, join(location.path, prefix))
        for path in self.place.paths:
            undo.fill(location.store, path)

    def put(self, key: str, value: bytes) -> None:
        """See `Stage.put`."""
        self._undo.set_key(self._location.store, key, value)
        if self._claim is not None:  # from now on whoever looks finds this document
            delete_key(self._location.store, self._claim)
            self._claim = None

    def publish(self, groups: Groups, *, durable: bool = False) -> None:
        """See `Stage.publish`.

        Raises
        ------
        ExistsError
            Somebody else has written there meanwhile.
        TargetError
            The store did not keep what it took.
        """
        if self._moves:
            self._move_arrays()
        if self._is_beside and self._root_documents() != self._root:
            raise self._overtaken()
        self._documents = set[str]()
        for path, attributes in groups.items():
            for name, value in group_documents(attributes, self._format).items():
                key = join(self._location.path, path, name)
                self._documents.add(key)
                if path:
                    self.put(key, value)
                elif self._is_claimed:
                    self._create(key, value)
                else:  # readers that find it find the rest
                    self._undo.set_key(self._location.store, key, value, needs_rest=True)
        if durable and self._location.directory is not None:
            sync_file_system(self._location.directory)

    def finish(self) -> None:
        """See `Stage.finish`."""
        if not self._replaces:
            return
        try:
            self._delete_old()
        except Exception as error:  # noqa: BLE001 - whatever the store: the image is there, and complete
            _LOGGER.warning("could not delete what %s replaced: %s", self._location.name, error)

    @property
    def _is_beside(self) -> bool:
        """Whether old and new levels are there side by side, in a store that is the image's own."""
        return self._replaces and not self._moves and not self._location.in_group

    def _root_documents(self) -> Mapping[str, bytes | None]:
        """What says what the image is."""
        root = self._location.path
        return {name: get_key(self._location.store, join(root, name)) for name in ("zarr.json", ".zattrs")}

    def _create(self, key: str, value: bytes) -> None:
        """Store a document of the root of a new image, which nobody else may have stored."""
        if self._undo.create_key(self._location.store, key, value, needs_rest=True):
            return
        if get_key(self._location.store, key) is not None:
            raise self._overtaken()
        raise TargetError(f"target {self._location.name!r} did not keep {key!r}; see whether others delete there")

    def _overtaken(self) -> ExistsError:
        return ExistsError(
            f"target {self._location.name!r} has been written by somebody else meanwhile; look at what is there, "
            "and write again"
        )

    def _claimed(self) -> str | None:
        """A key of which only one of several writers can be the maker; None: the store can take nothing back."""
        store, root = self._location.store, self._location.path
        if not (store.supports_deletes and store.supports_listing):
            return None
        key = join(root, CLAIM_NAME)
        is_ours = self._undo.create_key(store, key, secrets.token_hex(16).encode())
        if not is_ours or any(name != CLAIM_NAME for name in names_under(store, root)):
            raise TargetBusy(
                errno.EBUSY,
                f"target {self._location.name!r} is being written by somebody else; wait until that has ended, "
                "or give another place",
            )
        return key

    def _move_arrays(self) -> None:
        """Give the arrays their names, and those that had them hidden ones."""
        store = self._location.store
        final = [join(self._location.path, path) for path in self._wished]
        for path, built, name in zip(self._wished, self.place.paths, final, strict=True):
            if first_key(store, name) is not None:
                self._undo.move_keys(store, name, join(self._aside, path))
            self._undo.move_keys(store, built, name)
        self.place = Place(store, final)

    def _delete_old(self) -> None:
        store, root = self._location.store, self._location.path
        if self._moves:
            delete_under(store, join(root, self._prefix))
            delete_under(store, self._aside)
        if not self._location.in_group:
            kept = tuple(f"{path}/" for path in self.place.paths)
            for key in keys_under(store, root):
                if key not in self._documents and not key.startswith(kept) and self._was_there(key):
                    delete_key(store, key)
        elif not self._moves:
            for path in self._wished:
                delete_under(store, join(root, path))

    def _was_there(self, key: str) -> bool:
        """Whether a key belongs to what is replaced, and not to what somebody else has begun to write beside it."""
        return self._moves or key.removeprefix(f"{self._location.path}/").partition("/")[0] in self._before
