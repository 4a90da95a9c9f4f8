"""Places where no image may go: refused before anything is deleted or made, by everything that writes."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.faults.bad_inputs.snapshots import snapshot

import ome_zarr
from ome_zarr import writer
from ome_zarr.cli import main
from ome_zarr.errors import ExistsError, OmeZarrError, RecipeError, TargetError

PIXELS = np.zeros((16, 16), "u1")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, in a home; all below `tmp_path` must stay as it is."""
    home, work = tmp_path / "home", tmp_path / "home" / "work"
    work.mkdir(parents=True)
    for folder in (home, work):
        (folder / "canary.txt").write_text("tweet")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)
    np.save(work / "pixels.npy", PIXELS)
    return work


def nothing(work: Path) -> None:
    del work


def a_file(work: Path) -> None:
    (work / "target").write_text("mine")


def a_zip_that_is_none(work: Path) -> None:
    (work / "target.zip").write_text("mine")


def a_folder_of_files(work: Path) -> None:
    (work / "target").mkdir()
    (work / "target" / "thesis.txt").write_text("years of work")


def a_folder_of_images(work: Path) -> None:
    zarr.create_group(work / "target" / "a.zarr")


def a_file_called_zarr_json_in_a_folder_of_that_name(work: Path) -> None:
    (work / "target" / "zarr.json").mkdir(parents=True)
    (work / "target" / "thesis.txt").write_text("years of work")


def a_link_to_a_file(work: Path) -> None:
    a_file(work)
    (work / "link").symlink_to("target")


def a_link_to_an_image(work: Path) -> None:
    zarr.create_group(work / "target")
    (work / "link").symlink_to("target")


def a_link_to_files(work: Path) -> None:
    a_folder_of_files(work)
    (work / "link").symlink_to("target")


def a_link_to_here(work: Path) -> None:
    (work / "link").symlink_to(work)


def a_link_in_a_circle(work: Path) -> None:
    (work / "link").symlink_to("link")


def a_link_to_a_zip(work: Path) -> None:
    (work / "real.zip").write_bytes(b"PK\5\6" + bytes(18))
    (work / "link.zip").symlink_to("real.zip")


def a_pipe(work: Path) -> None:
    os.mkfifo(work / "target")


def a_socket(work: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("target")


def an_image_to_read_only(work: Path) -> None:
    zarr.create_group(work / "target")


CASES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "the empty path": ("", nothing, "no path"),
    "here": (".", nothing, "the working directory"),
    "here with a slash": ("./", nothing, "the working directory"),
    "here, the long way": ("../work", nothing, "the working directory"),
    "here, through what is not there": ("a/..", nothing, "the working directory"),
    "above": ("..", nothing, "home directory"),
    "far above": ("../..", nothing, "contains it"),
    "the root": ("/", nothing, "the root of the file system"),
    "the root, twice": ("//", nothing, "root|mount"),
    "home": ("~", nothing, "a home directory"),
    "home with a slash": ("~/", nothing, "a home directory"),
    "the home of nobody": ("~nobody-of-this-name/a.zarr", nothing, "names no home directory"),
    "a mount point": ("/proc", nothing, "mount point"),
    "shared memory": ("/dev/shm", nothing, "mount point"),
    "a device": ("/dev/null", nothing, "is a file"),
    "inside a device": ("/dev/null/a.zarr", nothing, "a.zarr|directory"),
    "a NUL": ("a\0b", nothing, "no path"),
    "half a character": ("\ud800.zarr", nothing, "no path"),
    "a name too long": (f"{'n' * 300}.zarr", nothing, "name"),
    "a name too long in bytes": (f"{'é' * 130}.zarr", nothing, "name"),
    "a path too long": ("/".join(["n" * 200] * 30), nothing, "name"),
    "a file": ("target", a_file, "is a file"),
    "a file with a slash": ("target/", a_file, "is a file"),
    "below a file": ("target/a.zarr", a_file, "target"),
    "a zip file that is none": ("target.zip", a_zip_that_is_none, "target.zip"),
    "a folder of other files": ("target", a_folder_of_files, "other files|no zarr metadata"),
    "a folder of other files with slashes": ("target///", a_folder_of_files, "other files|no zarr metadata"),
    "a folder of images": ("target", a_folder_of_images, "other files|no zarr metadata"),
    "a folder with a folder zarr.json": (
        "target",
        a_file_called_zarr_json_in_a_folder_of_that_name,
        "other files|no zarr metadata",
    ),
    "a link to a file": ("link", a_link_to_a_file, "is a file"),
    "a link to an image": ("link", a_link_to_an_image, "symbolic link|holds a zarr hierarchy"),
    "a link to other files": ("link", a_link_to_files, "symbolic link|other files"),
    "a link to here": ("link", a_link_to_here, "the working directory"),
    "a link in a circle": ("link", a_link_in_a_circle, "link"),
    "a link to a zip file": ("link.zip", a_link_to_a_zip, "symbolic link"),
    "a pipe": ("target", a_pipe, "is a file"),
    "a socket": ("target", a_socket, "is a file"),
    "a scheme that nobody reaches": ("gopher://host/a.zarr", nothing, "gopher"),
    "a drive in a URL": ("s3://", nothing, "s3://"),
}


JOINED = {"a link to an image"}
"""The doors write into a group that is there, beside what it holds, and delete nothing."""


def by_write(target: str, *, overwrite: bool) -> None:
    ome_zarr.write(PIXELS, target, axes="yx", overwrite=overwrite)


def by_write_image(target: str, *, overwrite: bool) -> None:
    writer.write_image(PIXELS, target, axes="yx", scale_factors=[2], storage_options={"overwrite": overwrite})


def by_write_multiscale(target: str, *, overwrite: bool) -> None:
    writer.write_multiscale([PIXELS], target, axes="yx", storage_options={"overwrite": overwrite})


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_a_dangerous_target_is_refused_and_nothing_is_touched(name, overwrite, here, tmp_path):
    target, prepare, message = CASES[name]
    prepare(here)
    before = snapshot(tmp_path)
    with pytest.raises((TargetError, RecipeError, ExistsError), match=message):
        by_write(target, overwrite=overwrite)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("door", [by_write_image, by_write_multiscale])
@pytest.mark.parametrize("name", [name for name in CASES if name not in JOINED])
def test_the_doors_touch_nothing_there_either(name, door, overwrite, here, tmp_path):
    target, prepare, _ = CASES[name]
    prepare(here)
    before = snapshot(tmp_path)
    with pytest.raises(OmeZarrError):
        door(target, overwrite=overwrite)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("overwrite", [[], ["--overwrite"]])
@pytest.mark.parametrize("name", CASES)
def test_the_command_line_says_it_in_one_line(name, overwrite, here, tmp_path, capsys):
    target, prepare, _ = CASES[name]
    prepare(here)
    before = snapshot(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["convert", "pixels.npy", target, "--axes", "yx", "--quiet", *overwrite])
    assert ended.value.code in (1, 2)
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert told.count("\n") == 1
    assert snapshot(tmp_path) == before
