"""Arrays in memory, memory maps, dask, zarr, h5py, TensorStore, xarray and objects of other libraries."""

import pickle
from collections.abc import Callable
from pathlib import Path

import dask.array as da
import h5py
import numpy as np
import pytest
import tensorstore as ts
import xarray as xr
import zarr
from zarr.codecs import BloscCodec
from zarr.storage import FsspecStore, LocalStore, MemoryStore, ZipStore

from ome_zarr.errors import DocumentError, NotFoundError, RecipeError
from ome_zarr.geometry.region import Region
from ome_zarr.sources import Source, as_source
from ome_zarr.testing.sources import SourceTests

type Case = tuple[Source, np.ndarray]

PIXELS = np.random.default_rng(3).integers(0, 60_000, (5, 37, 23)).astype("uint16")


class Counted:
    """An object of an unknown library."""

    shape = PIXELS.shape
    dtype = PIXELS.dtype
    chunks = (1, 8, 23)

    def __getitem__(self, index: tuple[slice, ...]) -> np.ndarray:
        return PIXELS[index]


def memory_mapped(path: Path) -> np.ndarray:
    mapped = np.memmap(path / "pixels.raw", PIXELS.dtype, "w+", shape=PIXELS.shape)
    mapped[...] = PIXELS
    return mapped


def saved(path: Path) -> Path:
    np.save(path / "pixels.npy", PIXELS)
    return path / "pixels.npy"


def zarr_array(store: object, **options: object) -> zarr.Array:
    settings = {"shape": PIXELS.shape, "chunks": (2, 16, 8), "dtype": "uint16", "name": "deep/array"}
    array = zarr.create_array(store, **(settings | options))
    array[...] = PIXELS
    return array


def filled_zarr(path: Path) -> Path:
    zarr_array(LocalStore(path / "store"))
    return path / "store" / "deep" / "array"


def rectilinear(path: Path) -> zarr.Array:
    with zarr.config.set({"array.rectilinear_chunks": True}):
        return zarr_array(MemoryStore(), chunks=[[2, 3], [30, 7], [23]])


def h5(path: Path) -> h5py.Dataset:
    return h5py.File(path / "data.h5", "w").create_dataset("d", data=PIXELS, chunks=(1, 10, 23))


def tensorstore(path: Path) -> ts.TensorStore:
    filled_zarr(path)
    where = {"driver": "file", "path": str(path / "store/deep/array")}
    return ts.open({"driver": "zarr3", "kvstore": where}).result()


def dataarray(path: Path) -> xr.DataArray:
    return xr.DataArray(
        PIXELS,
        dims=("z", "y", "x"),
        coords={"y": np.arange(37) * 0.5, "x": ("x", np.arange(23) * 0.25, {"units": "micrometer"})},
        name="cells",
    )


def lazy_dataarray(path: Path) -> xr.DataArray:
    dataarray(path).to_dataset().to_zarr(path / "data.zarr", consolidated=False)
    return xr.open_zarr(path / "data.zarr", chunks=None, consolidated=False)["cells"]


THINGS: dict[str, Callable[[Path], object]] = {
    "ndarray": lambda path: PIXELS,
    "big endian": lambda path: PIXELS.astype(">u2"),
    "order F": lambda path: np.asfortranarray(PIXELS),
    "negative strides": lambda path: np.ascontiguousarray(PIXELS[::-1, :, ::-1])[::-1, :, ::-1],
    "read-only": lambda path: np.broadcast_to(PIXELS, PIXELS.shape),
    "lists": lambda path: PIXELS.astype("int64").tolist(),
    "memmap": memory_mapped,
    ".npy": saved,
    "source": lambda path: as_source(PIXELS),
    "dask": lambda path: da.from_array(PIXELS, chunks=(2, 16, 8)),
    "dask irregular": lambda path: da.from_array(PIXELS, chunks=((1, 4), (20, 17), 8)),
    "dask big endian": lambda path: da.from_array(PIXELS.astype(">u2"), chunks=16),
    "zarr": lambda path: zarr_array(MemoryStore()),
    "zarr shards": lambda path: zarr_array(MemoryStore(), shards=(4, 32, 16)),
    "zarr v2 big endian": lambda path: zarr_array(MemoryStore(), zarr_format=2, dtype=">u2"),
    "zarr path": filled_zarr,
    "zarr path as text": lambda path: str(filled_zarr(path)),
    "zarr zip": lambda path: zarr_array(ZipStore(path / "a.zip", mode="w")),
    "zarr remote": lambda path: zarr_array(FsspecStore.from_url(f"memory://{path.name}/x")),
    "zarr rectilinear": rectilinear,
    "h5py": h5,
    "tensorstore": tensorstore,
    "tensorstore shifted": lambda path: tensorstore(path)[ts.d[:].translate_by[7]],
    "xarray": dataarray,
    "xarray dask": lambda path: dataarray(path).chunk({"z": 1}),
    "xarray lazy": lazy_dataarray,
    "other library": lambda path: Counted(),
}


