"""What the commands do that ome-zarr-py has too."""

import logging
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import zarr
from tests.unit.api.stored import files, image

import ome_zarr
import ome_zarr.cli
from ome_zarr.cli import config_logging, main
from ome_zarr.viewer.files import FileServer

PIXELS = np.random.default_rng(1).integers(0, 4000, (90, 81)).astype("uint16")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with an array."""
    monkeypatch.chdir(tmp_path)
    zarr.create_array("old.zarr", data=PIXELS, chunks=(40, 30), attributes={"mine": 1, "ome": "not"})
    return tmp_path


@pytest.mark.parametrize("method", ["coins", "astronaut"])
@pytest.mark.parametrize("version", ["0.4", "0.5", "0.6"])
def test_create_writes_photographs_in_every_version(method: str, version: str, tmp_path: Path) -> None:
    main(["create", str(tmp_path / "a.zarr"), "--method", method, "--format", version, "-q"])
    written = ome_zarr.open(tmp_path / "a.zarr")
    names = {"coins": "coins", "astronaut": "astronaut_labels"}
    assert (written.version, written.name, list(written.labels)) == (version, method, [names[method]])


def test_create_makes_coins_by_default_and_replaces_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = str(tmp_path / "a.zarr")
    main(["create", path])
    assert "image" in capsys.readouterr().out
    before = files(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main(["create", path])
    assert files(tmp_path) == before
    main(["create", path, "--format", "0.4", "--overwrite"])
    assert ome_zarr.open(path).version == "0.4"


def test_scale_makes_an_image_of_an_array(here: Path, capsys: pytest.CaptureFixture) -> None:
    main(["scale", "old.zarr", "new.zarr", "yx"])
    ome_zarr.write(PIXELS, "same.zarr", axes="yx", scale_factors=[2, 4, 8, 16], name="new", chunks=(40, 30))
    made = ome_zarr.open("new.zarr")
    assert [level.path for level in made] == ["s0", "s1", "s2", "s3", "s4"]
    assert made[0].chunks == (40, 30)
    assert all(np.array_equal(a, b) for a, b in zip(made, ome_zarr.open("same.zarr"), strict=True))
    assert capsys.readouterr().out == ""


def test_scale_uses_every_option(here: Path, capsys: pytest.CaptureFixture) -> None:
    options = ["--method", "local_mean", "--downscale", "3", "--max_layer", "2", "--copy-metadata"]
    main(["scale", "old.zarr", "new.zarr", "yx", *options])
    made = ome_zarr.open("new.zarr")
    assert [level.shape for level in made] == [(90, 81), (30, 27), (10, 9)]
    assert np.array_equal(made[1], np.rint(PIXELS.reshape(30, 3, 27, 3).mean((1, 3))))
    assert made.attributes["mine"] == 1
    assert made.version == "0.5"  # the array's own "ome" does not replace the image's
    assert capsys.readouterr().out == "copying attribute keys: ['mine', 'ome']\n"


@pytest.mark.parametrize(("zarr_format", "version"), [(2, "0.4"), (3, "0.5")])
def test_scale_in_place_puts_the_image_where_the_array_was(zarr_format: int, version: str, here: Path) -> None:
    zarr.create_array("data.ome.zarr", data=PIXELS, attributes={"mine": 1}, zarr_format=zarr_format)
    main(["scale", "data.ome.zarr", str(here / "data.ome.zarr"), "yx", "--in-place", "--copy-metadata"])
    made = ome_zarr.open("data.ome.zarr")
    assert (made.version, made.name, made.attributes["mine"]) == (version, "data", 1)
    assert np.array_equal(made[0], PIXELS)
    assert sorted(path.name for path in here.iterdir()) == ["data.ome.zarr", "old.zarr"]


def test_scale_in_place_leaves_the_array_if_it_fails(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(here)

    def fail(*places: Path) -> None:
        raise OSError("no rename today")

    monkeypatch.setattr("ome_zarr.storage.undo.exchange", fail)
    with pytest.raises(SystemExit, match="1"):
        main(["scale", "old.zarr", "old.zarr", "yx", "--in-place"])
    assert files(here) == before
    assert [path.name for path in here.iterdir()] == ["old.zarr"]


def test_scale_replaces_no_image_and_no_array_unasked(here: Path) -> None:
    image(here / "new.zarr")
    before = files(here)
    for target in ("new.zarr", "old.zarr"):
        with pytest.raises(SystemExit, match="2"):
            main(["scale", "old.zarr", target, "yx"])
    assert files(here) == before


def test_scale_in_place_wants_an_array(here: Path) -> None:
    image(here / "new.zarr")
    before = files(here)
    with pytest.raises(SystemExit, match="2"):
        main(["scale", "new.zarr", "new.zarr", "cyx", "--in-place"])
    assert files(here) == before


def test_download_copies_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = image(tmp_path / "a.zarr")
    with FileServer(path).running() as server:
        main(["download", server.url, "--output", str(tmp_path / "copies")])
    assert files(tmp_path / "copies" / "a.zarr") == files(path)
    assert capsys.readouterr().out.startswith("downloading...\n   a.zarr\n")


def test_download_can_be_quiet_and_replaces_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    command = ["download", str(image(tmp_path / "a.zarr")), "--output", str(tmp_path / "copies"), "-q"]
    main(command)
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit, match="2"):
        main(command)


def test_csv_to_labels_adds_a_table(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = image(tmp_path / "a.zarr")
    (tmp_path / "t.csv").write_text("id,area\n1,2.5\n")
    main(["csv_to_labels", str(tmp_path / "t.csv"), "id", "area#d", str(path), "cells"])
    assert capsys.readouterr().out == f"csv_to_labels {tmp_path / 't.csv'} {path}\n"
    known = ome_zarr.open(path).labels["cells"].image_label.properties
    assert [(one.value, dict(one.properties)) for one in known] == [(1, {"area": 2.5})]


@pytest.mark.parametrize("command", ["view", "finder"])
def test_the_browser_is_opened_until_the_user_leaves(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    pages: list[str] = []

    def leave(server: FileServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("webbrowser.open", pages.append)
    monkeypatch.setattr(FileServer, "serve_forever", leave)
    image(tmp_path / "a.zarr")
    main([command, str(tmp_path / {"view": "a.zarr", "finder": ""}[command]), "--port", "0"])
    assert pages[0] in capsys.readouterr().out.splitlines()


def test_the_functions_of_the_commands_take_parsed_arguments(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = str(tmp_path / "a.zarr")
    ome_zarr.cli.create(Namespace(path=path, method="coins", format=None, verbose=0, quiet=0))
    capsys.readouterr()
    ome_zarr.cli.info(Namespace(path=path, stats=False, verbose=0, quiet=0))
    assert capsys.readouterr().out.startswith(f"{path} [zgroup]\n - version: 0.5\n")
    ome_zarr.cli.download(Namespace(path=path, output=str(tmp_path / "copies"), verbose=0, quiet=0))
    assert (tmp_path / "copies" / "a.zarr").is_dir()


def test_logging_listens_to_verbose_and_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    levels: list[int] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **how: levels.append(how["level"]))
    for verbose, quiet in ((0, 0), (1, 0), (2, 0), (9, 0), (0, 1)):
        config_logging(logging.WARNING, Namespace(verbose=verbose, quiet=quiet))
    assert levels == [logging.WARNING, logging.INFO, logging.DEBUG, logging.DEBUG, logging.ERROR]
