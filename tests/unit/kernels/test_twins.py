"""The compiled kernels give the bits of their definitions."""

import re
import sys
import threading
import time
from collections.abc import Iterator

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.kernels import reference
from ome_zarr.kernels.rows import Rows, gaussian_linear_rows, linear_rows

compiled = pytest.importorskip("ome_zarr.kernels._compiled", reason="the compiled kernels were not built")

UNSIGNED = ("u1", "u2", "u4", "u8")
SIGNED = ("i1", "i2", "i4", "i8")
WHOLES = UNSIGNED + SIGNED
REALS = ("f4", "f8")
PIXELS = WHOLES + REALS
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-45, 3e38, -3e38, float("inf"), float("-inf"), float("nan"))

SUMS = [(p, "u4") for p in UNSIGNED] + [(p, "u8") for p in UNSIGNED]
SUMS += [(p, "i4") for p in SIGNED] + [(p, "i8") for p in SIGNED] + [(p, "f8") for p in PIXELS]


def assert_same_bits(mine: np.ndarray, law: np.ndarray) -> None:
    """Equal dtype, shape and bytes, but for what kind of NaN a NaN is."""
    assert mine.dtype == law.dtype
    assert mine.shape == law.shape
    assert mine.flags.c_contiguous
    nan = np.isnan(law)
    assert np.array_equal(np.isnan(mine), nan)
    assert np.where(nan, 0, mine).tobytes() == np.where(nan, 0, law).tobytes()


def pixels(dtype: str, shape: tuple[int, ...], seed: int, variety: int) -> np.ndarray:
    """Pixels of `variety` values, extreme ones among them."""
    random = np.random.default_rng(seed)
    values = {
        "f": lambda: np.concatenate([random.normal(0, 1e4, variety), SPECIAL]),
        "u": lambda: random.integers(0, np.iinfo(dtype).max, variety, dtype, endpoint=True),
        "i": lambda: random.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, variety, dtype, endpoint=True),
    }[np.dtype(dtype).kind]()
    values[: variety // 3] = 0
    return random.choice(values, shape).astype(dtype)


@st.composite
def windows(draw: st.DrawFn, dtypes: tuple[str, ...]) -> tuple[np.ndarray, tuple[int, ...]]:
    """A block of whole windows, and the window."""
    axes = draw(st.integers(1, 5))
    window = tuple(draw(st.integers(1, most)) for most in [(40,), (9, 9), (4, 4, 5), (3,) * 4, (2,) * 5][axes - 1])
    counts = tuple(draw(st.integers(1, most)) for most in [(300,), (9, 40), (3, 4, 12), (3,) * 4, (3,) * 5][axes - 1])
    shape = tuple(n * w for n, w in zip(counts, window, strict=True))
    seed, variety = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([1, 3, 9, 1000]))
    return pixels(draw(st.sampled_from(dtypes)), shape, seed, variety), window


@st.composite
def tables(draw: st.DrawFn, extent: int) -> Rows:
    """Weights of one kind or another for an axis of `extent` pixels."""
    size = draw(st.integers(1, extent))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)

    def sparse() -> Rows:
        dense = random.normal(size=(size, extent)) * (random.random((size, extent)) < 0.3)
        dense[:, random.integers(extent)] = 1
        return Rows.from_dense(dense)

    def even() -> Rows:
        step = max(1, (extent - 1) // size)
        taps = random.integers(1, extent - step * (size - 1), endpoint=True)
        return Rows.from_taps([step * j for j in range(size)], random.normal(size=(size, taps)).tolist())

    make = draw(
        st.sampled_from([lambda: gaussian_linear_rows(extent, size), lambda: linear_rows(extent, size), sparse, even])
    )
    return make()


@given(st.data())
def test_weighted_sums_are_those_of_the_definition(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=40).filter(lambda s: np.prod(s) < 40_000))
    axis = data.draw(st.integers(0, len(shape) - 1))
    block = pixels(data.draw(st.sampled_from(PIXELS)), shape, data.draw(st.integers(0, 2**32 - 1)), 1000)
    rows, dtype = data.draw(tables(shape[axis])), data.draw(st.sampled_from(REALS))
    with np.errstate(all="ignore"):
        law = reference.weigh(block, axis, rows, dtype)
    assert_same_bits(compiled.weigh(block, axis, rows, dtype), law)


