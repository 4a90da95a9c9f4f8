"""``ome_zarr resume`` and ``ome_zarr clean``."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from tests.faults.cutting import CutOffError, after
from tests.faults.leftovers import files

import ome_zarr
from ome_zarr.cli.program import main

PIXELS = np.random.default_rng(5).integers(1, 999, (48, 64, 64)).astype("u2")


@pytest.fixture
def target(tmp_path):
    """An image whose writing was cut off after its first tile."""
    np.save(tmp_path / "a.npy", PIXELS)

    with pytest.raises(CutOffError):
        ome_zarr.write(tmp_path / "a.npy", tmp_path / "a.zarr", axes="zyx", chunks=16, workers=1, on_event=after(1))
    return tmp_path / "a.zarr"


def said(capsys, *arguments):
    """Exit code, and the two outputs, of the program."""
    try:
        code = main([os.fspath(argument) for argument in arguments])
    except SystemExit as end:
        code = end.code
    return code, *capsys.readouterr()


def test_resume_writes_the_rest_and_prints_the_image(capsys, target):
    code, out, err = said(capsys, "resume", target)
    assert (code, err) == (0, "")
    assert "a.zarr', axes zyx" in out
    assert np.array_equal(ome_zarr.open(target)[0][:], PIXELS)


def test_resume_takes_a_source_that_was_moved(capsys, target, tmp_path):
    (tmp_path / "a.npy").rename(tmp_path / "b.npy")
    code, _, err = said(capsys, "resume", target)
    assert code == 2
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_resume_of_nothing_is_wrong_use(capsys, tmp_path):
    code, out, err = said(capsys, "resume", tmp_path / "b.zarr")
    assert (code, out) == (2, "")
    assert "no writing of" in err


def test_convert_says_how_to_go_on(capsys, target, tmp_path):
    code, _, err = said(capsys, "convert", tmp_path / "a.npy", target, "--axes", "zyx")
    assert code == 1
    assert "--resume" in err
    assert "--overwrite" in err


def test_clean_lists_and_removes(capsys, target, tmp_path):
    before = files(tmp_path)
    assert said(capsys, "clean", "--list", tmp_path) == (0, f"{target}\n", "")
    assert files(tmp_path) == before
    assert said(capsys, "clean", tmp_path) == (0, f"{target}\n", "")
    assert list(files(tmp_path)) == ["a.npy"]
    assert said(capsys, "clean", tmp_path) == (0, "", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_program_soon_and_the_rest_can_be_written(tmp_path, number, code):
    np.save(tmp_path / "a.npy", np.random.default_rng(0).integers(0, 4000, (256, 512, 512), "u2"))
    script = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from ome_zarr.cli.program import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = [
        os.fspath(tmp_path / "a.npy"),
        os.fspath(tmp_path / "a.zarr"),
        *["--axes", "zyx", "--chunks", "32", "--workers", "1"],
    ]
    child = subprocess.Popen(
        [sys.executable, "-c", script, "convert", *arguments], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    while not (tmp_path / ".a.zarr.job" / "journal").exists():
        assert child.poll() is None
        time.sleep(0.01)
    child.send_signal(number)
    asked = time.monotonic()
    _, err = child.communicate(timeout=60)
    assert time.monotonic() - asked < 5
    assert child.returncode == code
    assert err.startswith("error: interrupted; what is done of ")
    assert "ome_zarr resume" in err
    assert main(["resume", os.fspath(tmp_path / "a.zarr"), "-q"]) == 0
    assert not list(tmp_path.glob(".*"))
