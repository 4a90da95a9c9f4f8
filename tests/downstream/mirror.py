"""What our own tests say of ome-zarr-py: that those of its users pass with it, and that those of its bugs fail."""

from tests.downstream.environments import ROOT, with_baseline
from tests.downstream.outcomes import Outcomes, run
from tests.downstream.suites import Suite

__all__ = ["MIRROR", "mirrored", "untrue"]

_MODULES = sorted(ROOT.glob("tests/compat/test_bugs_*.py")) + sorted(ROOT.glob("tests/compat/test_consumers*.py"))

MIRROR = Suite(
    "ome-zarr",
    "0.21.0",
    tuple(str(module.relative_to(ROOT)) for module in _MODULES),
    tools=("hypothesis", "xarray"),
    # Warnings are errors in our tests; here a test is to fail for nothing but what it says.
    options=("-W", "ignore"),
)
"""Our tests, as if they were those of ome-zarr-py."""


def mirrored() -> Outcomes:
    """What becomes of these tests with ome-zarr-py."""
    return run(MIRROR, ROOT, with_baseline(MIRROR))


def untrue(outcomes: Outcomes) -> list[str]:
    """Each test that does what is not said of it."""
    said = {name: "failed" if ".test_bugs_" in name else "passed" for name in outcomes.tests}
    return [f"{name}: {outcome.status}" for name, outcome in outcomes.tests.items() if outcome.status != said[name]]