@pytest.mark.parametrize("thing", THINGS)
class TestEveryAdapter(SourceTests):
    @pytest.fixture
    def case(self, thing: str, tmp_path: Path) -> Case:
        data = THINGS[thing](tmp_path)
        return as_source(data), np.asarray(PIXELS, dtype="int64" if thing == "lists" else PIXELS.dtype)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float64", "complex64", "complex128"])
def test_every_number_that_zarr_stores_is_read(dtype: str) -> None:
    data = np.arange(6).reshape(2, 3).astype(dtype)
    np.testing.assert_array_equal(as_source(data).read(Region.whole((2, 3))), data)


CHUNKS = {
    "ndarray": None,
    "memmap": None,
    "dask": (2, 16, 8),
    "dask irregular": None,
    "zarr": (2, 16, 8),
    "zarr shards": (2, 16, 8),
    "zarr rectilinear": None,
    "h5py": (1, 10, 23),
    "tensorstore": (2, 16, 8),
    "tensorstore shifted": (2, 16, 8),
    "xarray": None,
    "other library": (1, 8, 23),
}


@pytest.mark.parametrize("thing", CHUNKS)
def test_chunks_are_what_is_read_at_once(thing: str, tmp_path: Path) -> None:
    assert as_source(THINGS[thing](tmp_path)).spec.chunks == CHUNKS[thing]


ORIGINS = {
    "ndarray": set(),
    "memmap": {"pixels.raw"},
    ".npy": {"pixels.npy"},
    "zarr path": {"store/deep/array"},
    "zarr zip": {"a.zip/deep/array"},
    "h5py": {"data.h5"},
    "tensorstore": {"store/deep/array"},
}


@pytest.mark.parametrize("thing", ORIGINS)
def test_origins_are_the_places_that_are_read(thing: str, tmp_path: Path) -> None:
    expected = {str(tmp_path.resolve() / name) for name in ORIGINS[thing]}
    assert as_source(THINGS[thing](tmp_path)).spec.origins == expected


def test_view_of_a_memory_map_still_has_its_origin(tmp_path: Path) -> None:
    view = np.asarray(memory_mapped(tmp_path))[1:, ::2].astype("uint16", copy=False).T
    assert as_source(view).spec.origins == {str(tmp_path.resolve() / "pixels.raw")}


def test_array_in_memory_is_not_copied() -> None:
    assert np.shares_memory(as_source(PIXELS).read(Region((1, 2, 3), (4, 5, 6))), PIXELS)


def test_xarray_names_the_axes_and_gives_the_scale(tmp_path: Path) -> None:
    hints = as_source(dataarray(tmp_path)).spec.hints
    assert hints.axes == ("z", "y", "x")
    assert hints.scale == {"y": 0.5, "x": 0.25}
    assert hints.units == {"x": "micrometer"}
    assert hints.name == "cells"


def test_dimension_names_of_zarr_name_the_axes() -> None:
    array = zarr_array(MemoryStore(), dimension_names=["z", "y", "x"])
    assert as_source(array).spec.hints.axes == ("z", "y", "x")


