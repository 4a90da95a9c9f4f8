"""What the storage layer is asked for: the arrays to create, and the sink that fills them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.geometry.region import Region

if TYPE_CHECKING:  # it needs this module
    from ome_zarr.storage.job import Job

__all__ = [
    "CodecJson",
    "CodecsJson",
    "Documents",
    "Json",
    "Ledger",
    "LevelSpec",
    "LevelWriter",
    "Sink",
    "Unit",
    "ZarrFormat",
]

type Json = bool | int | float | str | Sequence[object] | Mapping[str, object] | None
"""A value that a JSON document can hold; what is inside is JSON too (spelled flat, for decoders)."""

type ZarrFormat = Literal[2, 3]

type CodecJson = Mapping[str, Json]
"""One codec as zarr metadata spell it: zarr 2 ``{"id": …}``, zarr 3 ``{"name": …, "configuration": …}``."""

type CodecsJson = tuple[CodecJson, ...] | Literal["auto"] | None
"""A chain of codecs; None is an empty one, ``"auto"`` leaves the choice to zarr."""

type Unit = tuple[int, tuple[int, ...]]
"""A write unit: level, and index in its grid."""

type Documents = Mapping[str, Mapping[str, Json]]
"""Attributes of groups by their path relative to the target; ``""`` is the target itself."""


@dataclass(frozen=True, slots=True)
class LevelSpec:
    """One array to create.

    `path` is relative to the image and `dtype` is what zarr stores; tuples are in storage order.
    `extra` holds further keywords of `zarr.create_array` (`order`, `attributes`, `config`). Everything
    but `dtype` is JSON, so that a plan which holds specs can be written down.
    """

    path: str
    shape: tuple[int, ...]
    dtype: np.dtype
    chunks: tuple[int, ...]
    shards: tuple[int, ...] | None = None
    dimension_names: tuple[str, ...] | None = None
    compressors: CodecsJson = "auto"
    filters: CodecsJson = "auto"
    serializer: CodecJson | Literal["auto"] = "auto"
    fill_value: bool | int | float | str | None = 0
    separator: Literal["/", "."] = "/"
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def write_unit(self) -> tuple[int, ...]:
        """Shape of what one store key holds: a shard where the array is sharded, else a chunk."""
        return self.chunks if self.shards is None else self.shards


class LevelWriter(Protocol):
    """What stores the pixels of levels; it can be pickled where the store can."""

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for the pixels of `region`; see `Sink.write`."""
        ...

    def put(self, level: int, index: tuple[int, ...], data: Bytes | None) -> int:
        """Number of bytes stored for one write unit that is encoded already; see `Sink.put`."""
        ...


class Ledger(Protocol):
    """What is known of the objects that are stored: write units by level and index."""

    def noted(self, level: int, index: tuple[int, ...]) -> tuple[int, int] | None:
        """Size and fingerprint of a write unit, (0, 0) if it was left out; None: it has not been stored."""
        ...

    def stored(self, level: int) -> np.ndarray:
        """Of every write unit of a level whether it has been stored, as bool."""
        ...

    def note(self, level: int, index: tuple[int, ...], size: int, mark: int) -> None:
        """Know what an earlier process stored."""
        ...

    def check(self, level: int, index: tuple[int, ...]) -> bool:
        """Whether what is stored is what was noted; if not, it counts as not stored."""
        ...

    def follow(self, listener: Callable[[Unit, int, int], None]) -> None:
        """Have somebody told of every write unit that is stored from now on, with its size and fingerprint.

        That is done in the thread that has stored it.
        """
        ...


class Sink(Protocol):
    """Where levels are written: nothing is visible before `commit`, nothing is left after `abort`."""

    def write(self, level: int, region: Region, block: np.ndarray) -> int:
        """Number of bytes stored for the pixels of `region`.

        The region consists of whole write units, clipped at the array's edge; any number of them.
        Disjoint regions may be written from several threads at once.
        """
        ...

    def put(self, level: int, index: tuple[int, ...], data: Bytes | None) -> int:
        """Number of bytes stored for one write unit that is encoded already.

        Parameters
        ----------
        level, index
            Which unit of the level's grid.
        data
            As the level's codecs would encode its pixels; None: nothing but the fill value.
        """
        ...

    def read(self, level: int, region: Region) -> np.ndarray:
        """The pixels of `region`, which have been written."""
        ...

    @property
    def writer(self) -> LevelWriter:
        """What stores the levels, for handing to other processes."""
        ...

    @property
    def job(self) -> "Job | None":
        """The work on a local target, which can be gone on with; None in groups and stores."""
        ...

    @property
    def ledger(self) -> Ledger:
        """What is known of all that is stored."""
        ...

    def commit(self, documents: Documents) -> None:
        """Write the metadata, which makes the image visible; the sink cannot be used afterwards."""
        ...

    def abort(self) -> None:
        """Remove everything that this sink made; what was at the target before is as it was."""
        ...
