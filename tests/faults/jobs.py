"""Small writes of every kind, each with what must be there before, after and in between."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
from tests.faults.leftovers import files
from tests.faults.pacing import at_once

import ome_zarr
from ome_zarr.errors import ExistsError

PIXELS = np.random.default_rng(0).integers(1, 999, (16, 32, 16)).astype("u2")
OLD = PIXELS[::-1].copy()
WISHES = MappingProxyType({"axes": "zyx", "scale_factors": (2, 4), "chunks": 8, "workers": 1, "name": "x"})
PRELOAD = ("ome_zarr.api.write", "ome_zarr.storage.backends.zarr", "ome_zarr.storage.archive", "tests.faults.jobs")


@dataclass(frozen=True)
class Job:
    """A write at `target` below a folder; with an old image there where `replaces`."""

    target: str = "a.zarr"
    replaces: bool = False
    wishes: tuple[tuple[str, object], ...] = ()

    def before(self, folder: Path) -> None:
        """Make what is there before."""
        if self.replaces:
            ome_zarr.write(OLD, folder / self.target, **{**WISHES, **dict(self.wishes), "name": "old"})

    def write(self, folder: Path, **options: object) -> None:
        """Do the work."""
        wishes = {**WISHES, **dict(self.wishes), "overwrite": self.replaces, **options}
        with at_once():
            ome_zarr.write(PIXELS, folder / self.target, **wishes)

    def end(self, folder: Path) -> None:
        """Go on with work that was cut off; nothing or all may be left to do."""
        with suppress(ExistsError):
            self.write(folder, resume=True)

    def states(self, folder: Path) -> tuple[dict[str, bytes | None], dict[str, bytes | None]]:
        """All that is visible before, and after an undisturbed write."""
        folder.mkdir()
        self.before(folder)
        old = visible(folder)
        self.write(folder)
        return old, visible(folder)


def visible(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder that has no hidden name there."""
    return {name: held for name, held in files(folder).items() if not name.startswith(".")}


def hidden(folder: Path) -> list[str]:
    """The hidden names in a folder."""
    return sorted(path.name for path in folder.glob(".*"))


def work(job: Job, folder: Path) -> Callable[[], None]:
    """The write, as something to call or to send to a process."""
    return partial(job.write, folder)


JOBS = {
    "v0.5": Job(),
    "v0.4": Job(wishes=(("version", "0.4"),)),
    "sharded": Job(wishes=(("shards", 16),)),
    "ozx": Job("a.ozx"),
    "overwrite": Job(replaces=True),
    "overwrite ozx": Job("a.ozx", replaces=True),
    "durable": Job(wishes=(("durable", True),)),
}
