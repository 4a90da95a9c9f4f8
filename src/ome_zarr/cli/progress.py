"""A progress bar on a terminal, and nothing anywhere else."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ome_zarr.api.verify import VerifyEvent

__all__ = ["progress"]


@contextmanager
def progress(title: str, *, quiet: bool) -> "Iterator[Callable[[VerifyEvent], None] | None]":
    """A listener that draws the work on standard error; None if that is no terminal, or nothing is to be seen."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    from ome_zarr.engine.events import TileDone, WriteStarted
    from ome_zarr.validation.events import ObjectSeen, VerifyStarted

    tqdm.monitor_interval = 0  # its thread would outlive the bar
    with tqdm(desc=title, unit="B", unit_scale=True, leave=False, file=sys.stderr) as bar:

        def show(event: "VerifyEvent") -> None:
            match event:
                case WriteStarted() | VerifyStarted():
                    bar.reset(event.bytes_total)
                case TileDone():
                    bar.update(event.bytes_handed)
                case ObjectSeen():
                    bar.update(event.bytes_seen)

        yield show
