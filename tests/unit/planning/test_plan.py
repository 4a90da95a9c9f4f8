"""Plans are frozen, printable and serialisable, and say what they cost."""

import json
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from tests.laws.budgets import least_budget
from tests.laws.budgets import plan as plan_quietly

import ome_zarr
from ome_zarr.errors import DocumentError
from ome_zarr.planning import passes
from ome_zarr.planning.explain import human_bytes, table
from ome_zarr.planning.plan import Plan
from ome_zarr.testing.strategies import pyramids

PIXELS = np.zeros((16, 256, 200), "u2")
WISHES = {
    "axes": "zyx",
    "scale_factors": [2, 4],
    "chunks": 32,
    "name": "cells",
    "memory_budget": "64 MiB",
    "workers": 2,
}


@given(pyramids())
def test_a_plan_survives_json(case):
    plan = plan_quietly(case.source(), axes=case.axes, **case.wishes)
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan
    assert again.digest == plan.digest
    assert again.order() == plan.order()


@pytest.mark.parametrize(
    "broken", [{"axes": 3}, {"method": "unheard_of"}, {"ladder": {}}, {"dtype": "apples"}], ids=str
)
def test_what_is_no_plan_is_refused(broken):
    document = {**ome_zarr.plan(PIXELS, **WISHES).to_json(), **broken}
    with pytest.raises(DocumentError, match=r"this is no plan: .*give what Plan.to_json returned"):
        Plan.from_json(document)


def test_an_empty_document_is_no_plan():
    with pytest.raises(DocumentError, match="'axes'"):
        Plan.from_json({})


def test_a_plan_is_frozen():
    with pytest.raises(FrozenInstanceError):
        ome_zarr.plan(PIXELS, **WISHES).workers = 3


@pytest.mark.parametrize("how", [{"workers": 1}, {"memory_budget": "1 MiB"}, {"workers": 4, "memory_budget": "8 MiB"}])
def test_the_digest_does_not_depend_on_how_the_work_is_done(how):
    assert ome_zarr.plan(PIXELS, **{**WISHES, **how}).digest == ome_zarr.plan(PIXELS, **WISHES).digest


@pytest.mark.parametrize(
    "what",
    [
        {"scale_factors": [2]},
        {"method": "zoom"},
        {"edge": "partial"},
        {"chunks": 16},
        {"compressors": None},
        {"version": "0.4"},
        {"name": "nuclei"},
        {"scale": {"x": 2}},
        {"kind": "labels"},
    ],
    ids=str,
)
def test_the_digest_depends_on_all_that_is_stored(what):
    assert ome_zarr.plan(PIXELS, **{**WISHES, **what}).digest != ome_zarr.plan(PIXELS, **WISHES).digest


def test_a_plan_prints_as_a_table():
    lines = str(ome_zarr.plan(PIXELS, **WISHES)).splitlines()
    assert lines[0] == "OME-Zarr 0.5 image, axes zyx, uint16, method 'resize', edge 'trim'"
    rows = [line.split("  ") for line in lines[2:7]]
    assert rows[0][0] == "level"
    assert [line.split()[0] for line in lines[4:7]] == ["s0", "s1", "s2"]
    assert "16 × 256 × 200" in lines[4]
    assert "the source" in lines[4]
    assert "level 1" in lines[6]
    assert any(line.startswith("pass 1   s0, s1, s2: one sweep over the source in tiles of") for line in lines)
    assert any(line.startswith("reads    1.56 MiB: each source pixel once") for line in lines)
    assert any(line.startswith("memory ") and line.endswith("of 64.0 MiB") for line in lines)
    assert lines[-1].endswith("2 at once")


def test_a_plan_prints_what_a_small_budget_costs():
    pixels = np.zeros((60, 72), "u2")
    text = str(ome_zarr.plan(pixels, axes="yx", scale_factors=[2, 4], chunks=4, memory_budget=1_500, workers=1))
    assert "boxes of" in text
    assert "read back" in text


def test_carried_sums_are_said():
    assert "level 1 (carried)" in str(ome_zarr.plan(PIXELS, **{**WISHES, "method": "local_mean"}))
    assert "carried" not in str(ome_zarr.plan(PIXELS, **{**WISHES, "method": "local_mean", "scale_factors": [2, 3]}))


def test_what_a_level_is_made_from_depends_on_the_method():
    def bases(**wishes):
        return [level.base for level in ome_zarr.plan(PIXELS, **{**WISHES, **wishes}).levels]

    assert bases(method="resize") == [None, 0, 1]
    assert bases(method="nearest") == [None, 0, 0]
    assert bases(method="median") == [None, 0, 0]
    assert bases(method="local_mean") == [None, 0, 1]
    assert bases(method="local_mean", scale_factors=[2, 5]) == [None, 0, 0]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1024, "1.00 KiB"),
        (1536, "1.50 KiB"),
        (10 * 2**20, "10.0 MiB"),
        (5 * 2**40, "5.00 TiB"),
    ],
)
def test_bytes_for_people_have_three_digits_and_a_binary_unit(count, text):
    assert human_bytes(count) == text


def test_a_table_has_columns_as_wide_as_their_widest_cell():
    assert table([["a", "bb"], ["ccc", "d"]]) == "a    bb\n---  --\nccc  d"


@given(pyramids(clipped=False))
def test_the_cost_adds_up(case):
    plan = ome_zarr.plan(case.source(), axes=case.axes, **case.wishes)
    assert plan.cost.peak_bytes <= plan.budget_bytes
    assert plan.cost.source_reads >= 1
    assert plan.cost.bytes_read == plan.cost.source_reads * case.pixels.nbytes
    assert plan.cost.bytes_written >= plan.bytes_of_pixels
    assert plan.cost.objects >= len(plan.levels)


@pytest.mark.parametrize("chunks", [(96, 256, 256), (64, 64, 64)])
def test_tiles_are_not_tried_that_are_much_smaller_than_what_is_stored(monkeypatch, chunks):
    units = math.prod(-(-n // c) for n, c in zip((96, 512, 512), chunks, strict=True))

    def counted(work, sweep, levels, workers):
        assert math.prod(sweep.shape) <= 32 * units
        return best_order(work, sweep, levels, workers)

    best_order = passes._best_order
    monkeypatch.setattr(passes, "_best_order", counted)
    source = np.broadcast_to(np.uint16(0), (96, 512, 512))
    assert least_budget(source, axes="zyx", chunks=chunks) > 0
