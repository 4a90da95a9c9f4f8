"""What a contestant is asked to do, as it is handed to its process."""

import json
import sys
from dataclasses import asdict, dataclass
from typing import Literal, Self

__all__ = ["Job"]


@dataclass(frozen=True, slots=True)
class Job:
    """One pyramid. Axes and everything per axis are in storage order.

    Attributes
    ----------
    source
        Path of the pixels: an ``.npy`` file, to be loaded into memory whole, or a zarr array.
    target
        Path of the image, where nothing is yet.
    factors
        Of every level above 0, against level 0.
    """

    source: str
    target: str
    axes: str
    kind: Literal["image", "labels"]
    chunks: tuple[int, ...]
    factors: tuple[tuple[int, ...], ...]
    method: str
    memory_budget: str
    workers: int

    def to_argument(self) -> str:
        """The job as one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_arguments(cls) -> Self:
        """The job that this process was started for."""
        fields = json.loads(sys.argv[1])
        fields["chunks"] = tuple(fields["chunks"])
        fields["factors"] = tuple(tuple(row) for row in fields["factors"])
        return cls(**fields)

    @property
    def in_memory(self) -> bool:
        """Whether the pixels are loaded before the work begins."""
        return self.source.endswith(".npy")

    @property
    def named_factors(self) -> list[dict[str, int]]:
        """The factors by axis name."""
        return [dict(zip(self.axes, row, strict=True)) for row in self.factors]
