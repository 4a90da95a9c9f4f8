"""The commands, as they are typed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import zarr

import ome_zarr
from ome_zarr.cli import main
from ome_zarr.cli.wishes import METHODS, as_options
from ome_zarr.kernels.methods import BUILT_IN

PIXELS = np.random.default_rng(5).integers(0, 4000, (2, 16, 96, 96)).astype("uint16")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with an image and its labels."""
    monkeypatch.chdir(tmp_path)
    np.save("cells.npy", PIXELS)
    np.save("masks.npy", (PIXELS[0] > 2000).astype("uint8"))
    return tmp_path


def run(*args: str) -> int:
    """The exit code of the program."""
    try:
        return main([str(arg) for arg in args])
    except SystemExit as ended:
        return int(ended.code)


def program(*args: str, **options) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ome_zarr", *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def test_convert_writes_what_the_function_writes(here: Path) -> None:
    options = ["--scale-factors", "zyx=2", "--method", "local_mean", "--scale", "z=2,yx=0.5", "--units", "zyx=um"]
    assert run("convert", "cells.npy", "a.zarr", "--axes", "czyx", "--name", "cells", *options) == 0
    ome_zarr.write(
        PIXELS,
        "b.zarr",
        axes="czyx",
        name="cells",
        scale_factors=[{"z": 2, "y": 2, "x": 2}],
        method="local_mean",
        scale={"z": 2, "y": 0.5, "x": 0.5},
        units=dict.fromkeys("zyx", "um"),
    )
    a, b = zarr.open_group("a.zarr", mode="r"), zarr.open_group("b.zarr", mode="r")
    assert a.attrs.asdict() == b.attrs.asdict()
    assert np.array_equal(a["s1"], b["s1"])


def test_convert_stores_as_it_is_told(here: Path) -> None:
    storing = ["--chunks", "z=4,yx=32", "--shards", "z=8,yx=64", "--compressor", "gzip:2"]
    showing = ["--channel-names", "A,B", "--channel-colors", "red,00ff00", "--channel-windows", "0:10,5:20"]
    work = ["--levels", "1", "--workers", "1", "--memory", "64 MiB"]
    assert run("convert", "cells.npy", "a.zarr", "--axes", "czyx", *storing, *showing, *work) == 0
    image = ome_zarr.open("a.zarr")
    assert (image[0].chunks, image[0].shards) == ((2, 4, 32, 32), (2, 8, 64, 64))
    assert [codec.to_dict()["configuration"] for codec in image[0].zarr.compressors] == [{"level": 2}]
    assert [(c.label, c.color, c.window.start, c.window.end) for c in image.channels] == [
        ("A", "FF0000", 0, 10),
        ("B", "00FF00", 5, 20),
    ]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("compressor", ["auto", "none", "zstd:3", "gzip", "blosc", "blosc:lz4,5,bitshuffle"])
def test_every_compressor_does_in_both_formats(here: Path, version: str, compressor: str) -> None:
    options = ["--ome-version", version, "--compressor", compressor, "-q"]
    assert run("convert", "cells.npy", "a.zarr", "--axes", "czyx", "--levels", "1", *options) == 0
    assert np.array_equal(ome_zarr.open("a.zarr")[0], PIXELS)


def test_convert_writes_labels_into_an_image_in_its_version(here: Path) -> None:
    run("convert", "cells.npy", "a.zarr", "--axes", "czyx", "--ome-version", "0.4")
    assert run("convert", "masks.npy", "a.zarr", "--axes", "zyx", "--labels", "bright") == 0
    labels = ome_zarr.open("a.zarr").labels["bright"]
    assert labels.version == "0.4"
    assert set(np.unique(labels[0])) == {0, 1}


def test_convert_imports_the_module_of_a_method(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "my_range.py").write_text(
        "import numpy as np, ome_zarr\n"
        "ome_zarr.register_method(ome_zarr.Window('my_first', 'first', "
        "function=lambda b, w: b[tuple(slice(None, None, n) for n in w)].copy()))\n"
    )
    monkeypatch.syspath_prepend(here)
    options = ["--axes", "czyx", "--import", "my_range", "--method", "my_first", "--scale-factors", "2"]
    assert run("convert", "cells.npy", "a.zarr", *options) == 0
    assert np.array_equal(ome_zarr.open("a.zarr")[1], PIXELS[..., ::2, ::2])


def test_convert_says_what_it_wrote_unless_it_is_to_be_quiet(here: Path, capsys: pytest.CaptureFixture) -> None:
    run("convert", "cells.npy", "a.zarr", "--axes", "czyx")
    assert "2 × 16 × 96 × 96" in capsys.readouterr().out
    run("convert", "cells.npy", "a.zarr", "--axes", "czyx", "--overwrite", "-q")
    assert capsys.readouterr() == ("", "")


