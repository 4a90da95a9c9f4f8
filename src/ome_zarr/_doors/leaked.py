"""Functions that ome-zarr-py keeps to itself, and others call all the same."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from numcodecs import Blosc

from ome_zarr._doors.documents import check_datasets
from ome_zarr._doors.formats import Document, Format, FormatV05, Transformations
from ome_zarr._doors.image_metadata import name_of
from ome_zarr._doors.place import GroupLike, find_place, writable
from ome_zarr._doors.plates import well_entries
from ome_zarr._doors.ready import Ready
from ome_zarr._doors.wishes import AxesWish, find_said
from ome_zarr.errors import RecipeError
from ome_zarr.metadata.jsonvalue import JsonObject
from ome_zarr.metadata.plate import parse_plate
from ome_zarr.metadata.versions import parse_version
from ome_zarr.metadata.well import parse_well
from ome_zarr.planning.recipe import StorageOptions

if TYPE_CHECKING:
    from dask.delayed import Delayed

__all__ = [
    "blosc_compressor",
    "extract_dims_from_axes",
    "resolve_storage_options",
    "retuple",
    "validate_datasets",
    "validate_plate_acquisitions",
    "validate_plate_rows_columns",
    "validate_plate_wells",
    "validate_well_images",
    "write_pyramid_to_zarr",
]

_CURRENT = FormatV05()


def retuple(chunks: tuple[int, ...] | int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Chunks for every axis: a number for all, a tuple for the last ones, the others whole."""
    if isinstance(chunks, int):
        return (chunks,) * len(shape)
    return (*shape[: len(shape) - len(chunks)], *chunks)


def extract_dims_from_axes(axes: Sequence[str | Mapping[str, object]] | None) -> Sequence[str]:
    """The names of axes; None stands for those of 0.1 and 0.2.

    Raises
    ------
    RecipeError
        They are neither names nor mappings with names.
    """
    names = [axis.get("name") if isinstance(axis, Mapping) else axis for axis in ("tczyx" if axes is None else axes)]
    if not all(isinstance(name, str) for name in names):
        raise RecipeError(f"axes is {axes!r}; give names, or mappings with 'name'")
    return tuple(map(str, names))


def validate_datasets(datasets: Sequence[Document], dims: int, fmt: Format = _CURRENT) -> list[JsonObject]:
    """The entries of levels, if they have paths and what else a version wants.

    Raises
    ------
    RecipeError
        They do not.
    """
    return check_datasets(datasets, dims, fmt)


def validate_well_images(images: Sequence[str | Document], fmt: Format = _CURRENT) -> list[JsonObject]:
    """The entries of the images of a well, given as paths or mappings.

    Raises
    ------
    RecipeError
        One is malformed.
    """
    well = parse_well(images)
    well.validate(loose_names=parse_version(writable(fmt)).loose_field_names)
    return [field.to_json() for field in well.fields]


def validate_plate_acquisitions(acquisitions: Sequence[Document], fmt: Format = _CURRENT) -> list[JsonObject]:
    """The entries of the acquisitions of a plate.

    Raises
    ------
    RecipeError
        One is malformed.
    """
    del fmt
    plate = parse_plate(["A"], ["1"], ["A/1"], acquisitions)
    return [acquisition.to_json() for acquisition in plate.acquisitions]


def validate_plate_rows_columns(rows_or_columns: Sequence[str], fmt: Format = _CURRENT) -> list[JsonObject]:
    """The entries of rows or columns of a plate.

    Raises
    ------
    RecipeError
        A name is not of letters and digits, or there twice.
    """
    del fmt
    plate = parse_plate(rows_or_columns, ["1"], [f"{name}/1" for name in rows_or_columns])
    return [{"name": name} for name in plate.rows]


def validate_plate_wells(
    wells: Sequence[str | Document], rows: Sequence[str], columns: Sequence[str], fmt: Format = _CURRENT
) -> list[Document]:
    """The entries of the wells of a plate, given as paths or mappings.

    Raises
    ------
    RecipeError
        There is none, or one is malformed.
    """
    return well_entries(wells, rows, columns, fmt)


def blosc_compressor() -> Blosc:
    """A compressor for zarr 2: zstd at level 5 after a shuffle of bytes."""
    return Blosc(cname="zstd", clevel=5, shuffle=Blosc.SHUFFLE)


def resolve_storage_options(
    storage_options: StorageOptions | Sequence[StorageOptions] | None, path: int
) -> dict[str, object]:
    """The options of a level, as a new mapping.

    Raises
    ------
    RecipeError
        A list has none for it.
    """
    if storage_options is None or isinstance(storage_options, Mapping):
        return dict(storage_options or {})
    if not 0 <= path < len(storage_options):
        raise RecipeError(f"storage_options are for {len(storage_options)} levels, and this is level {path}; give more")
    return dict(storage_options[path])


def write_pyramid_to_zarr(  # noqa: PLR0913, PLR0917 - a published parameter list
    pyramid: Sequence[object],
    group: GroupLike,
    fmt: Format,
    scale: Mapping[str, float],
    axes: AxesWish,
    axes_units: Mapping[str, str] | None = None,
    coordinate_transformations: Transformations | None = None,
    storage_options: StorageOptions | Sequence[StorageOptions] | None = None,
    name: str | None = None,
    compute: bool = True,
    **metadata: object,
) -> "list[Delayed]":
    """Write levels that are there already into a group; as :func:`ome_zarr.writer.write_multiscale`."""
    ready = Ready(coordinate_transformations, storage_options, scale, axes, axes_units, compute)
    place = find_place(group, fmt)
    return ready.write(pyramid, place, name_of(group) if name is None else name, find_said(metadata))
