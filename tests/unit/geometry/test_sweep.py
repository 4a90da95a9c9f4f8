"""One walk over level 0 makes each pixel of each level once, from all that it needs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ome_zarr.geometry.region import Region
from ome_zarr.geometry.step import Support
from ome_zarr.geometry.sweep import Sweep


@st.composite
def supports(draw, extent):
    """Any support on a base of so many pixels: bounds that never fall, each pixel needing at least one."""
    size = draw(st.integers(1, extent))
    start = np.sort(draw(st.lists(st.integers(0, extent - 1), min_size=size, max_size=size)))
    reach = draw(st.lists(st.integers(1, 5), min_size=size, max_size=size))
    stop = np.maximum.accumulate(np.minimum(start + reach, extent))
    return Support(start.astype(np.int64), stop.astype(np.int64))


@st.composite
def sweeps(draw):
    """A sweep over a plane with up to three levels above, each made from any level below."""
    shape = (draw(st.integers(1, 24)), draw(st.integers(1, 24)))
    tile = tuple(draw(st.integers(1, n)) for n in shape)
    bases, needs, shapes = [], [], [shape]
    for level in range(1, draw(st.integers(1, 4))):
        base = draw(st.integers(0, level - 1))
        bases.append(base)
        needs.append([draw(supports(n)) for n in shapes[base]])
        shapes.append(tuple(len(support.start) for support in needs[-1]))
    return Sweep.plan(shape, tile, bases, needs), bases, needs, shapes


def needed(needs, region):
    pairs = [support.needs(a, b) for support, a, b in zip(needs, region.start, region.stop, strict=True)]
    return Region(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


@given(sweeps())
def test_every_pixel_of_every_level_is_made_by_one_tile(drawn):
    sweep, _, _, shapes = drawn
    for level, shape in enumerate(shapes):
        times = np.zeros(shape, int)
        for tile in sweep.raster():
            times[sweep.made(level, tile).slices] += 1
        assert (times == 1).all()


@given(sweeps())
def test_a_tile_holds_all_that_its_pixels_need(drawn):
    sweep, bases, needs, _ = drawn
    for tile in sweep.raster():
        for level, base in enumerate(bases, start=1):
            made = sweep.made(level, tile)
            assert made.size == 0 or sweep.held(base, tile).contains(needed(needs[level - 1], made))


@given(sweeps())
def test_slabs_and_own_pixels_are_what_a_tile_holds_each_once(drawn):
    sweep, _, _, shapes = drawn
    for tile in sweep.raster():
        for level, shape in enumerate(shapes):
            times = np.zeros(shape, int)
            times[sweep.made(level, tile).slices] += 1
            for axis, index in enumerate(tile):
                lower = [(*tile[:axis], index - 1, *tile[axis + 1 :])] * (index > 0)
                for neighbour in lower:
                    slab = sweep.handed_on(level, neighbour, axis)
                    assert sweep.held(level, neighbour).contains(slab)
                    times[slab.slices] += 1
            held = np.zeros(shape, int)
            held[sweep.held(level, tile).slices] = 1
            np.testing.assert_array_equal(times, held)


@given(sweeps(), st.data())
def test_the_nested_order_is_one_in_which_lower_neighbours_come_first(drawn, data):
    sweep, _, _, shapes = drawn
    units = [tuple(data.draw(st.integers(1, n)) for n in shape) for shape in shapes]
    assert_lower_neighbours_first(sweep, sweep.nested(units))


@given(sweeps())
def test_the_lengthwise_order_is_one_in_which_lower_neighbours_come_first(drawn):
    sweep, *_ = drawn
    assert_lower_neighbours_first(sweep, list(sweep.lengthwise()))


def assert_lower_neighbours_first(sweep, order):
    """All tiles, each once, each after its lower neighbours."""
    assert sorted(order) == list(sweep.raster())
    place = {tile: number for number, tile in enumerate(order)}
    for tile in order:
        for axis, index in enumerate(tile):
            assert index == 0 or place[(*tile[:axis], index - 1, *tile[axis + 1 :])] < place[tile]


def test_the_lengthwise_order_goes_along_the_longest_axis_that_changes():
    same, half = Support(np.arange(8), np.arange(1, 9)), Support(np.arange(0, 16, 2), np.arange(2, 18, 2))
    quarter = Support(np.arange(0, 4, 2), np.arange(2, 6, 2))
    sweep = Sweep.plan((8, 4, 16), (4, 2, 8), [0], [[same, quarter, half]])
    assert list(sweep.lengthwise())[:4] == [(0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1)]


def test_the_nested_order_takes_the_tiles_of_a_coarse_unit_together():
    half = Support(np.arange(0, 16, 2), np.arange(2, 18, 2))
    sweep = Sweep.plan((16, 16), (4, 4), [0], [[half, half]])
    assert sweep.nested([(4, 4), (4, 4)])[:4] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert list(sweep.raster())[:4] == [(0, 0), (0, 1), (0, 2), (0, 3)]
