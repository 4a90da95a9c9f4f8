"""One run of a suite, and what became of its tests."""

import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.downstream.environments import Environment
from tests.downstream.suites import Suite

__all__ = ["Comparison", "Outcome", "Outcomes", "run"]

_PLUGIN = Path(__file__).parent / "plugin"
_LONGEST_S = 3600


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a test: ``"passed"``, ``"failed"`` or ``"skipped"``, and what it said."""

    status: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of each test of a suite, by its name, and the file that tells more."""

    tests: dict[str, Outcome]
    log: Path

    def __str__(self) -> str:
        counts = Counter(outcome.status for outcome in self.tests.values())
        return " / ".join(str(counts[status]) for status in ("passed", "failed", "skipped"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A suite with ome-zarr-py, and with this package in its place."""

    suite: Suite
    before: Outcomes
    after: Outcomes

    @property
    def lost(self) -> dict[str, str]:
        """The tests that pass before and not after, unless that is meant, with what they say after."""
        return {name: said for name, said in self._failing.items() if name not in self.suite.meant}

    @property
    def meant(self) -> dict[str, str]:
        """The tests that pass before and not after, and are meant to, with the reason."""
        return {name: reason for name, reason in self.suite.meant.items() if name in self._failing}

    @property
    def _failing(self) -> dict[str, str]:
        absent = Outcome("failed", "did not run")
        passed = (name for name, outcome in self.before.tests.items() if outcome.status == "passed")
        now = {name: self.after.tests.get(name, absent) for name in passed}
        return {name: outcome.message for name, outcome in now.items() if outcome.status != "passed"}


def run(suite: Suite, source: Path, environment: Environment) -> Outcomes:
    """Run the tests of a package in an environment."""
    report, log = (environment.folder.with_suffix(suffix) for suffix in (".xml", ".log"))
    report.unlink(missing_ok=True)
    # The package's own configuration, even an empty one: pytest would go on to look for it in this checkout.
    options = ["-cpyproject.toml", "-pstand_ins", "-pno:cacheprovider", "-nauto", f"--junit-xml={report}"]
    command = [str(environment.python), "-m", "pytest", *options, *suite.options, *suite.tests]
    with log.open("wb") as told:
        # A test that fails is no error of the run; what counts is in the report.
        subprocess.run(command, check=False, cwd=source, env=_variables(), stdout=told, stderr=told, timeout=_LONGEST_S)
    return Outcomes(dict(map(_outcome, _cases(report))), log)


def _variables() -> dict[str, str]:
    """The environment variables of a run: our plugin is found, and nothing else of this project."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL"))}
    return kept | {"PYTHONPATH": str(_PLUGIN)}


def _cases(report: Path) -> list[ET.Element]:
    """The tests in a report; none where pytest could not begin."""
    return list(ET.parse(report).iter("testcase")) if report.exists() else []


def _outcome(case: ET.Element) -> tuple[str, Outcome]:
    name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
    wrong = case.find("failure") if case.find("failure") is not None else case.find("error")
    if wrong is not None:
        return name, Outcome("failed", (wrong.get("message") or "").partition("\n")[0])
    return name, Outcome("passed" if case.find("skipped") is None else "skipped")
