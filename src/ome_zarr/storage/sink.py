"""The way to a sink: the plain files of the common case, or zarr-python for everything else."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from ome_zarr.storage.backends.files import open_file_sink, plain_documents
from ome_zarr.storage.job import JobOptions
from ome_zarr.storage.locate import Location
from ome_zarr.storage.protocol import LevelSpec, Sink, ZarrFormat

__all__ = ["open_sink"]

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
) -> AbstractContextManager[Sink]:
    """A sink with the arrays of an image, of which nothing is visible yet; the bytes are the same from either.

    Parameters and errors are those of `ome_zarr.storage.backends.zarr.open_sink`.
    """
    documents = plain_documents(location, levels, zarr_format, within)
    if documents is not None:
        return open_file_sink(
            location, levels, documents, zarr_format=zarr_format, overwrite=overwrite, origins=origins, options=options
        )
    from ome_zarr.storage.backends.zarr import open_sink as open_zarr_sink  # noqa: PLC0415 - slow to import

    return open_zarr_sink(
        location,
        levels,
        zarr_format=zarr_format,
        overwrite=overwrite,
        within=within,
        origins=origins,
        options=options,
    )
