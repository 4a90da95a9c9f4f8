"""Tables of what was measured."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.compare import Case, Result
from benchmarks.contestants import CONTESTANTS
from benchmarks.measure import Run
from benchmarks.workloads import Workload

__all__ = ["insert", "laid_out", "markdown"]

type _Turn = Mapping[str, Run]
"""What ran in one turn, by name."""


def markdown(cases: Sequence[Case]) -> str:
    """The table of a workload: a line for every method and contestant; of nothing, nothing."""
    if not cases:
        return ""
    workload = cases[0].workload
    bases = _bases(workload)
    loads = any(result.load_s for case in cases for result in case.results.values())
    loading = ["without loading, s"] if loads else []
    head = ("method", "", "wall, s", *bases, *loading, "CPU, s", "peak memory, MiB", "stored, MB")
    rows = [_row(case, result, bases, loads=loads) for case in cases for result in case.results.values()]
    title = f"**{workload.name}**: {workload.summary}, {workload.size_bytes / 1e6:.0f} MB."
    return f"{title}\n\n{laid_out([head, *rows], 2)}"


def insert(tables: str, document: Path, mark: str) -> None:
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


def _bases(workload: Workload) -> Mapping[str, Callable[[_Turn], float]]:
    """What wall times are divided by, and what that is called: seconds within the same turn."""
    if workload.asks == "nothing":
        return {"× ours": lambda turn: turn["ours"].wall_s}
    if workload.source_type == "tiff":
        # The floor is spared the TIFF: its pixels are loaded before, which does not count.
        return {
            "× the longer of decode, floor": lambda turn: max(turn["decode"].wall_s, _worked_s(turn["floor"])),
            "× both together": lambda turn: turn["decode"].wall_s + _worked_s(turn["floor"]),
        }
    return {"× floor": lambda turn: turn["floor"].wall_s}


def _worked_s(run: Run) -> float:
    return run.wall_s - run.load_s


def _row(case: Case, result: Result, bases: Mapping[str, Callable[[_Turn], float]], *, loads: bool) -> tuple[str, ...]:
    without_loading = [f"{result.wall_s - result.load_s:.2f}" if result.load_s else ""] if loads else []
    return (
        case.method,
        _title(result.contestant, case.method),
        f"{result.wall_s:.2f}",
        *(_against(result, case, base) for base in bases.values()),
        *without_loading,
        f"{result.cpu_s:.2f}",
        f"{result.peak_bytes / 2**20:.0f}",
        f"{result.stored_bytes / 1e6:.0f}",
    )


def _title(contestant: str, method: str) -> str:
    """Its name, with that of the method where it has another one for it."""
    own = next(c.methods[method] for c in CONTESTANTS if c.name == contestant)
    return contestant if own in {"", method} else f"{contestant} `{own}`"


def _against(result: Result, case: Case, base: Callable[[_Turn], float]) -> str:
    others = {name: result.beside(other) for name, other in case.results.items()}
    turns = (
        {name: runs[turn] for name, runs in others.items() if turn < len(runs)} for turn in range(len(result.runs))
    )
    try:
        return f"{result.ratio([base(turn) for turn in turns]):.2f}"
    except KeyError:  # the base was not measured this time
        return ""
