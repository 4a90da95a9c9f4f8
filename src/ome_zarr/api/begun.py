"""What a write wants, written down beside its target: so that it can be gone on with, and with nothing else."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version as installed_version
from os import PathLike
from pathlib import Path
from typing import cast

from ome_zarr.api.image import Image
from ome_zarr.api.level import Level
from ome_zarr.chunks.redaction import without_secrets
from ome_zarr.engine.journal import Journal
from ome_zarr.engine.needs import Needs
from ome_zarr.errors import DocumentError, OmeZarrError, RecipeError
from ome_zarr.planning.plan import Plan
from ome_zarr.sources.marks import source_mark
from ome_zarr.sources.protocol import Source
from ome_zarr.storage.job import end_committed, read_wish
from ome_zarr.storage.locate import Location, is_url
from ome_zarr.storage.protocol import Json, Sink

__all__ = ["begun_at", "continued", "ended_at", "journal_of", "plan_of", "reopened", "wish_of"]

_ANEW = "begin anew with overwrite=True, or remove what is kept with ome_zarr.clean"


def wish_of(plan: Plan, source: Source, data: object, *, overwrite: bool, durable: bool) -> dict[str, Json]:
    """All that another process needs in order to go on.

    Parameters
    ----------
    plan
        What is done.
    source, data
        The pixels, and what the caller gave for them.
    overwrite, durable
        As of `ome_zarr.write`.
    """
    return {
        "ome_zarr": installed_version("ome-zarr"),
        "plan": plan.to_json(),
        "digest": plan.digest,
        "source": cast("Json", source_mark(source)),
        "path": _path_of(data, source),
        "overwrite": overwrite,
        "durable": durable,
    }


def begun_at(location: Location) -> Mapping[str, Json] | None:
    """What was wanted by the work that was begun at a place; None: none was."""
    place = _place(location)
    return None if place is None else read_wish(place)


def ended_at(location: Location) -> bool:
    """Whether the image at a place is whole, and only the clearing up after it was cut off: it is done now."""
    place = _place(location)
    return place is not None and end_committed(place)


def plan_of(wish: Mapping[str, Json], name: str) -> Plan:
    """The plan of work that was begun.

    Raises
    ------
    RecipeError
        It was begun by another version of this package.
    DocumentError
        The document is damaged, or its method is not registered.
    """
    now = installed_version("ome-zarr")
    if wish.get("ome_zarr") != now:
        raise RecipeError(
            f"the writing of {name!r} was begun with ome-zarr {wish.get('ome_zarr')!r}, and this is {now}; "
            f"go on with that version, or {_ANEW}"
        )
    found = wish.get("plan")
    if not isinstance(found, Mapping):
        raise DocumentError(f"what is kept of the writing of {name!r} holds no plan; {_ANEW}")
    return Plan.from_json(cast("Mapping[str, Json]", found))


def continued(wish: Mapping[str, Json], source: Source, name: str, wanted: Plan | None = None) -> Plan:
    """The plan of work that was begun, for a source that must be the same.

    Parameters
    ----------
    wish
        Of that work.
    source
        The pixels.
    name
        Of the target, for messages.
    wanted
        What is wanted now; None: just that.

    Raises
    ------
    RecipeError
        The source, a wish or the version of the package has changed.
    """
    plan = plan_of(wish, name)
    mark = json.loads(json.dumps(source_mark(source)))
    if mark != wish.get("source"):
        raise RecipeError(
            f"the writing of {name!r} was begun from a source that has changed since ({wish.get('source')!r} then, "
            f"{mark!r} now); go on with the same source, or {_ANEW}"
        )
    if wanted is not None and wanted.digest != plan.digest:
        changed = _changed(plan.to_json(), wanted.to_json())
        raise RecipeError(
            f"the writing of {name!r} was begun with other wishes: {changed}; give the same ones, or {_ANEW}"
        )
    return plan


def reopened(wish: Mapping[str, Json], name: str) -> str:
    """The path or URL of the source of work that was begun.

    Raises
    ------
    RecipeError
        The source was no file.
    """
    path = wish.get("path")
    if not isinstance(path, str):
        raise RecipeError(
            f"the writing of {name!r} was begun from an object in memory, which is not known any more; "
            "give it again: ome_zarr.resume(target, source=...)"
        )
    return path


@contextmanager
def journal_of(sink: Sink, plan: Plan, wanted: Callable[[], dict[str, Json]] | None) -> Iterator[Journal | None]:
    """Where it is written down what is done, closed in the end; None: nobody could go on with it.

    Work of one step leaves nothing to go on with.

    Parameters
    ----------
    sink
        Of the image; its job learns what is wanted, unless it knows.
    plan
        What is done.
    wanted
        Tells what is wanted; None: the job knows.
    """
    job = sink.job
    if job is None or (plan.cost.tasks <= 1 and wanted is not None):
        yield None
        return
    begin = None if wanted is None else lambda: job.describe(wanted())
    journal = Journal(job.journal, job.states, Needs(plan), sink.ledger, begin)
    journal.load()
    try:
        yield journal
        if journal.is_begun:  # what follows may take a while
            journal.write()
    except BaseException:
        with suppress(OmeZarrError):  # that one is told
            journal.write()
        raise
    finally:
        journal.close()


def _place(location: Location) -> Path | None:
    """Where an image that is a local folder or file of its own lies."""
    return None if location.in_group else location.archive or location.directory


def _path_of(data: object, source: Source) -> str | None:
    """The path or URL that leads to what the caller gave; None: nothing but the object itself does."""
    if isinstance(data, str | PathLike):
        text = os.fspath(data)
        if not is_url(text):
            return str(Path(text).expanduser().absolute())
        return text if text == without_secrets(text) else None
    origins = source.spec.origins
    if len(origins) == 1 and (isinstance(data, Image | Level) or type(data).__module__.startswith("zarr.")):
        (origin,) = origins
        return origin if Path(origin).exists() else None
    return None


def _changed(before: Mapping[str, Json], now: Mapping[str, Json]) -> str:
    """The members of two plans that differ."""
    names = [name for name in before if before[name] != now.get(name)]
    return ", ".join(names) or "its metadata"
