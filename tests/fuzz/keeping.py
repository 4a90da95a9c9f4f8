"""Choosing, among inputs that were tried, those worth keeping: each reaches a line that none before it has."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

from tests.fuzz.contract import execute, warm_up
from tests.fuzz.findings import FOLDER
from tests.fuzz.registry import target
from tests.fuzz.target import MOST_STORED, Target

import ome_zarr

__all__ = ["keep"]


_TOOL = sys.monitoring.COVERAGE_ID
_PACKAGE = str(Path(ome_zarr.__file__).parent)


def keep(name: str) -> int:
    """Put into the corpus of a target what its last runs have reached; returns how many inputs."""
    chosen = target(name)
    warm_up(chosen)
    known = chosen.inputs()
    reached = sorted((path.read_bytes() for path in (FOLDER / f"{name}-reached").glob("*")), key=len)
    chosen.corpus.mkdir(parents=True, exist_ok=True)
    kept = list(_reaching_more(chosen, known, reached))[: MOST_STORED - len(list(chosen.corpus.iterdir()))]
    for data in kept:
        (chosen.corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    return len(kept)


def _reaching_more(chosen: Target[object], known: Iterable[bytes], inputs: Iterable[bytes]) -> Iterator[bytes]:
    """Inputs that reach lines which neither the known ones nor those before them reach."""
    with _new_lines() as lines:
        for data in known:
            execute(chosen, data)
        for data in inputs:
            lines.clear()
            execute(chosen, data)
            if lines:
                yield data


@contextmanager
def _new_lines() -> Iterator[list[int]]:
    """Lines of the package, added as each is run for the first time."""
    lines: list[int] = []

    def note(code: CodeType, line: int) -> object:
        if code.co_filename.startswith(_PACKAGE):
            lines.append(line)
        return sys.monitoring.DISABLE

    sys.monitoring.use_tool_id(_TOOL, "fuzz")
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.LINE, note)
    sys.monitoring.set_events(_TOOL, sys.monitoring.events.LINE)
    try:
        yield lines
    finally:
        sys.monitoring.set_events(_TOOL, 0)
        sys.monitoring.free_tool_id(_TOOL)