def test_object_that_breaks_its_promise_is_named_with_the_region() -> None:
    class Liar(Counted):
        def __getitem__(self, index: tuple[slice, ...]) -> np.ndarray:
            return PIXELS[index].astype("float32")

    with pytest.raises(DocumentError, match=r"Liar gave a block .*'float32' for region \(0, 0, 0\) to"):
        as_source(Liar()).read(Region.whole(PIXELS.shape))


def test_zarr_chunk_that_is_not_stored_has_the_fill_value() -> None:
    array = zarr.create_array(MemoryStore(), shape=(4, 6), chunks=(2, 2), dtype="int16", fill_value=-3)
    array[2:, 2:] = 9
    np.testing.assert_array_equal(as_source(array).read(Region((1, 1), (4, 6))), array[1:, 1:])


def test_each_zarr_object_is_read_once_per_region() -> None:
    array = zarr_array(MemoryStore(), compressors=BloscCodec(cname="zstd"))
    reads: list[str] = []
    plain = array.store.get_sync

    def counting(key: str, **options: object) -> object:
        reads.append(key)
        return plain(key, **options)

    array.store.get_sync = counting
    as_source(array).read(Region((1, 10, 3), (4, 20, 20)))
    assert len(reads) == len(set(reads)) == 2 * 2 * 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (np.array([[None]]), r"dtype object .*numpy.asarray"),
        (np.zeros(3, "M8[s]"), r"dtype datetime64\[s\] .*astype\('int64'\)"),
        (np.zeros(3, "U5"), "not text"),
        (np.zeros(3, "i4,f4"), "one field after the other"),
        (np.zeros(3, np.longdouble), "dtype float128 .*astype\\('float64'\\)"),
        (np.zeros(3, np.clongdouble), "dtype complex256 .*astype\\('complex128'\\)"),
        (np.zeros(()), "no axis"),
        (7, "no axis"),
        (np.float32(7), "no axis"),
        (np.zeros((3, 0)), r"axis 1 of the array has extent 0 \(shape \(3, 0\)\)"),
        (np.ma.masked_array([1, 2], [0, 1]), "data.filled"),
        ([[1, 2], [3]], "equal length"),
        (None, "no array of numbers"),
        ({"a": 1}, "no array of numbers"),
        (object(), "no array of numbers"),
        (da.ma.masked_array(np.zeros((2, 2))), "dask.array.ma.filled"),
        (da.zeros((4, 4))[da.ones(4) > 0], "compute_chunk_sizes"),
        (da.zeros((4, 4), dtype="O", chunks=4), "dtype object of the dask array"),
        (xr.Dataset({"a": ("x", [1])}), "several arrays"),
        ("https://example.org/cells.tif", "download"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_an_image_is_refused_with_a_remedy(data: object, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        as_source(data)


def test_nothing_at_the_path_is_an_error_that_names_it(tmp_path: Path) -> None:
    for name in ("nothing", "nothing.npy", "nothing.tif"):
        with pytest.raises(NotFoundError, match=name):
            as_source(tmp_path / name)


def test_damaged_npy_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "bad.npy").write_bytes(b"no numbers")
    with pytest.raises(DocumentError, match=r"bad\.npy"):
        as_source(tmp_path / "bad.npy")


def test_damaged_zarr_metadata_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "zarr.json").write_text('{"zarr_format": 3, "node_type": "array"}')
    with pytest.raises(DocumentError, match="bad"):
        as_source(tmp_path / "bad")


def test_group_of_h5py_asks_for_a_data_set(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file, pytest.raises(RecipeError, match="data sets"):
        as_source(file)


PICKLED = [
    "ndarray",
    "memmap",
    "dask",
    "zarr",
    "zarr path",
    "xarray",
    "xarray dask",
    "tensorstore",
    "other library",
]


@pytest.mark.parametrize("thing", PICKLED)
def test_source_reads_the_same_after_pickling(thing: str, tmp_path: Path) -> None:
    source = pickle.loads(pickle.dumps(as_source(THINGS[thing](tmp_path))))
    np.testing.assert_array_equal(source.read(Region((1, 2, 3), (4, 30, 20))), PIXELS[1:4, 2:30, 3:20])
