"""``ome_zarr info``: first what ome-zarr-py prints, then more."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.api.stored import KINDS, PIXELS, collection, files, image, plate, scene

import ome_zarr
from ome_zarr.cli import main
from ome_zarr.utils import info
from ome_zarr.viewer.files import FileServer

OLD = {name: KINDS[name] for name in ("image 0.4", "image 0.5", "image 0.6", "shards")} | {
    "plate 0.4": lambda path: plate(path, "0.4", ["A/1", "A/2"]),
    "plate 0.5": lambda path: plate(path, "0.5", ["A/1", "A/2"]),
}


def shown(capsys: pytest.CaptureFixture, path: object, *options: str) -> str:
    capsys.readouterr()
    main(["info", str(path), *options])
    return capsys.readouterr().out


def blocks(text: str) -> list[str]:
    """What is printed about each node."""
    starts = [number for number, line in enumerate(text.splitlines()) if " [zgroup]" in line]
    lines = text.splitlines()
    return ["\n".join(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]


@pytest.mark.parametrize("options", [[], ["--stats"]], ids=["", "stats"])
@pytest.mark.parametrize("make", OLD.values(), ids=OLD)
def test_every_node_begins_with_the_lines_of_ome_zarr_py(
    make: Callable[[Path], Path], options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = make(tmp_path / "a.zarr")
    list(info(str(path), stats=bool(options)))
    old = blocks(capsys.readouterr().out)
    new = blocks(shown(capsys, path, *options))
    assert len(old) == len(new)
    assert all(long.startswith(short) for short, long in zip(old, new, strict=True))


@pytest.mark.parametrize("part", ["labels", "labels/cells"])
@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_labels_come_with_their_image(
    part: str, version: str, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = image(tmp_path / "a.zarr", version)
    list(info(str(path / part)))
    old = [block.splitlines()[0] for block in blocks(capsys.readouterr().out)]
    monkeypatch.chdir(tmp_path)
    for typed in (path / part, f"a.zarr/{part}/"):
        assert [block.splitlines()[0] for block in blocks(shown(capsys, typed))] == old


def test_labels_of_no_image_are_shown_alone(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (image(tmp_path / "a.zarr") / "labels" / "cells").rename(tmp_path / "cells.zarr")
    assert len(blocks(shown(capsys, tmp_path / "cells.zarr"))) == 1


def test_labels_that_are_not_there_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture, caplog: pytest.LogCaptureFixture
) -> None:
    path = image(tmp_path / "a.zarr")
    (path / "labels" / "cells").rename(path / "labels" / "other")
    assert len(blocks(shown(capsys, path))) == 2
    assert "labels 'cells' are left out" in caplog.text


IMAGE = """\
 - zarr format: 3
 - method: resize
 - axes
   - c (channel)
   - y (space, micrometer)
   - x (space, micrometer)
 - levels
   level  shape        dtype   chunks       shards       scale      translation
   -----  -----------  ------  -----------  -----------  ---------  ------------
   s0     2 × 64 × 64  uint16  2 × 16 × 16  2 × 32 × 32  1, 1, 0.5  0, 0, 0
   s1     2 × 32 × 32  uint16  2 × 16 × 16  2 × 32 × 32  1, 2, 1    0, 0.5, 0.25
"""


def test_an_image_has_its_axes_and_levels(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    units = dict.fromkeys("yx", "um")
    shape = {"scale_factors": [2], "chunks": (2, 16, 16), "shards": (2, 32, 32)}
    ome_zarr.write(PIXELS, tmp_path / "a.zarr", axes="cyx", scale={"y": 1, "x": 0.5}, units=units, **shape)
    assert blocks(shown(capsys, tmp_path / "a.zarr"))[0].endswith(IMAGE.rstrip())


def test_channels_have_names_colors_and_windows(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    how = {"channel_names": ["A", "B"], "channel_colors": ["red", "00ff00"], "channel_windows": [(0, 10), (5, 20)]}
    told = shown(capsys, image(tmp_path / "a.zarr", **how))
    assert " - channels\n   - A (#FF0000), 0 to 10\n   - B (#00FF00), 5 to 20\n" in told


def test_a_plate_has_its_wells(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    told = shown(capsys, plate(tmp_path / "a.zarr"))
    assert " - rows: A\n - columns: 1, 2, 3\n - wells\n   - A/1\n   - A/2\n   - A/3\n" in told


def test_a_plate_whose_wells_are_not_there_is_shown_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = plate(tmp_path / "a.zarr")
    (path / "A").rename(tmp_path / "gone")
    assert " - wells\n   - A/1\n" in shown(capsys, path)


def test_a_well_has_its_fields(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    told = shown(capsys, plate(tmp_path / "a.zarr") / "A" / "1")
    assert " - data\n   - (2, 64, 128)\n   - (2, 32, 64)\n" in told
    assert " - fields\n   - 0\n   - 1\n" in told


def test_a_scene_and_a_collection_have_their_images(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for path, names in ((scene(tmp_path / "a.zarr"), "ab"), (collection(tmp_path / "b.zarr"), "01")):
        titles = [block.splitlines()[0] for block in blocks(shown(capsys, path))]
        assert titles == [f"{path} [zgroup]", *(f"{path}/{name} [zgroup]" for name in names)]


def test_what_a_server_or_a_zip_file_holds_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = image(tmp_path / "a.zarr")
    with zipfile.ZipFile(tmp_path / "a.ozx", "w") as archive:
        for name, content in files(path).items():
            archive.writestr(name, content)
    local = shown(capsys, path)
    assert shown(capsys, tmp_path / "a.ozx").replace("a.ozx", "a.zarr") == local
    with FileServer(path).running() as server:
        assert shown(capsys, server.url).replace(server.url, str(path)) == local


LOADED = "import sys; from ome_zarr.cli import main; main(['info', sys.argv[1]]); print(*sys.modules, file=sys.stderr)"


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_what_is_local_is_shown_without_zarr_and_dask(make: Callable[[Path], Path], tmp_path: Path) -> None:
    path = make(tmp_path / "a.zarr")
    told = subprocess.run([sys.executable, "-c", LOADED, path], capture_output=True, text=True, check=True)
    assert told.stdout
    assert not {"zarr", "dask", "pydantic", "skimage", "scipy"} & set(told.stderr.split())


def test_an_image_of_every_version_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for version in ("0.4", "0.5", "0.6"):
        ome_zarr.write([[1, 2], [3, 4]], tmp_path / version, axes="yx", levels=1, version=version)
        assert f" - version: {version}\n" in shown(capsys, tmp_path / version)
