"""From a block to the bytes that one key of an array holds, and back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ome_zarr.chunks.chain import Bytes
from ome_zarr.chunks.emptiness import is_filled
from ome_zarr.chunks.encoding import Encoding
from ome_zarr.chunks.padding import padded
from ome_zarr.chunks.placing import decode_part
from ome_zarr.chunks.scratch import Scratch
from ome_zarr.chunks.shard import Fetch, sole_shard
from ome_zarr.chunks.steps import bind_encoding
from ome_zarr.errors import RecipeError
from ome_zarr.geometry.region import Region

if TYPE_CHECKING:  # zarr takes long to import, and most arrays are read without it
    from ome_zarr.chunks.zarr_coding import ZarrCoding

__all__ = ["ChunkCodec"]


class ChunkCodec:
    """What an array's metadata says about its objects: a block to bytes, bytes to a block.

    The bytes are those that zarr-python would store. Any number of threads may use one codec; it releases
    the interpreter lock wherever the codecs do. It can be pickled.

    Parameters
    ----------
    coding
        How objects are encoded.
    keep_empty
        Whether blocks of nothing but the fill value are stored.
    """

    def __init__(self, coding: "Encoding | ZarrCoding", *, keep_empty: bool = False) -> None:
        self._coding = coding
        self._keep_empty = keep_empty
        if isinstance(coding, Encoding):
            self._chain = bind_encoding(coding, keep_empty=keep_empty)
        else:
            self._chain = coding.chain()
        self._fill = coding.fill_pixel
        self._shape = coding.shape
        self._shard = sole_shard(self._chain)
        self._scratch = Scratch(self._fill.dtype)

    @property
    def encoding(self) -> Encoding | None:
        """How objects are encoded; None where only zarr-python knows."""
        return self._coding if isinstance(self._coding, Encoding) else None

    @property
    def object_shape(self) -> tuple[int, ...]:
        """Shape of what one key holds: of a shard where the array is sharded, else of a chunk."""
        return self._shape

    @property
    def chunk_shape(self) -> tuple[int, ...]:
        """Shape of the smallest block that can be read by itself: of a chunk, in a shard if there is one."""
        return self._shape if self._shard is None else self._shard.chunk_shape

    @property
    def is_sharded(self) -> bool:
        """Whether an object consists of chunks that can be read, and are encoded, one by one."""
        return self._shard is not None

    @property
    def dtype(self) -> np.dtype:
        """Of a block: the array's, in native byte order."""
        return self._fill.dtype

    @property
    def fill(self) -> np.generic:
        """The value of a pixel that is not stored."""
        return self._fill

    def encode(self, block: np.ndarray) -> Bytes | None:
        """The bytes to store for `block`.

        A block at the array's upper edge is given without what lies beyond the edge; this is padded with the
        fill value. `block` is not written to; the bytes may be a view of it.

        Returns
        -------
        The bytes, or None: the block is nothing but the fill value and the array leaves such objects out.

        Raises
        ------
        RecipeError
            `block` has another dtype than the array, or does not fit into one object.
        """
        pieces = list(self.encode_pieces(block))
        return pieces[0] if len(pieces) == 1 else b"".join(pieces) or None

    def encode_pieces(self, block: np.ndarray) -> Iterator[Bytes]:
        """As `encode`, piece by piece: of a shard each chunk as soon as it is encoded, and checksums by themselves.

        None where `encode` gives None. Of an object that is no shard there are one or two: its bytes, and the
        CRC-32C of these where the encoding ends in one.
        """
        self._check(block)
        if self._shard is not None:
            yield from self._shard.encode_pieces(block)
        elif self._keep_empty or not is_filled(block, self._fill):
            yield from self._chain.encode_pieces(padded(block, self._shape, self._fill))

    def decode(self, data: Bytes) -> np.ndarray:
        """The block of `object_shape` that `data` holds; may be a read-only view of it."""
        return self._chain.decode(data).astype(self.dtype, copy=False)

    def decode_region(self, fetch: Fetch, region: Region, out: np.ndarray) -> bool:
        """Put the pixels of `region` (relative to the object) of an object whose bytes `fetch` brings into `out`.

        Of a shard only the index and the chunks that the region touches are fetched, unless these are all
        of its chunks; other objects are fetched whole. False, and `out` not touched, where there is no object.

        Parameters
        ----------
        fetch
            Brings bytes of the object.
        region
            Which pixels.
        out
            Of the shape of `region`, in `dtype`.
        """
        if self._shard is not None and self._touches_part(region):
            return self._shard.decode_region(fetch, region, out)
        data = fetch(0, None)
        if data is None:
            return False
        if self._shard is not None:
            content = memoryview(data)
            return self._shard.decode_region(lambda start, stop: content[start:stop], region, out)
        decode_part(self._chain, data, Region.whole(self._shape), region, out, self._scratch)
        return True

    def check_index(self, fetch: Fetch) -> None:
        """Read the index of a shard whose bytes `fetch` brings; of an object that is no shard, nothing."""
        if self._shard is not None:
            self._shard.check_index(fetch)

    def __reduce__(self) -> tuple[object, ...]:
        return _codec, (self._coding, self._keep_empty)

    def __repr__(self) -> str:
        return f"ChunkCodec(object_shape={self._shape!r}, dtype={self.dtype.str!r})"

    def _touches_part(self, region: Region) -> bool:
        """Whether a chunk of the shard lies outside `region`."""
        return any(
            a >= c or n - b >= c
            for a, b, n, c in zip(region.start, region.stop, self._shape, self.chunk_shape, strict=True)
        )

    def _check(self, block: np.ndarray) -> None:
        fits = block.ndim == len(self._shape) and all(n <= c for n, c in zip(block.shape, self._shape, strict=True))
        if not fits or block.dtype != self.dtype:
            raise RecipeError(
                f"a block of shape {block.shape!r} and dtype {block.dtype.name!r} is no object of an array "
                f"with objects of shape {self._shape!r} and dtype {self.dtype.name!r}; "
                "give a block of that dtype, no larger than one object"
            )


def _codec(coding: "Encoding | ZarrCoding", keep_empty: bool) -> ChunkCodec:
    return ChunkCodec(coding, keep_empty=keep_empty)
