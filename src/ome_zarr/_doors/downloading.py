"""A download that says what it does."""

import logging
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ome_zarr.api.download import DownloadEvent, DownloadStarted, ObjectCopied, download

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["told_download"]

_LOGGER = logging.getLogger(__name__)

_MOST_TOLD = 20
"""Groups that are named; of more, how many there are."""


def told_download(source: str, directory: str, tell: Callable[[str], None]) -> Path:
    """The folder that was made, as of :func:`ome_zarr.api.download.download`; with a bar on a terminal.

    Parameters
    ----------
    source, directory
        As there.
    tell
        Told what is downloaded, line by line.
    """
    from tqdm import tqdm  # noqa: PLC0415 - only where something is downloaded

    with tqdm(unit=" objects", disable=None, leave=False) as bar:  # None: drawn on a terminal only

        def follow(event: DownloadEvent) -> None:
            _follow(event, bar, tell)

        return download(source, directory, on_event=follow)


def _follow[T](event: DownloadEvent, bar: "tqdm[T]", tell: Callable[[str], None]) -> None:
    match event:
        case ObjectCopied():
            bar.update()
        case DownloadStarted():
            tell("downloading...")
            for group in event.groups[:_MOST_TOLD]:
                tell(f"   {PurePath(event.target.name, group)}")
            if len(event.groups) > _MOST_TOLD:
                tell(f"   and {len(event.groups) - _MOST_TOLD} more groups")
            tell(f"to {event.target.parent}")
            if event.missing:
                _LOGGER.warning("left out, because it is named and not there: %s", ", ".join(event.missing))
            bar.reset(event.objects)
