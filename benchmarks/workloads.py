"""What is measured: images, and the ways to make their levels."""

import json
from dataclasses import asdict, dataclass, replace
from math import prod
from pathlib import Path
from typing import Literal, Self

__all__ = ["WORKLOADS", "Workload"]

_ITEM_BYTES = {"uint16": 2, "uint32": 4}


@dataclass(frozen=True, slots=True)
class Workload:
    """An image that is made from a seed, and what becomes of it.

    Attributes
    ----------
    source
        ``"npy"``: the contestant loads it into memory; ``"zarr"``: it reads it from disk, chunk by chunk.
    methods
        Each one is measured by itself.
    """

    name: str
    axes: str
    shape: tuple[int, ...]
    dtype: Literal["uint16", "uint32"]
    kind: Literal["image", "labels"]
    source: Literal["npy", "zarr"]
    chunks: tuple[int, ...]
    factors: tuple[tuple[int, ...], ...]
    methods: tuple[str, ...]

    @property
    def size_bytes(self) -> int:
        """Of the pixels of level 0."""
        return prod(self.shape) * _ITEM_BYTES[self.dtype]

    @property
    def summary(self) -> str:
        """One line for the head of a table."""
        origin = "memory" if self.source == "npy" else "zarr on disk"
        extent, chunk = (" x ".join(map(str, box)) for box in (self.shape, self.chunks))
        return f"{self.kind} {extent} {self.dtype} from {origin}, chunks {chunk}"

    def file(self, data: Path) -> Path:
        """Where in the folder `data` its pixels are kept."""
        return data / f"{self.kind}-{'x'.join(map(str, self.shape))}-{self.dtype}.{self.source}"

    def to_argument(self) -> str:
        """The workload as one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """The workload that `to_argument` wrote."""
        fields = json.loads(argument)
        for name in ("shape", "chunks", "methods"):
            fields[name] = tuple(fields[name])
        return cls(**fields | {"factors": tuple(map(tuple, fields["factors"]))})

    def doubled(self) -> Self:
        """The same with twice as many pixels along the first axis."""
        return replace(self, name=f"{self.name}-double", shape=(2 * self.shape[0], *self.shape[1:]))


WORKLOADS = (
    Workload(
        name="2d",
        axes="yx",
        shape=(16384, 16384),
        dtype="uint16",
        kind="image",
        source="npy",
        chunks=(512, 512),
        factors=((2, 2), (4, 4), (8, 8), (16, 16)),
        methods=("resize", "local_mean", "nearest"),
    ),
    Workload(
        name="3d",
        axes="zyx",
        shape=(256, 2048, 2048),
        dtype="uint16",
        kind="image",
        source="zarr",
        chunks=(128, 128, 128),
        factors=((2, 2, 2), (4, 4, 4), (8, 8, 8)),
        methods=("resize", "local_mean", "nearest"),
    ),
    Workload(
        name="labels",
        axes="zyx",
        shape=(128, 1024, 1024),
        dtype="uint32",
        kind="labels",
        source="npy",
        chunks=(64, 64, 64),
        factors=((2, 2, 2), (4, 4, 4), (8, 8, 8)),
        methods=("nearest", "mode"),
    ),
)
