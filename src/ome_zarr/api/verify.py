"""Looking whether what is stored is still what was written."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ome_zarr.api.collection import Collection
from ome_zarr.api.image import Image
from ome_zarr.api.inventory import Inventory, take_inventory
from ome_zarr.api.open import opened_group
from ome_zarr.api.plate import Plate, Well
from ome_zarr.api.remaking import remake
from ome_zarr.api.scene import Scene
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.inventory import Inventory as ObjectInventory
from ome_zarr.chunks.keys import count_objects, object_bytes
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.engine.crew import Crew
from ome_zarr.engine.events import Event
from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.metadata.versions import document_kind
from ome_zarr.planning.explain import human_bytes
from ome_zarr.planning.memory import default_budget, parse_workers, usable_cpus
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.key_reader import REQUESTS_AT_ONCE
from ome_zarr.storage.locate import locate
from ome_zarr.validation.documents import DocumentCheck
from ome_zarr.validation.events import ObjectSeen, VerifyStarted
from ome_zarr.validation.findings import Finding, Report
from ome_zarr.validation.objects import ObjectCheck, Seen

if TYPE_CHECKING:
    from ome_zarr.storage.locate import Target

__all__ = ["VerifyEvent", "verify"]

_MOST_FINDINGS = 1000
"""Objects of an array that are named; of the others only the number is told."""


type VerifyEvent = VerifyStarted | ObjectSeen | Event
"""What `verify` tells while it works."""


def verify(
    target: "Target",
    *,
    quick: bool = False,
    deep: bool = False,
    workers: int | None = None,
    on_event: Callable[[VerifyEvent], None] | None = None,
    storage_options: Mapping[str, object] | None = None,
) -> Report:
    """What is wrong with what is stored; a report that is false where it is as it was written.

    Everything that belongs to an image, a plate, a well, a scene or a collection is looked at: documents, and every
    chunk and shard of all levels and labels. They are compared with the inventories that are written with every image,
    which have the size and a fingerprint of each object, and are decoded. Where there is no inventory, as in images of
    other programs, decoding is all there is: a note says how many chunks are not stored, and nobody knows whether they
    ever were.

    Parameters
    ----------
    target
        As of :func:`ome_zarr.open`.
    quick
        Look at documents, sizes and the indices of shards only; no pixel is decoded.
    deep
        Also make every level again from level 0, where the metadata say how it was made, and compare all pixels.
    workers
        Objects looked at, and regions made again, at once. None: as many as there are processors, and more where the
        store answers slowly.
    on_event
        Told how far the work is, one event at a time: those of `ome_zarr.validation.events`; then, for every image
        whose levels are made again, what :func:`ome_zarr.write` tells.
    storage_options
        As of :func:`ome_zarr.open`.

    Returns
    -------
    Report
        Findings of the kinds ``"missing"``, ``"changed"``, ``"unexpected"``, ``"damaged"``, ``"unreadable"``,
        ``"document"``, ``"shape"`` and ``"stale"``; and notes.

    Raises
    ------
    RecipeError
        Both `quick` and `deep` are wished for, `workers` is no number of threads, or `target` names no place.
    NotFoundError
        There is nothing of OME-Zarr.
    UnreachableError
        A store gives no answer.

    Examples
    --------
    >>> import ome_zarr
    >>> from ome_zarr.api.sample import write_sample
    >>> _ = write_sample("cells.zarr", shape=(8, 128, 128))
    >>> bool(ome_zarr.verify("cells.zarr", deep=True))
    False
    """
    if quick and deep:
        raise RecipeError("verify is asked to be both quick=True and deep=True; give one of them")
    workers = None if workers is None else parse_workers(workers)
    hierarchy = Hierarchy(locate(target, storage_options=storage_options), strict=False)
    try:
        nodes = take_inventory(hierarchy, lenient=True)
    except DocumentError as error:
        return Report.of([Finding("document", "", str(error))])
    return _Verification(hierarchy, nodes, workers, on_event).report(quick=quick, deep=deep)


@dataclass(slots=True)
class _Array:
    """An array that is looked at."""

    number: int
    path: str
    objects: ArrayObjects
    check: ObjectCheck
    has_inventory: bool


class _Verification:
    """Looks at all that was found."""

    def __init__(
        self,
        hierarchy: Hierarchy,
        nodes: Inventory,
        workers: int | None,
        on_event: Callable[[VerifyEvent], None] | None,
    ) -> None:
        self._hierarchy = hierarchy
        self._nodes = nodes
        self._workers = workers
        self._on_event = on_event
        self._telling = threading.Lock()
        self._documents = DocumentCheck()
        self._images: dict[str, Image] = {}
        self._objects = _Tally()
        self._unknown: list[str] = []
        self._findings: list[Finding] = []
        self._notes: list[Finding] = []

    def report(self, *, quick: bool, deep: bool) -> Report:
        """All that was found."""
        self._findings += self._structure()
        self._look_at_objects(quick=quick)
        self._findings += self._objects.findings()
        self._findings += self._documents.findings(self._hierarchy.content)
        self._notes += self._told()
        if deep:
            for path, image in self._images.items():
                self._remake(path, image)
        return Report.of(self._findings, self._notes)

    def _structure(self) -> Iterator[Finding]:
        """What is wrong with what documents say."""
        for path, error in self._nodes.damaged.items():
            yield Finding("document", path, str(error))
        for path in self._nodes.missing:
            yield Finding("missing", path, "is named by the metadata, and nothing is there")
        for path, group in self._nodes.groups.items():
            try:
                yield from self._meaning(path, group)
            except DocumentError as error:
                if not any(damaged.startswith(path) for damaged in self._nodes.damaged):
                    yield Finding("document", path, str(error))

    def _meaning(self, path: str, group: GroupDocument) -> Iterator[Finding]:
        """What is wrong with the metadata of a group; errors as of those who read it."""
        if path and document_kind(group.attributes, group.zarr_format) is None:
            if path in self._nodes.named:
                yield Finding("document", path, "the metadata name the group, and it is nothing of OME-Zarr")
            elif path.rpartition("/")[2] == "labels":
                yield Finding("document", path, "the group lists no labels; it should list those that are in it")
            return
        opened = opened_group(self._hierarchy / path if path else self._hierarchy, group)
        match opened:
            case Image():
                self._images[path] = opened
                try:
                    _ = opened.levels
                except NotFoundError:  # among what is missing
                    del self._images[path]
            case Plate() | Well() | Scene():
                _ = opened.layout
            case Collection():
                _ = opened.images

    def _look_at_objects(self, *, quick: bool) -> None:
        documents = [document for document in self._nodes.arrays.values() if document.is_regular]
        largest = max(map(object_bytes, documents), default=1)
        wanted = self._workers or (REQUESTS_AT_ONCE if self._hierarchy.slow else usable_cpus())
        threads = max(1, min(wanted, default_budget() // max(1, largest)))
        crew = Crew()

        def look(array: _Array, index: tuple[int, ...]) -> Seen:
            return array.check.glance(index) if quick else array.check.look(index, crew.share)

        count = sum(map(count_objects, documents))
        self._tell(VerifyStarted(count, sum(document.nbytes for document in documents)))
        crew.run(self._items(), partial(self._seen, look), threads, max(0, threads - count))

    def _items(self) -> Iterator[tuple[_Array, tuple[int, ...]]]:
        """Every object of every array."""
        for number, (path, document) in enumerate(self._nodes.arrays.items()):
            array = self._array(number, path, document)
            if array is not None:
                grid = array.objects.grid
                yield from ((array, index) for index in grid.cells(grid.whole))

    def _array(self, number: int, path: str, document: ArrayDocument) -> _Array | None:
        if not document.is_regular:
            self._notes.append(Finding("unknown", path, "has chunks of several shapes, which are not looked at"))
            return None
        try:
            objects = self._hierarchy.objects(path, document)
        except DocumentError as error:
            self._findings.append(Finding("document", path, str(error)))
            return None
        inventory = self._inventory(path, objects)
        return _Array(number, path, objects, ObjectCheck(path, objects, inventory), inventory is not None)

    def _inventory(self, path: str, objects: ArrayObjects) -> ObjectInventory | None:
        try:
            inventory = objects.read_inventory()
        except DocumentError as error:
            self._findings.append(Finding("document", path, str(error)))
            return None
        if inventory is None:
            self._unknown.append(path)
        else:
            self._documents.add(path, inventory)
        return inventory

    def _seen(self, look: Callable[[_Array, tuple[int, ...]], Seen], item: tuple[_Array, tuple[int, ...]]) -> None:
        """Look at an object, and keep what is found."""
        array, index = item
        try:
            seen = look(array, index)
        except (DocumentError, OSError) as error:
            kind = "damaged" if isinstance(error, DocumentError) else "unreadable"
            seen = Seen(Finding(kind, array.path, str(error), {"key": array.objects.key(index)}), None)
        self._objects.add(array, index, seen)
        objects = array.objects
        self._tell(ObjectSeen(objects.key(index), objects.grid.region(index).size * objects.codec.dtype.itemsize))

    def _tell(self, event: VerifyEvent) -> None:
        if self._on_event is not None:
            with self._telling:
                self._on_event(event)

    def _told(self) -> Iterator[Finding]:
        """How much was looked at, and what nobody can tell."""
        arrays = self._nodes.arrays
        yield Finding(
            "extent",
            "",
            f"{len(arrays)} arrays with {self._objects.count:,} objects of {human_bytes(self._objects.nbytes)} were "
            "looked at",
            {"arrays": len(arrays), "objects": self._objects.count, "bytes": self._objects.nbytes},
        )
        for path in self._unknown:
            holes, count = self._objects.holes[path], count_objects(arrays[path])
            yield Finding(
                "unknown",
                path,
                f"has no inventory: what has changed can only be told where it cannot be decoded, and {holes:,} of "
                f"{count:,} objects are not stored, which may be right",
                {"holes": holes, "objects": count},
            )

    def _remake(self, path: str, image: Image) -> None:
        levels = {level.identity for level in image.levels}
        damaged = {(self._hierarchy.location / found.place).identity for found in self._findings if found.place}
        if levels & damaged:
            self._notes.append(Finding("levels", path, "its levels are not made again, for one of them is damaged"))
            return
        made = remake(image, path, workers=self._workers, on_event=self._on_event)
        self._findings += made.findings
        self._notes += made.notes


class _Tally:
    """What was found of objects, in an order that does not depend on threads."""

    def __init__(self) -> None:
        self.count = 0
        self.nbytes = 0
        self.holes: Counter[str] = Counter()
        self._found: dict[tuple[int, str], list[tuple[tuple[int, ...], Finding]]] = {}
        self._more: Counter[tuple[int, str]] = Counter()
        self._lock = threading.Lock()

    def add(self, array: _Array, index: tuple[int, ...], seen: Seen) -> None:
        """Take what was found of an object."""
        place = array.number, array.path
        with self._lock:
            self.count += 1
            self.nbytes += seen.stored or 0
            self.holes[array.path] += seen.stored is None and not array.has_inventory
            if seen.finding is not None:
                found = self._found.setdefault(place, [])
                if len(found) < _MOST_FINDINGS:
                    found.append((index, seen.finding))
                else:
                    self._more[place] += 1

    def findings(self) -> Iterator[Finding]:
        """All of them, array by array."""
        for place, found in sorted(self._found.items(), key=lambda item: item[0]):
            yield from (finding for _, finding in sorted(found, key=lambda item: item[0]))
            if self._more[place]:
                yield Finding(
                    "more", place[1], f"{self._more[place]:,} further objects are wrong", {"objects": self._more[place]}
                )
