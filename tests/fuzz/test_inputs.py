"""Inputs are made from inputs in a way that can be repeated, and any bytes are an input."""

from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.mutation import mutated_bytes
from tests.fuzz.packing import pack, unpack

pytest.importorskip("resource", reason="the memory of an execution is measured as POSIX tells it")

from tests.fuzz.blind import variations
from tests.fuzz.registry import NAMES, target

KEYS = st.text(st.characters(codec="ascii"), max_size=40)


@given(st.dictionaries(KEYS, st.binary(max_size=300)))
def test_a_store_that_is_packed_and_unpacked_is_the_same(entries):
    assert unpack(pack(entries)) == entries


@given(st.binary(max_size=200))
def test_any_bytes_are_a_store(data):
    entries = unpack(data)
    assert unpack(pack(entries)) == entries


@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_any_bytes_can_be_changed(data, random):
    assert isinstance(mutated_bytes(data, random), bytes)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_inputs(name):
    chosen = target(name)
    first, second = (list(islice(variations(chosen, Random(5)), 50)) for _ in range(2))
    assert first == second
    assert len(set(first)) > 30
