"""`ome_zarr.scale` and `ome_zarr.dask_utils`: levels as dask arrays, the same however they are cut."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import zoom as whole_zoom
from skimage.transform import resize as whole_resize
from tests.compat.groups import levels, noise, ramp

import ome_zarr
from ome_zarr.dask_utils import downscale_nearest, local_mean, resize, zoom
from ome_zarr.kernels.methods import BUILT_IN, unregister_method
from ome_zarr.scale import Methods, Scaler, _build_pyramid, method_dispatch

GAUSSIAN = {"order": 1, "mode": "reflect", "anti_aliasing": True, "preserve_range": True}
# What is done by scikit-image: none of it is a method of the library.
OTHERS = [
    {"order": 3},
    {"order": 1, "anti_aliasing": False},
    {"order": 1, "mode": "edge"},
    {"order": 1, "anti_aliasing_sigma": (2, 2)},
    {"order": 0, "anti_aliasing": True},
]


def same(first: object, second: object) -> bool:
    """Whether two arrays, of NumPy or dask, are equal."""
    return np.array_equal(*dask.compute(first, second))


@pytest.fixture
def spread() -> Iterator[str]:
    """The name of a method that is registered as long as the test runs."""

    def greatest_less_least(block: np.ndarray, window: tuple[int, ...]) -> np.ndarray:
        parts = [block[tuple(slice(o, None, w) for o, w in zip(p, window, strict=True))] for p in np.ndindex(*window)]
        return np.max(parts, axis=0) - np.min(parts, axis=0)

    method = ome_zarr.Window("compat_spread", "greatest less least", function=greatest_less_least)
    yield ome_zarr.register_method(method, replace=True).name
    unregister_method("compat_spread")


def test_the_members_are_the_built_in_methods_in_their_order() -> None:
    assert list(Methods.__members__.values()) == [Methods(name) for name in BUILT_IN]
    assert [method.value for method in Methods][:4] == ["resize", "nearest", "local_mean", "zoom"]


def test_a_registered_method_is_a_member_too(spread: str) -> None:
    member = Methods(spread)
    assert member in list(Methods)
    assert len(Methods) == len(list(Methods))
    assert Methods(spread) is member
    assert pickle.loads(pickle.dumps(member)) is member
    entry = method_dispatch[member]
    made = entry["func"](da.from_array(ramp((8, 8)), chunks=3), output_shape=(4, 4), **entry["kwargs"])
    assert (made.compute() == 9).all()


def test_an_unknown_method_is_no_member() -> None:
    with pytest.raises(ValueError, match="laplacian"):
        Methods("laplacian")
    with pytest.raises(KeyError):
        method_dispatch["resize"]


@pytest.mark.parametrize("method", list(Methods.__members__.values()), ids=lambda method: method.value)
def test_every_method_has_a_function_that_makes_a_level(method: Methods) -> None:
    entry = method_dispatch[method]
    assert set(entry) == {"func", "kwargs", "used_function", "version"}
    made = entry["func"](da.from_array(noise((17, 16)), chunks=5), output_shape=(8, 8), **entry["kwargs"])
    assert (made.shape, made.dtype) == ((8, 8), np.dtype("uint16"))
    assert same(made, _build_pyramid(noise((17, 16)), [2], "yx", method)[1])


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    chunks=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    part=st.tuples(st.floats(0.1, 1), st.floats(0.1, 1)),
    function=st.sampled_from([resize, zoom]),
)
def test_how_an_array_is_cut_does_not_change_a_bit(shape: tuple, chunks: tuple, part: tuple, function: object) -> None:
    pixels = noise(shape, "float32")
    output = tuple(max(1, int(n * p)) for n, p in zip(shape, part, strict=True))
    cut, whole = da.from_array(pixels, chunks=chunks), da.from_array(pixels, chunks=-1)
    assert same(function(cut, output, **GAUSSIAN), function(whole, output, **GAUSSIAN))


def test_resize_is_that_of_scikit_image_on_the_whole_array() -> None:
    pixels = noise((53, 71), "float64")
    made = resize(da.from_array(pixels, chunks=(9, 13)), (20, 33), **GAUSSIAN).compute()
    assert np.allclose(made, whole_resize(pixels, (20, 33), **GAUSSIAN), atol=1e-9)


def test_zoom_is_that_of_scipy_on_the_whole_array() -> None:
    pixels = noise((53, 71), "float64")
    made = zoom(da.from_array(pixels, chunks=(9, 13)), (20, 33)).compute()
    judge = whole_zoom(pixels, (20 / 53, 33 / 71), order=1, grid_mode=True, mode="nearest")
    assert np.allclose(made, judge, atol=1e-9)


def test_local_mean_is_the_mean_of_whole_windows() -> None:
    pixels = noise((9, 12), "float64")
    made = local_mean(da.from_array(pixels, chunks=(2, 5)), (3, 4)).compute()
    assert np.allclose(made, pixels.reshape(3, 3, 4, 3).mean(axis=(1, 3)))


@pytest.mark.parametrize("options", OTHERS, ids=str)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_other_ways_to_resize_are_those_of_scikit_image(options: dict, dtype: str) -> None:
    pixels = noise((6, 24, 31), dtype)[:, :20]
    made = resize(da.from_array(pixels[0], chunks=(7, 5)), (10, 12), preserve_range=True, **options).compute()
    judge = whole_resize(pixels[0], (10, 12), preserve_range=True, **options)
    assert np.abs(made - np.clip(judge, 0, 255)).max() <= {"uint8": 0.5001, "float32": 1e-3}[dtype]


@pytest.mark.parametrize("options", OTHERS[:3], ids=str)
def test_other_ways_to_resize_do_not_depend_on_chunks(options: dict) -> None:
    pixels = noise((6, 24, 31))
    results = [resize(da.from_array(pixels, chunks=c), (6, 10, 12), **options) for c in ((1, 7, 5), (6, 24, 31))]
    assert same(*results)


@pytest.mark.parametrize("dtype", ["uint64", "int64"])
def test_values_of_64_bits_stay_exact_without_interpolation(dtype: str) -> None:
    labels = noise((8, 8), dtype) + np.iinfo(dtype).max // 2
    made = resize(da.from_array(labels, chunks=3), (4, 4), order=0, anti_aliasing=False).compute()
    assert np.array_equal(made, labels[1::2, 1::2])


def test_the_range_of_integers_is_always_kept() -> None:
    made = resize(da.full((8, 8), 100, dtype="uint16", chunks=4), (4, 4)).compute()
    assert (made == 100).all()


def test_an_array_can_be_made_larger() -> None:
    pixels = noise((8, 8), "float64")
    made = resize(da.from_array(pixels, chunks=4), (16, 16), order=1).compute()
    assert np.allclose(made, whole_resize(pixels, (16, 16), order=1, preserve_range=True))
    assert zoom(da.from_array(pixels, chunks=4), (16, 16)).shape == (16, 16)


def test_parameters_of_resize_have_an_order() -> None:
    pixels = da.from_array(noise((8, 8)), chunks=4)
    assert same(resize(pixels, (4, 4), 0), resize(pixels, (4, 4), order=0))


@pytest.mark.parametrize(("shape", "options"), [((4,), {}), ((4, 0), {}), ((4, 4), {"sharpen": True})])
def test_wrong_parameters_of_resize_are_refused(shape: tuple, options: dict) -> None:
    with pytest.raises(ValueError, match="give"):
        resize(da.from_array(noise((8, 8)), chunks=4), shape, **options)


def test_a_fractional_mean_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match="use resize"):
        local_mean(da.from_array(noise((64, 64))), (20, 20))


def test_the_first_pixel_of_every_window() -> None:
    pixels = noise((9, 12))
    made = downscale_nearest(da.from_array(pixels, chunks=(2, 5)), (3, 4))
    assert same(made, pixels[::3, ::4])


@pytest.mark.parametrize("factors", [(2,), (2.5, 2), (100, 2), (0, 2)])
def test_wrong_factors_are_refused(factors: tuple) -> None:
    with pytest.raises(ValueError, match="give"):
        downscale_nearest(da.from_array(noise((8, 8))), factors)


def test_the_levels_of_a_pyramid_are_lazy_and_those_that_are_written(tmp_path: Path) -> None:
    pixels = noise((40, 41))
    for name in ("resize", "local_mean", "mode"):
        ome_zarr.write(pixels, tmp_path / name, axes="yx", scale_factors=[2, 4], method=name)
        written = levels(zarr.open_group(tmp_path / name))
        made = _build_pyramid(da.from_array(pixels, chunks=7), [2, 4], ("y", "x"), name)
        assert all(np.array_equal(*pair) for pair in zip(dask.compute(*made), written, strict=True))


@pytest.mark.filterwarnings("ignore:Scaler is deprecated:DeprecationWarning")
class TestScaler:
    """The deprecated class."""

    @pytest.mark.parametrize("name", ["nearest", "local_mean", "zoom"])
    def test_planes_are_downsampled(self, name: str) -> None:
        pyramid = Scaler(max_layer=2, method=name).func(noise((3, 5, 16, 16)))
        assert [type(level) for level in pyramid] == [np.ndarray] * 3
        assert [level.shape for level in pyramid] == [(3, 5, 16, 16), (3, 5, 8, 8), (3, 5, 4, 4)]

    @pytest.mark.parametrize("name", ["gaussian", "laplacian"])
    def test_pyramids_of_scikit_image(self, name: str) -> None:
        pyramid = Scaler(max_layer=2, method=name).func(noise((16, 16)))
        assert [(level.shape, level.dtype.name) for level in pyramid] == [
            ((16, 16), "uint16"),
            ((8, 8), "uint16"),
            ((4, 4), "uint16"),
        ]

    def test_a_dask_array_stays_one(self) -> None:
        pyramid = Scaler(max_layer=1).nearest(da.from_array(noise((16, 16)), chunks=5))
        assert [type(level) for level in pyramid] == [da.Array] * 2
        assert isinstance(Scaler().resize_image(pyramid[0]), da.Array)

    def test_the_downscale_is_used(self) -> None:
        assert Scaler(downscale=4).resize_image(noise((16, 16))).shape == (4, 4)
        assert Scaler(downscale=3, max_layer=1).nearest(noise((16, 16)))[1].shape == (5, 5)

    def test_an_unknown_method_is_refused(self) -> None:
        with pytest.raises(ValueError, match="'foo'"):
            _ = Scaler(method="foo").func

    @pytest.mark.parametrize("method", list(Scaler.methods()))
    def test_an_array_becomes_an_image(self, method: str, tmp_path: Path) -> None:
        array = zarr.create_array(tmp_path / "array.zarr", data=noise((3, 32, 32)))
        array.attrs["mine"] = 1
        scaler = Scaler(method=method, max_layer=1, copy_metadata=True)
        scaler.scale(str(tmp_path / "array.zarr"), str(tmp_path / "image.zarr"))
        image = ome_zarr.open(tmp_path / "image.zarr")
        assert (len(image), image.axes.names) == (2, ("z", "y", "x"))
        assert image.group.attrs["mine"] == 1
        assert ome_zarr.verify(tmp_path / "image.zarr").findings == ()

    def test_labels_are_checked(self, tmp_path: Path) -> None:
        zarr.create_array(tmp_path / "array.zarr", data=np.array([[0, 200], [0, 200]] * 8, "uint8"))
        scaler = Scaler(method="local_mean", max_layer=1, labeled=True)
        with pytest.raises(ValueError, match="level 0 does not have"):
            scaler.scale(str(tmp_path / "array.zarr"), str(tmp_path / "image.zarr"))
        assert not (tmp_path / "image.zarr").exists()

    def test_in_place_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="in_place"):
            Scaler(in_place=True).scale(str(tmp_path / "a"), str(tmp_path / "b"))


def test_a_scaler_warns_at_the_callers_line() -> None:
    with pytest.warns(DeprecationWarning, match="Scaler is deprecated") as caught:
        Scaler()
    assert caught[0].filename == __file__
