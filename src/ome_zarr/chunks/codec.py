"""From a block to the bytes that one key of an array holds, and back."""

from dataclasses import replace
from typing import Self

import numpy as np
from zarr.codecs._v2 import V2Codec
from zarr.core.array_spec import ArrayConfig, ArraySpec
from zarr.core.buffer import Buffer, numpy_buffer_prototype
from zarr.core.metadata.v2 import ArrayV2Metadata
from zarr.core.metadata.v3 import ArrayV3Metadata, RegularChunkGridMetadata

from ome_zarr.chunks.array import ZarrArray
from ome_zarr.chunks.bind import Codec, bind_chain
from ome_zarr.chunks.chain import as_buffer
from ome_zarr.chunks.emptiness import is_filled
from ome_zarr.chunks.fill import fill_scalar
from ome_zarr.chunks.padding import padded
from ome_zarr.chunks.placing import decode_part
from ome_zarr.chunks.shard import Fetch, sole_shard
from ome_zarr.chunks.straight import Scratch
from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.geometry.region import Region

__all__ = ["ChunkCodec"]


class ChunkCodec:
    """What an array's metadata says about its objects: a block to bytes, bytes to a block.

    The bytes are those that zarr itself would store. Any number of threads may use one codec; it releases
    the interpreter lock wherever the codecs do. It can be pickled.

    Parameters
    ----------
    metadata
        Of a zarr array, version 2 or 3, with a regular grid of chunks.
    config
        Of the same array: whether blocks of nothing but the fill value are stored.
    """

    def __init__(self, metadata: ArrayV2Metadata | ArrayV3Metadata, config: ArrayConfig) -> None:
        self._metadata = metadata
        self._config = config
        spec, codecs = _spec_and_codecs(metadata, config)
        self._chain = bind_chain(codecs, spec)
        self._fill = fill_scalar(spec)
        self._shape = spec.shape
        self._shard = sole_shard(self._chain)
        self._scratch = Scratch(spec.shape, spec.dtype.to_native_dtype())

    @classmethod
    def of(cls, array: ZarrArray) -> Self:
        """The codec of a zarr array."""
        return cls(array.metadata, array.config)

    @property
    def object_shape(self) -> tuple[int, ...]:
        """Shape of what one key holds: of a shard where the array is sharded, else of a chunk."""
        return self._shape

    @property
    def chunk_shape(self) -> tuple[int, ...]:
        """Shape of the smallest block that can be read by itself: of a chunk, in a shard if there is one."""
        return self._shape if self._shard is None else self._shard.chunk_shape

    @property
    def dtype(self) -> np.dtype:
        """Of a block: the array's, in native byte order."""
        return self._fill.dtype

    @property
    def fill(self) -> np.generic:
        """The value of a pixel that is not stored."""
        return self._fill

    def encode(self, block: np.ndarray) -> Buffer | None:
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
        self._check(block)
        if self._shard is not None:
            return self._shard.encode_block(block)
        if not self._config.write_empty_chunks and is_filled(block, self._fill):
            return None
        return self._chain.encode(padded(block, self._shape, self._fill))

    def decode(self, data: bytes | bytearray | memoryview | Buffer) -> np.ndarray:
        """The block of `object_shape` that `data` holds; may be a read-only view of it."""
        return self._native(self._chain.decode(as_buffer(data)))

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
            return self._shard.decode_region(lambda start, stop: data[start:stop], region, out)
        decode_part(self._chain, data, Region.whole(self._shape), region, out, self._scratch)
        return True

    def __reduce__(self) -> tuple[type[Self], tuple[ArrayV2Metadata | ArrayV3Metadata, ArrayConfig]]:
        return type(self), (self._metadata, self._config)

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

    def _native(self, block: np.ndarray) -> np.ndarray:
        return block.astype(self.dtype, copy=False)


def _spec_and_codecs(
    metadata: ArrayV2Metadata | ArrayV3Metadata, config: ArrayConfig
) -> tuple[ArraySpec, tuple[Codec, ...]]:
    if isinstance(metadata, ArrayV2Metadata):
        # In version 2 the memory order of a chunk is part of the format, not a wish of the reader.
        config = replace(config, order=metadata.order)
        shape = metadata.chunks
        codecs: tuple[Codec, ...] = (V2Codec(filters=metadata.filters, compressor=metadata.compressor),)
    else:
        if not isinstance(metadata.chunk_grid, RegularChunkGridMetadata):
            raise DocumentError(
                f"chunk grid {type(metadata.chunk_grid).__name__} has chunks of several shapes; "
                "only the regular grid can be read and written object by object: store the array again"
            )
        shape = metadata.chunk_grid.chunk_shape
        codecs = metadata.codecs
    spec = ArraySpec(
        shape=shape,
        dtype=metadata.dtype,
        fill_value=metadata.fill_value,
        config=config,
        prototype=numpy_buffer_prototype(),
    )
    return spec, codecs
