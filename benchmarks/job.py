"""What a contestant is asked to do, as it is handed to its process."""

import json
import sys
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Literal, Self

__all__ = ["Job"]


@dataclass(frozen=True, slots=True)
class Job:
    """One pyramid. Axes and everything per axis are in storage order.

    Attributes
    ----------
    source
        Path of the pixels: an ``.npy`` file, to be loaded into memory whole, a zarr array or a TIFF.
    target
        Path of the image, where nothing is yet.
    shards
        None: each chunk is an object of its own.
    codec
        ``"blosc"``: blosc with zstd, level 1, bytes shuffled; ``"zstd"``: zstd, level 1, alone, which is better for
        labels and for pixels of one byte.
    factors
        Of every level above 0, against level 0.
    asks
        What of this counts: ``"all"``, ``"levels"`` (factors and method), or ``"nothing"``; source, target, axes and
        kind always do.
    """

    source: str
    target: str
    axes: str
    kind: Literal["image", "labels"]
    chunks: tuple[int, ...]
    shards: tuple[int, ...] | None
    codec: Literal["blosc", "zstd"]
    factors: tuple[tuple[int, ...], ...]
    method: str
    asks: Literal["all", "levels", "nothing"]
    memory_budget: str
    workers: int

    def to_argument(self) -> str:
        """The job as one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_arguments(cls) -> Self:
        """The job that this process was started for."""
        fields = json.loads(sys.argv[1])
        for name in ("chunks", "shards"):
            fields[name] = fields[name] and tuple(fields[name])
        fields["factors"] = tuple(tuple(row) for row in fields["factors"])
        return cls(**fields)

    @property
    def in_memory(self) -> bool:
        """Whether the pixels are loaded before the work begins."""
        return self.source.endswith(".npy")

    @property
    def asks_levels(self) -> bool:
        """Whether factors and method count."""
        return self.asks != "nothing"

    @property
    def asks_storage(self) -> bool:
        """Whether chunks, shards, codec, memory and workers count."""
        return self.asks == "all"

    @property
    def named_factors(self) -> list[dict[str, int]]:
        """The factors by axis name."""
        return [dict(zip(self.axes, row, strict=True)) for row in self.factors]

    @property
    def steps(self) -> list[tuple[int, ...]]:
        """The factors of every level above 0 against the level before."""
        pairs = pairwise([(1,) * len(self.axes), *self.factors])
        return [tuple(f // b for f, b in zip(row, below, strict=True)) for below, row in pairs]
