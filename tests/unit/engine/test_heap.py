"""Freed memory stays with the process."""

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource
import numpy as np
from ome_zarr.engine.heap import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    blocks = [np.ones(3 * 2**20, np.uint8) for _ in range(8)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

{prepared}
faults()
print(faults())
"""


def faults(prepared: str) -> int:
    """Page faults of a new process that fills eight blocks of 3 MiB for the second time."""
    program = PROGRAM.format(prepared=prepared)
    return int(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc of another C library")
def test_blocks_that_were_freed_are_used_again() -> None:
    assert faults("keep_freed_memory()") < faults("") / 4
