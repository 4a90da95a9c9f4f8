"""A plan as a table for people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the plan prints itself through this module
    from ome_zarr.planning.plan import Plan

__all__ = ["explain", "human_bytes", "table"]


def human_bytes(count: float) -> str:
    """A number of bytes with a binary unit and three digits: ``"1.50 GiB"``."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if count < 1000 or unit == "TiB":
            break
        count /= 1024
    digits = 0 if unit == "B" else max(0, 3 - len(str(int(count))))
    return f"{count:.{digits}f} {unit}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text in columns, the first row as their heads."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def explain(plan: "Plan") -> str:
    """The levels of a plan, how they are made, and what it costs."""
    return "\n".join([_head(plan), "", table(_levels(plan)), "", *_passes(plan), *_cost(plan)])


def _head(plan: "Plan") -> str:
    return (
        f"OME-Zarr {plan.version} {plan.kind}, axes {''.join(plan.axes)}, {plan.dtype.name}, "
        f"method {plan.method.name!r}, edge {plan.ladder.edge!r}"
    )


def _numbers(values: Sequence[float]) -> str:
    return " × ".join(f"{v:g}" for v in values)


def _levels(plan: "Plan") -> list[list[str]]:
    rows = [["level", "shape", "factors", "chunks", "shards", "scale", "made from"]]
    for level, made in enumerate(plan.levels):
        made_from = "the source" if made.base is None else f"level {made.base}" + (" (carried)" if made.carried else "")
        rows.append(
            [
                made.spec.path,
                _numbers(made.spec.shape),
                _numbers(plan.ladder.factors[level]),
                _numbers(made.spec.chunks),
                "-" if made.spec.shards is None else _numbers(made.spec.shards),
                _numbers(made.scale),
                made_from,
            ]
        )
    return rows


def _passes(plan: "Plan") -> list[str]:
    lines = []
    for number, walk in enumerate(plan.passes, start=1):
        levels = ", ".join(plan.levels[level].spec.path for level in walk.levels)
        how = (
            f"one sweep over the source in tiles of {_numbers(walk.tile)}, {walk.order}"
            if walk.kind == "sweep"
            else f"boxes of {_numbers(walk.tile)}, each from what is stored (the budget holds no sweep)"
        )
        lines.append(f"pass {number}   {levels}: {how}")
    return lines


def _cost(plan: "Plan") -> list[str]:
    cost = plan.cost
    kept = ", level 0 as the source has it stored" if plan.keeps_objects else ""
    often = "once" if cost.source_reads <= 1 else f"{cost.source_reads:.2f} times on average"
    read_back = f", {human_bytes(cost.bytes_read_back)} read back" if cost.bytes_read_back else ""
    return [
        f"reads    {human_bytes(cost.bytes_read)}: each source pixel {often}{read_back}",
        f"writes   {human_bytes(cost.bytes_written)} before compression in {cost.objects:,} objects{kept}",
        f"memory   {human_bytes(cost.peak_bytes)} of {human_bytes(plan.budget_bytes)}",
        f"work     {cost.tasks:,} tiles, {plan.workers} at once",
    ]
