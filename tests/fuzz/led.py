"""Fuzzing by atheris, which keeps the inputs that reach what none before has reached."""

import os
import shutil
import sys
from itertools import count
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["ome_zarr"]):
    from tests.fuzz.contract import warm_up
    from tests.fuzz.findings import FOLDER, Findings
    from tests.fuzz.registry import target
    from tests.fuzz.sentry import root
    from tests.fuzz.target import MOST_INPUT_BYTES, Target

__all__ = ["fuzz"]

_TIMEOUT_S = 30
_MOST_MEMORY_MIB = 4096


def fuzz(name: str, runs: int, seed: int) -> int:
    """Run a target so often; the process ends with 1 where something was found."""
    with atheris.instrument_imports(include=["ome_zarr"]):
        chosen = target(name)
        warm_up(chosen)  # what the package imports late is imported now, and its coverage counted
    findings = Findings(chosen)
    executions = count(1)

    def execute(data: bytes) -> None:
        findings.execute(data)
        if next(executions) >= runs:
            _end(findings)

    atheris.Setup(
        [sys.argv[0], *_options(chosen, runs, seed)],
        execute,
        custom_mutator=lambda data, most, number: chosen.mutate(data, Random(number))[:most],
    )
    atheris.Fuzz()
    return 0


def _end(findings: Findings[object]) -> None:
    """Do what is left to do: libFuzzer ends the process by itself, and well."""
    shutil.rmtree(root().parent, ignore_errors=True)
    if findings:
        os._exit(1)


def _options(chosen: Target[object], runs: int, seed: int) -> list[str]:
    """What libFuzzer is told; new inputs go into the first folder."""
    reached, begun = FOLDER / f"{chosen.name}-reached", FOLDER / f"{chosen.name}-begun"
    reached.mkdir(parents=True, exist_ok=True)
    _write_all(begun, chosen.inputs())
    options = {
        "runs": runs,
        "seed": seed,
        "max_len": MOST_INPUT_BYTES,
        "len_control": 0,
        "timeout": _TIMEOUT_S,
        "rss_limit_mb": _MOST_MEMORY_MIB,
        "artifact_prefix": f"{FOLDER / chosen.name}-",
    }
    return [*(f"-{key}={value}" for key, value in options.items()), str(reached), str(begun)]


def _write_all(folder: Path, inputs: list[bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for number, data in enumerate(inputs):
        (folder / f"{number:04}").write_bytes(data)
