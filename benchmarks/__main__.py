"""Measure, and print the tables."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.compare import Place, Runs, compare
from benchmarks.contestants import CONTESTANTS, Contestant
from benchmarks.measure import processors
from benchmarks.parts import commands, graph, images, memory
from benchmarks.parts.wish import Wish
from benchmarks.report import insert, markdown
from benchmarks.workloads import WORKLOADS, Workload

__all__ = ["PARTS", "main"]


def _pyramids(workload: Workload, wish: Wish) -> str:
    """The table of one workload."""
    wished = [contestant for contestant in CONTESTANTS if contestant.name in wish.only]
    image = workload.smaller() if wish.small else workload
    cases = []
    for method in workload.methods:
        contestants = [contestant for contestant in wished if contestant.takes(workload, method)]
        if contestants and (wish.methods is None or method in wish.methods):
            for contestant in contestants:
                contestant.prepare()
            if not wish.small:
                _warm_up(workload, method, contestants, wish.place)
            cases.append(compare(image, method, contestants, wish.runs, wish.place))
    return markdown(cases)


def _warm_up(workload: Workload, method: str, contestants: Sequence[Contestant], place: Place) -> None:
    """Run once what would be slower the first time, uncounted: programs come from the disk, and memory from the host.

    All do the workload in little; the first, to which the others are compared, does it whole.
    """
    for image, who in ((workload.smaller(), contestants), (workload, contestants[:1])):
        outputs = Path(tempfile.mkdtemp(dir=place.outputs))
        compare(image, method, who, Runs(1, 1), Place(place.data, outputs))


PARTS: Mapping[str, Callable[[Wish], str]] = {
    **{workload.name: partial(_pyramids, workload) for workload in WORKLOADS},
    "images": images.measured,
    "commands": commands.measured,
    "graph": graph.measured,
    "memory": memory.measured,
}
"""What can be measured: the name on the command line, which is that of its marks in the document, too."""


def main() -> None:
    """Do what the command line says."""
    told = _parse()
    runs = Runs(told.runs, told.peer_runs or told.runs)
    told.data.mkdir(parents=True, exist_ok=True)
    for name in told.workload:
        print(f"measuring {name}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="outputs-", dir=told.data) as outputs:
            place = Place(told.data, Path(outputs))
            wish = Wish(runs, place, frozenset(told.only), told.method and frozenset(told.method), told.small)
            table = PARTS[name](wish)
        if table:
            table = f"{table}\n\n{_conditions(runs)}\n"
            print(table)
            if told.into is not None:
                insert(table, told.into, name)


def _parse() -> argparse.Namespace:
    names = [contestant.name for contestant in CONTESTANTS]
    parts = list(PARTS)
    default = Path(tempfile.gettempdir(), "ome-zarr-benchmarks")
    parser = argparse.ArgumentParser("python -m benchmarks", description="How fast and how small, beside others.")
    parser.add_argument("--workload", type=_names(parts), default=parts, help=f"some of {','.join(parts)}")
    parser.add_argument("--method", type=_names(None), help="some of the methods of the workloads")
    parser.add_argument("--only", type=_names(names), default=names, help=f"some of {','.join(names)}")
    parser.add_argument("--runs", type=int, default=5, help="of each contestant, in turn (default: 5)")
    parser.add_argument("--peer-runs", type=int, help="of each other package (default: as --runs)")
    parser.add_argument("--small", action="store_true", help="images in little, to see whether everything works")
    parser.add_argument("--into", type=Path, help="a document whose tables are replaced, such as docs/benchmarks.md")
    parser.add_argument("--data", type=Path, default=default, help=f"where pixels are kept (default: {default})")
    told = parser.parse_args()
    if told.small and told.into is not None:
        parser.error("--small measures nothing that a document should show; leave --into out")
    return told


def _conditions(runs: Runs) -> str:
    """What the figures were measured with."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{processors()} processors ({platform.machine()}), {platform.system()}, {python}"
    fewer = f", {runs.peers} of other packages" if runs.peers != runs.own else ""
    return f"Medians of {runs.own} runs in turn{fewer}; {machine}; {datetime.now(UTC):%Y-%m-%d}."


def _names(allowed: list[str] | None) -> Callable[[str], list[str]]:
    """A parser of names with commas between them."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if allowed is not None and name not in allowed]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is unknown; choose from {', '.join(allowed or [])}")
        return names

    return parse


if __name__ == "__main__":
    main()