@pytest.mark.parametrize("shape", [(6, 3000), (3000, 6), (2999, 3), (4500, 1), (4501,), (3, 2500, 16)])
@pytest.mark.parametrize("factor", [2, 2.01, 3, 1.5, 7, 40])
@pytest.mark.parametrize("dtype", ["u1", "u2", "f8"])
def test_weighted_sums_of_long_axes_are_those_of_the_definition(
    shape: tuple[int, ...], factor: float, dtype: str
) -> None:
    axis = int(np.argmax(shape))
    block = pixels(dtype, shape, 0, 1000)
    for make in (gaussian_linear_rows, linear_rows):
        rows = make(shape[axis], int(shape[axis] / factor))
        with np.errstate(all="ignore"):
            law = reference.weigh(block, axis, rows, np.float32)
        assert_same_bits(compiled.weigh(block, axis, rows, np.float32), law)


@given(windows(PIXELS), st.data())
def test_sums_of_windows_are_those_of_the_definition(drawn: tuple[np.ndarray, tuple[int, ...]], data: st.DataObject):
    block, window = drawn
    dtype = data.draw(st.sampled_from([s for p, s in SUMS if np.dtype(p) == block.dtype]))
    with np.errstate(all="ignore"):
        law = reference.window_sum(block, window, dtype)
    assert_same_bits(compiled.window_sum(block, window, dtype), law)


@st.composite
def views(draw: st.DrawFn) -> tuple[np.ndarray, tuple[int, ...]]:
    """Whole windows as a view of a larger block: its rows lie apart, backwards, or hold every other pixel."""
    block, window = draw(windows(PIXELS))
    wider = np.zeros([n + draw(st.integers(0, 3)) for n in block.shape], block.dtype)
    inside = wider[tuple(slice(w - n, None) for w, n in zip(wider.shape, block.shape, strict=True))]
    stepped = np.zeros((*block.shape[:-1], 2 * block.shape[-1]), block.dtype)[..., ::2]
    view = draw(st.sampled_from([inside, inside[::-1], stepped, np.zeros(block.shape[::-1], block.dtype).T]))
    view[...] = block
    return view, window


@pytest.mark.parametrize("name", ["window_min", "window_max", "window_median"])
@given(drawn=views())
def test_windows_of_a_view_are_those_of_a_copy(name: str, drawn: tuple[np.ndarray, tuple[int, ...]]) -> None:
    view, window = drawn
    kernel = getattr(compiled, name)
    assert_same_bits(kernel(view, window), kernel(view.copy(), window))


@given(views())
def test_sums_of_windows_of_a_view_are_those_of_a_copy(drawn: tuple[np.ndarray, tuple[int, ...]]) -> None:
    view, window = drawn
    with np.errstate(all="ignore"):
        assert_same_bits(compiled.window_sum(view, window, "f8"), compiled.window_sum(view.copy(), window, "f8"))


@given(
    st.sampled_from(["u4", "i4", "u8", "i8", "f8"]),
    st.sampled_from([*PIXELS, "?"]),
    st.sampled_from([1, 2, 3, 4, 7, 8, 9, 27, 64, 1000, 2**20]),
    st.integers(0, 2**32 - 1),
)
def test_means_of_sums_are_those_of_the_definition(sums: str, dtype: str, count: int, seed: int) -> None:
    values = pixels({"f8": "f4"}.get(sums, sums), (5, 41), seed, 50).astype(sums)
    with np.errstate(all="ignore"):
        law = reference.mean_of_sums(values, count, dtype)
        assert_same_bits(compiled.mean_of_sums(values, count, dtype), law)


@given(windows(("u8", "i8")))
def test_means_of_64_bit_integers_are_those_of_the_definition(
    drawn: tuple[np.ndarray, tuple[int, ...]],
) -> None:
    assert_same_bits(compiled.window_mean64(*drawn), reference.window_mean64(*drawn))


