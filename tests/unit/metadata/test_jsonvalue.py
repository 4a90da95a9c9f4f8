"""What JSON can hold, as plain Python objects."""

import json
from enum import IntEnum, StrEnum
from fractions import Fraction

import numpy as np
import pytest

from ome_zarr.errors import DocumentError, RecipeError
from ome_zarr.metadata.jsonvalue import MAX_DEPTH, plain, plain_float, plain_number, shown


class Method(StrEnum):
    MODE = "mode"


class Count(IntEnum):
    TWO = 2


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


def test_numpy_values_become_plain_python():
    value = {
        "i": np.int64(3),
        "f": np.float32(0.5),
        "b": np.bool_(True),
        "s": np.str_("a"),
        "a": np.arange(4, dtype="u2").reshape(2, 2),
        "o": np.array(["x", None], dtype=object),
        "zero_d": np.array(7),
        "t": (1, 2.5),
    }
    result = plain(value, "metadata")
    assert result == {
        "i": 3,
        "f": 0.5,
        "b": True,
        "s": "a",
        "a": [[0, 1], [2, 3]],
        "o": ["x", None],
        "zero_d": 7,
        "t": [1, 2.5],
    }
    assert json.loads(json.dumps(result)) == result


def test_enum_members_become_their_values():
    assert plain([Method.MODE, Count.TWO], "metadata") == ["mode", 2]
    assert [type(item) for item in plain([Method.MODE, Count.TWO], "metadata")] == [str, int]


def test_the_result_shares_nothing_mutable_with_the_value():
    value = {"a": [1]}
    result = plain(value, "metadata")
    result["a"].append(2)
    assert value == {"a": [1]}


@pytest.mark.parametrize(
    "value",
    [object(), b"bytes", {1, 2}, 1j, np.datetime64("2026-01-01"), np.array([1j]), np.array([b"x"]), print],
)
def test_what_json_cannot_hold_is_refused_with_its_place(value):
    with pytest.raises(RecipeError, match=r"^metadata/a/1 is .*JSON holds"):
        plain({"a": [0, value]}, "metadata")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("-inf"), np.array([np.nan])])
def test_numbers_that_are_not_finite_are_refused(value):
    with pytest.raises(RecipeError, match="finite"):
        plain({"a": value}, "metadata")


def test_a_key_that_is_no_text_is_refused():
    with pytest.raises(RecipeError, match="metadata has the key 1; keys in JSON are text: write '1'"):
        plain({1: "a"}, "metadata")


def test_the_class_of_the_error_can_be_chosen():
    with pytest.raises(DocumentError):
        plain(float("nan"), "/x", DocumentError)


def test_nesting_is_followed_to_a_limit():
    assert plain(nested(MAX_DEPTH), "metadata") == nested(MAX_DEPTH)
    with pytest.raises(RecipeError, match="nested deeper than 64 levels"):
        plain(nested(100_000), "metadata")


def test_a_value_that_contains_itself_is_refused():
    value = []
    value.extend([value, value])
    with pytest.raises(RecipeError, match="nested deeper"):
        plain(value, "metadata")


def test_integers_stay_integers_of_any_size():
    assert plain_number(np.uint64(2**64 - 1), "max") == 2**64 - 1
    assert type(plain_number(np.uint64(1), "max")) is int


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.array(2), np.int8(2), Fraction(2)])
def test_every_real_number_becomes_a_float(value):
    assert plain_float(value, "scale") == 2.0
    assert type(plain_float(value, "scale")) is float


@pytest.mark.parametrize("value", [True, np.bool_(False), "1", None, [1], np.array([1]), 1j])
@pytest.mark.parametrize("parse", [plain_float, plain_number])
def test_what_is_no_number_is_refused(parse, value):
    with pytest.raises(RecipeError, match=r"^scale/0 is .*must be a number"):
        parse(value, "scale/0")


def test_an_integer_too_large_for_a_float_is_refused_as_float():
    with pytest.raises(RecipeError, match="finite"):
        plain_float(10**400, "scale/0")


def test_any_value_can_be_shown_in_short():
    assert len(shown("a" * 10_000_000)) < 60
    assert len(shown(nested(100_000))) < 60
    assert len(shown(1 << 100_000)) < 200
