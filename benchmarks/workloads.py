"""What is measured: images, and the ways to make their levels."""

import json
from dataclasses import asdict, dataclass, replace
from math import prod
from pathlib import Path
from typing import Literal, Self

__all__ = ["MEMORY_SIZES", "WORKLOADS", "Asks", "Source", "Workload", "named"]

_ITEM_BYTES = {"uint8": 1, "uint16": 2, "uint32": 4}
_SUFFIX = {"npy": "npy", "zarr": "zarr", "tiff": "tif"}
_SMALLER = 4  # times, along every spatial axis

type Asks = Literal["all", "levels", "nothing"]
type Source = Literal["npy", "zarr:lz4", "zarr:zstd", "tiff:tiles,zstd", "tiff:zstd", "tiff:lzw", "tiff:jpeg"]


@dataclass(frozen=True, slots=True)
class Workload:
    """An image that is made from a seed, and what becomes of it.

    Attributes
    ----------
    source
        ``"npy"``: the contestant loads it into memory. ``"zarr:CODEC"``: it reads it from disk, chunk by chunk.
        ``"tiff:CODEC"``: page by page, or tile by tile. Blosc with lz4 is what no contestant writes, so all of them
        decode and encode; blosc with zstd is what they write.
    chunks, shards
        Of the target. Where it is zarr, the source has the same chunks, and no shards.
    methods
        Each one is measured by itself.
    asks
        What contestants are told: ``"all"``, levels and how they are stored; ``"levels"`` only; or ``"nothing"``
        but the names of the axes.
    memory_budget
        For those that take one.
    """

    name: str
    axes: str
    shape: tuple[int, ...]
    dtype: Literal["uint8", "uint16", "uint32"]
    kind: Literal["image", "labels"]
    source: Source
    chunks: tuple[int, ...]
    factors: tuple[tuple[int, ...], ...]
    methods: tuple[str, ...]
    shards: tuple[int, ...] | None = None
    asks: Asks = "all"
    memory_budget: str = "512 MiB"

    @property
    def source_type(self) -> str:
        """``"npy"``, ``"zarr"`` or ``"tiff"``."""
        return self.source.partition(":")[0]

    @property
    def source_codec(self) -> str:
        """What follows the type."""
        return self.source.partition(":")[2]

    @property
    def size_bytes(self) -> int:
        """Of the pixels of level 0."""
        return prod(self.shape) * _ITEM_BYTES[self.dtype]

    @property
    def level_shapes(self) -> list[tuple[int, ...]]:
        """Level 0 first."""
        above = (tuple(n // f for n, f in zip(self.shape, row, strict=True)) for row in self.factors)
        return [self.shape, *above]

    @property
    def summary(self) -> str:
        """One line for the head of a table."""
        origin = "memory" if self.source == "npy" else f"{self.source_type} on disk ({self.source_codec})"
        target = f", chunks {_extent(self.chunks)}" if self.asks != "nothing" else ", nothing asked for"
        shards = f" in shards {_extent(self.shards)}" if self.shards else ""
        return f"{self.kind} {_extent(self.shape)} {self.dtype} from {origin}{target}{shards}"

    def file(self, data: Path) -> Path:
        """Where in the folder `data` its pixels are kept; what has the same name is the same."""
        layout = ["x".join(map(str, self.chunks))] if self.source_type == "zarr" else []
        codec = self.source_codec.replace(",", "-")
        name = "-".join([self.kind, "x".join(map(str, self.shape)), self.dtype, *layout, *filter(None, [codec])])
        return data / f"{name}.{_SUFFIX[self.source_type]}"

    def to_argument(self) -> str:
        """The workload as one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, argument: str) -> Self:
        """The workload that `to_argument` wrote."""
        fields = json.loads(argument)
        for name in ("shape", "chunks", "methods"):
            fields[name] = tuple(fields[name])
        fields["shards"] = fields["shards"] and tuple(fields["shards"])
        return cls(**fields | {"factors": tuple(map(tuple, fields["factors"]))})

    def smaller(self) -> Self:
        """The same in little, with as many chunks, to see whether everything works."""

        def shrunk(box: tuple[int, ...]) -> tuple[int, ...]:
            return tuple(n // _SMALLER if axis in "zyx" else n for axis, n in zip(self.axes, box, strict=True))

        shards = self.shards and shrunk(self.shards)
        return replace(self, shape=shrunk(self.shape), chunks=shrunk(self.chunks), shards=shards)


def _extent(box: tuple[int, ...]) -> str:
    return " × ".join(map(str, box))


_PLANE = Workload(
    name="2d",
    axes="yx",
    shape=(16384, 16384),
    dtype="uint16",
    kind="image",
    source="npy",
    chunks=(512, 512),
    factors=((2, 2), (4, 4), (8, 8), (16, 16)),
    methods=("resize", "local_mean", "nearest"),
)
_VOLUME = Workload(
    name="3d",
    axes="zyx",
    shape=(256, 2048, 2048),
    dtype="uint16",
    kind="image",
    source="zarr:lz4",
    chunks=(128, 128, 128),
    factors=((2, 2, 2), (4, 4, 4), (8, 8, 8)),
    methods=("resize", "local_mean", "nearest"),
)
_LABELS = Workload(
    name="labels",
    axes="zyx",
    shape=(128, 1024, 1024),
    dtype="uint32",
    kind="labels",
    source="npy",
    chunks=(64, 64, 64),
    factors=((2, 2, 2), (4, 4, 4), (8, 8, 8)),
    methods=("nearest", "mode"),
)
_PAGES = replace(
    _VOLUME, shape=(64, 2048, 2048), chunks=(64, 128, 128), methods=("resize",), memory_budget="2 GiB"
)  # every chunk has pixels of all pages, so all of them are in memory where each is decoded once

WORKLOADS = (
    _PLANE,
    _VOLUME,
    replace(_VOLUME, name="3d-yx", factors=((1, 2, 2), (1, 4, 4), (1, 8, 8))),
    replace(
        _VOLUME,
        name="5d",
        axes="tczyx",
        shape=(4, 2, 64, 1024, 1024),
        chunks=(1, 1, 64, 128, 128),
        factors=((1, 1, 1, 2, 2), (1, 1, 1, 4, 4), (1, 1, 1, 8, 8)),
    ),
    _LABELS,
    # The floor beside it writes the same chunks as files of their own: the codec has the same work, byte for byte.
    # Shards of 32 MiB, of which a filter has many begun: with 512 MiB levels would be made box by box.
    replace(_VOLUME, name="sharded", chunks=(64, 64, 64), shards=(256, 256, 256), memory_budget="2 GiB"),
    replace(_VOLUME, name="passthrough", source="zarr:zstd", asks="levels"),
    replace(_PLANE, name="tiff-tiles", source="tiff:tiles,zstd", methods=("resize",)),
    replace(_PAGES, name="tiff-zstd", source="tiff:zstd"),
    replace(_PAGES, name="tiff-lzw", source="tiff:lzw"),
    replace(_PAGES, name="tiff-jpeg", source="tiff:jpeg", dtype="uint8"),
    replace(_VOLUME, name="plain-image", shape=(128, 1024, 1024), source="npy", methods=("default",), asks="nothing"),
    replace(_LABELS, name="plain-labels", methods=("default",), asks="nothing"),
)
"""Images of which a pyramid is made, in the order of the page."""

MEMORY_SIZES = tuple(
    replace(_VOLUME, name=f"memory-{gib}", shape=shape, methods=("resize",))
    for gib, shape in (("0.5", (256, 1024, 1024)), ("2", (256, 2048, 2048)), ("8", (256, 4096, 4096)))
)
"""Images of 0.5, 2 and 8 GiB."""


def named(name: str) -> Workload:
    """One of `WORKLOADS`."""
    return next(workload for workload in WORKLOADS if workload.name == name)
