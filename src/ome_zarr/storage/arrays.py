"""The arrays of an image, open for writing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.fingerprint import Fingerprint, fingerprint
from ome_zarr.chunks.inventory import INVENTORY_NAME, Inventory
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.geometry.region import Region
from ome_zarr.storage.blocks import check_block
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.protocol import LevelSpec, Unit

__all__ = ["LevelArrays"]


class LevelArrays:
    """Writes blocks into the levels of an image.

    Any number of threads may write disjoint regions. It can be pickled if the store can, so that other
    processes write too.

    Parameters
    ----------
    specs
        The arrays, level 0 first.
    objects
        What they store.

    Attributes
    ----------
    inventories
        What has been written into each of them.
    """

    def __init__(self, specs: Sequence[LevelSpec], objects: Sequence[ArrayObjects]) -> None:
        self._specs = tuple(specs)
        self._objects = tuple(objects)
        self.inventories = tuple(Inventory(array.grid.count) for array in objects)
        self._listener: Callable[[Unit, int, int], None] | None = None

    def __len__(self) -> int:
        """Number of levels."""
        return len(self._specs)

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for `block`, the pixels of `region`.

        Raises
        ------
        RecipeError
            The region cuts a write unit, or the block has another shape or dtype than it should.
        TargetError
            The store did not take it: disk full, no permission, and so on.
        """
        check_block(self._specs[level], region, block)
        objects = self._objects[level]
        stored = 0
        for index, part in self._parts(level, region):
            with as_target_errors(partial(self._place, level, index)):
                written = objects.write(index, block[part.relative_to(region.start).slices])
            stored += self._noted(level, index, written)
        return stored

    def put(self, level: int, index: tuple[int, ...], data: Bytes | None) -> int:
        """Number of bytes stored for one write unit that is encoded already; see `LevelWriter.put`.

        Raises
        ------
        TargetError
            The store did not take it.
        """
        objects = self._objects[level]
        with as_target_errors(partial(self._place, level, index)):
            written = objects.put(index, data)
        return self._noted(level, index, written)

    def read(self, level: int, region: Region) -> np.ndarray:
        """The stored pixels of `region`; what is not stored has the fill value."""
        return self._objects[level].read_region(region)

    def __reduce__(self) -> tuple[object, ...]:
        return LevelArrays, (self._specs, self._objects)  # what another process writes is not known here

    def noted(self, level: int, index: tuple[int, ...]) -> tuple[int, int] | None:
        """Size and fingerprint of a write unit; see `Ledger.noted`."""
        inventory = self.inventories[level]
        size = inventory.size(index)
        return None if size is None else (size, inventory.fingerprint(index))

    def stored(self, level: int) -> np.ndarray:
        """Of every write unit of a level whether it has been stored; see `Ledger.stored`."""
        return self.inventories[level].known

    def follow(self, listener: Callable[[Unit, int, int], None]) -> None:
        """Have somebody told of every write unit that is stored; see `Ledger.follow`."""
        self._listener = listener

    def note(self, level: int, index: tuple[int, ...], size: int, mark: int) -> None:
        """Know what an earlier process stored."""
        self.inventories[level].note(index, size, mark)

    def check(self, level: int, index: tuple[int, ...]) -> bool:
        """Whether what is stored is what was noted; see `Ledger.check`."""
        data = self._objects[level].fetch(index)
        found = (0, 0) if data is None else (len(data), fingerprint(data))
        if found == self.noted(level, index):
            return True
        self.inventories[level].forget(index)
        return False

    def note_documents(self, names: Sequence[str], documents: Mapping[str, bytes]) -> None:
        """Know the documents of the arrays and of the groups around them.

        Parameters
        ----------
        names
            Paths of the arrays, level 0 first, from where the keys of the documents start.
        documents
            What is written, by key.
        """
        marks = {key: fingerprint(content) for key, content in documents.items()}
        for name, inventory in zip(names, self.inventories, strict=True):
            for key, mark in marks.items():
                folder, _, file = key.rpartition("/")
                if not folder or f"{name}/".startswith(f"{folder}/"):
                    above = len(name.split("/")) - len(folder.split("/") if folder else ())
                    inventory.documents["../" * above + file] = mark

    def inventory_files(self, paths: Sequence[str]) -> dict[str, bytes]:
        """The inventory of every array all of whose objects have been stored here, by its key.

        Parameters
        ----------
        paths
            Of the arrays, level 0 first.
        """
        return {
            f"{path}/{INVENTORY_NAME}": inventory.to_bytes()
            for path, inventory in zip(paths, self.inventories, strict=True)
            if inventory.is_complete
        }

    def _noted(self, level: int, index: tuple[int, ...], stored: Fingerprint) -> int:
        """The size of what was stored, which the inventory now has."""
        size, mark = stored.size, stored.value
        self.inventories[level].note(index, size, mark)
        if self._listener is not None:
            self._listener((level, index), size, mark)
        return size

    def _parts(self, level: int, region: Region) -> Iterator[tuple[tuple[int, ...], Region]]:
        grid = self._objects[level].grid
        return ((index, grid.region(index)) for index in grid.cells(region))

    def _place(self, level: int, index: tuple[int, ...]) -> str:
        """How messages call a write unit."""
        objects = self._objects[level]
        part = objects.grid.region(index)
        path = self._specs[level].path
        return f"level {path!r}, pixels {part.start!r} to {part.stop!r}, key {objects.key(index)!r}"
