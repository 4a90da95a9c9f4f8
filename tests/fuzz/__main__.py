"""Run a target with ever new inputs: led by coverage where atheris is installed, else blindly."""

import argparse
import sys
from importlib.util import find_spec

from tests.fuzz.registry import NAMES

__all__ = ["main"]


def main() -> int:
    """Fuzz, or keep what was reached; 1 where something was found."""
    parser = argparse.ArgumentParser("just fuzz", description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--runs", type=int, default=100_000, metavar="N", help="executions (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default: %(default)s)")
    parser.add_argument("--blind", action="store_true", help="as if atheris were not installed")
    parser.add_argument("--keep", action="store_true", help="instead: add to the corpus what earlier runs have reached")
    wished = parser.parse_args()
    if wished.keep:
        from tests.fuzz.keeping import keep

        sys.stderr.write(f"{keep(wished.target)} inputs were added to the corpus of {wished.target}\n")
        return 0
    if wished.blind or find_spec("atheris") is None:
        from tests.fuzz.blind import fuzz
    else:
        from tests.fuzz.led import fuzz
    return fuzz(wished.target, wished.runs, wished.seed)


if __name__ == "__main__":
    sys.exit(main())
