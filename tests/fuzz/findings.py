"""What was found: kept once for every place in which something goes wrong."""

import hashlib
import sys
import traceback
from pathlib import Path

from tests.fuzz.contract import execute
from tests.fuzz.target import Target

__all__ = ["FOLDER", "Findings"]

FOLDER = Path("build") / "fuzz"
"""Where new inputs and findings are kept; not part of the project."""


class Findings[T]:
    """Executions that ended as none should.

    Parameters
    ----------
    target
        What is fuzzed.
    """

    def __init__(self, target: Target[T]) -> None:
        self._target = target
        self._folder = FOLDER / f"{target.name}-findings"
        self._known: set[str] = set()

    def __len__(self) -> int:
        return len(self._known)

    def execute(self, data: bytes) -> None:
        """Run the target; what goes wrong is told, and the input kept, the first time that it goes wrong there."""
        try:
            execute(self._target, data)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            place = _place(error)
            if place not in self._known:
                self._known.add(place)
                self._tell(error, place, data)

    def _tell(self, error: Exception, place: str, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / hashlib.sha256(data).hexdigest()[:16]
        path.write_bytes(data)
        sys.stderr.write(f"finding {len(self)} of {self._target.name}: {place}; input {path}\n")
        traceback.print_exception(error, limit=-8)


def _place(error: BaseException) -> str:
    """Kind of the error and the last lines of ours that it came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/ome_zarr/" in frame.filename]
    lines = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-2:]]
    return " < ".join([type(error).__name__, *reversed(lines)]) if lines else f"{type(error).__name__}: {error}"
