"""Run the tests of packages that use ome-zarr: with ome-zarr-py, and with this package in its place."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from tests.downstream.environments import source, wheel, with_baseline, with_wheel
from tests.downstream.mirror import MIRROR, mirrored, untrue
from tests.downstream.outcomes import Comparison, Outcomes, run
from tests.downstream.suites import BASELINE, SUITES, Suite


def main() -> int:
    """Compare and print; 1 where a test is lost, or where something untrue is said of ome-zarr-py."""
    names = _wished()
    code = 0
    if suites := [suite for suite in SUITES if suite.package in names]:
        code |= _compare(suites)
    if MIRROR.package in names:
        code |= _mirror()
    return code


def _wished() -> list[str]:
    """The packages on the command line; all of them where there is none."""
    known = [suite.package for suite in (*SUITES, MIRROR)]
    parser = argparse.ArgumentParser("just downstream", description=__doc__)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=f"some of {', '.join(known)} (default: all)")
    names: list[str] = parser.parse_args().packages
    for unknown in set(names) - set(known):
        parser.error(f"{unknown!r} is unknown; choose from {', '.join(known)}")
    return names or known


def _compare(suites: list[Suite]) -> int:
    """The tests of packages with the one and with the other."""
    ours = wheel()
    comparisons = [_compared(suite, ours) for suite in suites]
    _say(_table(comparisons))
    _say(_differing(comparisons))
    return int(any(comparison.lost for comparison in comparisons))


def _compared(suite: Suite, ours: Path) -> Comparison:
    """Both environments of a suite, and a run in each."""
    _say([f"running the tests of {suite.requirement} twice"], sys.stderr)
    baseline = with_baseline(suite)
    unpacked = source(suite, baseline)
    before = _present(run(suite, unpacked, baseline))
    return Comparison(suite, before, run(suite, unpacked, with_wheel(suite, ours, baseline)))


def _mirror() -> int:
    """Our own tests of the users and of the bugs of ome-zarr-py, with ome-zarr-py."""
    _say([f"running our tests with {BASELINE}"], sys.stderr)
    outcomes = _present(mirrored())
    wrong = untrue(outcomes)
    right = len(outcomes.tests) - len(wrong)
    _say(f"said of {BASELINE} and untrue: {name}" for name in wrong)
    _say([f"{right} of our tests pass or fail with {BASELINE} as they say, {len(wrong)} do not"])
    return int(bool(wrong))


def _present(outcomes: Outcomes) -> Outcomes:
    """The same, or the end: without a single test there is nothing to compare with."""
    if not outcomes.tests:
        sys.exit(f"no test ran with {BASELINE}: {outcomes.log} says why")
    return outcomes


def _table(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """The table in Markdown, as in the documentation."""
    yield f"| tests of | passed / failed / skipped with {BASELINE} | with this package | lost | differ on purpose |"
    yield "| --- | --- | --- | --- | --- |"
    for comparison in comparisons:
        cells = [comparison.suite.requirement, comparison.before, comparison.after]
        cells += [len(comparison.lost), len(comparison.meant)]
        yield "| " + " | ".join(map(str, cells)) + " |"


def _differing(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """Every test that passes with the one and not with the other, and what it says, or why that is right."""
    for comparison in comparisons:
        yield from (f"differs on purpose: {name}: {reason}" for name, reason in comparison.meant.items())
        yield from (f"lost: {name}: {message}" for name, message in comparison.lost.items())
        if comparison.lost:
            yield f"more in {comparison.after.log}"


def _say(lines: Iterable[str], stream: TextIO = sys.stdout) -> None:
    for line in lines:
        print(line, file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main())
