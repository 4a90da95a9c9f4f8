"""Shards: many encoded chunks in one object, and an index of where each one is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Literal, cast

import numpy as np

from ome_zarr.chunks.chain import Bytes, CodecChain, Stage
from ome_zarr.chunks.emptiness import is_filled
from ome_zarr.chunks.padding import padded
from ome_zarr.chunks.placing import decode_part
from ome_zarr.chunks.scratch import Scratch
from ome_zarr.errors import DocumentError
from ome_zarr.geometry.region import Region

__all__ = ["MISSING", "MOST_CHUNKS", "Fetch", "ShardLayout", "ShardStep", "sole_shard", "write_order"]

MISSING = 2**64 - 1
"""Offset and length, in the index, of a chunk that is not stored (zarr v3 sharding specification)."""

_MERGE_GAP_BYTES = 1 << 16
"""Two chunks that lie closer than this are read in one go: what a disk or a network reads in the time of
one further request is never less."""

MOST_CHUNKS = 1 << 22
"""In a shard. Its index then has 64 MiB, and is read before any pixel."""

_MOST_OVERHEAD_BYTES = 1 << 20
"""That codecs may add to the pixels of a chunk, beyond as many bytes again."""

type Fetch = Callable[[int, int | None], Bytes | None]
"""Bytes ``start:stop`` of an object, as a slice has them (negative start: from the end); None: no object."""

type WriteOrder = Literal["morton", "unordered", "lexicographic", "colexicographic"]


@dataclass(frozen=True, slots=True)
class _Part:
    """One chunk of the shard and the bytes it occupies."""

    at: tuple[int, ...]
    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class ShardLayout:
    """How chunks lie in a shard.

    Attributes
    ----------
    chunk_shape
        Of one chunk.
    count
        Number of chunks along every axis.
    index_at_end
        Whether the index follows the chunks or precedes them.
    order
        In which order the chunks are laid out.
    """

    chunk_shape: tuple[int, ...]
    count: tuple[int, ...]
    index_at_end: bool
    order: WriteOrder = "morton"


class ShardStep:
    """The ``sharding_indexed`` codec: an array to bytes, chunk by chunk.

    Parameters
    ----------
    layout
        How chunks lie in it.
    fill
        The pixel that stands for what is not stored.
    keep_empty
        Whether chunks of nothing but that pixel are stored.
    chunks, index
        Chains of a chunk, and of the index.
    """

    def __init__(
        self, layout: ShardLayout, *, fill: np.generic, keep_empty: bool, chunks: CodecChain, index: CodecChain
    ) -> None:
        count, chunk_shape = layout.count, layout.chunk_shape
        if prod(count) > MOST_CHUNKS:
            raise DocumentError(
                f"a shard of {prod(count)} chunks has an index that is larger than most shards; there may be "
                f"{MOST_CHUNKS} chunks in a shard: store the array again, with larger chunks"
            )
        self.chunk_shape = chunk_shape
        self.count = count
        self.shape = tuple(n * c for n, c in zip(count, chunk_shape, strict=True))
        self._fill = fill
        self._keep_empty = keep_empty
        self._chunks = chunks
        self._scratch = Scratch(fill.dtype)
        self._inner = sole_shard(chunks)
        self._index = index
        self._index_at_end = layout.index_at_end
        self._most_chunk_bytes = 2 * prod(chunk_shape) * fill.dtype.itemsize + _MOST_OVERHEAD_BYTES
        self._order_name = layout.order
        self._index_bytes = len(self._encode_index(self._empty_index()))

    @property
    def most_bytes(self) -> int:
        """Of a whole shard."""
        return self._index_bytes + prod(self.count) * self._most_chunk_bytes

    @cached_property
    def _positions(self) -> list[tuple[int, ...]]:
        """Of the chunks, in the order in which they are laid out."""
        return write_order(self.count, self._order_name)

    def encode(self, value: Stage) -> Bytes | None:
        """The shard of an array in one; see `encode_pieces`. None if every chunk of it was left out."""
        return b"".join(self.encode_pieces(cast(np.ndarray, value))) or None

    def encode_pieces(self, block: np.ndarray) -> Iterator[Bytes]:
        """The shard of `block`, which begins at the shard's origin and may end before its upper edges.

        Chunks beyond the block are left out; chunks that are cut are padded with the fill value. Where the index
        follows the chunks, every chunk is given out as soon as it is encoded. There is nothing if every chunk was
        left out.
        """
        index = self._empty_index()
        pieces = self._encode_chunks(block, index)
        if not self._index_at_end:
            chunks = list(pieces)
            pieces = iter([self._encode_index(index), *chunks] if chunks else [])
        yield from pieces
        if self._index_at_end and (index != MISSING).any():
            yield self._encode_index(index)

    def _encode_chunks(self, block: np.ndarray, index: np.ndarray) -> Iterator[Bytes]:
        """The chunks of a block in their order; where they are is put into `index`."""
        offset = 0 if self._index_at_end else self._index_bytes
        for at in self._positions:
            pieces = self._encode_chunk(block[self._region(at).slices])
            if pieces:
                size = sum(map(len, pieces))
                index[at] = offset, size
                offset += size
                yield from pieces

    def decode(self, value: Stage) -> np.ndarray:
        """The whole array in the shard `value`."""
        data = memoryview(cast(Bytes, value))
        out = np.empty(self.shape, self._fill.dtype)
        self.decode_region(lambda start, stop: data[start:stop], Region.whole(self.shape), out)
        return out

    def decode_region(self, fetch: Fetch, region: Region, out: np.ndarray) -> bool:
        """Put the pixels of `region` (relative to the shard) into `out`, reading only the chunks that it touches.

        False, and `out` not touched, where there is no such object. Chunks that lie close together are read in
        one request.
        """
        index = self._read_index(fetch)
        if index is None:
            return False
        spans = (range(a // c, -(-b // c)) for a, b, c in zip(region.start, region.stop, self.chunk_shape, strict=True))
        wanted = list(product(*spans))
        parts = self._parts(index, wanted)
        if len(parts) < len(wanted):
            out[...] = self._fill
        for group in _close_together(parts):
            start, stop = group[0].offset, max(part.end for part in group)
            data = fetch(start, stop)
            if data is None:
                return False
            self._decode_parts(group, memoryview(data), start, region, out)
        return True

    def check_index(self, fetch: Fetch) -> None:
        """Read the index, and nothing else.

        Raises
        ------
        DocumentError
            It is damaged, or not all there.
        """
        self._read_index(fetch)

    def _region(self, at: tuple[int, ...]) -> Region:
        start = tuple(i * c for i, c in zip(at, self.chunk_shape, strict=True))
        return Region(start, tuple(a + c for a, c in zip(start, self.chunk_shape, strict=True)))

    def _encode_chunk(self, chunk: np.ndarray) -> tuple[Bytes, ...]:
        """The pieces of a chunk; none if it is left out."""
        if chunk.size == 0 or (not self._keep_empty and is_filled(chunk, self._fill)):
            return ()
        if self._inner is not None:
            return tuple(self._inner.encode_pieces(chunk))
        return self._chunks.encode_pieces(padded(chunk, self.chunk_shape, self._fill))

    def _decode_parts(self, parts: list[_Part], data: Bytes, origin: int, region: Region, out: np.ndarray) -> None:
        """Put the chunks that `data` (bytes from `origin` on) holds where they belong in `out`."""
        for part in parts:
            if part.end - origin > len(data):
                raise DocumentError(
                    f"chunk {part.at!r} of a shard ends at byte {part.end}, beyond the shard's last byte "
                    f"{origin + len(data)}; the shard was cut off or its index is damaged: write it again"
                )
            content = data[part.offset - origin : part.end - origin]
            decode_part(self._chunks, content, self._region(part.at), region, out, self._scratch)

    def _empty_index(self) -> np.ndarray:
        return np.full((*self.count, 2), MISSING, dtype="<u8")

    def _encode_index(self, index: np.ndarray) -> Bytes:
        encoded = self._index.encode(index)
        if encoded is None:
            raise DocumentError("the index codecs of a shard gave no bytes; use codecs of fixed size")
        return encoded

    def _read_index(self, fetch: Fetch) -> np.ndarray | None:
        """Offset and length of every chunk, from an object that may not be there."""
        data = fetch(-self._index_bytes, None) if self._index_at_end else fetch(0, self._index_bytes)
        if data is None:
            return None
        if len(data) < self._index_bytes:
            raise DocumentError(
                f"a shard of {len(data)} bytes cannot hold its index of {self._index_bytes} bytes; "
                "it was cut off: write it again"
            )
        return self._index.decode(data)

    def _parts(self, index: np.ndarray, wanted: Iterable[tuple[int, ...]]) -> list[_Part]:
        """The stored ones among the wanted chunks."""
        parts = [_Part(at, *index[at].tolist()) for at in wanted]
        stored = [part for part in parts if (part.offset, part.length) != (MISSING, MISSING)]
        for part in stored:
            if part.length > self._most_chunk_bytes:
                raise DocumentError(
                    f"chunk {part.at!r} of a shard has {part.length} bytes by the shard's index, more than pixels can; "
                    "the index is damaged: write it again"
                )
        return stored


def sole_shard(chain: CodecChain) -> ShardStep | None:
    """The sharding codec of a chain that is nothing else, so that its chunks can be taken one by one."""
    first = chain.steps[0]
    return first if len(chain.steps) == 1 and isinstance(first, ShardStep) else None


def _close_together(parts: list[_Part]) -> list[list[_Part]]:
    """Parts in the order of their offsets, those with little between them in one group."""
    groups: list[list[_Part]] = []
    end = 0
    for part in sorted(parts, key=lambda part: part.offset):
        if groups and part.offset - end <= _MERGE_GAP_BYTES:
            groups[-1].append(part)
        else:
            groups.append([part])
        end = max(end, part.end)
    return groups


def write_order(count: tuple[int, ...], order: WriteOrder) -> list[tuple[int, ...]]:
    """The positions of a grid of `count` chunks in the order in which a shard keeps them.

    Morton order interleaves the bits of the position, last axis most significant, so that chunks which are
    near each other in space are near each other in the shard. An axis takes part in as many bits as its
    largest position has.
    """
    positions = list(product(*map(range, count)))
    if order == "colexicographic":
        return sorted(positions, key=lambda at: at[::-1])
    if order == "morton":
        return sorted(positions, key=lambda at: _morton_code(at, count))
    return positions


def _morton_code(at: tuple[int, ...], count: tuple[int, ...]) -> int:
    widths = [(n - 1).bit_length() for n in count]
    bits = [
        (at[axis] >> bit) & 1
        for bit in range(max(widths, default=0))
        for axis, width in enumerate(widths)
        if bit < width
    ]
    return sum(value << place for place, value in enumerate(bits))