def test_plan_prints_and_writes_nothing(here: Path, capsys: pytest.CaptureFixture) -> None:
    assert run("plan", "cells.npy", "a.zarr", "--axes", "czyx", "--scale-factors", "2", "4") == 0
    shown = capsys.readouterr().out
    assert shown.strip() == str(ome_zarr.plan("cells.npy", "a.zarr", axes="czyx", scale_factors=[2, 4]))
    assert not (here / "a.zarr").exists()


def test_plan_as_json_is_the_plan(here: Path, capsys: pytest.CaptureFixture) -> None:
    run("plan", "masks.npy", "--axes", "zyx", "--labels", "bright", "--json")
    made = ome_zarr.Plan.from_json(json.loads(capsys.readouterr().out))
    assert made.kind == "labels"
    assert made == ome_zarr.plan("masks.npy", axes="zyx", kind="labels", name="bright")


def test_info_tells_levels_channels_and_labels(here: Path, capsys: pytest.CaptureFixture) -> None:
    run("create", "a.zarr", "--method", "cells", "--shape", "8,128,128", "-q")
    assert run("info", "a.zarr") == 0
    shown = capsys.readouterr().out
    for part in (
        " - version: 0.5\n",
        " - zarr format: 3\n",
        "   - nuclei (#00FFFF), ",
        "   - z (space, micrometer)\n",
        "a.zarr/labels/nuclei [zgroup] (hidden)\n",
        " - label values: ",
        "   s2     2 × 4 × 32 × 32 ",
    ):
        assert part in shown


def test_create_replaces_nothing_unless_told(here: Path, capsys: pytest.CaptureFixture) -> None:
    options = ["--method", "cells", "--shape", "4,64,64", "--ome-version", "0.4"]
    assert run("create", "a.zarr", *options) == 0
    assert run("create", "a.zarr", *options) == 2
    assert run("create", "a.zarr", *options, "--overwrite") == 0
    assert "--overwrite" in capsys.readouterr().err


WRONG = [
    (["convert", "cells.npy"], "required: TARGET"),
    (["frobnicate"], "invalid choice: 'frobnicate'"),
    (["convert", "cells.npy", "a.zarr", "--chunks", "big"], "argument --chunks: 'big' is no whole number"),
    (["convert", "cells.npy", "a.zarr", "--meth", "mode"], "unrecognized arguments: --meth"),
]

REFUSED = [
    (["convert", "cells.npy", "a.zarr"], 2, "such as --axes zyx"),
    (["convert", "cells.npy", "a.zarr", "--axes", "czyx", "--method", "best"], 2, "unknown method 'best'"),
    (["convert", "masks.npy", "a.zarr", "--labels", "x"], 2, "no zarr group at 'a.zarr'"),
    (["convert", "masks.npy", "a.zarr", "--labels", "x", "--name", "y"], 2, "leave --name out"),
    (["convert", "none.tif", "a.zarr"], 2, "no file 'none.tif'"),
    (["convert", "cells.npy", "a.zarr", "--axes", "czyx", "--memory", "1 kB"], 1, "give --memory "),
    (["convert", "cells.npy", "a.zarr", "--axes", "czyx", "--import", "no_such"], 1, "ModuleNotFoundError: No module"),
    (["info", "cells.npy"], 2, "no zarr group at 'cells.npy'"),
    (["download", "none.zarr"], 2, "no zarr group at 'none.zarr'"),
    (["view", "."], 2, "No OME-Zarr images found in ."),
    (["finder", "."], 2, "No OME-Zarr files found in ."),
    (["create", "a.zarr", "--method", "cells", "--shape", "8,8"], 2, "three extents"),
    (["create", "a.zarr", "--shape", "8,8,8"], 2, "leave --shape out"),
    (["create", "a.zarr", "--format", "0.3"], 2, "'0.3'"),
    (["scale", "none.zarr", "a.zarr", "yx"], 2, "'none.zarr'"),
    (["scale", "cells.npy", "a.zarr", "czyx", "--copy-metadata"], 2, "no zarr array"),
    (["scale", "cells.npy", "a.zarr", "czyx", "--method", "laplacian"], 2, "no images of lower resolution"),
    (["scale", "cells.npy", "a.zarr", "czyx", "--downscale", "1"], 2, "--downscale is 1"),
    (["scale", "cells.npy", "a.zarr", "czyx", "--in-place"], 2, "give the same path twice"),
    (["scale", "cells.npy", "cells.npy", "czyx", "--in-place"], 2, "no folder of a zarr array"),
    (["csv_to_labels", "none.csv", "id", "area", "a.zarr", "cells"], 2, "no table 'none.csv'"),
]


