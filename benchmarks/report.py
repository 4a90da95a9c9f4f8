"""Tables of what was measured."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.compare import Case, Result
from benchmarks.workloads import Workload

__all__ = ["insert", "laid_out", "markdown"]

_HEAD = ("method", "", "wall, s", "× floor", "without loading, s", "CPU, s", "peak memory, MiB", "stored, MB")


def markdown(cases: Iterable[Case]) -> str:
    """One table per workload: a line for every method and contestant."""
    return "\n\n".join(_block(workload, of) for workload, of in groupby(cases, key=lambda case: case.workload))


def insert(tables: str, document: Path, mark: str = "tables") -> None:
    """Put tables into a document, in place of what is between its marks.

    Parameters
    ----------
    tables, document
        What goes where.
    mark
        What the marks in the document are called.

    Raises
    ------
    ValueError
        The marks are not there, once each.
    """
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    text = document.read_text("utf-8")
    before, *rest = text.split(begin)
    _, *after = "".join(rest).split(end)
    if len(rest) != 1 or len(after) != 1:
        raise ValueError(f"{document} has no place for the tables; put {begin!r} and {end!r} into it, once each")
    document.write_text(f"{before}{begin}\n{tables}{end}{after[0]}", "utf-8")


def laid_out(rows: Sequence[Sequence[str]], texts: int) -> str:
    """Rows as a table, the first one its head; all columns but the first `texts` hold numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    ruler = ["-" * width if column < texts else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    head, *body = (
        [
            cell.ljust(width) if column < texts else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ruler, *body))


def _block(workload: Workload, cases: Iterable[Case]) -> str:
    head = f"**{workload.name}**: {workload.summary}, {workload.size_bytes / 1e6:.0f} MB."
    return f"{head}\n\n{laid_out([_HEAD, *(row for case in cases for row in _rows(case))], 2)}"


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
