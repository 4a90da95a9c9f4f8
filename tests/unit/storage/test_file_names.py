"""Names that file systems do not take."""

from pathlib import Path

import pytest

from ome_zarr.storage.file_names import alike, folds_case, windows_name_fault

DEVICES = ["CON", "con", "Nul.txt", "aux .zarr", "COM1", "lpt9.tiles.0", "COM²", "CONIN$"]
CHARACTERS = ["a:b", "a?", "*", "<", ">", "|", '"', "a\\b", "tab\t", "\0"]


@pytest.mark.parametrize("name", [*DEVICES, *CHARACTERS, "a.", "a ", ".."])
def test_what_windows_does_not_take_is_named_wherever_it_is_in_a_path(name):
    for path in (name, f"labels/{name}", f"{name}/s0", f"labels/{name}/c/0"):
        assert repr(name) in windows_name_fault(path)


@pytest.mark.parametrize(
    "path",
    ["zarr.json", ".zattrs", "s0/c/0/0", "0/0.1", "Console", "icon", "COM", "COM10", "nul-cells", "ß/日本", "a b"],
)
def test_what_windows_takes_is_no_fault(path):
    assert windows_name_fault(path) is None


def test_names_that_differ_in_case_alone_are_alike_and_so_are_their_folders():
    paths = ["labels/cells", "Labels/other", "labels/CELLS", "labels/nuclei", "STRASSE", "straße", "labels/cells"]
    assert list(alike(paths)) == [("labels", "Labels"), ("labels/cells", "labels/CELLS"), ("STRASSE", "straße")]


@pytest.mark.parametrize("name", ["cells", "0"])
def test_a_folder_tells_whether_case_matters(tmp_path: Path, name):
    (tmp_path / name).mkdir()
    assert not folds_case(tmp_path / name)
    (tmp_path / "CELLS").mkdir()
    assert not folds_case(tmp_path / name)


def test_where_case_does_not_matter_the_other_name_is_the_same_folder(tmp_path: Path):
    (tmp_path / "cells").mkdir()
    (tmp_path / "CELLS").symlink_to(tmp_path / "cells")  # as such a file system looks
    assert folds_case(tmp_path / "cells")
