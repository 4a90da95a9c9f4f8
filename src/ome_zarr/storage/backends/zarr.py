"""The sink that writes through zarr-python's codecs and stores."""

from collections.abc import Iterable, Sequence

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.storage.arrays import LevelArrays
from ome_zarr.storage.commit import open_stage
from ome_zarr.storage.enclosing import check_enclosing, write_enclosing
from ome_zarr.storage.failures import as_target_errors
from ome_zarr.storage.guard import check_target
from ome_zarr.storage.job import JobOptions, begin_job
from ome_zarr.storage.locate import Location, check_not_source
from ome_zarr.storage.node_path import join, parse_node_path
from ome_zarr.storage.nodes import array_documents, complete_documents, group_documents
from ome_zarr.storage.protocol import Documents, LevelSpec, ZarrFormat
from ome_zarr.storage.renaming import with_paths
from ome_zarr.storage.stage import Stage
from ome_zarr.storage.store_undo import StoreUndo
from ome_zarr.storage.unfinished import Unfinished
from ome_zarr.storage.visible import VisibleWriter, open_arrays

__all__ = ["ZarrSink", "open_sink"]

_ORDINARY = JobOptions()


def open_sink(
    location: Location,
    levels: Sequence[LevelSpec],
    *,
    zarr_format: ZarrFormat = 3,
    overwrite: bool = False,
    within: str = "",
    origins: Iterable[str] = (),
    options: JobOptions = _ORDINARY,
) -> "ZarrSink":
    """A sink with the arrays of an image, of which nothing is visible yet.

    Parameters
    ----------
    location
        The image, or the hierarchy that holds or will hold it, see `within`.
    levels
        The arrays, level 0 first.
    zarr_format
        Of the arrays and groups.
    overwrite
        Replace what is there. Until `ZarrSink.commit` it stays as it is.
    within
        Path of the image relative to `location`, such as ``labels/cells`` in an image or ``A/1/0`` in a
        plate. The groups on the way are created if they are not there.
    origins
        Identities of what is read, see `ome_zarr.storage.locate.check_not_source`.
    options
        What becomes of work that is cut off, where the image is a local folder or zip file of its own.

    Raises
    ------
    RecipeError
        A level cannot be written as wished, or the target overlaps the source.
    ExistsError
        Something is at the target and `overwrite` is false.
    TargetError
        The target is read-only, cannot be created, or is no place for an image.
    TargetBusy
        Somebody else is writing there.
    IncompleteError
        Work was cut off there, and the options say that it is kept.
    """
    paths = [parse_node_path(level.path, "level") for level in levels]
    documents = {level.path: array_documents(level, zarr_format) for level in levels}
    if len(documents) < len(levels):
        raise RecipeError(f"levels have the paths {paths!r}; give each its own")
    image = location / parse_node_path(within, "path") if within else location
    _check_format(location, within, zarr_format)
    check_enclosing(location, within, zarr_format)
    for place in [image / path for path in paths] if image.in_group else [image]:
        check_not_source(place, origins)
    with as_target_errors(f"target {image.name!r}"):
        replaces = check_target(image, paths, overwrite=overwrite)
    return ZarrSink(location, image, within, levels, documents, zarr_format, replaces=replaces, options=options)


