"""Chunks, shards and codecs that nobody asked for are sensible, and those asked for are taken."""

from math import prod

import dask.array as da
import numpy as np
import pytest
import zarr

import ome_zarr
from ome_zarr.planning.layout import default_chunks, sensible_chunks


def specs(pixels, **wishes):
    return ome_zarr.plan(pixels, **wishes).specs


@pytest.mark.parametrize(
    ("shape", "axes", "dtype", "chunks"),
    [
        ((4096, 4096), "yx", "u2", (512, 512)),
        ((4096, 4096), "yx", "f8", (256, 512)),
        ((512, 512, 512), "zyx", "u2", (64, 64, 64)),
        ((1, 4096, 4096), "zyx", "u2", (1, 512, 512)),
        ((16, 2048, 2048), "zyx", "u1", (16, 128, 128)),
        ((9, 4, 30, 2048, 2048), "tczyx", "u2", (1, 1, 30, 64, 128)),
        ((100, 100), "yx", "u2", (100, 100)),
        ((4096, 10), "yx", "u2", (4096, 10)),
    ],
)
def test_default_chunks_have_about_2_18_pixels_over_the_spatial_axes(shape, axes, dtype, chunks):
    assert default_chunks(shape, axes, np.dtype(dtype)) == chunks
    assert prod(chunks) <= 2**18


def test_chunks_of_a_level_are_no_larger_than_the_level():
    assert [spec.chunks for spec in specs(np.zeros((64, 64), "u1"), axes="yx", scale_factors=[2, 4], chunks=48)] == [
        (48, 48),
        (32, 32),
        (16, 16),
    ]


@pytest.mark.parametrize(
    ("wish", "chunks"),
    [
        (16, (16, 16, 16)),
        ((8, 16), (20, 8, 16)),
        ([4, 8, 16], (4, 8, 16)),
        ({"x": 16}, (20, 64, 16)),
        (np.int64(4), (4, 4, 4)),
    ],
)
def test_chunks_are_a_number_the_last_axes_or_by_name(wish, chunks):
    assert specs(np.zeros((20, 64, 64), "u1"), axes="zyx", scale_factors=[], chunks=wish)[0].chunks == chunks


def test_sensible_chunks_of_a_source_are_taken_over():
    lazy = da.zeros((1024, 1024), chunks=(256, 512), dtype="u2")
    assert {spec.chunks for spec in specs(lazy, axes="yx", scale_factors=[2])} == {(256, 512)}
    stored = zarr.zeros((1024, 1024), chunks=(256, 512), dtype="u2")
    assert specs(stored, axes="yx", scale_factors=[2])[0].chunks == (256, 512)


@pytest.mark.parametrize(
    ("chunks", "shape", "sensible"),
    [
        (None, (4096, 4096), False),
        ((256, 256), (4096, 4096), True),
        ((8, 8), (4096, 4096), False),
        ((8, 8), (64, 64), True),
        ((4096, 4096), (8192, 8192), False),
    ],
)
def test_crumbs_and_boulders_are_not_sensible(chunks, shape, sensible):
    assert sensible_chunks(chunks, shape, np.dtype("u2")) is sensible


def test_options_of_a_level_take_precedence():
    options = [{"chunks": (32, 32)}, {"chunks": (8, 8), "shards": (16, 16), "compressors": None}]
    first, second = specs(np.zeros((64, 64), "u1"), axes="yx", scale_factors=[2], chunks=16, storage_options=options)
    assert (first.chunks, first.shards) == ((32, 32), None)
    assert (second.chunks, second.shards, second.compressors) == ((8, 8), (16, 16), None)


def test_the_write_unit_is_the_shard_or_else_the_chunk():
    sharded, plain = (
        specs(np.zeros((64, 64), "u1"), axes="yx", scale_factors=[], chunks=8, shards=shards)[0]
        for shards in (32, None)
    )
    assert (sharded.write_unit, plain.write_unit) == ((32, 32), (8, 8))


def test_intensities_and_labels_get_different_codecs():
    pixels = np.zeros((64, 64), "u4")
    image, labels = (
        specs(pixels, axes="yx", scale_factors=[], kind=kind)[0].compressors for kind in ("image", "labels")
    )
    assert image[0]["name"] == "blosc"
    assert labels[0]["name"] == "zstd"


def test_levels_are_named_s0_s1_and_so_on():
    assert [spec.path for spec in specs(np.zeros((64, 64)), axes="yx", scale_factors=[2, 4])] == ["s0", "s1", "s2"]
