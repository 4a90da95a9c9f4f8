"""What was fuzzed once stays right: the stored inputs, and some new ones, always the same."""

from functools import cache
from itertools import islice
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("resource", reason="the memory of an execution is measured as POSIX tells it")

from tests.fuzz.blind import variations
from tests.fuzz.contract import execute, warm_up
from tests.fuzz.registry import NAMES, target
from tests.fuzz.target import CORPUS, MOST_INPUT_BYTES, MOST_STORED, Target

NEW = 300
"""Executions: a second or less of each target."""

STORED = sorted(path.relative_to(CORPUS) for path in CORPUS.glob("*/*"))


@cache
def warm(name: str) -> Target[object]:
    found = target(name)
    warm_up(found)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_ends_with_a_result_or_one_of_our_errors(name):
    chosen = warm(name)
    for data in chosen.seeds():
        execute(chosen, data)


@pytest.mark.parametrize("path", STORED, ids=str)
def test_a_stored_input_ends_with_a_result_or_one_of_our_errors(path: Path):
    execute(warm(path.parent.name), (CORPUS / path).read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_new_inputs_end_with_results_or_our_errors(name):
    chosen = warm(name)
    for data in islice(variations(chosen, Random(0)), NEW):
        execute(chosen, data)


@pytest.mark.parametrize("name", NAMES)
def test_the_corpus_of_a_target_is_small(name):
    stored = [path for path in STORED if path.parent.name == name]
    assert 0 < len(stored) <= MOST_STORED
    assert all((CORPUS / path).stat().st_size <= MOST_INPUT_BYTES for path in stored)


def test_every_stored_input_has_a_target():
    assert {path.parent.name for path in STORED} <= set(NAMES)
