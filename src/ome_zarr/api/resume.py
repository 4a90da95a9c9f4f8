"""Going on with a write that was cut off, and clearing up after one that is not wanted any more."""

from os import PathLike
from pathlib import Path

from ome_zarr.api.begun import begun_at, continued, ended_at, plan_of, reopened
from ome_zarr.api.image import Image
from ome_zarr.api.open import open_image
from ome_zarr.api.plan import opened
from ome_zarr.api.write import carried_out
from ome_zarr.engine.events import Listener
from ome_zarr.errors import NotFoundError
from ome_zarr.storage.job import JobOptions, find_jobs, remove_job
from ome_zarr.storage.locate import locate

__all__ = ["clean", "resume"]


def resume(
    target: str | PathLike[str],
    *,
    source: object = None,
    on_event: Listener | None = None,
) -> Image:
    """The image whose writing was cut off, whole: byte for byte what it would have been without that.

    What is done is not done again. Tiles that were in work are made anew, at the most one for every worker.

    Parameters
    ----------
    target
        The path that was given to :func:`ome_zarr.write`: of a folder, or a ``.zip`` or ``.ozx`` file.
    source
        The pixels, where they were no file that can be opened again; as of :func:`ome_zarr.write`.
    on_event
        Told how far the work is.

    Raises
    ------
    NotFoundError
        No writing was cut off there.
    RecipeError
        The source or the version of this package has changed, or `source` is needed.
    TargetBusy
        Somebody is writing there.
    DocumentError
        What is kept of the work is damaged.

    Examples
    --------
    >>> import numpy as np, ome_zarr
    >>> pixels = np.arange(4 * 256 * 256, dtype="uint16").reshape(4, 256, 256)
    >>> def interrupt(event):
    ...     if type(event).__name__ == "TileDone":
    ...         raise KeyboardInterrupt
    >>> try:
    ...     ome_zarr.write(pixels, "cut.ome.zarr", axes="zyx", chunks=(1, 128, 128), on_event=interrupt, workers=1)
    ... except KeyboardInterrupt:
    ...     print(ome_zarr.resume("cut.ome.zarr", source=pixels)[0].shape)
    (4, 256, 256)
    """
    location = locate(target)
    if ended_at(location):
        return open_image(location)
    wish = begun_at(location)
    if wish is None:
        raise NotFoundError(f"no writing of {location.name!r} was cut off; write it with ome_zarr.write")
    plan_of(wish, location.name)
    with opened(reopened(wish, location.name) if source is None else source) as pixels:
        made = continued(wish, pixels, location.name)
        options = JobOptions("resume", keeps=True, durable=bool(wish.get("durable")))
        return carried_out(
            made, pixels, location, None, options, overwrite=bool(wish.get("overwrite")), on_event=on_event
        )


def clean(place: str | PathLike[str], *, dry_run: bool = False) -> tuple[Path, ...]:
    """The targets whose cut-off writing was removed. Images that are whole, and work that goes on, are not touched.

    Parameters
    ----------
    place
        A target, or a folder with targets (not the folders in it).
    dry_run
        Say what would be removed, and remove nothing.

    Raises
    ------
    NotFoundError
        There is no such folder.
    TargetBusy
        Somebody is writing to the target.
    """
    folder = Path(place).expanduser()
    if not folder.parent.is_dir():
        raise NotFoundError(f"{str(folder.parent)!r} is no folder; give a target, or a folder with targets")
    found = tuple(find_jobs(folder))
    if not dry_run:
        for target in found:
            remove_job(target)
    return found
