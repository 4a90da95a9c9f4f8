"""Decoded chunks, put where they belong."""

import numpy as np

from ome_zarr.chunks.chain import Bytes, CodecChain
from ome_zarr.chunks.scratch import Scratch
from ome_zarr.geometry.region import Region

__all__ = ["decode_part"]


def decode_part(
    chain: CodecChain, data: Bytes, chunk: Region, region: Region, out: np.ndarray, scratch: Scratch
) -> None:
    """Put those pixels of a chunk that lie in `region` into `out`.

    Parameters
    ----------
    chain, data
        Of the chunk.
    chunk
        Where it is, whole.
    region
        Where `out` is; both as seen from one origin.
    out
        The pixels of `region`, in native byte order.
    scratch
        Of the pixels' dtype, for what cannot be decoded in place.
    """
    common = chunk.intersect(region)
    target = out[common.relative_to(region.start).view]
    in_place = common == chunk and target.flags.c_contiguous
    block = chain.decode_into(data, target if in_place else scratch.block(chunk.shape))
    if block is not target:
        target[...] = block[common.relative_to(chunk.start).slices]
