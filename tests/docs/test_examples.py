"""Every example of the README and of the documentation runs as it is printed.

The examples of a page run in order and share their names, in an empty working directory.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from ome_zarr.kernels.methods import method_names, unregister_method

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def run_session(example: Example) -> None:
    """Run the ``ome_zarr`` commands of a console session and compare what each printed, if the page shows it.

    A session is a prompt, the command, and below it what the command prints; a page may leave that away.
    """
    for command, expected in commands(example.parsed):
        shown = subprocess.run(
            [Path(sys.executable).with_name("ome_zarr"), *shlex.split(command)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert shown.returncode == 0, shown.stderr
        assert not expected or shown.stdout.rstrip() == expected, shown.stdout


def commands(session: str) -> Iterable[tuple[str, str]]:
    """The arguments of every ``ome_zarr`` command in a session, with the output printed below it."""
    steps = ("\n" + session).split("\n$ ")[1:]
    for step in steps:
        command, _, output = step.partition("\n")
        name, _, arguments = command.partition(" ")
        if name == "ome_zarr":
            yield arguments, output.rstrip()


SYBIL = Sybil(
    parsers=[
        PythonCodeBlockParser(),
        CodeBlockParser(language="console", evaluator=run_session),
        CodeBlockParser(language="bash", evaluator=run_session),
    ],
)


@pytest.fixture(autouse=True)
def no_method_stays_registered() -> Iterator[None]:
    """What a page registers is gone after it: the tests that follow in this process start as they would alone."""
    before = method_names()
    yield
    for name in set(method_names()).difference(before):
        unregister_method(name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for example in SYBIL.parse(page).examples():
        example.evaluate()
