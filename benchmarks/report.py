"""Tables of what was measured."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from benchmarks.compare import Case, Result

__all__ = ["insert", "markdown"]

_BEGIN, _END = "<!-- tables: begin -->", "<!-- tables: end -->"
_HEAD = ("method", "", "wall, s", "× floor", "without loading, s", "CPU, s", "peak memory, MiB", "stored, MB")


def markdown(cases: Iterable[Case]) -> str:
    """One table per workload: a line for every method and contestant."""
    blocks = (
        f"**{workload.name}**: {workload.summary}, {workload.size_bytes / 1e6:.0f} MB.\n\n{_table(of)}"
        for workload, of in groupby(cases, key=lambda case: case.workload)
    )
    return "\n\n".join(blocks)


def insert(tables: str, document: Path) -> None:
    """Put the tables into a document, in place of what is between its marks.

    Raises
    ------
    ValueError
        The marks are not there, once each.
    """
    text = document.read_text("utf-8")
    before, *rest = text.split(_BEGIN)
    _, *after = "".join(rest).split(_END)
    if len(rest) != 1 or len(after) != 1:
        raise ValueError(f"{document} has no place for the tables; put {_BEGIN!r} and {_END!r} into it, once each")
    document.write_text(f"{before}{_BEGIN}\n{tables}{_END}{after[0]}", "utf-8")


def _table(cases: Iterable[Case]) -> str:
    rows = [_HEAD, *(row for case in cases for row in _rows(case))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    ruler = ["-" * width if column < 2 else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    head, *body = ([_pad(*cell) for cell in zip(row, widths, range(len(row)), strict=True)] for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *body))


def _pad(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column > 1 else cell.ljust(width)


def _rows(case: Case) -> Iterator[tuple[str, ...]]:
    floor = next((result for result in case.results if result.contestant == "floor"), None)
    for result in case.results:
        yield (
            case.method,
            result.contestant,
            f"{result.wall_s:.2f}",
            _against(result, floor),
            f"{result.wall_s - result.load_s:.2f}" if result.load_s else "",
            f"{result.cpu_s:.2f}",
            f"{result.peak_bytes / 2**20:.0f}",
            f"{result.stored_bytes / 1e6:.0f}",
        )


def _against(result: Result, floor: Result | None) -> str:
    return f"{result.ratio(floor):.2f}" if floor else ""
