"""The versions of OME-Zarr as objects: other packages derive from these classes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from zipfile import is_zipfile

from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import shown
from ome_zarr.metadata.node import Node
from ome_zarr.metadata.versions.classic import transforms_from_node
from ome_zarr.storage.locate import ARCHIVE_SUFFIXES, locate
from ome_zarr.storage.protocol import ZarrFormat

if TYPE_CHECKING:  # zarr takes longer to import than writing many an image
    from zarr.abc.store import Store

__all__ = [
    "Document",
    "Format",
    "FormatV01",
    "FormatV02",
    "FormatV03",
    "FormatV04",
    "FormatV05",
    "FormatV06",
    "Transformations",
    "check_fmt",
]

type Document = dict[str, object]
"""Attributes of a group, or a part of them."""

type Transformations = list[list[Document]]
"""For every level a list of transformations, as in the documents."""

_VERSIONED = ("plate", "well", "image-label")


class Format(ABC):
    """One version of OME-Zarr.

    Attributes
    ----------
    release
        The version of the specification, 0.5 if a class does not say; classes derived elsewhere may have another
        `version` in documents.
    """

    REQUIRED_PLATE_WELL_KEYS: Mapping[str, type] = {"path": str}
    release: ClassVar[str] = "0.5"

    @property
    @abstractmethod
    def version(self) -> str:
        """As in the documents, such as ``"0.5"``."""

    @property
    def zarr_format(self) -> ZarrFormat:
        """The format of zarr that arrays and groups have."""
        return 2

    @property
    def chunk_key_encoding(self) -> dict[str, str]:
        """How the keys of chunks are made, as `zarr.create_array` takes it."""
        return {"name": "v2", "separator": "/"}

    def matches(self, metadata: Document) -> bool:
        """Whether the attributes of a group say that they are of this version."""
        return self._get_metadata_version(metadata) == self.version

    def init_store(self, path: str, mode: str = "r") -> "Store":
        """The store at a path or URL, or in a zip file that is there; nothing is created.

        Raises
        ------
        RecipeError
            This is no path, or a URL that no file system reaches.
        """
        from zarr.storage import LocalStore, ZipStore  # noqa: PLC0415 - slow to import, and not always wanted

        root = locate(path).root
        read_only = mode == "r"
        if not isinstance(root, Path):
            return root.with_read_only(read_only)
        if root.suffix.lower() in ARCHIVE_SUFFIXES and is_zipfile(root):
            return ZipStore(root, mode="r" if read_only else "a", read_only=read_only)
        return LocalStore(root, read_only=read_only)

    def init_channels(self) -> None:
        """Not there in any version."""
        raise NotImplementedError

    def generate_well_dict(self, well: str, rows: list[str], columns: list[str]) -> Document:
        """The entry of a plate for the well ``"row/column"``."""
        del rows, columns
        return {"path": well}

    def validate_well_dict(self, well: Document, rows: list[str], columns: list[str]) -> None:
        """Raise unless an entry of a plate is right."""
        del rows, columns
        for key, kind in self.REQUIRED_PLATE_WELL_KEYS.items():
            if not isinstance(well.get(key), kind):
                raise RecipeError(
                    f"well {shown(well)} has {key!r} {shown(well.get(key))}; it must be a {kind.__name__}"
                )

    def generate_coordinate_transformations(self, shapes: list[tuple[int, ...]]) -> Transformations | None:
        """Scale and translation of every level by the shapes of the levels alone; None before 0.4."""
        del shapes
        return None

    def validate_coordinate_transformations(
        self, ndim: int, nlevels: int, coordinate_transformations: Transformations | None = None
    ) -> None:
        """Raise unless every level has what the version wants: before 0.4, nothing."""
        del ndim, nlevels, coordinate_transformations

    def _get_metadata_version(self, metadata: Document) -> str | None:
        """The version that the attributes of a group name."""
        enclosed = metadata.get("ome", metadata)
        if not isinstance(enclosed, Mapping):
            return None
        multiscales = enclosed.get("multiscales")
        places = [multiscales[0]] if isinstance(multiscales, list) and multiscales else []
        places += [enclosed.get(key) for key in _VERSIONED]
        found = (place["version"] for place in [*places, enclosed] if isinstance(place, Mapping) and "version" in place)
        version = next(found, None)
        return None if version is None else str(version)

    def __repr__(self) -> str:
        return type(self).__name__

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class FormatV01(Format):
    """OME-Zarr 0.1, of November 2020."""

    release = "0.1"

    @property
    def version(self) -> str:
        """As in the documents."""
        return self.release

    @property
    def chunk_key_encoding(self) -> dict[str, str]:
        """Chunks lie flat, with a period between the numbers."""
        return {"name": "v2", "separator": "."}


class FormatV02(FormatV01):
    """OME-Zarr 0.2: chunks in nested directories."""

    release = "0.2"

    @property
    def chunk_key_encoding(self) -> dict[str, str]:
        """Chunks lie in nested directories."""
        return {"name": "v2", "separator": "/"}


class FormatV03(FormatV02):
    """OME-Zarr 0.3: axes have names."""

    release = "0.3"


class FormatV04(FormatV03):
    """OME-Zarr 0.4: axes have types and units, levels have transformations."""

    REQUIRED_PLATE_WELL_KEYS: Mapping[str, type] = {"path": str, "rowIndex": int, "columnIndex": int}
    release = "0.4"

    def generate_well_dict(self, well: str, rows: list[str], columns: list[str]) -> Document:
        """The entry of a plate for the well ``"row/column"``, with the places of its row and column."""
        parts = well.split("/")
        if len(parts) != 2:
            raise RecipeError(f"well {well!r} is no path of a row and a column; give one such as 'A/1'")
        row, column = parts
        return {
            "path": well,
            "rowIndex": _place(row, rows, "row"),
            "columnIndex": _place(column, columns, "column"),
        }

    def validate_well_dict(self, well: Document, rows: list[str], columns: list[str]) -> None:
        """Raise unless an entry of a plate is right, and its path and places agree."""
        super().validate_well_dict(well, rows, columns)
        expected = self.generate_well_dict(str(well["path"]), rows, columns)
        for key in ("rowIndex", "columnIndex"):
            if well[key] != expected[key]:
                raise RecipeError(f"well {well['path']!r} has {key!r} {well[key]!r}; its path says {expected[key]!r}")

    def generate_coordinate_transformations(self, shapes: list[tuple[int, ...]]) -> Transformations | None:
        """Scale and translation of every level by the shapes of the levels alone.

        Pixels of level 0 have the extent 1; those of the others share the same space equally.
        """
        levels: Transformations = []
        for shape in shapes:
            scale = [full / n for full, n in zip(shapes[0], shape, strict=True)]
            translation = [(s - 1) / 2 for s in scale]
            levels.append([{"type": "scale", "scale": scale}, {"type": "translation", "translation": translation}])
        return levels

    def validate_coordinate_transformations(
        self, ndim: int, nlevels: int, coordinate_transformations: Transformations | None = None
    ) -> None:
        """Raise unless there is one scale, then at most one translation, for every level.

        Raises
        ------
        RecipeError
            A level has none, too many or the wrong ones, or a number too few.
        """
        if not isinstance(coordinate_transformations, list | tuple):
            raise RecipeError(
                f"coordinate_transformations is {shown(coordinate_transformations)}; give a list with one list of "
                "transformations per level"
            )
        if len(coordinate_transformations) != nlevels:
            raise RecipeError(
                f"coordinate_transformations are for {len(coordinate_transformations)} levels, and there are "
                f"{nlevels}; give one list per level"
            )
        for level, transformations in enumerate(coordinate_transformations):
            where = f"coordinate_transformations/{level}"
            for transform in transforms_from_node(Node(transformations, where, RecipeError)):
                if transform.ndim != ndim:
                    raise RecipeError(f"{where} has {transform!r} for {ndim} axes; give one number per axis")


class FormatV05(FormatV04):
    """OME-Zarr 0.5: zarr 3, with everything below ``ome``."""

    release = "0.5"

    @property
    def zarr_format(self) -> ZarrFormat:
        """Zarr 3."""
        return 3

    @property
    def chunk_key_encoding(self) -> dict[str, str]:
        """The default of zarr 3."""
        return {"name": "default", "separator": "/"}


class FormatV06(FormatV05):
    """OME-Zarr 0.6: coordinate systems have names."""

    release = "0.6"


def check_fmt(fmt: object) -> None:
    """Raise `RecipeError` unless this is a version as an object, or None."""
    if not isinstance(fmt, Format | None):
        raise RecipeError(f"fmt is {shown(fmt)}; give FormatV04() or FormatV05(), or leave it out")


def _place(name: str, names: list[str], what: str) -> int:
    if name not in names:
        raise RecipeError(f"{what} {name!r} is not among the {what}s {shown(names)}; add it, or correct the well")
    return names.index(name)
