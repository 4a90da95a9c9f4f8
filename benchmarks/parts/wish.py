"""What the command line asks for."""

from dataclasses import dataclass

from benchmarks.compare import Place, Runs

__all__ = ["Wish"]


@dataclass(frozen=True, slots=True)
class Wish:
    """How tables are to be measured.

    Attributes
    ----------
    runs
        How often each contestant runs.
    place
        Where files are kept.
    only
        Names of the contestants that take part.
    methods
        Those that are measured. None: all of the workload.
    small
        Whether images are small, to see whether everything works.
    """

    runs: Runs
    place: Place
    only: frozenset[str]
    methods: frozenset[str] | None
    small: bool
