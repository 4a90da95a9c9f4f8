"""Where a door writes: the group that the caller gave, opened, named, or yet to be made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, cast

from ome_zarr._doors.documents import enclosed, versioned
from ome_zarr._doors.formats import Format, FormatV04, FormatV05, check_fmt
from ome_zarr._doors.open_groups import is_open_group, tell
from ome_zarr.api.kept import attributes_at, on_top
from ome_zarr.errors import ExistsError, RecipeError, TargetError
from ome_zarr.metadata.jsonvalue import JsonObject, shown
from ome_zarr.metadata.paths import parse_label_name
from ome_zarr.metadata.versions import parse_version
from ome_zarr.storage.documents import GroupDocument
from ome_zarr.storage.hierarchy import Hierarchy
from ome_zarr.storage.locate import Location, locate
from ome_zarr.storage.node_path import DOCUMENT_NAMES, join
from ome_zarr.storage.protocol import Documents, Json, LevelSpec, Sink
from ome_zarr.storage.sink import open_sink

if TYPE_CHECKING:  # zarr takes longer to import than writing many an image
    import zarr

    from ome_zarr.storage.backends.zarr import ZarrSink

__all__ = [
    "GroupLike",
    "Place",
    "find_place",
    "format_for",
    "listing",
    "refuse_old",
    "stamped",
    "writable",
]

type GroupLike = zarr.Group | str | PathLike[str]
"""How callers name a group."""


@dataclass(frozen=True)
class Place:
    """A group that an image is written into, or the image whose labels are written.

    What the group holds besides is kept.

    Attributes
    ----------
    location
        Of the group.
    fmt
        The version that is written.
    group
        The caller's open group, if there is one.
    within
        Path of the image in the group: ``""``, or that of labels.
    """

    location: Location
    fmt: Format
    group: "zarr.Group | None" = None
    within: str = ""

    def labels(self, name: str) -> "Place":
        """The place of the labels of this name."""
        return replace(self, within=f"labels/{parse_label_name(name)}")

    @property
    def is_archive(self) -> bool:
        """Whether it is a zip file, which is made as a whole."""
        return self.location.archive is not None

    def sink(
        self, specs: Sequence[LevelSpec], origins: Iterable[str], *, overwrite: bool
    ) -> AbstractContextManager[Sink]:
        """What takes the levels; nothing is visible before its commit.

        Raises
        ------
        ImageExistsError
            Levels are there, and `overwrite` is false.
        """
        return self._begun(open_sink, specs, origins, overwrite=overwrite)

    def later_sink(self, specs: Sequence[LevelSpec], origins: Iterable[str], *, overwrite: bool) -> "ZarrSink":
        """As `sink`, for levels that others fill after its commit.

        Raises
        ------
        ImageExistsError
            Levels are there, and `overwrite` is false.
        """
        from ome_zarr.storage.backends.zarr import open_sink as open_zarr_sink  # noqa: PLC0415 - slow to import

        return self._begun(open_zarr_sink, specs, origins, overwrite=overwrite)

    def _begun[S](
        self, begin: Callable[..., S], specs: Sequence[LevelSpec], origins: Iterable[str], *, overwrite: bool
    ) -> S:
        try:
            return begin(
                self.location,
                specs,
                zarr_format=self.fmt.zarr_format,
                overwrite=overwrite or self._is_bare(),
                within=self.within,
                origins=origins,
            )
        except ExistsError as error:
            from ome_zarr._doors.existing import ImageExistsError  # noqa: PLC0415 - it needs zarr, slow to import

            found = str(error).partition(";")[0]
            raise ImageExistsError(
                f"{found}; write into another group, or replace it with storage_options={{'overwrite': True}}"
            ) from error

    def documents(self, attributes: Mapping[str, Json]) -> Documents:
        """All attributes that are to be written: those of the image on top of what is there, and the list of labels."""
        documents = {self.within: self._merged(self.within, stamped(attributes, self.fmt))}
        if self.within:
            name = self.within.removeprefix("labels/")
            there = {} if self.is_archive else attributes_at(self.location / "labels")
            documents["labels"] = self._merged("labels", enclosed(self.fmt, listing(self.fmt, there, name)))
        return documents

    def tell(self, documents: Documents) -> None:
        """Let the caller's open group know its new attributes."""
        if self.group is not None and "" in documents:
            tell(self.group, documents[""])

    def _merged(self, path: str, attributes: Mapping[str, Json]) -> dict[str, Json]:
        if self.is_archive or not (path or self.location.in_group):  # nothing is there
            return dict(attributes)
        return on_top(self.location / path if path else self.location, attributes)

    def _is_bare(self) -> bool:
        """Whether the labels' group is there, and holds nothing but attributes."""
        if not self.within or self.is_archive or Hierarchy(self.location).find(self.within) is None:
            return False
        from ome_zarr.storage.keys import first_key, keys_under  # noqa: PLC0415 - it needs zarr, slow to import

        store, path = self.location.store, join(self.location.path, self.within)
        if first_key(store, join(path, "s0")) is not None:
            return False
        return all(key.removeprefix(f"{path}/") in DOCUMENT_NAMES for key in keys_under(store, path))