@pytest.mark.parametrize("name", ["window_min", "window_max", "window_median"])
@given(drawn=windows(PIXELS))
def test_ordered_pixels_of_windows_are_those_of_the_definition(
    name: str, drawn: tuple[np.ndarray, tuple[int, ...]]
) -> None:
    with np.errstate(all="ignore"):
        law = getattr(reference, name)(*drawn)
    assert_same_bits(getattr(compiled, name)(*drawn), law)


@given(windows(WHOLES))
def test_modes_of_windows_are_those_of_the_definition(drawn: tuple[np.ndarray, tuple[int, ...]]) -> None:
    assert_same_bits(compiled.window_mode(*drawn), reference.window_mode(*drawn))


@pytest.mark.parametrize("dtype", PIXELS)
def test_windows_longer_than_a_tile_are_those_of_the_definition(dtype: str) -> None:
    block, window = pixels(dtype, (2, 9000), 1, 4), (2, 3000)
    with np.errstate(all="ignore"):
        for name in ("window_min", "window_max", "window_median"):
            assert_same_bits(getattr(compiled, name)(block, window), getattr(reference, name)(block, window))
        assert_same_bits(compiled.window_sum(block, window, "f8"), reference.window_sum(block, window, "f8"))


@pytest.mark.parametrize("variety", [4, 20, 1000])
@pytest.mark.parametrize(("shape", "window"), [((2, 9000), (2, 3000)), ((16, 32, 32), (8, 8, 8))])
@pytest.mark.parametrize("dtype", WHOLES)
def test_modes_of_large_windows_are_those_of_the_definition(
    dtype: str, shape: tuple[int, ...], window: tuple[int, ...], variety: int
) -> None:
    block = pixels(dtype, shape, 1, variety)
    assert_same_bits(compiled.window_mode(block, window), reference.window_mode(block, window))


@given(
    hnp.arrays(st.sampled_from(REALS), hnp.array_shapes(max_dims=3), elements=st.floats(width=32)),
    st.sampled_from([*PIXELS, "f2"]),
)
def test_rounded_floats_are_those_of_the_definition(values: np.ndarray, dtype: str) -> None:
    with np.errstate(all="ignore"):
        assert_same_bits(compiled.round_to(values, dtype), reference.round_to(values, dtype))


@pytest.mark.parametrize("source", REALS)
@pytest.mark.parametrize("dtype", WHOLES)
def test_halves_and_the_ends_of_the_range_are_rounded_as_defined(source: str, dtype: str) -> None:
    range_ = np.iinfo(dtype)
    whole = np.concatenate([[range_.min, range_.max, -(2.0**53), 2.0**53], np.arange(-70_000, 70_000)])
    values = (whole[:, None] + [-0.5, -1e-3, 0, 1e-3, 0.5]).astype(source)
    assert_same_bits(compiled.round_to(values, dtype), reference.round_to(values, dtype))


@pytest.mark.parametrize("dtype", PIXELS)
def test_integers_that_were_never_weighed_are_rounded_as_defined(dtype: str) -> None:
    values = pixels("u1", (3, 5), 0, 99).astype("u2")
    assert_same_bits(compiled.round_to(values, dtype), reference.round_to(values, dtype))


@pytest.mark.parametrize("shape", [(0, 4, 4), (4, 0, 4), (4, 4, 0)])
def test_empty_blocks_give_empty_results(shape: tuple[int, ...]) -> None:
    block, window = np.zeros(shape, "u2"), (2, 2, 2)
    for twin in (compiled, reference):
        assert twin.window_sum(block, window, "u4").size == 0
        assert twin.window_mean64(block.astype("u8"), window).size == 0
        assert twin.window_min(block, window).size == 0
        assert twin.window_max(block, window).size == 0
        assert twin.window_mode(block, window).size == 0
        assert twin.window_median(block, window).size == 0
        assert twin.mean_of_sums(block.astype("u4"), 8, "u2").shape == shape
        assert twin.round_to(block.astype("f4"), "u2").shape == shape


