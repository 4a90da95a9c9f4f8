"""Bytes that users say, and bytes that are there."""

import pytest

from ome_zarr.planning.memory import available_memory, default_budget, parse_bytes, usable_cpus


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        (1, 1),
        (512, 512),
        ("513", 513),
        ("512 MiB", 512 * 2**20),
        ("512MB", 512 * 10**6),
        ("1.5 GiB", 3 * 2**29),
        (" 2 k ", 2000),
        ("1tib", 2**40),
        ("7 B", 7),
    ],
)
def test_bytes_are_numbers_or_text_with_a_unit(wish, count):
    assert parse_bytes(wish) == count


def test_the_default_budget_is_a_part_of_what_is_there():
    assert 256 * 2**20 <= default_budget() <= 2 * 2**30
    assert available_memory() > 0
    assert usable_cpus() >= 1