class ZarrSink(Unfinished[StoreUndo]):
    """A `Sink` on any zarr store; made by `open_sink`.

    A context manager: leaving it without `commit`, by whatever exception or none, is an `abort`.
    """

    def __init__(  # noqa: PLR0913 - all of what `open_sink` has looked at
        self,
        location: Location,
        image: Location,
        within: str,
        levels: Sequence[LevelSpec],
        documents: dict[str, dict[str, bytes]],
        zarr_format: ZarrFormat,
        *,
        replaces: bool,
        options: JobOptions = _ORDINARY,
    ) -> None:
        super().__init__(image.name, StoreUndo(), options)
        self._location = location
        self._image = image
        self._within = within
        self._levels = tuple(levels)
        self._documents = documents
        self._format = zarr_format
        with self._all_or_nothing():
            self._stage = self._begin(replaces=replaces)
            self._arrays = self._open_arrays()

    @property
    def paths(self) -> tuple[str, ...]:
        """Of the levels relative to the image.

        They differ from those of the `LevelSpec` only when an image is replaced in a store that cannot
        rename, such as an object store: old and new levels are there side by side until the commit, which
        puts these paths into the metadata.
        """
        return self._stage.names

    @property
    def writer(self) -> LevelArrays:
        """What writes the levels, for handing to other processes.

        After `commit`, taken anew, it writes into the finished image. That is for callers who announce an
        image first and fill it later; what they leave out reads as the fill value.
        """
        return self._arrays

    @property
    def visible_writer(self) -> VisibleWriter:
        """As `writer`, by assignments to zarr's own arrays."""
        place = self._stage.place
        return VisibleWriter(place.store, place.paths, self._levels, self._format)

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for the pixels of `region`; see `Sink.write`.

        Raises
        ------
        RecipeError
            The region cuts a write unit, the block has another shape or dtype than it should, or the sink
            is closed.
        TargetError
            The store did not take it.
        """
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
        """Make the image visible. If this fails nothing is left, as after `abort`.

        Parameters
        ----------
        documents
            Attributes by group path relative to the location that `open_sink` was given. They become *all*
            attributes of their group. Groups inside the image come first and its root after them, then those
            that enclose it, outwards: ``{"labels/cells": …, "labels": {"labels": ["cells"]}}``.

        Raises
        ------
        ExistsError
            Somebody else has put something there meanwhile.
        TargetError
            The store did not take it.
        """
        self._check_open()
        inside, enclosing = self._sorted_out(documents)
        with self._all_or_nothing():
            groups = self._groups(inside)
            self._note_documents(groups, enclosing)
            for key, value in self._arrays.inventory_files(self._stage.place.paths).items():
                self._stage.put(key, value)
            self._stage.publish(groups, durable=self._options.durable)
            if self._within:
                write_enclosing(self._location, self._within, enclosing, self._format, self._undo)
        self._finished()
        self._stage.finish()
        self._job_done()
        if self._image.archive is None:
            self._arrays = self._open_arrays()

    def _begin(self, *, replaces: bool) -> Stage:
        place = None if self._image.in_group else self._image.archive or self._image.directory
        if place is not None:
            self.job = begin_job(place, self._undo, self._options)
        stage = open_stage(
            self._image,
            [level.path for level in self._levels],
            self._format,
            self._undo,
            replaces=replaces,
            job=self.job,
        )
        for level, path in zip(self._levels, stage.place.paths, strict=True):
            for name, value in self._documents[level.path].items():
                stage.put(join(path, name), value)
        return stage

    def _open_arrays(self) -> LevelArrays:
        place = self._stage.place
        return open_arrays(place.store, place.paths, self._levels, self._format)

    def _note_documents(self, groups: Documents, enclosing: Documents) -> None:
        """Tell the inventories of all documents, whose keys start at the location that `open_sink` was given."""
        names = [join(self._within, name) for name in self._stage.names]
        files = [(name, self._documents[level.path]) for name, level in zip(names, self._levels, strict=True)]
        for path, attributes in [*((join(self._within, path), a) for path, a in groups.items()), *enclosing.items()]:
            files.append((path, group_documents(attributes, self._format)))
        self._arrays.note_documents(
            names, {join(path, name): content for path, contents in files for name, content in contents.items()}
        )

    def _groups(self, documents: Documents) -> Documents:
        """The attributes of every group of the image, with the paths that the levels have."""
        planned = [level.path for level in self._levels]
        groups = complete_documents(documents, self._stage.names)
        return {**groups, "": with_paths(groups[""], dict(zip(planned, self._stage.names, strict=True)))}

    def _sorted_out(self, documents: Documents) -> tuple[Documents, Documents]:
        """Documents of the image by their path in it, and those of the groups around it."""
        if not self._within:
            return documents, {}
        inside, enclosing = {}, {}
        for path, attributes in documents.items():
            if path == self._within or path.startswith(f"{self._within}/"):
                inside[path[len(self._within) + 1 :]] = attributes
            elif path == "" or self._within.startswith(f"{path}/"):
                enclosing[path] = attributes
            else:
                raise RecipeError(
                    f"document of group {path!r}, which neither lies in nor encloses {self._within!r}; leave it out"
                )
        return inside, enclosing


def _check_format(location: Location, within: str, zarr_format: ZarrFormat) -> None:
    if location.archive is None:
        return
    if within:
        raise RecipeError(
            f"{within!r} cannot be written into the zip file {location.name!r}, which is made as a whole; "
            "write a directory and pack it when it is complete"
        )
    if location.archive.suffix.lower() == ".ozx" and zarr_format == 2:
        raise RecipeError(f"target {location.name!r} must be zarr 3, as every .ozx file, and not 2; give a .zip path")
