"""Measure, and print the tables."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.compare import Case, Place, compare
from benchmarks.contestants import CONTESTANTS, Contestant
from benchmarks.measure import processors
from benchmarks.report import insert, markdown
from benchmarks.workloads import WORKLOADS, Workload


def main() -> None:
    """Do what the command line says."""
    wish = _parse()
    contestants = [contestant for contestant in CONTESTANTS if contestant.name in wish.only]
    for contestant in contestants:
        contestant.prepare()
    wish.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="outputs-", dir=wish.data) as outputs:
        cases = list(_measured(wish, contestants, Place(wish.data, Path(outputs))))
    tables = f"{_conditions(wish.runs)}\n\n{markdown(cases)}\n"
    print(tables)
    if wish.into is not None:
        insert(tables, wish.into)


def _parse() -> argparse.Namespace:
    names = [contestant.name for contestant in CONTESTANTS]
    workloads = [workload.name for workload in WORKLOADS]
    parser = argparse.ArgumentParser("python -m benchmarks", description="How fast and how small, beside others.")
    parser.add_argument("--workload", type=_names(workloads), default=workloads, help=f"some of {','.join(workloads)}")
    parser.add_argument("--method", type=_names(None), help="some of the methods of the workloads")
    parser.add_argument("--only", type=_names(names), default=names, help=f"some of {','.join(names)}")
    parser.add_argument("--runs", type=int, default=5, help="of each contestant, in turn (default: 5)")
    parser.add_argument("--double", action="store_true", help="twice as many pixels: peak memory should not grow")
    parser.add_argument("--into", type=Path, help="a document whose tables are replaced, such as docs/benchmarks.md")
    default = Path(tempfile.gettempdir(), "ome-zarr-benchmarks")
    parser.add_argument("--data", type=Path, default=default, help=f"where pixels are kept (default: {default})")
    return parser.parse_args()


def _conditions(runs: int) -> str:
    """What the figures were measured with."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{processors()} processors ({platform.machine()}), {platform.system()}, {python}"
    return f"Medians of {runs} runs in turn; {machine}; {datetime.now(UTC):%Y-%m-%d}."


def _names(allowed: list[str] | None) -> Callable[[str], list[str]]:
    """A parser of names with commas between them."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if allowed is not None and name not in allowed]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is unknown; choose from {', '.join(allowed or [])}")
        return names

    return parse


def _measured(wish: argparse.Namespace, contestants: list[Contestant], place: Place) -> Iterator[Case]:
    for workload in _wished_workloads(wish):
        for method in workload.methods:
            if wish.method is None or method in wish.method:
                print(f"measuring {workload.name} {method}", file=sys.stderr, flush=True)
                yield compare(workload, method, contestants, wish.runs, place)


def _wished_workloads(wish: argparse.Namespace) -> Iterator[Workload]:
    for workload in WORKLOADS:
        if workload.name in wish.workload:
            yield workload.doubled() if wish.double else workload


if __name__ == "__main__":
    main()