def find_place(group: GroupLike, fmt: Format | None = None) -> Place:
    """The place that a caller names. A group that is not there is made when the image is.

    Raises
    ------
    RecipeError
        This is no group, or one of another zarr format than `fmt` wants.
    TargetError
        An array is there.
    """
    check_fmt(fmt)
    if is_open_group(group):
        return Place(locate(group), format_for(group.metadata.zarr_format, fmt), group)
    if not isinstance(group, str | PathLike):
        raise RecipeError(f"group is {shown(group)}, a {type(group).__name__}; give a zarr.Group or a path")
    location = locate(group)
    found = None if location.archive is not None else Hierarchy(location).find()
    if found is None:
        return Place(location, fmt or FormatV05())
    if not isinstance(found, GroupDocument):
        raise TargetError(
            f"{location.name!r} is a zarr array, no zarr group; give the path of a group, or one where nothing is"
        )
    return Place(replace(location, in_group=True), format_for(found.zarr_format, fmt))


def format_for(zarr_format: int, fmt: Format | None) -> Format:
    """`fmt` if it is stored in this zarr format; by default 0.4 for zarr 2 and 0.5 for zarr 3.

    Raises
    ------
    RecipeError
        They do not go together.
    """
    check_fmt(fmt)
    if fmt is None:
        return FormatV04() if zarr_format == 2 else FormatV05()
    if fmt.zarr_format != zarr_format:
        raise RecipeError(
            f"the group is zarr {zarr_format}, and OME-Zarr {fmt.version} is stored in zarr {fmt.zarr_format}; "
            "leave fmt out, or write into another group"
        )
    return fmt


def refuse_old(fmt: Format) -> None:
    """Raise where a version is not written any more.

    Raises
    ------
    DeprecationWarning
        The version is older than 0.4.
    """
    if fmt.release < "0.4":
        raise DeprecationWarning(
            f"OME-Zarr {fmt.version} is not written any more; give FormatV04() or FormatV05(), or leave fmt out"
        )


def listing(fmt: Format, attributes: Mapping[str, object], name: str) -> JsonObject:
    """The part of the group ``labels`` that lists its labels, with one name more; each name once."""
    version = parse_version(writable(fmt))
    return versioned(fmt, {"labels": list(dict.fromkeys([*version.labels_of(attributes), name]))})


def stamped(attributes: Mapping[str, Json], fmt: Format) -> dict[str, Json]:
    """The attributes with the version of a format, where that is not the one that they were written for."""
    if fmt.version == writable(fmt):
        return dict(attributes)
    if fmt.zarr_format == 3:
        return {"ome": {**cast("Mapping[str, Json]", attributes["ome"]), "version": fmt.version}}
    return {key: _restamped(value, fmt.version) for key, value in attributes.items()}


def writable(fmt: Format) -> str:
    """The version that is written for a format: its release, or the first that is written here."""
    return max(fmt.release, "0.4")


def _restamped(value: Json, version: str) -> Json:
    if isinstance(value, Mapping):
        return {**value, "version": version} if "version" in value else value
    if isinstance(value, list):
        return [_restamped(item, version) for item in value]
    return value
