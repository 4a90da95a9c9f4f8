"""`docs/compat.md` tells the truth: every row names a test that is there; and rows that no other test proves."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from tests.compat.groups import document, new_group, noise, ramp, translations

from ome_zarr.scale import Scaler
from ome_zarr.writer import write_image, write_labels

TESTS_FOLDER = Path(__file__).parents[1]
MODULES = sorted(TESTS_FOLDER.rglob("test_*.py"))
LEDGER = TESTS_FOLDER.parent / "docs" / "compat.md"
ROWS = [line for line in LEDGER.read_text("utf-8").splitlines() if line.startswith("| ") and "---" not in line]
TESTS = re.findall(r"`((?:\w+/)*test_\w+\.py(?:::\w+)+)`", LEDGER.read_text("utf-8"))
HEADS = [row for row in ROWS if row.startswith("| what |")]


def modules_of(test: str) -> list[Path]:
    """The modules that a row may mean: a name, with as many of its folders as are needed to tell it from others."""
    return [module for module in MODULES if module.as_posix().endswith("/" + test.partition("::")[0])]


def names_in(module: Path) -> set[str]:
    """The tests of a module, by their place in it."""
    tree = ast.parse(module.read_text("utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return functions | {
        f"{owner.name}::{node.name}" for owner in classes for node in owner.body if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("test", sorted(set(TESTS)))
def test_the_test_of_a_row_is_there(test: str) -> None:
    assert any(test.partition("::")[2] in names_in(module) for module in modules_of(test))


def test_every_row_names_its_test_or_something_that_is_gone() -> None:
    gone = [row for row in ROWS if "| gone |" in row]
    assert len(TESTS) == len(ROWS) - len(HEADS) - len(gone)


def test_every_row_has_five_columns() -> None:
    assert {row.count("|") for row in ROWS} == {6}


def test_abbreviated_units_are_spelled_out(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(ramp((8, 8)), group, axes="yx", scale_factors=[], axes_units={"y": "um"})
    assert document(group)["multiscales"][0]["axes"][0]["unit"] == "micrometer"


def test_a_translation_of_zeros_is_left_out(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(ramp((8, 8)), group, axes="yx", scale_factors=[2])
    assert translations(group) == [None, [0.5, 0.5]]


def test_the_default_compression_is_chosen_by_content(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[])
    write_labels(noise((8, 8)), group, "cells", axes="yx", scale_factors=[])
    names = [group[path].compressors[0].to_dict()["name"] for path in ("s0", "labels/cells/s0")]
    assert names == ["blosc", "zstd"]


def test_chunks_are_no_larger_than_their_level(tmp_path: Path) -> None:
    group = new_group(tmp_path)
    write_image(noise((8, 8)), group, axes="yx", scale_factors=[2], storage_options={"chunks": 100})
    assert [group[path].chunks for path in ("s0", "s1")] == [(8, 8), (4, 4)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_unknown_method_of_a_scaler_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'foo'"):
        write_image(np.zeros((8, 8)), new_group(tmp_path), axes="yx", scaler=Scaler(method="foo", max_layer=1))