@pytest.mark.parametrize(("args", "told"), WRONG)
def test_wrong_use_is_told_in_one_line(args, told: str, here: Path, capsys: pytest.CaptureFixture) -> None:
    assert run(*args) == 2
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert message.count("\n") == 1
    assert told in message


@pytest.mark.parametrize(("args", "code", "told"), REFUSED)
def test_an_error_is_one_line_and_leaves_nothing(
    args, code: int, told: str, here: Path, capsys: pytest.CaptureFixture
) -> None:
    before = sorted(here.iterdir())
    assert run(*args) == code
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert message.count("\n") == 1
    assert told in message
    assert sorted(here.iterdir()) == before


def test_the_traceback_is_there_for_those_who_ask(here: Path, capsys: pytest.CaptureFixture) -> None:
    run("-vv", "info", "none.zarr")
    assert "Traceback" in capsys.readouterr().err


def test_a_warning_is_one_line_and_none_when_quiet(here: Path, capsys: pytest.CaptureFixture) -> None:
    options = ["--axes", "czyx", "--scale-factors", "100"]
    run("convert", "cells.npy", "a.zarr", *options)
    assert capsys.readouterr().err.startswith("warning: factor 100 at level 1")
    run("convert", "cells.npy", "b.zarr", *options, "-q")
    assert capsys.readouterr().err == ""


def test_messages_name_options_instead_of_keywords() -> None:
    assert as_options("pass overwrite=True, or method='resize'") == "pass --overwrite, or --method resize"
    assert as_options("give memory_budget=4096 or more") == "give --memory 4096 or more"
    assert as_options("give axes=") == "give --axes"
    assert as_options("axes is None") == "axes is None"


def test_the_methods_in_the_help_are_those_that_are_built_in() -> None:
    assert tuple(BUILT_IN) == METHODS


def test_a_pipe_gets_no_progress_bar(here: Path) -> None:
    told, errors = program("convert", "cells.npy", "a.zarr", "--axes", "czyx").communicate()
    assert told.startswith("OME-Zarr 0.5 image")
    assert errors == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
@pytest.mark.parametrize("command", [["convert", "cells.npy", "b.zarr", "--axes", "czyx"], ["verify", "a.zarr"]])
def test_a_terminal_gets_a_progress_bar(here: Path, command: list[str]) -> None:
    import pty
    import termios

    ome_zarr.write("cells.npy", "a.zarr", axes="czyx")
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, 80))
    os.set_blocking(leader, False)
    subprocess.run([sys.executable, "-m", "ome_zarr", *command], stderr=follower, stdout=subprocess.DEVNULL, check=True)
    drawn = os.read(leader, 100_000).decode()
    os.close(leader)
    os.close(follower)
    assert command[1] in drawn


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_program_and_nothing_is_left(here: Path, number: int, code: int) -> None:
    mapped = np.lib.format.open_memmap("big.npy", "w+", "uint16", (256, 1024, 1024))
    mapped[:] = np.random.default_rng(0).integers(0, 4000, mapped.shape[1:], "uint16")
    del mapped
    writing = program("convert", "big.npy", "big.zarr", "--axes", "zyx", "--workers", "2")
    while not list(here.glob("*big.zarr*")):  # the partial image appears when the work begins
        assert writing.poll() is None
        time.sleep(0.02)
    writing.send_signal(number)
    _, errors = writing.communicate(timeout=60)
    assert writing.returncode == code
    assert "Traceback" not in errors
    assert not list(here.glob("*big.zarr*"))


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_a_reader_that_leaves_is_no_error(here: Path) -> None:
    run("create", "a.zarr", "--method", "cells", "--shape", "4,32,32", "-q")
    reading = program("info", "a.zarr")
    reading.stdout.close()
    reading.wait()
    with reading.stderr as errors:
        assert errors.read() == ""


def test_help_answers_before_anything_heavy_is_loaded() -> None:
    script = (
        "import sys\nfrom ome_zarr.cli import main\n"
        "try: main(['convert', '--help'])\n"
        "except SystemExit: print('loaded', *sys.modules, file=sys.stderr)"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "--scale-factors" in shown.stdout
    assert not {"numpy", "zarr", "dask", "tifffile", "tqdm"} & set(shown.stderr.split())


def test_the_version_is_the_packages() -> None:
    told, _ = program("--version").communicate()
    assert told.strip() == f"ome-zarr {ome_zarr.__version__}"
