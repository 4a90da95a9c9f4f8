"""Reads, writes and bytes of every scenario are those of the committed table: speed that no noise can hide.

A change that alters them is looked at, and the table written anew: ``python -m tests.opcounts.scenarios``.
"""

import json

import pytest
from tests.opcounts.scenarios import SCENARIOS, TABLE, measure

EXPECTED = json.loads(TABLE.read_text(encoding="utf-8"))


def test_the_table_has_every_scenario():
    assert list(EXPECTED) == list(SCENARIOS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_counts_are_those_of_the_table(name):
    assert measure(name) == EXPECTED[name]


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_done_is_what_was_planned(name):
    planned, counted = EXPECTED[name]["planned"], EXPECTED[name]["counted"]
    assert counted["source_bytes_decoded"] == planned["bytes_read"]
    assert counted["chunk_sets"] == planned["objects"]


@pytest.mark.parametrize("name", [name for name, wishes in SCENARIOS.items() if "shards" not in wishes])
def test_bytes_handed_to_the_store_are_those_planned(name):
    assert EXPECTED[name]["counted"]["chunk_bytes_set"] == EXPECTED[name]["planned"]["bytes_written"]


@pytest.mark.parametrize("name", [name for name, counts in EXPECTED.items() if counts["planned"]["source_reads"] == 1])
def test_a_source_that_is_read_once_gives_every_pixel_once(name):
    counted = EXPECTED[name]["counted"]
    assert counted["source_bytes"] == counted["source_bytes_decoded"]


@pytest.mark.parametrize("name", [name for name, counts in EXPECTED.items() if len(counts["planned"]["walks"]) == 1])
def test_a_single_sweep_reads_nothing_back(name):
    assert EXPECTED[name]["counted"]["chunk_gets"] == 0


def test_the_table_has_sweeps_in_all_orders_and_boxes():
    walks = {walk for counts in EXPECTED.values() for walk in counts["planned"]["walks"]}
    assert walks == {"sweep raster", "sweep lengthwise", "sweep nested", "boxes raster"}
