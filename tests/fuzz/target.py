"""What is fuzzed: a function of bytes, good inputs to begin with, and how one input becomes another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

__all__ = ["CORPUS", "MOST_INPUT_BYTES", "MOST_STORED", "Target"]

MOST_INPUT_BYTES = 4096
"""In one input: small ones run often, and say what is wrong with them."""

MOST_STORED = 200
"""Inputs of a target in the corpus: they are run with all tests."""

CORPUS = Path(__file__).parent / "corpus"
"""A folder of inputs for each target."""


@dataclass(frozen=True, slots=True)
class Target[T]:
    """Something that takes bytes from strangers.

    Attributes
    ----------
    name
        As on the command line.
    prepare
        Makes of an input what is fuzzed: a store, say. It may do whatever it wants.
    run
        Does everything that there is to do with that, under the eyes of the contract.
    seeds
        Good inputs.
    mutate
        Another input made from one, and from what it knows of the seeds.
    removes
        Whether it may remove files inside the root.
    """

    name: str
    prepare: Callable[[bytes], T]
    run: Callable[[T], object]
    seeds: Callable[[], Iterable[bytes]]
    mutate: Callable[[bytes, Random], bytes]
    removes: bool = False

    @property
    def corpus(self) -> Path:
        """Where inputs are kept that found something once, or reach what others do not."""
        return CORPUS / self.name

    def inputs(self) -> list[bytes]:
        """The seeds, and what is kept."""
        return [*self.seeds(), *(path.read_bytes() for path in sorted(self.corpus.glob("*")))]