@pytest.mark.parametrize("shape", [(0, 4, 4), (4, 4, 0)])
def test_empty_blocks_are_weighed_to_empty_results(shape: tuple[int, ...]) -> None:
    for twin in (compiled, reference):
        assert twin.weigh(np.zeros(shape, "u2"), 1, linear_rows(4, 2), "f4").shape == (shape[0], 2, shape[2])
        assert twin.weigh(np.zeros(shape, "u2"), 1, linear_rows(4, 2).part(1, 1, 0), "f4").shape == (
            shape[0],
            0,
            shape[2],
        )


@pytest.mark.parametrize("name", ["window_min", "window_max", "window_mode", "window_median"])
def test_blocks_with_gaps_are_read_as_what_they_show(name: str) -> None:
    block = pixels("u2", (12, 16), 3, 9)[::2, ::-1].T
    assert_same_bits(getattr(compiled, name)(block, (2, 3)), getattr(reference, name)(block, (2, 3)))


def test_read_only_blocks_are_read() -> None:
    block = pixels("u2", (12, 16), 3, 9)
    block.setflags(write=False)
    assert_same_bits(compiled.window_max(block, (2, 2)), reference.window_max(block, (2, 2)))


@pytest.mark.parametrize("dtype", ["?", "f2", ">u2", "c8", "U3"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("weigh", (0, linear_rows(4, 2), "f4")),
        ("window_sum", ((2, 2), "u4")),
        ("mean_of_sums", (4, "u2")),
        ("window_min", ((2, 2),)),
        ("window_max", ((2, 2),)),
        ("window_mode", ((2, 2),)),
        ("window_median", ((2, 2),)),
        ("window_mean64", ((2, 2),)),
    ],
)
def test_other_dtypes_are_refused_by_name(dtype: str, name: str, arguments: tuple[object, ...]) -> None:
    block = np.zeros((4, 4), dtype)
    with pytest.raises(TypeError, match=re.escape(repr(block.dtype))):
        getattr(compiled, name)(block, *arguments)


def test_floats_have_no_mode_and_no_integer_sums() -> None:
    with pytest.raises(TypeError, match="float32"):
        compiled.window_mode(np.zeros((4, 4), "f4"), (2, 2))
    with pytest.raises(TypeError, match="uint32"):
        compiled.window_sum(np.zeros((4, 4), "f4"), (2, 2), "u4")


@pytest.mark.parametrize("window", [(2, 3), (2,), (0, 2), (2, 2, 2), ()])
def test_blocks_that_do_not_hold_whole_windows_are_refused(window: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="whole windows"):
        compiled.window_min(np.zeros((4, 4), "u2"), window)


@pytest.mark.parametrize("origin", [-3, 3])
def test_weights_beyond_the_block_are_refused(origin: int) -> None:
    with pytest.raises(IndexError, match="with 4 along axis 0"):
        compiled.weigh(np.zeros((4, 4), "u2"), 0, linear_rows(4, 2).part(0, 2, origin), "f4")


@pytest.fixture
def no_forced_switches() -> Iterator[None]:
    """A thread runs only when the one that runs lets go."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("no_forced_switches")
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("weigh", (0, linear_rows(2, 1), "f4")),
        ("weigh", (1, linear_rows(100_000, 50_000), "f4")),
        ("round_to", ("u1",)),
        ("mean_of_sums", (8, "u1")),
        ("window_sum", ((2, 2), "f8")),
        ("window_min", ((2, 2),)),
        ("window_mode", ((2, 2),)),
        ("window_median", ((2, 2),)),
        ("window_mean64", ((2, 2),)),
    ],
)
def test_other_threads_run_while_a_kernel_runs(name: str, arguments: tuple[object, ...]) -> None:
    block = np.zeros((2, 100_000), {"round_to": "f4"}.get(name, "u8"))
    turns: list[None] = []
    done = threading.Event()

    def take_turns() -> None:
        while not done.is_set():
            turns.append(None)
            time.sleep(0)

    def turns_during_a_call() -> int:
        before = len(turns)
        getattr(compiled, name)(block, *arguments)
        return len(turns) - before

    other = threading.Thread(target=take_turns)
    other.start()
    try:
        assert any(turns_during_a_call() for _ in range(2000))
    finally:
        done.set()
        other.join()
