"""The sink for the common case: a new local folder, and arrays of nothing but well-known codecs.

It writes what the sink of `ome_zarr.storage.backends.zarr` writes, byte for byte, and does not need
zarr-python, whose import takes longer than many an image. Everything else goes to that other sink.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.document import ArrayDocument
from ome_zarr.chunks.keys import KeyEncoding
from ome_zarr.chunks.objects import ArrayObjects
from ome_zarr.chunks.store import Folder
from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.storage.arrays import LevelArrays
from ome_zarr.storage.directory import check_directory
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.job import JobOptions, begin_job
from ome_zarr.storage.locate import Location, check_not_source
from ome_zarr.storage.plain import array_files, group_files, plain_document
from ome_zarr.storage.protocol import Documents, LevelSpec, ZarrFormat
from ome_zarr.storage.staging import StagedDirectory
from ome_zarr.storage.undo import Undo
from ome_zarr.storage.unfinished import Unfinished

__all__ = ["FileSink", "open_file_sink", "plain_documents"]

_ORDINARY = JobOptions()


def plain_documents(
    location: Location, levels: Sequence[LevelSpec], zarr_format: ZarrFormat, within: str
) -> list[ArrayDocument] | None:
    """The documents of arrays that `FileSink` can write; None: it cannot write all of this."""
    local = location.directory is not None and location.root == location.directory and not location.in_group
    if not local or within or _is_configured():
        return None
    documents = [document for spec in levels if (document := plain_document(spec, zarr_format)) is not None]
    return documents if len(documents) == len(levels) else None


def _is_configured() -> bool:
    """Whether somebody has told zarr-python how to store chunks, in the process, the environment or a file."""
    if any(name.upper().startswith("ZARR_") for name in os.environ):
        return True
    zarr = sys.modules.get("zarr")
    return _has_configuration() or (zarr is not None and bool(zarr.config.get("array.write_empty_chunks")))


@cache
def _has_configuration() -> bool:
    """Whether there is a file that tells zarr-python; looked for once, as it does itself."""
    places = (Path("/etc/zarr"), Path(sys.prefix, "etc", "zarr"), Path("~/.config/zarr").expanduser())
    return any(place.exists() for place in places)


def open_file_sink(
    location: Location,
    levels: Sequence[LevelSpec],
    documents: Sequence[ArrayDocument],
    *,
    zarr_format: ZarrFormat = 3,
    overwrite: bool = False,
    origins: Iterable[str] = (),
    options: JobOptions = _ORDINARY,
) -> "FileSink":
    """A sink for levels that have `plain_documents`; see `ome_zarr.storage.backends.zarr.open_sink`."""
    check_not_source(location, origins)
    directory = location.directory
    if directory is None:
        raise RecipeError(f"target {location.name!r} is no local folder; give the path of one")
    with as_target_errors(f"target {location.name!r}"):
        replaces = check_directory(directory, overwrite=overwrite)
    arrays = {spec.path: document for spec, document in zip(levels, documents, strict=True)}
    return FileSink(location.name, directory, levels, arrays, zarr_format, replaces=replaces, options=options)


class FileSink(Unfinished[Undo]):
    """A `Sink` on a local folder; made by `open_file_sink`. As a context manager it aborts what was not committed."""

    def __init__(
        self,
        name: str,
        directory: Path,
        levels: Sequence[LevelSpec],
        documents: Mapping[str, ArrayDocument],
        zarr_format: ZarrFormat,
        *,
        replaces: bool,
        options: JobOptions = _ORDINARY,
    ) -> None:
        super().__init__(name, Undo(), options)
        self._documents = documents
        self._specs = tuple(levels)
        self._format = zarr_format
        with self._all_or_nothing():
            self.job = begin_job(directory, self._undo, options)
            self._stage = StagedDirectory(directory, self._undo, replaces=replaces, job=self.job)
            self._make_arrays()
        self._root = self._stage.path

    @property
    def writer(self) -> LevelArrays:
        """What stores the levels, for handing to other processes."""
        return self._arrays

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for the pixels of `region`; see `Sink.write`."""
        self._check_open()
        return self._arrays.write(level, region, block)

    def put(self, level: int, index: tuple[int, ...], data: Bytes | None) -> int:
        """Number of bytes stored for one write unit that is encoded already; see `Sink.put`."""
        self._check_open()
        return self._arrays.put(level, index, data)

    def read(self, level: int, region: Region) -> np.ndarray:
        """The pixels of `region` as they were stored; see `Sink.read`."""
        return self._arrays.read(level, region)

    @property
    def ledger(self) -> LevelArrays:
        """What is known of all that is stored; see `Sink.ledger`."""
        return self._arrays

    def commit(self, documents: Documents) -> None:
        """Make the image visible. If this fails nothing is left, as after `abort`."""
        self._check_open()
        with self._all_or_nothing():
            folder, paths = Folder(self._stage.path), list(self._documents)
            files = group_files(documents[""], self._format)
            self._arrays.note_documents(paths, {**self._array_files, **files})
            for key, content in self._arrays.inventory_files(paths).items():
                folder.set(key, content)
            for file, content in files.items():
                folder.set(file, content)
            self._stage.appear(durable=self._options.durable)
        self._finished()
        self._stage.finish()
        self._job_done()
        self._root = self._stage.target
        self.__dict__.pop("_arrays", None)  # they were those of the hidden folder

    def _make_arrays(self) -> None:
        """Write the documents of the arrays, in folders in which their first chunks will be as well."""
        for folder in self._array_folders():
            path = f"{self._stage.path}/{folder}"
            if not os.path.isdir(path):  # noqa: PTH112 - takes half as long; it is there if work is gone on with
                os.mkdir(path)  # noqa: PTH102 - likewise
        for key, content in self._array_files.items():
            Folder(self._stage.path).set(key, content)

    def _array_folders(self) -> Iterable[str]:
        """Those of the arrays and of their first chunks, each behind those that it is in."""
        folders: dict[str, None] = {}
        for path, document in self._documents.items():
            first = KeyEncoding.of(document).key((0,) * len(document.shape))
            *names, _ = f"{path}/{first}".split("/")
            folders |= dict.fromkeys("/".join(names[: n + 1]) for n in range(len(names)))
        return folders

    @cached_property
    def _array_files(self) -> dict[str, bytes]:
        """The documents of the arrays by key."""
        return {
            f"{path}/{file}": content
            for path, document in self._documents.items()
            for file, content in array_files(document).items()
        }

    @cached_property
    def _arrays(self) -> LevelArrays:
        folder = Folder(self._root)
        arrays = [ArrayObjects.of_document(document, folder, path) for path, document in self._documents.items()]
        return LevelArrays(self._specs, arrays)
