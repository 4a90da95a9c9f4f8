"""Fuzzing that any Python can do: inputs changed at random, without a look at what they reach."""

import sys
import time
from collections.abc import Iterator
from itertools import islice
from random import Random

from tests.fuzz.contract import warm_up
from tests.fuzz.findings import Findings
from tests.fuzz.registry import target
from tests.fuzz.target import MOST_INPUT_BYTES, Target

__all__ = ["fuzz", "variations"]


def fuzz(name: str, runs: int, seed: int) -> int:
    """Run a target so often; 1 where something was found."""
    chosen = target(name)
    warm_up(chosen)
    findings = Findings(chosen)
    began = time.perf_counter()
    for data in islice(variations(chosen, Random(seed)), runs):
        findings.execute(data)
    rate = runs / (time.perf_counter() - began)
    sys.stderr.write(f"{name}: {runs} executions, {rate:.0f} in a second, {len(findings)} findings\n")
    return int(len(findings) > 0)


def variations(chosen: Target[object], random: Random) -> Iterator[bytes]:
    """Inputs of a target, each changed once, or again and again; they never end."""
    inputs = chosen.inputs()
    while True:
        data = random.choice(inputs)
        for _ in range(random.choice((1, 1, 2, 4))):
            data = chosen.mutate(data, random)[:MOST_INPUT_BYTES]
            yield data
