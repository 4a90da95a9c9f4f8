"""Emptiness is a matter of bits."""

import numpy as np
import pytest

from ome_zarr.chunks.emptiness import is_filled


@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "int16", "float16", "float32", "uint64", "float64", "complex64", "complex128"]
)
@pytest.mark.parametrize("shape", [(), (1,), (7,), (300, 400), (1, 1, 5, 6), (0, 3)])
def test_constant_block_is_filled_with_its_value(dtype: str, shape: tuple[int, ...]) -> None:
    value = np.ones((), dtype)[()]
    assert is_filled(np.full(shape, value), value)


@pytest.mark.parametrize("at", [(0, 0), (299, 399), (150, 3)])
@pytest.mark.parametrize("dtype", ["uint8", "float64", "complex128"])
def test_one_other_pixel_is_found_wherever_it_is(dtype: str, at: tuple[int, int]) -> None:
    block = np.zeros((300, 400), dtype)
    block[at] = 1
    zero = np.zeros((), dtype)[()]
    assert not is_filled(block, zero)
    assert not is_filled(block[::-1, ::-1].T, zero)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
def test_negative_zero_is_not_zero(dtype: str) -> None:
    zero = np.zeros((), dtype)[()]
    assert not is_filled(-np.zeros(5, dtype), zero)


def test_imaginary_part_counts() -> None:
    assert not is_filled(np.array([0, 1j]), np.complex128(0))


def test_nan_equals_itself() -> None:
    assert is_filled(np.full((3, 3), np.nan), np.float64(np.nan))
