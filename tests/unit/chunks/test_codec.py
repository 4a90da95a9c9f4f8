"""The bytes of an object are zarr's own, in both directions, for every chain."""

import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest
import zarr
from tests.unit.chunks.chains import CHAINS, pixels
from zarr.abc.codec import BytesBytesCodec
from zarr.codecs import ZstdCodec
from zarr.core.array_spec import ArraySpec
from zarr.core.buffer import Buffer
from zarr.registry import register_codec
from zarr.storage import MemoryStore

from ome_zarr.chunks.zarr_arrays import codec_of, objects_of
from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.geometry.region import Region


def stored(array: zarr.Array) -> dict[str, bytes]:
    values = array.store._store_dict
    return {key: value.to_bytes() for key, value in values.items() if not key.endswith((".json", ".zarray", ".zattrs"))}


@pytest.mark.parametrize("chain", CHAINS)
def test_objects_are_the_bytes_that_zarr_writes(chain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)  # gzip writes down when it was used
    theirs, ours = CHAINS[chain](), CHAINS[chain]()
    data = pixels(theirs)
    theirs[...] = data
    objects = objects_of(ours)
    total = 0
    for index in product(*map(range, objects.grid.count)):
        total += objects.write(index, data[objects.grid.region(index).slices]).size
    assert stored(ours) == stored(theirs)
    assert total == sum(map(len, stored(theirs).values()))


@pytest.mark.parametrize("chain", CHAINS)
def test_objects_that_zarr_wrote_are_read_as_they_were(chain: str) -> None:
    array = CHAINS[chain]()
    data = pixels(array)
    array[...] = data
    objects = objects_of(array)
    for index in product(*map(range, objects.grid.count)):
        region = objects.grid.region(index)
        block = objects.read(index)
        block = np.full(region.shape, objects.codec.fill) if block is None else block
        assert block.dtype == data.dtype
        np.testing.assert_array_equal(block[Region.whole(region.shape).slices], data[region.slices])


@pytest.mark.parametrize("chain", [name for name in CHAINS if "shards" in name])
def test_part_of_a_shard_equals_that_part_of_the_whole(chain: str) -> None:
    array = CHAINS[chain]()
    array[...] = pixels(array)
    objects = objects_of(array)
    whole = objects.read((0, 0, 0))
    part = Region((1, 3, 2), (4, 20, 7))
    np.testing.assert_array_equal(objects.read((0, 0, 0), part), whole[part.slices])


def test_codec_survives_pickling_with_the_same_bytes() -> None:
    for make in CHAINS.values():
        array = make()
        codec = codec_of(array)
        block = pixels(array)[tuple(slice(0, n) for n in codec.object_shape)]
        copy = pickle.loads(pickle.dumps(codec))
        assert bytes(copy.encode(block)) == bytes(codec.encode(block))


def test_decoding_takes_plain_bytes() -> None:
    codec = codec_of(CHAINS["zstd"]())
    block = np.arange(np.prod(codec.object_shape), dtype="uint16").reshape(codec.object_shape)
    np.testing.assert_array_equal(codec.decode(bytes(codec.encode(block))), block)


def test_encoding_does_not_write_into_the_block() -> None:
    block = np.ones((4, 16, 8), dtype="uint16")
    block.flags.writeable = False
    for make in (CHAINS["plain"], CHAINS["delta"], CHAINS["v2 big endian"]):
        assert codec_of(make()).encode(block) is not None


def test_many_threads_share_one_codec() -> None:
    codec = codec_of(CHAINS["shards"]())
    rng = np.random.default_rng(0)
    blocks = [rng.integers(0, 9, codec.object_shape, dtype="uint16") for _ in range(16)]
    with ThreadPoolExecutor(4) as pool:
        decoded = list(pool.map(lambda block: codec.decode(codec.encode(block)), blocks))
    np.testing.assert_array_equal(decoded, blocks)


@pytest.mark.parametrize(
    "block",
    [np.zeros((4, 16, 8), "float32"), np.zeros((5, 16, 8), "uint16"), np.zeros((16, 8), "uint16")],
    ids=["dtype", "too large", "axes"],
)
def test_block_of_another_dtype_or_shape_is_refused(block: np.ndarray) -> None:
    with pytest.raises(RecipeError, match=r"is no object of an array"):
        codec_of(CHAINS["plain"]()).encode(block)


def test_negative_zero_is_not_the_fill_value() -> None:
    codec = codec_of(CHAINS["float32"]())
    assert codec.encode(np.zeros(codec.object_shape, "float32")) is None
    assert codec.encode(np.full(codec.object_shape, -0.0, "float32")) is not None


class _Inverting(BytesBytesCodec):
    """A codec that has coroutines only."""

    is_fixed_size = True

    @classmethod
    def from_dict(cls, data: object) -> "_Inverting":
        return cls()

    def to_dict(self) -> dict[str, object]:
        return {"name": "test_inverting", "configuration": {}}

    def compute_encoded_size(self, input_byte_length: int, chunk_spec: ArraySpec) -> int:
        return input_byte_length

    async def _encode_single(self, chunk_data: Buffer, chunk_spec: ArraySpec) -> Buffer:
        return chunk_spec.prototype.buffer.from_array_like(~chunk_data.as_numpy_array())

    async def _decode_single(self, chunk_data: Buffer, chunk_spec: ArraySpec) -> Buffer:
        return chunk_spec.prototype.buffer.from_array_like(~chunk_data.as_numpy_array())


@pytest.mark.parametrize("shards", [None, (8, 32)])
def test_codec_with_coroutines_only_gives_the_bytes_that_zarr_writes(shards: tuple[int, ...] | None) -> None:
    register_codec("test_inverting", _Inverting)
    arrays = [
        zarr.create_array(
            MemoryStore(), shape=(8, 32), chunks=(4, 16), shards=shards, dtype="uint16",
            compressors=[_Inverting(), ZstdCodec()],
        )
        for _ in range(2)
    ]  # fmt: skip
    data = np.arange(8 * 32, dtype="uint16").reshape(8, 32)
    arrays[0][...] = data
    objects = objects_of(arrays[1])
    for index in objects.grid.cells(Region.whole((8, 32))):
        objects.write(index, data[objects.grid.region(index).slices])
    assert stored(arrays[1]) == stored(arrays[0])
    np.testing.assert_array_equal(arrays[1][...], data)


def test_grid_of_several_chunk_shapes_is_refused() -> None:
    with zarr.config.set({"array.rectilinear_chunks": True}):
        array = zarr.create_array(MemoryStore(), shape=(6,), chunks=[[2, 4]], dtype="uint8")
        with pytest.raises(DocumentError, match="chunks of several shapes"):
            codec_of(array)
