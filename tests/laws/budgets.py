"""Memory budgets that make a plan walk differently."""

import re
import warnings

import pytest

import ome_zarr
from ome_zarr.errors import BudgetError, OmeZarrWarning


def plan(source, **wishes):
    """A plan, without the warning about factors that were clipped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmeZarrWarning)
        return ome_zarr.plan(source, **wishes)


def least_budget(source, **wishes):
    """The smallest budget that works, as the error names it."""
    with pytest.raises(BudgetError) as caught:
        plan(source, **{**wishes, "memory_budget": 1})
    return int(re.search(r"memory_budget=(\d+) ", str(caught.value))[1])


def some_budgets(source, **wishes):
    """The smallest budget, the whole need, and what lies between."""
    least = least_budget(source, **wishes)
    need = plan(source, **wishes).cost.peak_bytes
    return sorted({least, (3 * least + need) // 4, max(least, need)})


def walks(made):
    """How a plan walks: the orders of its sweeps, and whether there are boxes."""
    return {walk.order if walk.kind == "sweep" else "boxes" for walk in made.passes}
